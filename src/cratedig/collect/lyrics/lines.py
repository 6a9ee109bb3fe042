"""A lyric's lines while they are cleaned: each knows where it stood, and when it is sung where its file said so."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Final

from cratedig.collect.lyrics.changes import Receipts
from cratedig.collect.lyrics.markup import one_space

LONGEST: Final = 500
"""Characters. Longer lines are no headings and no credits, and nothing is written out of them: they are read as they
are, so that half a megabyte in one line costs no more than in many."""


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


def lines_of(text: str, receipts: Receipts) -> list[Line]:
    """The lines of a text, each with single spaces."""
    return list(_spaced(text, receipts))


def _spaced(text: str, receipts: Receipts) -> Iterator[Line]:
    for number, line in enumerate(text.split("\n"), 1):
        spaced = one_space(line)
        if spaced != line and line.strip():
            receipts.note("spaces", number, line.replace("\t", " "), spaced)
        yield Line(number, spaced)
