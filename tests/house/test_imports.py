"""What is imported where: a light start, music from the standard library alone, nothing undeclared."""

from __future__ import annotations

import ast
import json
import re
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from importlib.metadata import packages_distributions
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
SRC = ROOT / "src" / "cratedig"
HEAVY = {"alembic", "anthropic", "faiss", "fastapi", "numpy", "onnx", "onnxruntime", "openai", "psycopg",
         "pydantic", "pydantic_ai", "rapidfuzz", "sklearn", "sqlalchemy", "starlette", "structlog", "tokenizers",
         "uvicorn"}  # fmt: skip
# Libraries we speak to through the one we declare, whose own documentation says so.
SPOKEN_THROUGH = {
    "psycopg_pool": "psycopg[binary,pool]",
    "anthropic": "pydantic-ai-slim[anthropic]",
    "google": "pydantic-ai-slim[google]",
    "openai": "pydantic-ai-slim[openai]",
    "pydantic": "fastapi",
    "starlette": "fastapi",
    "yaml": "pydantic-settings[yaml]",
    "typing_extensions": "the type checker only",
}


def imported(file: Path) -> Iterator[str]:
    """The full names of the modules a file imports, in functions and under TYPE_CHECKING too."""
    for node in ast.walk(ast.parse(file.read_bytes())):
        if isinstance(node, ast.Import):
            yield from (name.name for name in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            yield node.module


def normal(package: str) -> str:
    """A package's name as registries compare it."""
    return re.sub(r"[-_.]+", "-", package).lower()


def test_the_command_line_starts_without_heavy_libraries() -> None:
    """`cratedig --help` stays below 0.3 s (measured in benchmarks/), because none of these is loaded for it."""
    script = "import cratedig.cli, json, sys; print(json.dumps(sorted(sys.modules)))"
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    loaded = {name.partition(".")[0] for name in json.loads(done.stdout)}
    assert not loaded & HEAVY


def test_music_needs_the_standard_library_only() -> None:
    outside = {
        f"{file.relative_to(SRC)}: {name}"
        for file in sorted((SRC / "music").rglob("*.py"))
        for name in imported(file)
        if name.partition(".")[0] not in sys.stdlib_module_names and not name.startswith("cratedig")
    }
    assert not outside


def test_every_library_the_source_imports_is_declared() -> None:
    """A library that is only there because another brought it goes away when that one drops it."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    needs = [*project["dependencies"], *(need for extra in project["optional-dependencies"].values() for need in extra)]
    declared = {normal(re.split(r"[\[<>=!~ ;]", need, maxsplit=1)[0]) for need in needs}
    owners = packages_distributions()
    undeclared = {
        f"{file.relative_to(SRC)}: {name}"
        for file in sorted(SRC.rglob("*.py"))
        for name in {name.partition(".")[0] for name in imported(file)}
        if name not in sys.stdlib_module_names | SPOKEN_THROUGH.keys() | {"cratedig"}
        and not {normal(owner) for owner in owners.get(name, [])} & declared
    }
    assert not undeclared
