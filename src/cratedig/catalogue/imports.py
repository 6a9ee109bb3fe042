"""What the intake reads and writes: runs and their accounts, look-ups of known rows, bulk writes by COPY."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

import orjson
from psycopg import AsyncConnection, sql
from psycopg.types.json import Jsonb
from sqlalchemy.ext.asyncio import AsyncSession

from cratedig.catalogue import findings
from cratedig.catalogue.texts import array_literal

INTAKE_LOCK = 0x6372_6174_65  # "crate": one collector writes at a time, whichever process it runs in

TRACK_COLUMNS = (
    *(
        "id",
        "title",
        "artist",
        "album",
        "genre",
        "tags",
        "description",
        "lyrics",
        "label",
        "url",
        "source",
        "source_id",
    ),
    *("artist_source_id", "match_key", "duration_s", "released", "year", "playback_count", "like_count", "popularity"),
    "url_status",
    *("audio_features", "spotify_data", "extra", "receipts"),
)
ARTIST_COLUMNS = ("id", "name", "folded", "source", "source_id", "url", "country", "followers", "extra")
PLAYLIST_COLUMNS = (
    *("id", "title", "source", "source_id", "owner_source_id", "genre", "description", "url", "tracks", "like_count"),
    "extra",
)
COLUMNS = {"tracks": TRACK_COLUMNS, "artists": ARTIST_COLUMNS, "playlists": PLAYLIST_COLUMNS}

_JSON = frozenset({"audio_features", "spotify_data", "extra", "receipts"})
_LISTS = frozenset({"tags", "tracks"})
_NUMBERS = frozenset(
    {
        "id",
        "duration_s",
        "released",
        "year",
        "playback_count",
        "like_count",
        "popularity",
        "followers",
        "line",
        "run_id",
    }
)

COPY_ROWS = 500
"""How many rows are put into words at once: PostgreSQL stores what the socket holds while the next are prepared."""

Record = tuple[Any, ...]


@dataclass
class Run:
    """One file's import as far as it is committed. accepted + merged + rejected = rows_in."""

    id: int
    path: str
    fingerprint: str
    shape: str
    kind: str
    source: str
    mapping: dict[str, Any]
    rows_in: int = 0
    accepted: int = 0
    merged: int = 0
    rejected: int = 0
    nulls: dict[str, int] = field(default_factory=dict)
    left_out: dict[str, str] = field(default_factory=dict)
    merged_by: dict[str, int] = field(default_factory=dict)
    notes: dict[str, dict[str, Any]] = field(default_factory=dict)
    started_at: datetime | None = None
    finished_at: datetime | None = None


_RUN_COLUMNS = (
    *("id", "path", "fingerprint", "shape", "kind", "source", "mapping", "rows_in", "accepted", "merged", "rejected"),
    *("nulls", "left_out", "merged_by", "notes", "started_at", "finished_at"),
)
_RUN = sql.SQL(", ").join(map(sql.Identifier, _RUN_COLUMNS))


async def _driver(session: AsyncSession) -> AsyncConnection[Any]:
    """The session's psycopg connection, in the session's transaction."""
    raw = await (await session.connection()).get_raw_connection()
    driver = raw.driver_connection
    assert isinstance(driver, AsyncConnection)
    return driver


async def _fetch(session: AsyncSession, query: sql.SQL | sql.Composed, values: Sequence[Any]) -> list[Record]:
    cursor = await (await _driver(session)).execute(query, values)
    rows: list[Record] = await cursor.fetchall()
    return rows


async def take_turn(session: AsyncSession) -> None:
    """Waits until no other collector writes; the turn ends with the transaction."""
    driver = await _driver(session)
    # without statistics the planner reads the whole table for a list of keys, or compares every key with every row of
    # the source (3 s for the second batch); every look-up here has its index
    await driver.execute(
        "set local enable_seqscan = off; set local enable_hashjoin = off; set local enable_mergejoin = off;"
        "set local enable_bitmapscan = off; set local enable_material = off; set local statement_timeout = '600s'"
    )
    await driver.execute("select pg_advisory_xact_lock(%s)", [INTAKE_LOCK])


async def find_run(session: AsyncSession, fingerprint: str) -> Run | None:
    """The run of a file with these bytes and this mapping, if there was one."""
    rows = await _fetch(
        session, sql.SQL("select {} from import_runs where fingerprint = %s").format(_RUN), [fingerprint]
    )
    return Run(*rows[0]) if rows else None


async def start_run(session: AsyncSession, run: Run) -> Run:
    """Writes a run's row, or gives the one that another collector of the same file wrote first."""
    await _fetch(
        session,
        sql.SQL(
            "insert into import_runs (path, fingerprint, shape, kind, source, mapping, left_out) "
            "values (%s, %s, %s, %s, %s, %s, %s) on conflict (fingerprint) do nothing returning id"
        ),
        [run.path, run.fingerprint, run.shape, run.kind, run.source, Jsonb(run.mapping), Jsonb(run.left_out)],
    )
    found = await find_run(session, run.fingerprint)
    assert found is not None
    return found


async def current_run(session: AsyncSession, run: Run) -> Run:
    """The run as it is committed now."""
    found = await find_run(session, run.fingerprint)
    assert found is not None, "a run that was started is never removed"
    return found


async def save_run(session: AsyncSession, run: Run, *, finished: bool = False) -> None:
    """Writes the account as it stands; with `finished` also the time."""
    driver = await _driver(session)
    await driver.execute(
        "update import_runs set rows_in = %s, accepted = %s, merged = %s, rejected = %s, nulls = %s, left_out = %s, "
        "merged_by = %s, notes = %s, finished_at = case when %s then now() end where id = %s",
        [
            *(run.rows_in, run.accepted, run.merged, run.rejected, Jsonb(run.nulls), Jsonb(run.left_out)),
            *(Jsonb(run.merged_by), Jsonb(run.notes), finished, run.id),
        ],
    )


async def add_rejects(session: AsyncSession, run_id: int, rejects: Iterable[tuple[int, str | None, str, str]]) -> None:
    """Keeps rejected rows: line, column, reason, the row."""
    rows = [(run_id, *reject) for reject in rejects]
    await _copy(session, "rejects", ("run_id", "line", "column", "reason", "row"), rows)


async def read_rejects(session: AsyncSession, run_id: int) -> AsyncIterator[tuple[int, str | None, str, str]]:
    """A run's rejected rows in the order of the file, streamed."""
    driver = await _driver(session)
    async with driver.cursor(name="rejects_of_run") as cursor:
        await cursor.execute(
            'select line, "column", reason, row from rejects where run_id = %s order by line, id', [run_id]
        )
        async for row in cursor:
            yield row


async def new_ids(session: AsyncSession, table: str, n: int) -> list[int]:
    """Ids for rows that are about to be written."""
    query = sql.SQL("select nextval({}) from generate_series(1, %s)").format(sql.Literal(f"{table}_id_seq"))
    return [row[0] for row in await _fetch(session, query, [n])] if n else []


def _selected(table: str, alias: str) -> sql.Composable:
    return sql.SQL(", ").join(sql.Identifier(alias, name) for name in COLUMNS[table])


async def known_by_id(session: AsyncSession, table: str, source: str, ids: Sequence[str]) -> list[Record]:
    """Rows of `table` that came from `source` with one of `ids`."""
    if not ids:
        return []
    query = sql.SQL(
        "select {} from unnest(%s::text[]) as wanted(id) join {} t on t.source = %s and t.source_id = wanted.id"
    ).format(_selected(table, "t"), sql.Identifier(table))
    return await _fetch(session, query, [array_literal(ids), source])


async def tracks_by_alias(session: AsyncSession, source: str, ids: Sequence[str]) -> list[Record]:
    """(the id asked for, *track) for tracks that also came from `source` under one of `ids`."""
    any_alias = sql.SQL("select 1 from track_aliases where source = %s limit 1")
    if not ids or not await _fetch(session, any_alias, [source]):
        return []
    query = sql.SQL(
        "select a.source_id, {} from unnest(%s::text[]) as wanted(id) "
        "join track_aliases a on a.source = %s and a.source_id = wanted.id join tracks t on t.id = a.track_id"
    ).format(_selected("tracks", "t"))
    return await _fetch(session, query, [array_literal(ids), source])


async def tracks_by_key(session: AsyncSession, keys: Sequence[str]) -> list[Record]:
    """Tracks in the blocks `keys`, the oldest first."""
    if not keys:
        return []
    query = sql.SQL(
        "select {} from unnest(%s::text[]) as wanted(key) join tracks t on t.match_key = wanted.key order by t.id"
    ).format(_selected("tracks", "t"))
    return await _fetch(session, query, [array_literal(keys)])


async def artists_by_folded(session: AsyncSession, source: str, names: Sequence[str]) -> list[Record]:
    """Artists of a source by folded name."""
    if not names:
        return []
    query = sql.SQL(
        "select {} from unnest(%s::text[]) as wanted(name) join artists t on t.folded = wanted.name and t.source = %s"
    ).format(_selected("artists", "t"))
    return await _fetch(session, query, [array_literal(names), source])


async def artist_names(session: AsyncSession, source: str, ids: Sequence[str]) -> dict[str, tuple[str, str | None]]:
    """Id or profile address -> (name, id) of artists of a source."""
    if not ids:
        return {}
    query = sql.SQL(
        "select wanted.id, t.name, t.source_id from unnest(%s::text[]) as wanted(id) "
        "join artists t on t.source = %s and t.source_id = wanted.id "
        "union all select wanted.id, t.name, t.source_id from unnest(%s::text[]) as wanted(id) "
        "join artists t on t.url = wanted.id and t.source = %s"
    )
    addresses = [wanted for wanted in ids if wanted.startswith("http")]
    rows = await _fetch(
        session, query, [array_literal(ids), source, array_literal(addresses) if addresses else "{}", source]
    )
    return {wanted: (name, source_id) for wanted, name, source_id in rows}


async def tracks_without_artist(session: AsyncSession, source: str, artist_ids: Sequence[str]) -> list[Record]:
    """Tracks of a source that name their artist only by one of these ids or profile addresses."""
    if not artist_ids:
        return []
    query = sql.SQL(
        "select {} from unnest(%s::text[]) as wanted(id) "
        "join tracks t on t.source = %s and t.artist_source_id = wanted.id and t.artist is null order by t.id"
    ).format(_selected("tracks", "t"))
    return await _fetch(session, query, [array_literal(artist_ids), source])


async def add_rows(session: AsyncSession, table: str, rows: Sequence[Record]) -> None:
    """Writes new rows; their values stand in the order of COLUMNS[table]."""
    await _copy(session, table, COLUMNS[table], rows)


async def change_rows(session: AsyncSession, table: str, rows: Sequence[Record]) -> None:
    """Writes changed rows over the stored ones with the same id."""
    if not rows:
        return
    columns = COLUMNS[table]
    staging = f"intake_{table}"
    driver = await _driver(session)
    names = sql.SQL(", ").join(map(sql.Identifier, columns))
    await driver.execute(
        sql.SQL("create temp table {} on commit drop as select {} from {} limit 0").format(
            sql.Identifier(staging), names, sql.Identifier(table)
        )
    )
    await _copy(session, staging, columns, rows)
    changes: list[sql.Composable] = [
        sql.SQL("{0} = s.{0}").format(sql.Identifier(name)) for name in columns if name != "id"
    ]
    if table == "tracks":
        changes.append(sql.SQL("updated_at = now()"))
    await driver.execute(
        sql.SQL("update {} t set {} from {} s where t.id = s.id").format(
            sql.Identifier(table), sql.SQL(", ").join(changes), sql.Identifier(staging)
        )
    )
    await driver.execute(sql.SQL("drop table {}").format(sql.Identifier(staging)))


async def add_aliases(session: AsyncSession, aliases: Sequence[tuple[str, str, int]]) -> None:
    """Keeps further (source, id, track) under which tracks were brought in."""
    if not aliases:
        return
    sources, ids, tracks = zip(*aliases, strict=True)
    await (await _driver(session)).execute(
        "insert into track_aliases (source, source_id, track_id) "
        "select * from unnest(%s::text[], %s::text[], %s::int[]) on conflict do nothing",
        [list(sources), list(ids), list(tracks)],
    )


async def drop_merged_tracks(session: AsyncSession, pairs: Sequence[tuple[int, int]]) -> None:
    """Removes tracks that turned out to be others: (removed, kept). What was worked out about them moves along."""
    if not pairs:
        return
    removed, kept = (list(ids) for ids in zip(*pairs, strict=True))
    await findings.leave_one(session, removed=removed, kept=kept)
    driver = await _driver(session)
    for table in ("track_aliases", "analysis_results"):
        await driver.execute(
            sql.SQL(
                "update {} a set track_id = p.kept from unnest(%s::int[], %s::int[]) as p(removed, kept) "
                "where a.track_id = p.removed"
            ).format(sql.Identifier(table)),
            [removed, kept],
        )
    await driver.execute(
        "update lyric_texts x set track_id = p.kept from unnest(%s::int[], %s::int[]) as p(removed, kept) "
        "where x.track_id = p.removed and not exists (select from lyric_texts o where o.track_id = p.kept) "
        "and p.removed = (select min(q.removed) from unnest(%s::int[], %s::int[]) as q(removed, kept) "
        "join lyric_texts y on y.track_id = q.removed where q.kept = p.kept)",
        [removed, kept, removed, kept],
    )
    await driver.execute("delete from tracks where id = any(%s)", [removed])


async def _copy(session: AsyncSession, table: str, columns: Sequence[str], rows: Sequence[Record]) -> None:
    if not rows:
        return
    driver = await _driver(session)
    statement = sql.SQL("copy {} ({}) from stdin").format(
        sql.Identifier(table), sql.SQL(", ").join(map(sql.Identifier, columns))
    )
    async with driver.cursor() as cursor, cursor.copy(statement) as copy:
        for at in range(0, len(rows), COPY_ROWS):
            await copy.write(copy_text(columns, rows[at : at + COPY_ROWS]))


def copy_text(columns: Sequence[str], rows: Sequence[Record]) -> bytes:
    """Rows in COPY's text format. Column by column, which is four times as fast as value by value.

    >>> copy_text(("id", "title", "tags"), [(1, "a\\tb", ["x"]), (2, None, [])])
    b'1\\ta\\\\tb\\t{"x"}\\n2\\t\\\\N\\t{}\\n'
    """
    texts = [_column_text(name, values) for name, values in zip(columns, zip(*rows, strict=True), strict=True)]
    return ("\n".join(map("\t".join, zip(*texts, strict=True))) + "\n").encode()


def _column_text(name: str, values: Sequence[Any]) -> Sequence[str]:
    nulls = 0 if name in _LISTS else values.count(None)
    if nulls == len(values):
        return ["\\N"] * nulls
    if name in _NUMBERS:
        return ["\\N" if value is None else str(value) for value in values] if nulls else list(map(str, values))
    texts = _escaped(_joined(name, values)).split("\0")
    return ["\\N" if value is None else text for value, text in zip(values, texts, strict=True)] if nulls else texts


def _joined(name: str, values: Sequence[Any]) -> str:
    """The texts of a column, parted by NULs, which no text holds; so all are escaped in one go."""
    if name in _JSON:
        return b"\0".join([b"" if value is None else orjson.dumps(value) for value in values]).decode()
    if name in _LISTS:
        return "\0".join([array_literal(value) if value else "{}" for value in values])
    return "\0".join([value if isinstance(value, str) else "" if value is None else str(value) for value in values])


def _escaped(text: str) -> str:
    """A text with COPY's escapes."""
    for plain, escape in (("\\", "\\\\"), ("\t", "\\t"), ("\n", "\\n"), ("\r", "\\r")):
        if plain in text:
            text = text.replace(plain, escape)
    return text
