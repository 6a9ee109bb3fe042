"""Promise 21: locked with hashes (tests/house/test_locks.py), licence list, pip-audit, SBOM (`make release-check`)."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

import pytest

from supply.audit import verdict
from supply.licences import DATA_ONLY, ELSEWHERE, PAGE, is_strong_copyleft
from supply.lock import LOCK, ROOT, Pin, pins


def listed() -> dict[Pin, str]:
    """What docs/licences.md says."""
    rows = re.findall(r"^\| (\S+) \| (\S+) \| (.+) \|$", PAGE.read_text(encoding="utf-8"), re.MULTILINE)
    return {Pin(name, number): licence for name, number, licence in rows if number != "version" and name != "---"}


def test_every_package_of_the_lock_has_hashes() -> None:
    text = LOCK.read_text(encoding="utf-8").replace("\\\n", " ")
    entries = [line for line in text.splitlines() if "==" in line and not line.lstrip().startswith("#")]
    assert len(entries) == len(pins()) > 50
    assert [entry for entry in entries if "--hash=sha256:" not in entry] == []


def test_what_is_installed_is_what_is_locked() -> None:
    locked: dict[str, set[str]] = {}
    for pin in pins():
        locked.setdefault(pin.name, set()).add(pin.version)
    assert {name: found for name in locked if (found := _installed(name)) and found not in locked[name]} == {}


def _installed(name: str) -> str | None:
    try:
        return version(name)
    except PackageNotFoundError:
        return None


def test_the_licence_list_is_the_locks() -> None:
    assert sorted(listed()) == pins(), "run: make licences"
    assert [pin.name for pin, licence in listed().items() if licence == "not stated"] == []
    assert sum(licence == ELSEWHERE for licence in listed().values()) < 10


def test_nothing_is_under_the_gpl() -> None:
    strong = {pin.name for pin, licence in listed().items() if is_strong_copyleft(licence)}
    assert strong <= DATA_ONLY  # whose code is not imported: a contract of import-linter


@pytest.mark.parametrize(
    ("licence", "is_strong"),
    [
        ("GPL-3.0-or-later", True),
        ("GNU Affero General Public License v3", True),
        ("AGPL-3.0", True),
        ("MIT AND GPL-2.0-only", True),
        ("LGPL-3.0-only", False),
        ("GNU Lesser General Public License v3 (LGPLv3)", False),
        ("MIT OR GPL-2.0-only", False),
        ("MIT", False),
    ],
)
def test_strong_copyleft_is_told_from_weak(licence: str, is_strong: bool) -> None:
    assert is_strong_copyleft(licence) == is_strong


def test_a_known_vulnerability_fails_and_silence_is_not_taken_for_health() -> None:
    bad = {"id": "PYSEC-1", "fix_versions": ["2.0"]}
    packages = [
        {"name": "good", "version": "1.0", "vulns": []},
        {"name": "bad", "version": "1.0", "vulns": [bad]},
        {"name": "unknown", "skip_reason": "Dependency not found and could not be audited: unknown (1.0)"},
    ]
    lines, has_findings = verdict({"dependencies": packages})
    assert has_findings
    assert lines == [
        "2 of 3 packages audited, 1 findings",
        "NOT AUDITED: 1 packages (Dependency not found and could not be audited)",
        "bad 1.0: PYSEC-1, mended in 2.0",
    ]
    lines, has_findings = verdict({"dependencies": packages[2:]})
    assert not has_findings
    assert any(line.startswith("NOT AUDITED") for line in lines)


def test_the_bill_of_materials_names_every_package_with_its_hashes(tmp_path: Path) -> None:
    """As `make release-check` writes it."""
    bill = tmp_path / "sbom.json"
    words = ["requirements", str(LOCK), "--pyproject", str(ROOT / "pyproject.toml"), "--output-reproducible"]
    subprocess.run(
        [sys.executable, "-m", "cyclonedx_py", *words, "--output-file", str(bill)], capture_output=True, check=True
    )
    components = json.loads(bill.read_text(encoding="utf-8"))["components"]
    assert sorted(Pin(each["name"], each["version"]) for each in components) == pins()
    assert [each["name"] for each in components if not each["externalReferences"][0]["hashes"]] == []
