"""What cleaning did to a text: a receipt for each rule, with a place before and after it, and what was taken out."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Any, Final

SNIPPET_WORDS: Final = 12
SNIPPET_CHARS: Final = 100
PIECES_KEPT: Final = 20

_WORD = re.compile(r"\S+")


@dataclass(frozen=True, slots=True)
class Change:
    """What one rule did. count: how often. line: the first place, from 1, in the text as it was given.

    before, after: that place, at most SNIPPET_WORDS words. removed: the first PIECES_KEPT pieces that were taken out.
    """

    rule: str
    count: int
    line: int
    before: str
    after: str
    removed: tuple[str, ...] = ()

    def as_dict(self) -> dict[str, Any]:
        """The JSON shape that is stored and shown."""
        shape: dict[str, Any] = {
            "rule": self.rule,
            "count": self.count,
            "line": self.line,
            "before": self.before,
            "after": self.after,
        }
        return shape | ({"removed": list(self.removed)} if self.removed else {})


@dataclass
class _Noted:
    line: int
    before: str
    after: str
    count: int = 0
    removed: list[str] = field(default_factory=list)


class Receipts:
    """Gathers what the rules of one cleaning did."""

    def __init__(self) -> None:
        self._noted: dict[str, _Noted] = {}

    def note(self, rule: str, line: int, before: str, after: str = "", *, count: int = 1) -> None:
        """One change, at `line`; a piece that left nothing behind counts as removed."""
        if rule not in self._noted:
            self._noted[rule] = _Noted(line, snippet(before), snippet(after))
        noted = self._noted[rule]
        noted.count += count
        if not after and len(noted.removed) < PIECES_KEPT:
            noted.removed.append(snippet(before))

    def has(self, rule: str) -> bool:
        """Whether the rule spoke before: its first place is known then."""
        return rule in self._noted

    def __len__(self) -> int:
        return sum(noted.count for noted in self._noted.values())

    def changes(self) -> tuple[Change, ...]:
        """All of them, in the order in which the rules first spoke."""
        return tuple(
            Change(rule, noted.count, noted.line, noted.before, noted.after, tuple(noted.removed))
            for rule, noted in self._noted.items()
        )


def snippet(text: str) -> str:
    """The first words of a text in one line, with invisible characters written out.

    >>> snippet("come\\u200b home")
    'come\\\\u200b home'
    """
    words = " ".join(match.group() for match, _ in zip(_WORD.finditer(text), range(SNIPPET_WORDS), strict=False))
    return "".join(char if char.isprintable() else f"\\u{ord(char):04x}" for char in words[:SNIPPET_CHARS])


def replaced(
    text: str, pattern: re.Pattern[str], new: Callable[[re.Match[str]], str], rule: str, receipts: Receipts
) -> str:
    """`pattern.sub`, with a receipt for every match that `new` changed."""

    def change(match: re.Match[str]) -> str:
        after = new(match)
        if after != match.group():
            line = 0 if receipts.has(rule) else match.string.count("\n", 0, match.start()) + 1
            receipts.note(rule, line, match.group(), after.strip("\n"))
        return after

    return pattern.sub(change, text)


def joined(words: Iterable[str]) -> str:
    """Alternatives of a pattern, the longest first, so that none hides another."""
    return "|".join(sorted(words, key=len, reverse=True))
