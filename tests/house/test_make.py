"""The Makefile says what it can do."""

from __future__ import annotations

import re
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
MAKEFILE = (ROOT / "Makefile").read_text(encoding="utf-8")
PROMISED = {"setup", "run", "test", "lint", "types", "docs", "bench", "bench-peers", "evals", "clean", "help"}


def make(*arguments: str) -> str:
    done = subprocess.run(["make", *arguments], cwd=ROOT, capture_output=True, text=True, check=True)
    return done.stdout


@pytest.fixture(scope="module")
def help_text() -> str:
    return make("help")


def test_every_promised_target_is_in_the_help(help_text: str) -> None:
    listed = set(re.findall(r"^  make ([a-z-]+) ", help_text, re.MULTILINE))
    assert listed >= PROMISED


def test_every_target_a_person_can_call_is_documented(help_text: str) -> None:
    phony = set(re.findall(r"^\.PHONY: (.*)", MAKEFILE, re.MULTILINE)[0].split())
    listed = set(re.findall(r"^  make ([a-z-]+) ", help_text, re.MULTILINE))
    assert phony <= listed


def test_a_port_reaches_cratedig_up_and_the_machines_name_does_not() -> None:
    assert "--demo --port 9000" in " ".join(make("--dry-run", "run", "PORT=9000").split())
    assert (
        "--host"
        not in subprocess.run(
            ["env", "HOST=some-laptop", "make", "--dry-run", "run"],
            cwd=ROOT,
            capture_output=True,
            text=True,
            check=True,
        ).stdout
    )
    assert "--host 0.0.0.0" in make("--dry-run", "run", "HOST=0.0.0.0")


def test_ci_runs_lint_and_types_then_the_tests() -> None:
    script = (ROOT / ".ci" / "run").read_text(encoding="utf-8")
    assert script.index("make lint types") < script.index("make test")
    assert "set -euo pipefail" in script
