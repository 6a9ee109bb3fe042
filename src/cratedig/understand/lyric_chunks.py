"""Lyrics taken apart for search: parts of a few lines, each with what it means; a song is found by its verse."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Final

import anyio

from cratedig.catalogue import Catalogue, lyric_chunks
from cratedig.catalogue.lyric_chunks import Chunk, Unread
from cratedig.catalogue.texts import Range
from cratedig.models.embedder import TextEmbedder
from cratedig.music.lyric import Lyric
from cratedig.music.text import fold

VERSION: Final = 1  # raised when other parts are made of the same lyric
MOST_LINES: Final = 8
"""Half of a rap verse, two quatrains: what a person remembers of a song is about as long."""
MOST_CHUNKS: Final = 120
"""So many parts of one lyric at most: no song has more."""
TRACKS: Final = 256
"""Tracks in a part of the study: about 2 s of work."""


@dataclass(frozen=True, slots=True)
class Passage:
    """Lines that stand together. first_line: from 0, over all lines of the lyric."""

    first_line: int
    lines: tuple[str, ...]

    @property
    def text(self) -> str:
        return "\n".join(self.lines)


def passages(lyric: Lyric) -> list[Passage]:
    """Every section, cut evenly into passages of at most MOST_LINES; a passage that was there before counts once.

    >>> lyric = Lyric.of("\\n".join(f"line {n}" for n in range(10)))
    >>> [(one.first_line, len(one.lines)) for one in passages(lyric)]
    [(0, 5), (5, 5)]
    """
    known: set[str] = set()
    found: list[Passage] = []
    for passage in _cut(lyric):
        words = fold(passage.text)
        if words not in known and len(found) < MOST_CHUNKS:
            known.add(words)
            found.append(passage)
    return found


def _cut(lyric: Lyric) -> Iterator[Passage]:
    first = 0
    for section in lyric.sections:
        count = len(section.lines)
        parts = -(-count // MOST_LINES)
        edges = [count * n // parts for n in range(parts + 1)]
        for begin, end in pairwise(edges):
            yield Passage(first + begin, section.lines[begin:end])
        first += count


def version(embedder: TextEmbedder) -> str:
    """Of the parts and what they mean."""
    return f"{VERSION} {embedder.version}"


async def parts(
    catalogue: Catalogue, embedder: TextEmbedder, *, limit: int | None = None, redo: bool = False
) -> list[Range]:
    """The tracks whose lyrics want to be taken apart, at most `limit`, in parts."""
    async with catalogue.begin() as session:
        return await lyric_chunks.unread_ranges(session, version=version(embedder), size=TRACKS, limit=limit, redo=redo)


async def read(
    catalogue: Catalogue,
    embedder: TextEmbedder,
    part: Range,
    *,
    redo: bool = False,
    turn: anyio.CapacityLimiter | None = None,
) -> tuple[list[Unread], list[Chunk]]:
    """One part's lyrics and what they are made of, to be saved; worked out in a thread, in its `turn`."""
    async with catalogue.begin() as session:
        tracks = await lyric_chunks.unread(session, part, version=version(embedder), redo=redo)
    return tracks, await anyio.to_thread.run_sync(chunks_of, tracks, embedder, limiter=turn)


def chunks_of(tracks: Sequence[Unread], embedder: TextEmbedder) -> list[Chunk]:
    """The parts of these lyrics with their embeddings. A lyric without a line, such as a lone heading, is one part of
    no lines: so it is not looked at again."""
    placed = [(track, number, one) for track in tracks for number, one in enumerate(_passages(track))]
    embeddings = embedder.embed([passage.text for *_, passage in placed])
    return [
        Chunk(track.track_id, number, track.digest, passage.first_line, len(passage.lines), embedding)
        for (track, number, passage), embedding in zip(placed, embeddings, strict=True)
    ]


def _passages(track: Unread) -> list[Passage]:
    if not track.lyrics:
        return []
    return passages(Lyric.of(track.lyrics)) or [Passage(0, ())]
