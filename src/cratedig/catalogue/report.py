"""The collection at a glance: by column what is given, measured, imputed and absent; and what came in last."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

AT_MOST = 100_000
"""Tracks that are looked at; of a larger catalogue a sample spread evenly over the ids."""

_EMPTY = {
    "genre": "genre is null",
    "tags": "tags = '{}'",
    "description": "description is null",
    "year": "year is null",
    "length": "duration_s is null",
    "sound": "audio_features is null",
    "mood": "valence is null",
}
"""A column as people call it -> when a track has nothing there."""
RECEIPTS = {"sound": "audio_features", "length": "duration_s"}
"""Columns whose receipts have another name."""
ESTIMATES = {
    "plays": "estimated_playback_count",
    "length (estimate)": "estimated_duration_s",
    "year (estimate)": "estimated_year",
    "is it music": "music",
}
"""What healing says beside the columns."""


@dataclass(frozen=True, slots=True)
class Method:
    """How values of one column came about: tracks, and the mean confidence, 0 .. 1."""

    name: str
    kind: str
    tracks: int
    confidence: float


@dataclass(frozen=True, slots=True)
class Column:
    """Tracks by where their value comes from; given + measured + imputed + empty = all that were looked at."""

    name: str
    given: int
    measured: int
    imputed: int
    empty: int
    methods: tuple[Method, ...]

    @property
    def tracks(self) -> int:
        return self.given + self.measured + self.imputed + self.empty


@dataclass(frozen=True, slots=True)
class Report:
    """columns: of the tracks looked at, `looked_at` of `tracks`. beside: what is estimated beside the columns."""

    tracks: int
    looked_at: int
    columns: tuple[Column, ...]
    beside: dict[str, tuple[Method, ...]]


async def report(session: AsyncSession) -> Report:
    """By column, what there is and where it comes from."""
    tracks = await session.scalar(text("select count(*) from tracks")) or 0
    every = {"every": max(1, tracks // AT_MOST)}
    filters = ", ".join(f"count(*) filter (where {nothing})" for nothing in _EMPTY.values())
    statement = f"select count(*), {filters} from tracks where id % :every = 0"
    looked_at, *empty = (await session.execute(text(statement), every)).one()
    methods = await _methods(session, every["every"])
    columns = tuple(
        _column(name, looked_at, nothing, methods.get(RECEIPTS.get(name, name), ()))
        for name, nothing in zip(_EMPTY, empty, strict=True)
    )
    beside = {name: found for name, key in ESTIMATES.items() if (found := methods.get(key, ()))}
    return Report(tracks, looked_at, columns, beside)


def _column(name: str, tracks: int, empty: int, methods: tuple[Method, ...]) -> Column:
    by_kind = {kind: sum(m.tracks for m in methods if m.kind == kind) for kind in ("measured", "imputed")}
    measured = min(by_kind["measured"], tracks - empty)
    imputed = min(by_kind["imputed"], tracks - empty - measured)
    return Column(name, tracks - empty - measured - imputed, measured, imputed, empty, methods)


async def _methods(session: AsyncSession, every: int) -> dict[str, tuple[Method, ...]]:
    """Receipt name -> its methods, the most frequent first. What was given in part counts as given."""
    abstained = " or ".join(f"name = '{RECEIPTS.get(name, name)}' and t.{empty}" for name, empty in _EMPTY.items())
    names = [*(RECEIPTS.get(name, name) for name in _EMPTY), *ESTIMATES.values()]
    rows = await session.execute(
        text(
            f"""select name, t.receipts->name->>'method', case when t.receipts->name->'given' <> '[]' then 'given'
                    else coalesce(t.receipts->name->>'kind', 'given') end, count(*),
                coalesce(avg(cast(t.receipts->name->>'confidence' as float8)), 0)
            from tracks t, unnest(cast(:names as text[])) name
            where t.id % :every = 0 and t.receipts ? name and not ({abstained}) group by 1, 2, 3 order by 4 desc, 2"""
        ),
        {"names": names, "every": every},
    )
    found: dict[str, tuple[Method, ...]] = {}
    for name, method, kind, tracks, confidence in rows:
        found[name] = (*found.get(name, ()), Method(method or "", kind, tracks, confidence))
    return found


@dataclass(frozen=True, slots=True)
class Import:
    """One import's account. rows_in = accepted + merged + rejected."""

    name: str
    kind: str
    rows_in: int
    accepted: int
    merged: int
    rejected: int
    started_at: datetime
    is_finished: bool


async def last_imports(session: AsyncSession, *, limit: int) -> list[Import]:
    """The newest first."""
    rows = await session.execute(
        text(
            """select path, kind, rows_in, accepted, merged, rejected, started_at, finished_at is not null
            from import_runs order by id desc limit :limit"""
        ),
        {"limit": limit},
    )
    return [Import(path.rstrip("/").rpartition("/")[2] or path, *rest) for path, *rest in rows]
