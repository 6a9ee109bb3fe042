"""Promise 14: 14 canaries through an end-to-end run with crashes at debug level: 0 hits in all that is kept."""

from __future__ import annotations

import contextlib
import json
import os
import subprocess
import sys
import time
import uuid
from collections.abc import AsyncIterator
from pathlib import Path

import anyio
import httpx2
import psutil
import pytest
from sqlalchemy import make_url, text
from sqlalchemy.ext.asyncio import create_async_engine

from cratedig.catalogue import Catalogue
from cratedig.jobs.kinds.backup import BACK_UP
from cratedig.jobs.kinds.study import STUDY
from cratedig.jobs.queue import enqueue
from tests.running import SLOW_S, Running, running, workers_of

CANARIES = {
    name: f"cAnAry{at:02}{uuid.uuid4().hex}"
    for at, name in enumerate(
        (
            "database password", "redis password", "pepper", "provider key", "provider secret", "provider token",
            "userinfo of a collected address", "token in a collected address", "lyric", "wrong api key", "bearer token",
            "cookie", "idempotency key", "token in a query",
        )
    )
}  # fmt: skip
FIRST_LINE = CANARIES["lyric"]
DUMP = f"""title,artist,lyrics,url,year,genre
Song,Ann,"{FIRST_LINE} in the night
and the morning",https://u:{CANARIES["userinfo of a collected address"]}@example.org/1,2001,pop
Other,Bo,"{FIRST_LINE}",https://example.org/2?token={CANARIES["token in a collected address"]},nineteen,rock
"""
WORKER_RUNS_FOR_S = 60.0
END_BACKENDS = """
select pg_terminate_backend(pid) from pg_stat_activity where pid <> pg_backend_pid() and datname = current_database()
"""


@pytest.fixture
async def database(catalogue: Catalogue) -> AsyncIterator[str]:
    """An empty database on the tests' server, with a password in its address (which that server does not ask for)."""
    name = f"canaries_{uuid.uuid4().hex[:8]}"
    engine = create_async_engine(catalogue.url, isolation_level="AUTOCOMMIT")
    async with engine.connect() as connection:
        await connection.execute(text(f"create database {name}"))
        url = make_url(catalogue.url).set(
            database=name, password=CANARIES["database password"], drivername="postgresql"
        )
        yield url.render_as_string(hide_password=False)
        await connection.execute(text(f"drop database if exists {name} with (force)"))
    await engine.dispose()


@pytest.fixture
def env(database: str, tmp_path: Path) -> dict[str, str]:
    return {
        "CRATEDIG_DATA_DIR": str(tmp_path),
        "CRATEDIG_DATABASE__URL": database,
        "CRATEDIG_REDIS__URL": f"redis://:{CANARIES['redis password']}@127.0.0.1:1/0",
        "CRATEDIG_API__PEPPER": CANARIES["pepper"],
        "CRATEDIG_LOG__LEVEL": "debug",
        "CRATEDIG_BACKUP__FOLDER": "/proc/nowhere",  # so that a backup fails
        "OPENAI_API_KEY": CANARIES["provider key"],
        "CRATEDIG_MODELS__PROVIDERS__QWEN__API_KEY": CANARIES["provider key"],
        "CRATEDIG_MODELS__PROVIDERS__QWEN__BASE_URL": "http://127.0.0.1:1/v1",  # where nobody listens
        "SPOTIFY_CLIENT_SECRET": CANARIES["provider secret"],
        "GENIUS_ACCESS_TOKEN": CANARIES["provider token"],
    }


async def test_no_canary_is_in_logs_metrics_errors_or_job_rows(
    catalogue: Catalogue, env: dict[str, str], server_dir: Path, tmp_path: Path
) -> None:
    (tmp_path / "dump.csv").write_text(DUMP)
    said = {"collect": _cratedig(env, "collect", "csv", "dump.csv"), "backup": _cratedig(env, "db", "backup")}
    key = json.loads(_cratedig(env, "keys", "create", "ann", "--role", "admin", "--json"))["key"]
    canaries = {**CANARIES, "our key": key}
    async with Catalogue.open(data_dir=tmp_path, url=env["CRATEDIG_DATABASE__URL"]) as watched:
        with running(tmp_path, env=env) as product:
            said |= await _ask(product.address, key)
            await _break(watched, product, key)
            said |= await _ask(product.address, key)
            said["jobs"] = await _job_rows(watched)
        said |= await _crash_commands(watched, env)
    said |= _logs(tmp_path) | _logs(server_dir)
    assert "Traceback" in said["up.log"], "nothing crashed: the test shows nothing"
    assert "NotPublished" in said["jobs"] or "cannot be written" in said["jobs"]
    assert [
        (place, name) for place, words in said.items() for name, canary in canaries.items() if canary in words
    ] == []


async def _crash_commands(watched: Catalogue, env: dict[str, str]) -> dict[str, str]:
    """A row the database refuses, quoting it; an address that cannot be understood, with its password."""
    async with watched.begin() as session:
        await session.execute(text("alter table tracks add constraint no_third check (title <> 'Third') not valid"))
    await anyio.Path(env["CRATEDIG_DATA_DIR"], "third.csv").write_text(DUMP.replace("Song", "Third"))
    said = {"refused row": _cratedig(env, "collect", "csv", "third.csv")}
    assert "A fault in Cratedig: CheckViolation" in said["refused row"]
    broken = env["CRATEDIG_DATABASE__URL"].replace("@", "@host:port")
    return {**said, "broken address": _cratedig({**env, "CRATEDIG_DATABASE__URL": broken}, "db", "check")}


def _logs(folder: Path) -> dict[str, str]:
    return {path.name: path.read_text() for path in folder.glob("*.log")}


def _cratedig(env: dict[str, str], *words: str) -> str:
    """Everything a command says."""
    done = subprocess.run(
        [sys.executable, "-m", "cratedig", *words],
        cwd=env["CRATEDIG_DATA_DIR"],
        env={**os.environ, **env},
        capture_output=True,
        text=True,
        check=False,
    )
    return done.stdout if "create" in words else done.stdout + done.stderr


async def _ask(address: str, key: str) -> dict[str, str]:
    """Requests with a canary in every place a secret travels; the answers that are errors, and the metrics."""
    headers = [
        {"X-API-Key": key},
        {"X-API-Key": f"cd_0123456789ab_{CANARIES['wrong api key']}"},
        {"Authorization": f"Bearer {CANARIES['bearer token']}"},
        {"X-API-Key": key, "Cookie": f"session={CANARIES['cookie']}; cratedig={CANARIES['cookie']}"},
        {"X-API-Key": key, "Idempotency-Key": CANARIES["idempotency key"]},
    ]
    answers: dict[str, str] = {}
    async with httpx2.AsyncClient(base_url=address, timeout=SLOW_S) as client:
        for at, extra in enumerate(headers):
            for path, body in (("/api/v1/search", b'{"query": "night"}'), ("/api/v1/recommend", b'{"query": 7, "x"')):
                answer = await client.post(path, content=body, headers={**extra, "Content-Type": "application/json"})
                if answer.is_error:
                    answers[f"{path} {at}"] = answer.text + str(answer.headers)
            gone = await client.get(
                "/api/v1/track/999999", params={"token": CANARIES["token in a query"]}, headers=extra
            )
            answers[f"gone {at}"] = gone.text + str(gone.headers)
        pasted = {"lyrics": f"{FIRST_LINE} in the night", "analyzer": "qwen"}
        await client.post("/api/v1/analyze", json=pasted, headers=headers[0])
        batch = {"lyrics": [pasted["lyrics"]], "analyzer": "algorithmic"}
        answers["batch"] = (await client.post("/api/v1/batch", json=batch, headers=headers[0])).text
        answers["models"] = (await client.get("/api/v1/models/info", headers=headers[0])).text
        answers["metrics"] = (await client.get("/metrics", headers=headers[0])).text
        answers["health"] = (await client.get("/health", headers=headers[0])).text
    return answers


async def _break(watched: Catalogue, product: Running, key: str) -> None:
    """Tables that are gone, jobs that fail, backends that are ended, a worker that is killed."""
    async with watched.begin() as session:
        await session.execute(
            text("insert into tracks (source, lyrics) values ('test', :words)"), {"words": FIRST_LINE}
        )
        jobs = [await enqueue(session, BACK_UP), await enqueue(session, STUDY)]
    await _until_ended(watched, jobs[0])
    for worker in workers_of(product.process.pid):
        with contextlib.suppress(psutil.NoSuchProcess):
            worker.kill()
    async with watched.begin() as session:
        await session.execute(text("alter table track_texts rename to gone"))
        await session.execute(text(END_BACKENDS))
        await enqueue(session, STUDY)
    async with httpx2.AsyncClient(base_url=product.address, timeout=SLOW_S) as client:
        for _ in range(3):
            answer = await client.post("/api/v1/search", json={"query": "night"}, headers={"X-API-Key": key})
    assert answer.status_code >= 500
    async with watched.begin() as session:
        await session.execute(text("alter table gone rename to track_texts"))


async def _until_ended(watched: Catalogue, job_id: str) -> None:
    deadline = time.monotonic() + WORKER_RUNS_FOR_S
    statement = text("select finished_at is not null from jobs where id = :id")
    while True:
        async with watched.begin() as session:
            if await session.scalar(statement, {"id": job_id}):
                return
        assert time.monotonic() < deadline, "the job has not ended"
        await anyio.sleep(0.1)


async def _job_rows(watched: Catalogue) -> str:
    """Every row of every table that speaks of jobs and keys."""
    tables = ("jobs", "job_steps", "procrastinate_jobs", "procrastinate_events", "api_keys")
    found: list[str] = []
    async with watched.begin() as session:
        for table in tables:
            found += (await session.scalars(text(f"select each::text from {table} each"))).all()
    return "\n".join(found)
