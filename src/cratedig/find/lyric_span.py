"""Where in a lyric a query is met: a few words of the lines that do, and which line that is."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from cratedig.catalogue.lyric_chunks import Where
from cratedig.find.span import LONGEST, matching_span
from cratedig.music.lyric import heading
from cratedig.music.text import fold

_SHORTEST, _ENDING = 3, 3
"""Words of fewer letters do not match, and of a word at most so many letters are its ending (find/span.py)."""
_TRIED = 3


class Place(NamedTuple):
    """words: at most LONGEST, verbatim. line: of the first of them, from 1, headings and blank lines not counted."""

    words: str
    line: int


def place_in_lyric(lyrics: str, query_words: Sequence[str], near: Where | None) -> Place | None:
    """The words to show of a lyric: those that match among the lines that mean what is sought, else those of a line
    with half of the query's words, else the beginning of the lines that mean it, else whatever matches; None where
    nothing does.

    query_words: folded. near: the part that was found by its meaning, if one was.

    >>> place_in_lyric("[Verse 1]\\nThe night is long\\nand nobody is dancing in the rain", ["dance"], None)
    Place(words='dancing in the rain', line=2)
    """
    lines = [line for line in map(str.strip, lyrics.splitlines()) if line and heading(line) is None]
    within = range(near.first_line, min(len(lines), near.first_line + near.lines)) if near else range(0)
    beginnings = {word[: max(_SHORTEST, len(word) - _ENDING)] for word in query_words if len(word) >= _SHORTEST}
    half = (len(beginnings) + 1) // 2 if within else 1
    for among, least in ((within, 1), (range(len(lines)), half)):
        if (found := _matching(lines, among, beginnings, query_words, least)) is not None:
            return found
    return Place(" ".join(lines[within[0]].split()[:LONGEST]), within[0] + 1) if within else None


def _matching(
    lines: Sequence[str], among: range, beginnings: set[str], words: Sequence[str], least: int
) -> Place | None:
    """The words of the line that has most of the query's, `least` or more, up to the end of the next one."""
    hits = {at: sum(beginning in plain for beginning in beginnings) for at in among if (plain := _plain(lines[at]))}
    for at in sorted((at for at, count in hits.items() if count >= least), key=lambda at: (-hits[at], at))[:_TRIED]:
        if matching_span(lines[at], words) is not None:
            span = matching_span(" ".join(lines[at : at + 2]), words) or ""
            return Place(span, at + 1 if span.split()[0] in lines[at].split() else at + 2)
    return None


def _plain(line: str) -> str:
    return line.lower() if line.isascii() else fold(line)
