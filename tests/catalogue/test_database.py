from __future__ import annotations

import os
import signal
from pathlib import Path

import pytest
from sqlalchemy import insert, select, text

from cratedig.catalogue import Catalogue, schema
from cratedig.catalogue.postgres import EmbeddedPostgres
from cratedig.catalogue.tables import AnalysisResult, Track
from cratedig.errors import CatalogueNewer, CatalogueUnavailable

SPEC_QUERIES = Path(__file__).parent / "go_to_queries.sql"


async def test_the_schema_in_the_code_is_the_schema_in_the_database(catalogue: Catalogue) -> None:
    assert await catalogue.differences() == []


def test_head_is_the_newest_migration() -> None:
    versions = Path(schema.__file__).parent / "migrations" / "versions"
    assert max(path.name[:4] for path in versions.glob("[0-9]*.py")) == schema.HEAD


async def test_a_block_that_raises_leaves_nothing(catalogue: Catalogue) -> None:
    async def write_and_fail() -> None:
        async with catalogue.begin() as session:
            session.add(Track(title="lost", source="test"))
            await session.flush()
            raise LookupError

    with pytest.raises(LookupError):
        await write_and_fail()
    async with catalogue.begin() as session:
        assert (await session.scalars(select(Track))).all() == []


async def test_the_rap_platforms_queries_run_unchanged(catalogue: Catalogue) -> None:
    async with catalogue.begin() as session:
        await session.execute(
            insert(Track), [{"title": f"t{n}", "artist": "a", "lyrics": "words", "source": "test"} for n in range(4)]
        )
        await session.execute(
            insert(AnalysisResult), [{"track_id": 1, "analyzer_type": "qwen-3-4b-fp8", "sentiment": "calm"}]
        )
        unanalysed, progress, similar = [
            (await session.execute(text(query))).all() for query in SPEC_QUERIES.read_text().split(";") if query.strip()
        ]
    assert [row.id for row in unanalysed] == [2, 3, 4]
    assert (progress[0].total_tracks, progress[0].analyzed_tracks, float(progress[0].percentage)) == (4, 1, 25.0)
    assert [row.title for row in similar] == ["t0", "t1", "t2", "t3"]


async def test_a_newer_schema_is_refused_and_left_as_it_is(catalogue: Catalogue) -> None:
    async with catalogue.scratch() as newer:
        async with newer.begin() as session:
            await session.execute(text("update alembic_version set version_num = '9999'"))
        with pytest.raises(CatalogueNewer, match="9999"):
            schema.upgrade(newer.url)


async def test_an_unreachable_server_is_one_clear_line(tmp_path: Path) -> None:
    with pytest.raises(CatalogueUnavailable, match="cannot be reached") as caught:
        async with Catalogue.open(data_dir=tmp_path, url="postgresql://me:hush@127.0.0.1:1/none"):
            pass
    assert "hush" not in str(caught.value)
    assert "\n" not in str(caught.value)


class TestEmbeddedServer:
    def test_the_last_user_stops_the_server(self, tmp_path: Path) -> None:
        first, second = EmbeddedPostgres(tmp_path), EmbeddedPostgres(tmp_path)
        first.start()
        second.start()
        first.stop()
        assert second.is_ready()
        second.stop()
        assert not second.is_alive()

    def test_a_long_path_is_no_obstacle(self, tmp_path: Path) -> None:
        server = EmbeddedPostgres(tmp_path / ("long" * 30))
        server.start()
        assert server.is_ready()
        server.stop()

    def test_what_a_killed_server_leaves_is_cleared(self, tmp_path: Path) -> None:
        server = EmbeddedPostgres(tmp_path)
        server.start()
        _kill(server)
        server.start()
        assert server.is_ready()
        server.stop()

    def test_a_data_folder_that_is_a_file_is_one_clear_line(self, tmp_path: Path) -> None:
        path = tmp_path / "file"
        path.touch()
        with pytest.raises(CatalogueUnavailable, match="cannot be used"):
            EmbeddedPostgres(path).start()


def _kill(server: EmbeddedPostgres) -> None:
    pid = int((server.cluster / "postmaster.pid").read_text().split("\n", 1)[0])
    os.kill(pid, signal.SIGKILL)
