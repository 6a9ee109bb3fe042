"""The channel of lyrics: which songs have lines that mean what is sought, and which lines those are."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields, replace
from typing import Final

import anyio
import numpy as np

from cratedig.catalogue import lyric_chunks
from cratedig.catalogue.lines import Lines
from cratedig.catalogue.lyric_chunks import MOST_BREADTH, Near
from cratedig.find.candidates import Candidates, Floats, Ids
from cratedig.find.channels import meeting
from cratedig.find.retrieval import Wanted, gather, may_be_brought
from cratedig.find.segment.snapshot import Snapshot
from cratedig.find.spaces.space import LINES

CHANNEL: Final = "lyrics"
OF_LYRICS: Final = 200
"""Parts of lyrics that are brought: a hundred songs or more."""
BREADTH: Final = MOST_BREADTH
"""How far PostgreSQL's index of parts is searched; its recall by breadth is in docs/find.md."""
FEW: Final = 1500
"""Songs among which PostgreSQL compares all parts, rather than searching its index."""


@dataclass(frozen=True)
class Lyrics:
    """What the channel brought: track -> its nearest part. offset: what the mean text scores for this query."""

    best: Mapping[int, Near]
    offset: float = 0.0

    def likeness(self, ids: Ids) -> Floats:
        """Of the nearest part of each track, above that of the mean text; -1 where none was brought."""
        found = [self.best[one].likeness - self.offset if one in self.best else -1.0 for one in ids.tolist()]
        return np.array(found, dtype=np.float32)


async def near_lyrics(lines: Lines, snapshot: Snapshot, wanted: Wanted) -> Lyrics:
    """The parts of lyrics nearest to what is wanted, of tracks that may be brought.

    Looked for in the index of the space, or, where there is none that can be trusted, in the database.
    """
    target, offset = wanted.known.cleared(wanted.vector)
    may = may_be_brought(snapshot, wanted)
    only = None if may is None else snapshot.column("ids", np.flatnonzero(may))
    index = snapshot.indices.get(LINES.name)
    if index is not None:
        hits = await anyio.to_thread.run_sync(lambda: index.search(target, OF_LYRICS, only=only))
        tracks, numbers = np.divmod(hits.ids, LINES.parts)
        found = list(map(Near, tracks.tolist(), numbers.tolist(), hits.scores.tolist()))
    else:
        found = await _from_database(lines, snapshot, wanted.vector, target, None if only is None else only.tolist())
    return Lyrics(_best(found), offset)


async def _from_database(
    lines: Lines, snapshot: Snapshot, vector: Floats, target: Floats, only: list[int] | None
) -> list[Near]:
    """Few songs' parts are compared one by one. Those of many are sought by what is asked as it is, and judged as all
    are: a query cleared of what texts share lies where none does, and PostgreSQL's graph finds its way from there
    three times as slowly."""
    if (snapshot.tracks if only is None else len(only)) <= FEW:
        return await lyric_chunks.nearest_of(lines, target, OF_LYRICS, only)
    return await lyric_chunks.nearest(lines, vector, OF_LYRICS, breadth=BREADTH, only=only, judged_by=target)


def _best(found: Sequence[Near]) -> dict[int, Near]:
    """Of each track the part that is most like; of two, the one that came first."""
    best: dict[int, Near] = {}
    for one in found:
        if one.track_id not in best or one.likeness > best[one.track_id].likeness:
            best[one.track_id] = one
    return best


def with_lyrics(snapshot: Snapshot, wanted: Wanted, found: Candidates, lyrics: Lyrics) -> Candidates:
    """The candidates and the songs that lyrics brought; what a song means to the query is the best of what it means as
    a whole and what any of its parts does."""
    if not lyrics.best:
        return found
    known = set(found.ids.tolist())
    more = [track for track in lyrics.best if track not in known]
    rows = snapshot.rows_of(np.array(sorted(more), dtype=np.int64))
    rows = meeting(snapshot, wanted.conditions, np.sort(rows[rows >= 0]))
    if len(rows):
        found = joined(found, gather(snapshot, wanted, snapshot.column("ids", rows).tolist()))
    likeness = lyrics.likeness(found.ids)
    brought = dict(found.channels) | {CHANNEL: likeness > -1.0}
    return replace(found, meaning=np.fmax(found.meaning, likeness).astype(np.float32), channels=brought)


def joined(one: Candidates, other: Candidates) -> Candidates:
    """Both, the other's behind; no channel of the one brought those."""
    nothing = np.zeros(len(other), dtype=bool)
    columns = {
        column.name: np.concatenate([getattr(one, column.name), getattr(other, column.name)])
        for column in fields(Candidates)
        if column.name not in ("channels", "embeddings")
    }
    channels = {name: np.concatenate([brought, nothing]) for name, brought in one.channels.items()}
    return Candidates(**columns, channels=channels, embeddings=one.embeddings)
