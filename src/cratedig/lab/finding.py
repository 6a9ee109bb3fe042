"""The product's find as evaluations run it: a crate of songs in an empty catalogue, and what requests bring from it."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TypeVar

import anyio
import numpy as np
from numpy.typing import NDArray

from cratedig.catalogue import Catalogue, segments
from cratedig.find.finder import Finder, Manner
from cratedig.find.recommend import Judged, judge, ranked, recommend
from cratedig.find.request import Request
from cratedig.find.segment.segment import Segment
from cratedig.find.segment.snapshot import Snapshot
from cratedig.find.spaces.shelf import leave_to_the_tick
from cratedig.find.store import Store
from cratedig.lab.crate import fill
from cratedig.lab.evaluation import Lab
from cratedig.lab.spotify_data import Song
from cratedig.models.mood import MoodHead
from cratedig.music.mood import Mood
from cratedig.understand.study import study_mood, study_text

AT_ONCE = 2  # finds in flight
_NOWHERE = Path("no index is built")  # of a scratch catalogue: all of it is read into memory

T = TypeVar("T")


@dataclass(frozen=True)
class Shown:
    """What somebody who asked would see, as positions in the crate, and the mood that was understood."""

    tracks: list[int]
    mood: Mood | None


@dataclass(frozen=True)
class Crated:
    """A studied crate. ids: track ids in the crate's order. snapshot: to find in, where it is not the catalogue's."""

    catalogue: Catalogue
    finder: Finder
    ids: Sequence[int]
    snapshot: Snapshot | None = None

    def in_manner(self, manner: Manner) -> Crated:
        """The same crate, found in otherwise."""
        return replace(self, finder=replace(self.finder, manner=manner))

    def read_by(self, head: MoodHead) -> Crated:
        """The same crate, the moods of queries heard by another head."""
        return replace(self, finder=replace(self.finder, head=head))

    async def sounding(self, sounds: NDArray[np.float64]) -> Crated:
        """The same crate, its tracks at these points (n, 128) of the space of sounds."""
        snapshot = await self.finder.store.snapshot()
        (part,) = snapshot.parts
        places = self.places
        ordered = sounds[[places[track_id] for track_id in part.segment["ids"].tolist()]]
        columns = {"audio": ordered.astype("<f2"), "audio_at": np.arange(len(ordered), dtype="<i4")}
        heard = replace(part, segment=Segment(part.segment.arrays | columns))
        return replace(self, snapshot=replace(snapshot, parts=(heard,)))

    async def of_each(self, requests: Sequence[Request], work: Callable[[Request, Judged], T]) -> list[T]:
        """What is made, in a thread, of all candidates of each request with their scores, before they are arranged."""

        async def find(request: Request) -> T:
            judged = await judge(self.finder, request, snapshot=self.snapshot)
            return await anyio.to_thread.run_sync(work, request, judged)

        return await self._each(requests, find)

    async def ranked(self, requests: Sequence[Request]) -> list[list[int]]:
        """All candidates of each request by falling score, as positions."""
        places = self.places
        return await self.of_each(requests, lambda _, judged: [places[track_id] for track_id in _by_score(judged)])

    async def shown(self, requests: Sequence[Request]) -> list[Shown]:
        """The answer to each request."""
        places = self.places
        answers = await self._each(requests, lambda one: recommend(self.finder, one, snapshot=self.snapshot))
        return [Shown([places[int(one.track_id)] for one in said.results], said.mood_detected) for said in answers]

    @property
    def places(self) -> Mapping[int, int]:
        """Track id -> position in the crate."""
        return {track_id: at for at, track_id in enumerate(self.ids)}

    async def moods(self) -> NDArray[np.float64]:
        """Where the product places each track of the crate, (n, 2); NaN where nowhere."""
        async with self.catalogue.begin() as session:
            rows = {row.track_id: row for row in await segments.those(session, self.ids)}
        places = [(rows[track_id].valence, rows[track_id].arousal) for track_id in self.ids]
        return np.array(places, dtype=np.float64).reshape(-1, 2)

    async def _each(self, requests: Sequence[Request], find: Callable[[Request], Awaitable[T]]) -> list[T]:
        found: dict[int, T] = {}

        async def finder(first: int) -> None:
            for at in range(first, len(requests), AT_ONCE):
                found[at] = await find(requests[at])

        async with anyio.create_task_group() as tasks:
            for first in range(AT_ONCE):
                tasks.start_soon(finder, first)
        return [found[at] for at in range(len(requests))]


def _by_score(judged: Judged) -> list[int]:
    ids: list[int] = judged.found.ids[ranked(judged.found, judged.blend.scores)].tolist()
    return ids


async def crated(catalogue: Catalogue, lab: Lab, songs: Sequence[Song], *, hidden: Collection[str] = ()) -> Crated:
    """Fills an empty catalogue and studies it. hidden: audio features that the tracks come without; genres always."""
    ids = await fill(catalogue, [_row(song, hidden) for song in songs], source="spotify_songs")
    head = MoodHead.load()
    await study_text(catalogue, lab.embedder)
    await study_mood(catalogue, lab.embedder, head)
    store = Store(catalogue, _NOWHERE, leave_to_the_tick)
    return Crated(catalogue, Finder(store, lab.embedder, head), ids)


def _row(song: Song, hidden: Collection[str]) -> dict[str, object]:
    return {
        "title": song.title or None,
        "artist": song.artist or None,
        "album": song.album or None,
        "year": song.year,
        "popularity": song.popularity,
        "duration_s": song.duration_s,
        "audio_features": {name: value for name, value in song.features.items() if name not in hidden},
    }
