"""What tests of the command line share."""

from __future__ import annotations

import subprocess
from collections.abc import Callable

Cratedig = Callable[..., subprocess.CompletedProcess[str]]
"""Runs `cratedig` with these arguments; gives its exit code, stdout and stderr."""


def one_line(text: str) -> str:
    """The single line a person is told; fails where there are more or none."""
    lines = text.strip().splitlines()
    assert len(lines) == 1, text
    assert lines[0].startswith("cratedig: ")
    return lines[0]
