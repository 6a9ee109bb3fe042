"""The packages of a lock file."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
LOCK = ROOT / "requirements.lock"

_PIN = re.compile(r"^([a-z0-9][\w.-]*)(?:\[[^\]]*\])?==([^\s;\\]+)", re.MULTILINE)


@dataclass(frozen=True, order=True, slots=True)
class Pin:
    name: str
    version: str


def pins(lock: Path = LOCK) -> list[Pin]:
    """Every package a lock names, on any system, by name."""
    return sorted(Pin(name, version) for name, version in _PIN.findall(lock.read_text(encoding="utf-8")))
