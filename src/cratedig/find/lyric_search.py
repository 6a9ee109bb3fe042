"""The channel of lyrics: which songs have lines that mean what is sought, and which lines those are."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields, replace
from typing import Final

import numpy as np

from cratedig.catalogue import lyric_chunks
from cratedig.catalogue.lines import Lines
from cratedig.catalogue.lyric_chunks import Near
from cratedig.find.candidates import Candidates, Floats, Ids
from cratedig.find.channels import meeting
from cratedig.find.retrieval import Wanted, gather, may_be_brought
from cratedig.find.segment.snapshot import Snapshot

CHANNEL: Final = "lyrics"
OF_LYRICS: Final = 200
"""Parts of lyrics that are brought: a hundred songs or more."""
BREADTH: Final = 200
"""How far the index of parts is searched; its recall by breadth is in docs/find.md."""
FEW: Final = 1500
"""Songs among which all parts are compared, rather than the index searched past those that may not be brought."""


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

    They are sought by what is asked as it is, and judged without what all texts share, as every track is: a query that
    was cleared of that lies where no text does, and an index is three times as slow to find its way from there.
    """
    sought, (cleared, offset) = wanted.vector, wanted.known.cleared(wanted.vector)
    may = may_be_brought(snapshot, wanted)
    only = None if may is None else snapshot.column("ids", np.flatnonzero(may)).tolist()
    if only is not None and len(only) <= FEW:
        found = await lyric_chunks.nearest_of(lines, sought, OF_LYRICS, only, judged_by=cleared)
    else:
        found = await lyric_chunks.nearest(lines, sought, OF_LYRICS, breadth=BREADTH, only=only, judged_by=cleared)
    return Lyrics(_best(found), offset)


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
