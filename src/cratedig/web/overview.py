"""What every page says about the catalogue: read at most every few seconds, by one request for all."""

from __future__ import annotations

import time
from dataclasses import dataclass

import anyio

from cratedig.catalogue import Catalogue, browse, census
from cratedig.catalogue.browse import Genre

FRESH_S = 5.0
CROWD = 400  # points of the opening page's plane; more hide one another
GENRES = 16


@dataclass(frozen=True)
class Counts:
    """tracks in all; studied: those that can be found by meaning; pending: the rest."""

    tracks: int
    studied: int

    @property
    def pending(self) -> int:
        return max(0, self.tracks - self.studied)


@dataclass(frozen=True)
class Overview:
    counts: Counts
    genres: list[Genre]
    moods: list[tuple[float, float]]


class Overviews:
    """Gives the current overview; within FRESH_S seconds everyone gets the same one."""

    def __init__(self, catalogue: Catalogue) -> None:
        self._catalogue = catalogue
        self._lock = anyio.Lock()
        self._last: Overview | None = None
        self._read_at = 0.0

    async def current(self) -> Overview:
        if self._last and time.monotonic() - self._read_at < FRESH_S:
            return self._last
        async with self._lock:
            if self._last is None or time.monotonic() - self._read_at >= FRESH_S:
                self._last = await self._read()
                self._read_at = time.monotonic()
            return self._last

    async def _read(self) -> Overview:
        async with self._catalogue.begin() as session:
            counted = await census.count(session)
            genres = await browse.genres(session, limit=GENRES)
            moods = await browse.moods(session, every=max(1, counted.moods // CROWD))
        return Overview(Counts(tracks=counted.tracks, studied=counted.texts), genres, moods)
