"""What was cleaned off a lyric: the receipts of each rule, in words."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class Cut:
    """What one rule did; before, after: the first place, at most a dozen words."""

    rule: str
    often: str
    line: int
    before: str
    after: str


def cuts(changes: Iterable[Mapping[str, Any]]) -> list[Cut]:
    """changes: as collect/lyrics/changes.Change.as_dict has them."""
    return [
        Cut(one["rule"], _often(one["count"]), one["line"], one["before"], one["after"] or "nothing") for one in changes
    ]


def _often(count: int) -> str:
    return "once" if count == 1 else "twice" if count == 2 else f"{count:,} times"
