"""A lyric's lines while they are cleaned: each knows where it stood, and when it is sung where its file said so."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Final

from cratedig.collect.lyrics.changes import Receipts
from cratedig.collect.lyrics.markup import one_space

LONGEST: Final = 500
"""Characters. Longer lines are no headings and no credits, and nothing is written out of them: they are read as they
are, so that half a megabyte in one line costs no more than in many."""
MOST_LINES: Final = 300
MOST_CHARS: Final = 20_000
"""So much is written out of one text at most; what is marked beyond it is written once."""


@dataclass(frozen=True, slots=True)
class Line:
    """number: from 1, in the text as it was given. text: "" parts sections. at_s: when it is sung, in seconds."""

    number: int
    text: str
    at_s: float | None = None

    @property
    def is_long(self) -> bool:
        return len(self.text) > LONGEST

    def saying(self, text: str) -> Line:
        """The same line with other words."""
        return replace(self, text=text)


@dataclass
class Room:
    """How much of a text may still be written out where it is written once and sung more often."""

    lines: int = MOST_LINES
    chars: int = MOST_CHARS

    def takes(self, body: Sequence[Line], more: int) -> bool:
        """Whether the lines fit so many times more; they have that room then."""
        lines, chars = more * len(body), more * sum(len(line.text) for line in body)
        if lines > self.lines or chars > self.chars:
            return False
        self.lines, self.chars = self.lines - lines, self.chars - chars
        return True


def lines_of(text: str, receipts: Receipts) -> list[Line]:
    """The lines of a text, each with single spaces."""
    return list(_spaced(text, receipts))


def _spaced(text: str, receipts: Receipts) -> Iterator[Line]:
    for number, line in enumerate(text.split("\n"), 1):
        spaced = one_space(line)
        if spaced != line and line.strip():
            receipts.note("spaces", number, line.replace("\t", " "), spaced)
        yield Line(number, spaced)
