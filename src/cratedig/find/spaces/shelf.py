"""The open indices of a process: each space's live build with what changed since, or none where it is damaged."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

import anyio
import numpy as np

from cratedig.catalogue import Session, index_builds, published, vectors
from cratedig.catalogue.index_builds import Build, Changes
from cratedig.catalogue.vectors import Placed
from cratedig.errors import Damaged, NotFound
from cratedig.find.spaces.space import SPACES, Space
from cratedig.log import logger
from cratedig.models.index.contract import Ids, Params
from cratedig.models.index.layered import LayeredIndex

AskRebuild = Callable[[Session, str], Awaitable[object]]
"""Asks for a new build of the space of that name, once however often it is called."""


async def leave_to_the_tick(_session: Session, _space: str) -> None:
    """Nothing: a worker sees within a minute that there is no build."""


PART = 5_000
"""Tracks that changed, read at once."""


@dataclass
class _Open:
    build: Build
    index: LayeredIndex
    upto: datetime
    """Every change that was committed before is in the index."""
    seen: Changes = field(default_factory=dict)
    """The changes at or after it that are in it already."""

    @property
    def space(self) -> Space:
        return SPACES[self.build.space]


class Shelf:
    """One to a process. `refresh` before a search, whenever the catalogue's stamp is another."""

    def __init__(self, data_dir: Path, ask_rebuild: AskRebuild) -> None:
        self._data_dir = data_dir
        self._ask_rebuild = ask_rebuild
        self._open: dict[str, _Open] = {}
        self._refreshing = asyncio.Lock()

    def index(self, space: Space) -> LayeredIndex | None:
        """The space's index; None where it has none that can be trusted, and the catalogue is to be asked itself."""
        found = self._open.get(space.name)
        return None if found is None else found.index

    def builds(self) -> dict[str, str]:
        """space -> the id of the build that is open: part of what a cached answer depends on."""
        return {name: one.build.id for name, one in self._open.items()}

    async def refresh(self, session: Session) -> None:
        """Opens what is live, leaves what is not, and takes in every change that is committed.

        A file that is not the one that was published is refused unread, its build given up, a new one asked for.
        """
        async with self._refreshing:
            live = {name: one for name, one in (await index_builds.live(session)).items() if name in SPACES}
            for name in self._open.keys() - live.keys():
                del self._open[name]
            for name, build in live.items():
                if name not in self._open or self._open[name].build.id != build.id:
                    await self._renew(session, build)
            for one in self._open.values():
                await _catch_up(session, one)

    async def _renew(self, session: Session, build: Build) -> None:
        try:
            self._open[build.space] = _Open(build, await opened(session, build, self._data_dir), build.since)
        except (Damaged, NotFound, ValueError) as error:
            self._open.pop(build.space, None)
            logger(__name__).warning("an index was refused", space=build.space, build=build.id, reason=str(error))
            if await index_builds.fail(session, build.id, str(error)):
                await self._ask_rebuild(session, build.space)


async def opened(session: Session, build: Build, data_dir: Path) -> LayeredIndex:
    """The build's index as it was written, once its file's bytes are those that were published.

    Raises Damaged or NotFound where they are not or there is none, ValueError where it holds another kind.
    """
    if build.path is None or build.params is None:
        raise NotFound(f"The build {build.id} has no file.")
    path = await published.verified(session, data_dir, data_dir / build.path)
    return await anyio.to_thread.run_sync(LayeredIndex.read, path, Params.of(build.params))


async def _catch_up(session: Session, one: _Open) -> None:
    """Takes in what was committed since the last time, part by part."""
    mark = await vectors.mark(session)
    changes = await index_builds.changes(session, one.space.name, since=one.upto)
    new = sorted(track_id for track_id, at in changes.items() if one.seen.get(track_id) != at)
    for start in range(0, len(new), PART):
        ids = new[start : start + PART]
        now = await vectors.those(session, one.space.name, ids, dim=one.space.dim)
        await anyio.to_thread.run_sync(_take_in, one.index, _all_of(ids, one.space), now)
    one.upto, one.seen = mark, {track_id: at for track_id, at in changes.items() if at >= mark}


def _all_of(tracks: Sequence[int], space: Space) -> Ids:
    """Every id that vectors of these tracks may have."""
    firsts = np.array(tracks, dtype=np.int64) * space.parts
    ids: Ids = (firsts[:, None] + np.arange(space.parts)).ravel()
    return ids


def _take_in(index: LayeredIndex, changed: Ids, now: Placed) -> None:
    whole = np.isfinite(now.vectors).all(axis=1)
    ids, found = now.ids[whole], now.vectors[whole]
    index.remove(np.setdiff1d(changed, ids))
    index.add(ids, found)
