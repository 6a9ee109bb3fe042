"""The demo crate: 48 songs made for this project, as messy as a real dump (README.md beside this file)."""

from __future__ import annotations

from contextlib import AbstractContextManager
from importlib.resources import as_file, files
from pathlib import Path
from typing import Final

SOURCE: Final = "demo"


def dump() -> AbstractContextManager[Path]:
    """The dump as a file, for as long as the block lasts."""
    return as_file(files(__name__) / "crate.csv")
