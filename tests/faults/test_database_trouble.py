"""Fault table, PostgreSQL: restarted, a backend killed, slow, out of connections, its disk full."""

from __future__ import annotations

import asyncio
import contextlib
import os
import signal
import subprocess
import tempfile
import time
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import anyio
import httpx2
import psutil
import pytest
from sqlalchemy import make_url, select, text

from cratedig.catalogue import Catalogue
from cratedig.catalogue.tables import Track
from cratedig.errors import CatalogueUnavailable
from cratedig.web.app import create_app
from cratedig.wiring import App
from running import SLOW_S


@contextlib.asynccontextmanager
async def _client(app: App) -> AsyncIterator[httpx2.AsyncClient]:
    transport = httpx2.ASGITransport(app=create_app(app))
    async with httpx2.AsyncClient(transport=transport, base_url="http://127.0.0.1", timeout=30) as client:
        yield client


@contextlib.asynccontextmanager
async def _again(
    catalogue: Catalogue, *, user: str | None = None, statement_timeout_s: float = 30.0, pool_size: int = 4
):
    """The same catalogue through a pool of its own."""
    url = make_url(catalogue.url)
    shown = (url.set(username=user) if user else url).render_as_string(hide_password=False)
    async with Catalogue.open(
        data_dir=Path("unused"), url=shown, upgrade=False, pool_size=pool_size, statement_timeout_s=statement_timeout_s
    ) as opened:
        yield opened


def _is_a_clean_503(answer: httpx2.Response) -> bool:
    return answer.status_code == 503 and int(answer.headers["Retry-After"]) > 0 and "Traceback" not in answer.text


async def _sleeping(catalogue: Catalogue) -> tuple[asyncio.Task[None], int]:
    """A task in the middle of a long statement, and the backend that executes it."""
    backend: asyncio.Future[int] = asyncio.get_running_loop().create_future()

    async def sleep() -> None:
        async with catalogue.begin() as session:
            backend.set_result(await session.scalar(text("select pg_backend_pid()")) or 0)
            await session.execute(text("select pg_sleep(60)"))

    task = asyncio.create_task(sleep())
    sleeps = text("select wait_event = 'PgSleep' from pg_stat_activity where pid = :pid")
    pid = await backend
    with anyio.fail_after(SLOW_S):
        while True:
            async with catalogue.begin() as session:
                if await session.scalar(sleeps, {"pid": pid}):
                    return task, pid
            await anyio.sleep(0.01)


async def test_after_a_backend_was_killed_the_next_request_is_answered(app: App, catalogue: Catalogue) -> None:
    async with _client(app) as client, _again(catalogue) as other:
        assert (await client.get("/api/v1/track/1")).status_code == 404
        async with other.begin() as session:
            await session.execute(
                text("select pg_terminate_backend(pid) from pg_stat_activity "
                     "where datname = current_database() and pid <> pg_backend_pid()")
            )  # fmt: skip
        assert (await client.get("/api/v1/track/1")).status_code == 404


async def test_a_backend_killed_under_a_statement_is_a_503(catalogue: Catalogue) -> None:
    task, backend = await _sleeping(catalogue)
    os.kill(backend, signal.SIGTERM)
    with pytest.raises(CatalogueUnavailable, match="does not answer"):
        await task


async def test_who_is_cancelled_is_cancelled_though_the_connection_breaks_meanwhile(catalogue: Catalogue) -> None:
    task, backend = await _sleeping(catalogue)
    os.kill(backend, signal.SIGTERM)
    time.sleep(0.2)  # noqa: ASYNC251 - the loop must learn of both in the same turn
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task


async def test_slow_statements_end_in_time_and_take_no_memory(catalogue: Catalogue) -> None:
    async def ask(slow: Catalogue) -> str:
        try:
            async with slow.begin() as session:
                await session.execute(text("select pg_sleep(30)"))
        except CatalogueUnavailable as error:
            return error.message
        return "answered"

    async with _again(catalogue, statement_timeout_s=0.2) as slow:
        await asyncio.gather(*(ask(slow) for _ in range(8)))
        before = psutil.Process().memory_info().rss
        started = time.monotonic()
        said = await asyncio.gather(*(ask(slow) for _ in range(60)))
    assert time.monotonic() - started < 15
    assert set(said) <= {
        "The database stopped a statement that took too long.",
        "All of the pool's connections are busy.",
    }
    assert psutil.Process().memory_info().rss - before < 20 * 2**20


async def test_a_slow_database_is_a_503_with_retry_after(app: App, catalogue: Catalogue) -> None:
    async with _again(catalogue, statement_timeout_s=0.3) as slow, catalogue.begin() as holder:
        await holder.execute(text("lock table tracks in access exclusive mode"))
        async with _client(App(app.settings, slow, app.embedder, app.head)) as client:
            for _ in range(3):
                assert _is_a_clean_503(await client.post("/api/v1/recommend", json={"query": "love"}))
                assert _is_a_clean_503(await client.get("/api/v1/track/1"))


async def test_no_connection_left_is_said_so(catalogue: Catalogue) -> None:
    name = f"narrow_{os.getpid()}"
    async with catalogue.begin() as session:
        await session.execute(text(f"create role {name} login connection limit 1"))
    try:
        async with _again(catalogue, user=name) as first, first.begin() as session:
            await session.execute(text("select 1"))
            with pytest.raises(CatalogueUnavailable, match="too many connections"):
                async with _again(catalogue, user=name):
                    pass
    finally:
        async with catalogue.begin() as session:
            await session.execute(text(f"drop role {name}"))


@contextlib.contextmanager
def _small_disk(megabytes: int, owner: int) -> Iterator[Path]:
    """A file system of its own that is soon full."""
    folder = Path(tempfile.mkdtemp(prefix="cratedig-full-"))
    folder.chmod(0o755)
    options = f"size={megabytes}m,uid={owner},mode=700"
    made = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", options, "tmpfs", str(folder)], capture_output=True, check=False
    )
    try:
        if made.returncode != 0:
            pytest.skip("only root can mount a file system that is soon full")
        yield folder
    finally:
        if made.returncode == 0:
            subprocess.run(["umount", str(folder)], check=True)
        folder.rmdir()


async def _create_tablespace(catalogue: Catalogue, folder: Path) -> None:
    async with catalogue.engine.execution_options(isolation_level="AUTOCOMMIT").connect() as connection:
        await connection.execute(text(f"create tablespace small location '{folder}'"))


async def test_a_full_disk_is_said_reading_goes_on_and_room_is_enough_to_recover(tmp_path: Path) -> None:
    async with Catalogue.open(data_dir=tmp_path) as catalogue:
        owner = (tmp_path / "postgres").stat().st_uid
        with _small_disk(6, owner) as folder:
            await _create_tablespace(catalogue, folder)
            async with catalogue.begin() as session:
                await session.execute(text("create table filler (what text) tablespace small"))
                session.add(Track(title="there before", source="test"))
            ballast = folder / "ballast"
            ballast.write_bytes(bytes(3 * 2**20))
            with pytest.raises(CatalogueUnavailable, match="disk is full"):
                await _fill(catalogue, rows=4000)
            async with catalogue.begin() as session:
                assert await session.scalar(select(Track.title)) == "there before"
                assert await session.scalar(text("select count(*) from filler")) == 0
            ballast.unlink()
            await _fill(catalogue, rows=100)
            async with catalogue.begin() as session:
                assert await session.scalar(text("select count(*) from filler")) == 100
                await session.execute(text("drop table filler"))


async def _fill(catalogue: Catalogue, *, rows: int) -> None:
    statement = "insert into filler select string_agg(md5(random()::text), '') from generate_series(1, 200), "
    async with catalogue.begin() as session:
        await session.execute(text(statement + "generate_series(1, :rows) n group by n"), {"rows": rows})
