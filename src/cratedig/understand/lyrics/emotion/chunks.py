"""A lyric in the pieces that a model of short texts reads well: a few lines of one section at a time."""

from __future__ import annotations

import textwrap
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from cratedig.music.lyric import Lyric

MOST_CHARS: Final = 200
"""Of a piece: what the emotion head's spelling judge reads, and as long as its longest lessons."""


@dataclass(frozen=True, slots=True)
class Chunk:
    """Text of a section (its number in the lyric), weighing as many words as it has."""

    section: int
    text: str
    words: int


def chunks_of(lyric: Lyric) -> list[Chunk]:
    """Lines that follow each other in a section, as many as fit in MOST_CHARS; a longer line is cut between words.

    >>> [chunk.text for chunk in chunks_of(Lyric.of("Come home\\nCome on home\\n\\nI left the light on"))]
    ['Come home\\nCome on home', 'I left the light on']
    """
    return [
        Chunk(number, text, max(1, len(text.split())))
        for number, section in enumerate(lyric.sections)
        for text in _joined(section.lines)
    ]


def _joined(lines: Sequence[str]) -> Iterator[str]:
    held: list[str] = []
    for piece in (piece for line in lines for piece in _cut(line)):
        if held and sum(map(len, held)) + len(held) + len(piece) > MOST_CHARS:
            yield "\n".join(held)
            held = []
        held.append(piece)
    if held:
        yield "\n".join(held)


def _cut(line: str) -> list[str]:
    return [line] if len(line) <= MOST_CHARS else textwrap.wrap(line, MOST_CHARS) or [line[:MOST_CHARS]]
