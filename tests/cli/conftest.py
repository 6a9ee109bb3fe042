"""The command line, called as a person calls it."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from commands import Cratedig
from running import SLOW_S, end_postmaster


@pytest.fixture(scope="module")
def data_dir(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """One data folder for the commands of a module; no server of it is left, whatever was killed there."""
    folder = tmp_path_factory.mktemp("data")
    yield folder
    end_postmaster(folder)


@pytest.fixture
def cratedig(data_dir: Path, tmp_path: Path) -> Cratedig:
    """Runs `cratedig ...` in an empty folder and gives its exit code, stdout and stderr."""

    def call(*arguments: object, env: dict[str, str] | None = None) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [sys.executable, "-W", "error::ResourceWarning", "-m", "cratedig", *map(str, arguments)],
            cwd=tmp_path,
            env={"PATH": "/usr/bin:/bin", "CRATEDIG_DATA_DIR": str(data_dir), **(env or {})},
            capture_output=True,
            text=True,
            timeout=2 * SLOW_S,
            check=False,
        )

    return call
