"""Promise 5: backup -> restore -> equal row hashes; a damaged backup, or a catalogue that holds rows, is refused."""

from __future__ import annotations

import asyncio
import contextlib
import os
import random
import sys
import uuid
from collections.abc import AsyncIterator
from pathlib import Path

import numpy as np
import pytest
from sqlalchemy import make_url, text
from sqlalchemy.exc import OperationalError
from sqlalchemy.ext.asyncio import create_async_engine

from cratedig.catalogue import Catalogue, findings, lyric_chunks, published
from cratedig.catalogue.backup import Manifest, archive, back_up, contents, databases, rehearse, restore
from cratedig.catalogue.backup.manifest import Member, TableRows
from cratedig.catalogue.lyric_facets import Asked, tracks_that_meet
from cratedig.catalogue.tables import TEXT_DIM
from cratedig.errors import BackupRefused, CatalogueBusy, CatalogueNewer, NotPublished, UsageError
from cratedig.music.finding import Finding, Theme
from cratedig.publish import publish, sha256
from running import SLOW_S
from tests.faults.sizes import size

TRACKS = size(p=2_000, r=100_000)
NOWHERE = "postgresql+psycopg://nobody@127.0.0.1:1/none"
"""No server: a restore that is refused with this address never asked for one."""

FILL = """
insert into tracks (title, artist, lyrics, source, source_id, tags, extra, valence, lyrics_embedding)
select 'Title ' || n, 'Ünïcode ' || n % 97, repeat(md5(n::text) || E'\\n', n % 7), 'test', n::text,
       array['a', null, '"'], jsonb_build_object('n', n / 3.0), (n / 7.0)::real, null
from generate_series(1, :tracks) n
"""
DRUMMERS = """
with artist as (insert into artists (name, folded, source, source_id, research_status)
        values ('Änn Lee', 'ann lee', 'drummers', 'ann lee', 'cached') returning id),
    evidence as (insert into research_sources (artist_id, source_type, title, digest, extracted_data, played)
        select id, 'midi', n || '.mid', md5(n::text), jsonb_build_object('bars', n), decode(md5(n::text), 'hex')
        from artist, generate_series(1, 50) n),
    profile as (insert into style_profiles (artist_id, text_description, quantitative_params, embedding,
            confidence_score, evidence, profile)
        select id, 'Fast.', '{"density": 4.5}', cast(array_fill(0.05::real, array[384]) as vector), 0.5, 'x', '{}'
        from artist)
insert into generation_history (artist_id, artist, provider_used, generation_time_ms, user_params, output_files, made)
select id, 'Änn Lee', 'template', 12, '{"bars": 4}', '["a.mid"]', '{}' from artist
"""
RESTORE = """import asyncio, sys
from pathlib import Path
from cratedig.catalogue.backup import restore
print(flush=True)
asyncio.run(restore(Path(sys.argv[1]), sys.argv[2], data_dir=Path(sys.argv[3])))
"""


async def administer(url: str, statement: str) -> None:
    engine = create_async_engine(url, isolation_level="AUTOCOMMIT")
    async with engine.connect() as connection:
        await connection.execute(text(statement))
    await engine.dispose()


async def rows(url: str) -> dict[str, TableRows]:
    async with contents.snapshot(url) as connection:
        return await contents.contents(connection)


async def leftovers(url: str) -> list[str]:
    """Databases that restores left; tests on other cores may be at one for a moment."""
    named = text("select datname from pg_database where starts_with(datname, 'cratedig_re')")
    for _ in range(50):
        async with contents.snapshot(url) as connection:
            found = list(await connection.scalars(named))
        if not found:
            break
        await asyncio.sleep(0.1)
    return found


@pytest.fixture
async def target(catalogue: Catalogue) -> AsyncIterator[str]:
    """The URL of an empty database on the same server."""
    name = f"target_{uuid.uuid4().hex[:8]}"
    await administer(catalogue.url, f"create database {name}")
    yield make_url(catalogue.url).set(database=name).render_as_string(hide_password=False)
    await administer(catalogue.url, f"drop database if exists {name} with (force)")


@pytest.fixture
async def taken(catalogue: Catalogue, tmp_path: Path) -> tuple[Path, Manifest]:
    """A backup of a catalogue with tracks, a drummer and a published file."""
    index = publish(tmp_path / "data" / "indices" / "tracks.index", b"index" * 50_000)
    async with catalogue.begin() as session:
        await session.execute(text(FILL), {"tracks": TRACKS})
        await session.execute(text(DRUMMERS))
        await published.record(session, index, kind="index", data_dir=tmp_path / "data")
    path = tmp_path / "backup.tar"
    manifest, _ = await back_up(catalogue.url, path, data_dir=tmp_path / "data")
    return path, manifest


async def test_what_is_restored_is_what_was_backed_up(
    catalogue: Catalogue, target: str, taken: tuple[Path, Manifest], tmp_path: Path
) -> None:
    path, manifest = taken
    await restore(path, target, data_dir=tmp_path / "elsewhere")
    assert manifest.tables["public.tracks"].rows == TRACKS
    assert await rows(target) == await rows(catalogue.url) == manifest.tables
    assert (tmp_path / "elsewhere" / "indices" / "tracks.index").read_bytes() == b"index" * 50_000
    async with Catalogue.open(data_dir=tmp_path, url=target) as restored:
        assert await restored.differences() == []
        async with restored.begin() as session:  # the sequences go on where they were
            last = await session.scalar(text("insert into tracks (source) values ('later') returning id"))
            assert last == 1 + int(await session.scalar(text("select max(id) from tracks where source = 'test'")) or 0)
    assert await leftovers(catalogue.url) == []
    assert sorted(file for file in os.listdir(tmp_path) if file.startswith(".")) == []  # noqa: PTH208 - in a coroutine


async def test_what_was_read_in_lyrics_comes_back(catalogue: Catalogue, target: str, tmp_path: Path) -> None:
    """Findings, what search asks of them, and the parts of lyrics, byte by byte; and what watches them still does."""
    nearest = np.eye(3, TEXT_DIM, dtype=np.float32)
    async with catalogue.begin() as session:
        await session.execute(text(FILL), {"tracks": 3})
        ids = list(await session.scalars(text("select id from tracks order by id")))
        finding = Finding("algorithmic", "1", "neutral", 0.0, 0.5, themes=(Theme("City", 0.5),), emotions={"joy": 0.8})
        read = [findings.Read(findings.Unread(ids[0], "", "", 0), finding)]
        await findings.save(session, findings.Reader("algorithmic", "1", "algorithmic"), read)
        parts = [lyric_chunks.Chunk(ids[0], n, "digest", 2 * n, 2, nearest[n]) for n in range(3)]
        await lyric_chunks.save(session, [], parts)
    manifest, _ = await back_up(catalogue.url, tmp_path / "backup.tar", data_dir=tmp_path)
    await restore(tmp_path / "backup.tar", target, data_dir=tmp_path / "elsewhere")
    assert await rows(target) == manifest.tables
    kept = {"analysis_results": 1, "lyric_facets": 1, "lyric_chunks": 3}
    assert {name: manifest.tables[f"public.{name}"].rows for name in kept} == kept
    async with Catalogue.open(data_dir=tmp_path, url=target) as restored:
        found = await lyric_chunks.nearest(restored.lines, nearest[1], 1, breadth=10)
        assert [one[:2] for one in found] == [(ids[0], 1)]
        assert await lyric_chunks.places(restored.lines, {ids[0]: 1}) == {ids[0]: (2, 2)}
        assert await tracks_that_meet(restored.lines, Asked(themes=("city",))) == [ids[0]]
        async with restored.begin() as session:
            await session.execute(text("delete from index_changes"))
            await session.execute(text("delete from analysis_results"))
            await session.execute(text("delete from lyric_chunks where number = 2"))
            changed = await session.scalars(text("select track_id from index_changes where space = 'lines'"))
            assert list(changed) == [ids[0]]
        assert await tracks_that_meet(restored.lines, Asked(themes=("city",))) == []


async def test_a_backup_under_writers_is_one_moment(catalogue: Catalogue, tmp_path: Path) -> None:
    async def write() -> None:
        while True:
            async with catalogue.begin() as session:
                await session.execute(text(FILL.replace("'test'", "gen_random_uuid()::text")), {"tracks": 20})

    writer = asyncio.ensure_future(write())
    try:
        for _ in range(3):
            await asyncio.sleep(0.1)
            manifest, _ = await back_up(catalogue.url, tmp_path / "backup.tar", data_dir=tmp_path)
            assert manifest.tables["public.tracks"].rows % 20 == 0
            await rehearse(tmp_path / "backup.tar", catalogue.url)
    finally:
        writer.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await writer


async def test_any_row_changed_or_doubled_changes_the_hash(catalogue: Catalogue) -> None:
    async with catalogue.begin() as session:
        await session.execute(text("insert into word_counts values ('a', 1), ('b', 2), ('c', 2)"))
    seen = [await rows(catalogue.url)]
    for change in (
        "update word_counts set tracks = 3 - tracks where lexeme <> 'c'",
        "update word_counts set lexeme = 'd' where lexeme = 'c'",
        "delete from word_counts where lexeme = 'd'",
    ):
        async with catalogue.begin() as session:
            await session.execute(text(change))
        seen.append(await rows(catalogue.url))
    assert len({each["public.word_counts"] for each in seen}) == 4
    async with catalogue.begin() as session:  # the same rows in another order
        await session.execute(text("delete from word_counts where lexeme = 'a'"))
        await session.execute(text("insert into word_counts values ('a', 2)"))
    assert (await rows(catalogue.url))["public.word_counts"] == seen[-1]["public.word_counts"]


async def test_twenty_damaged_backups_are_refused_before_a_server_is_asked(
    taken: tuple[Path, Manifest], tmp_path: Path
) -> None:
    path, _ = taken
    whole, chance = path.read_bytes(), random.Random(5)
    places = [0, 200, 700, len(whole) - 1, len(whole) - 1_500, *(chance.randrange(len(whole)) for _ in range(7))]
    mutants = [whole[:at] + bytes([whole[at] ^ 1 << chance.randrange(8)]) + whole[at + 1 :] for at in places]
    mutants += [whole[:at] for at in (0, 1, 511, len(whole) // 2, len(whole) - 1, len(whole) - 512)]
    mutants += [whole + b"\0", b"no backup" * 1_000]
    assert len(mutants) == 20
    damaged = tmp_path / "damaged.tar"
    for mutant in mutants:
        damaged.write_bytes(mutant)
        with pytest.raises(BackupRefused):
            await restore(damaged, NOWHERE, data_dir=tmp_path / "elsewhere")
    assert not (tmp_path / "elsewhere").exists()
    path.write_bytes(whole)
    with pytest.raises(OperationalError):
        await restore(path, NOWHERE, data_dir=tmp_path)


async def test_a_backup_that_lies_about_its_rows_is_refused_and_the_live_one_untouched(
    target: str, taken: tuple[Path, Manifest], tmp_path: Path
) -> None:
    path, manifest = taken
    archive.extract(path, [(manifest.dump, dump := tmp_path / "dump")])
    lie = {**manifest.tables, "public.tracks": TableRows(TRACKS, "0" * 32)}
    archive.write(tmp_path / "lie.tar", _changed(manifest, tables=lie), [(manifest.dump, dump)])
    with pytest.raises(BackupRefused, match=r"public\.tracks"):
        await restore(tmp_path / "lie.tar", target, data_dir=tmp_path)
    assert await rows(target) == {}
    assert await leftovers(target) == []


@pytest.mark.parametrize("name", ["files/../../escaped", "/etc/escaped", "files", "escaped"])
async def test_a_file_that_would_leave_the_data_folder_is_refused(name: str, taken: tuple[Path, Manifest]) -> None:
    path, manifest = taken
    archive.extract(path, [(manifest.dump, dump := path.parent / "dump")])
    outside = Member(name, 4, sha256(b"evil"))
    publish(path.parent / "evil", b"evil")
    sources = [(manifest.dump, dump), (outside, path.parent / "evil")]
    archive.write(path, _changed(manifest, files=(outside,)), sources)
    with pytest.raises(BackupRefused):
        await restore(path, NOWHERE, data_dir=path.parent / "data")


async def test_a_backup_of_a_newer_cratedig_is_refused(taken: tuple[Path, Manifest]) -> None:
    path, manifest = taken
    archive.extract(path, [(manifest.dump, dump := path.parent / "dump")])
    archive.write(path, _changed(manifest, files=(), revision="9999"), [(manifest.dump, dump)])
    with pytest.raises(CatalogueNewer, match="9999"):
        await restore(path, NOWHERE, data_dir=path.parent)


async def test_a_backup_of_a_newer_postgresql_is_refused(target: str, taken: tuple[Path, Manifest]) -> None:
    path, manifest = taken
    archive.extract(path, [(manifest.dump, dump := path.parent / "dump")])
    archive.write(path, _changed(manifest, postgresql=99), [(manifest.dump, dump)])
    with pytest.raises(BackupRefused, match="PostgreSQL 99"):
        await restore(path, target, data_dir=path.parent)
    assert await rows(target) == {}


async def test_a_catalogue_that_holds_something_or_is_in_use_is_refused(
    catalogue: Catalogue, target: str, taken: tuple[Path, Manifest], tmp_path: Path
) -> None:
    path, manifest = taken
    with pytest.raises(UsageError, match="not empty"):
        await restore(path, catalogue.url, data_dir=tmp_path)
    async with databases.held(target):
        with pytest.raises(CatalogueBusy):
            await restore(path, target, data_dir=tmp_path)
    assert await rows(catalogue.url) == manifest.tables
    assert await rows(target) == {}


async def test_killed_anywhere_a_restore_leaves_the_live_one_empty_or_whole(
    target: str, taken: tuple[Path, Manifest], tmp_path: Path
) -> None:
    path, manifest = taken
    chance = random.Random(11)
    for _ in range(size(p=5, r=60)):
        child = await asyncio.create_subprocess_exec(
            *(sys.executable, "-c", RESTORE, str(path), target, str(tmp_path / "elsewhere")),
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.DEVNULL,
        )
        assert child.stdout is not None
        await child.stdout.readline()
        await asyncio.sleep(chance.uniform(0, 0.8))
        with contextlib.suppress(ProcessLookupError):
            child.kill()
        await child.wait()
        found = await rows(target)
        assert found in ({}, manifest.tables)
        if found:
            name = make_url(target).database
            await administer(_beside(target), f"drop database {name} with (force)")
            await administer(_beside(target), f"create database {name}")
    await _until_free(target)
    await restore(path, target, data_dir=tmp_path / "elsewhere")
    assert await rows(target) == manifest.tables
    assert await leftovers(target) == []


async def test_a_published_file_that_is_damaged_is_left_out_and_said(
    catalogue: Catalogue, taken: tuple[Path, Manifest], tmp_path: Path
) -> None:
    (tmp_path / "data" / "indices" / "tracks.index").write_bytes(b"index" * 49_999 + b"indeX")
    manifest, _ = await back_up(catalogue.url, tmp_path / "again.tar", data_dir=tmp_path / "data")
    assert (manifest.files, manifest.left_out) == ((), ("indices/tracks.index",))
    await rehearse(tmp_path / "again.tar", catalogue.url)


async def test_a_folder_that_cannot_be_written_is_one_clear_error(catalogue: Catalogue, tmp_path: Path) -> None:
    with pytest.raises(NotPublished, match=r"/proc/nowhere.* cannot be written"):
        await back_up(catalogue.url, Path("/proc/nowhere/backup.tar"), data_dir=tmp_path)


def _changed(manifest: Manifest, **changes: object) -> Manifest:
    given = {name: getattr(manifest, name) for name in type(manifest).__dataclass_fields__}
    given["files"] = ()
    return Manifest(**{**given, **changes})  # type: ignore[arg-type]


def _beside(url: str) -> str:
    return make_url(url).set(database="postgres").render_as_string(hide_password=False)


async def _until_free(url: str) -> None:
    """A killed child's sessions end when the server notices; the pg_restore it had begun goes on to its own end."""
    beside = text("select count(*) from pg_stat_activity where starts_with(datname, 'cratedig_re')")
    async with asyncio.timeout(SLOW_S):
        while True:
            try:
                await databases.refuse_unless_free(url)
            except CatalogueBusy:
                await asyncio.sleep(0.05)
                continue
            async with contents.snapshot(_beside(url)) as connection:
                if not await connection.scalar(beside):
                    break
            await asyncio.sleep(0.05)
