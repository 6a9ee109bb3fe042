"""The builds of indices: begun, switched to in one transaction, kept for a while after that, refused when damaged."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any, Literal

from sqlalchemy import func, select, text, update
from sqlalchemy.ext.asyncio import AsyncSession

from cratedig.catalogue.tables import IndexBuild
from cratedig.catalogue.vectors import mark
from cratedig.errors import NotFound

Name = Literal["text", "audio", "mood", "lines", "segment"]
"""What is built: the index of each space of vectors, and the segment."""

Changes = Mapping[int, datetime]
"""Track -> when the transaction that last wrote it began. Two that wrote it began at two times, so a change that
was seen before is known again."""

DUE_SHARE = 0.05
DUE_FROM = 2_000
"""An index wants to be built anew once so many of its tracks changed: beyond that, additions cost a search more than
they are worth. A smaller catalogue needs none: a process reads it faster than it opens four files."""
QUIET_S = 60.0


@dataclass(frozen=True, slots=True)
class Build:
    """A build as its row says; what it has only when it is done is None before."""

    id: str
    space: str
    state: str
    since: datetime
    kind: str | None
    params: dict[str, Any] | None
    tracks: int | None
    recall: float | None
    path: str | None
    sha256: str | None
    size: int | None
    error: str | None
    created_at: datetime
    switched_at: datetime | None
    retired_at: datetime | None


_COLUMNS = [getattr(IndexBuild, name) for name in Build.__dataclass_fields__]


@dataclass(frozen=True, slots=True)
class Made:
    """What a build became. path: relative to the data folder; recall: 0 .. 1; size: bytes."""

    kind: str
    params: dict[str, Any]
    tracks: int
    recall: float
    path: str
    sha256: str
    size: int


async def begin(session: AsyncSession, space: Name) -> Build:
    """A new build of the space; one that is under way, or was left by a crash, is given up for it."""
    since = await mark(session)
    given_up = update(IndexBuild).where(IndexBuild.space == space, IndexBuild.state == "building")
    await session.execute(given_up.values(state="failed", error="Another build began.", retired_at=func.now()))
    build_id = uuid.uuid4().hex
    session.add(IndexBuild(id=build_id, space=space, since=since))
    await session.flush()
    return await get(session, build_id)


async def switch(session: AsyncSession, build: Build, made: Made) -> None:
    """Makes the build the one that is searched, and the one before it old. Raises NotFound where it was given up."""
    live = update(IndexBuild).where(IndexBuild.space == build.space, IndexBuild.state == "live")
    await session.execute(live.values(state="old", retired_at=func.now()))
    done = update(IndexBuild).where(IndexBuild.id == build.id, IndexBuild.state == "building")
    switched = done.values(state="live", switched_at=func.now(), **asdict(made)).returning(IndexBuild.id)
    if await session.scalar(switched) is None:
        raise NotFound(f"The build {build.id} of the {build.space} index was given up.")
    await session.execute(
        text(
            """delete from index_changes c using (select space, track_id from index_changes
                where space = :space and changed_at < :since for update skip locked) superfluous
            where c.space = superfluous.space and c.track_id = superfluous.track_id"""
        ),  # a row that is being changed stays: who changes it may take long
        {"space": build.space, "since": build.since},
    )


async def fail(session: AsyncSession, build_id: str, error: str) -> bool:
    """Nobody searches it any more. False where somebody else has said so before."""
    failed = update(IndexBuild).where(IndexBuild.id == build_id, IndexBuild.state.in_(("building", "live")))
    values = {"state": "failed", "error": error, "retired_at": func.now()}
    return await session.scalar(failed.values(**values).returning(IndexBuild.id)) is not None


async def get(session: AsyncSession, build_id: str) -> Build:
    """Raises NotFound."""
    row = (await session.execute(select(*_COLUMNS).where(IndexBuild.id == build_id))).one_or_none()
    if row is None:
        raise NotFound(f"There is no build {build_id!r}.")
    return Build(*row)


async def live(session: AsyncSession) -> dict[str, Build]:
    """space -> the build that is searched."""
    rows = await session.execute(select(*_COLUMNS).where(IndexBuild.state == "live"))
    return {build.space: build for build in (Build(*row) for row in rows)}


async def listed(session: AsyncSession) -> list[Build]:
    """All builds, the newest first."""
    rows = await session.execute(select(*_COLUMNS).order_by(IndexBuild.created_at.desc(), IndexBuild.id))
    return [Build(*row) for row in rows]


async def left(session: AsyncSession, *, grace_s: float) -> list[Build]:
    """Builds nobody reads any more: retired so long ago that whoever looked them up has opened them."""
    long_ago = func.now() - func.make_interval(0, 0, 0, 0, 0, 0, grace_s)
    statement = select(*_COLUMNS).where(IndexBuild.state.in_(("old", "failed")), IndexBuild.retired_at <= long_ago)
    return [Build(*row) for row in await session.execute(statement)]


async def forget(session: AsyncSession, build_id: str) -> None:
    await session.execute(text("delete from index_builds where id = :id"), {"id": build_id})


async def changes(session: AsyncSession, name: Name, *, since: datetime) -> Changes:
    """The tracks that were written or deleted since then."""
    statement = "select track_id, changed_at from index_changes where space = :space and changed_at >= :since"
    return {row[0]: row[1] for row in await session.execute(text(statement), {"space": name, "since": since})}


async def is_due(session: AsyncSession, name: Name) -> bool:
    """True where so much changed since the live build began, or since the beginning, that a new one pays, and either
    nothing changed for a while or half of it did: work that goes on would make the build old before it is done."""
    found = (await live(session)).get(name)
    changes, is_quiet = await _changes(session, name, since=None if found is None else found.since)
    tracks = (found.tracks if found is not None else None) or 0
    return changes > max(DUE_FROM, DUE_SHARE * tracks) and (is_quiet or changes > 0.5 * tracks > 0)


async def _changes(session: AsyncSession, name: Name, *, since: datetime | None) -> tuple[int, bool]:
    """How many tracks changed since then, and whether the last of them did QUIET_S ago."""
    statement = """select count(*), coalesce(max(changed_at) < now() - make_interval(secs => :quiet), true)
        from index_changes where space = :space and changed_at >= coalesce(cast(:since as timestamptz), '-infinity')"""
    given = {"space": name, "since": since, "quiet": QUIET_S}
    changes, is_quiet = (await session.execute(text(statement), given)).one()
    return int(changes), bool(is_quiet)
