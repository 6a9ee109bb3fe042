"""In CI a skip is a failure; on a person's machine it says why."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from no_quiet_skips import may_skip

TESTS = Path(__file__).resolve().parents[1]

SKIPPING = """
import pytest

@pytest.mark.skip(reason="no browser here")
def test_skipped_by_a_mark(): ...

def test_skipped_in_its_body():
    pytest.skip("no browser here")

@pytest.mark.xfail(reason="a known fault", strict=True)
def test_known_to_fail():
    raise AssertionError

def test_that_runs(): ...
"""


def run_pytest(folder: Path, *, ci: str) -> str:
    (folder / "test_it.py").write_text(SKIPPING, encoding="utf-8")
    done = subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "-p", "no_quiet_skips", "-p", "no:cacheprovider", "--rootdir=.", "."],
        cwd=folder,
        env=os.environ | {"CI": ci, "PYTHONPATH": str(TESTS)},
        capture_output=True,
        text=True,
        check=False,
    )
    return done.stdout.splitlines()[-1]


def test_a_skip_fails_in_ci(tmp_path: Path) -> None:
    assert run_pytest(tmp_path, ci="true").startswith("1 failed, 1 passed, 1 xfailed, 1 error")


def test_a_skip_is_a_skip_elsewhere(tmp_path: Path) -> None:
    assert run_pytest(tmp_path, ci="").startswith("1 passed, 2 skipped, 1 xfailed")


@pytest.mark.parametrize("reason", ["the shared data is not beside this checkout (../shared/data)"])
def test_only_absent_data_may_be_skipped_in_ci(reason: str, tmp_path: Path) -> None:
    assert may_skip(reason, shared=tmp_path / "absent")
    assert not may_skip(reason, shared=tmp_path)
    assert not may_skip("no chromium", shared=tmp_path / "absent")
