"""The segment of a process: opened from the live build, or read from the catalogue, and kept up with it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path

import anyio

from cratedig.catalogue import Session, index_builds, published, segments, vectors
from cratedig.catalogue.index_builds import Build, Changes
from cratedig.catalogue.segments import SEGMENT
from cratedig.errors import Damaged, NotFound
from cratedig.find.segment import container
from cratedig.find.segment.build import PART, params, read_all
from cratedig.find.segment.layers import Layer, Layers, added
from cratedig.find.segment.reading import segment_of
from cratedig.find.segment.segment import Segment
from cratedig.find.segment.snapshot import Part
from cratedig.find.spaces.shelf import AskRebuild
from cratedig.log import logger


@dataclass(frozen=True, eq=False)
class _Held:
    """build: whose file the first layer is, None where it was read from the catalogue.  upto: every change that was
    committed before is in it.  seen: the changes at or after it that are in it already."""

    layers: Layers
    build: str | None
    upto: datetime
    seen: Changes


class Keeper:
    """One to a process, and one refresh at a time."""

    def __init__(self, data_dir: Path, ask_rebuild: AskRebuild) -> None:
        self._data_dir = data_dir
        self._ask_rebuild = ask_rebuild
        self._held: _Held | None = None

    @property
    def parts(self) -> tuple[Part, ...]:
        """What was read at the last refresh. Raises RuntimeError before the first."""
        if self._held is None:
            raise RuntimeError("nothing was read yet")
        return self._held.layers.parts

    @property
    def build(self) -> str | None:
        """The id of the build that is open."""
        return None if self._held is None else self._held.build

    async def refresh(self, session: Session) -> None:
        """Opens what is live, and takes in every change that is committed: the work is that of what changed since the
        last refresh.

        A file that is not the one that was published is refused unread, its build given up, a new one asked for; the
        catalogue itself is read then, as where there is no build.
        """
        live = (await index_builds.live(session)).get(SEGMENT)
        held = self._held
        if held is None or held.build != (live and live.id):
            held = await self._rebased(session, live, held)
        self._held = await _caught_up(session, held)

    async def _rebased(self, session: Session, live: Build | None, before: _Held | None) -> _Held:
        if live is not None:
            segment = await opened_or_refused(session, live, self._data_dir, self._ask_rebuild)
            if segment is not None:
                return _Held(Layers((Layer.of(segment),), is_file=True), live.id, live.since, {})
        if before is not None and before.build is None:
            return before
        mark = await vectors.mark(session)
        return _Held(Layers((Layer.of(await read_all(session)),)), None, mark, {})


async def opened_or_refused(session: Session, build: Build, data_dir: Path, ask_rebuild: AskRebuild) -> Segment | None:
    """The build's segment; None where its file cannot be trusted: the build is given up then, a new one asked for."""
    try:
        return await opened(session, build, data_dir)
    except (Damaged, NotFound, ValueError) as error:
        logger(__name__).warning("a segment was refused", build=build.id, reason=str(error))
        if await index_builds.fail(session, build.id, str(error)):
            await ask_rebuild(session, SEGMENT)
        return None


async def opened(session: Session, build: Build, data_dir: Path) -> Segment:
    """The build's segment as it was written, once its file's bytes are those that were published.

    Raises Damaged or NotFound where they are not or there is none, ValueError where it is of another kind.
    """
    if build.path is None or build.params is None:
        raise NotFound(f"The build {build.id} has no file.")
    if build.params != params():
        raise ValueError("it was built by another version of Cratedig.")
    path = await published.verified(session, data_dir, data_dir / build.path)
    return Segment(await anyio.to_thread.run_sync(container.read, path))


async def _caught_up(session: Session, held: _Held) -> _Held:
    mark = await vectors.mark(session)
    changes = await index_builds.changes(session, SEGMENT, since=held.upto)
    new = sorted(track_id for track_id, at in changes.items() if held.seen.get(track_id) != at)
    held = replace(held, upto=mark, seen={track_id: at for track_id, at in changes.items() if at >= mark})
    if not new:
        return held
    return replace(held, layers=await anyio.to_thread.run_sync(added, held.layers, new, await _read(session, new)))


async def _read(session: Session, ids: Sequence[int]) -> list[Segment]:
    """The segments of these tracks, part by part."""
    parts = []
    for start in range(0, len(ids), PART):
        rows = await segments.those(session, ids[start : start + PART])
        parts.append(await anyio.to_thread.run_sync(segment_of, rows))
    return parts
