"""How fast the queue is: tiny jobs a second, a large crate into parts, and what a second worker brings.

    python benchmarks/jobs.py [DATA] [--tiny 5000] [--chunks 40]

Workers are processes of their own, as in use; times are the database's, from the first job asked for to the last one
ended, in a fresh catalogue on its own server. DATA is not used; every benchmark takes it.
"""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import json
import os
import sys
import tempfile
import time
from collections.abc import AsyncIterator
from pathlib import Path

import uvloop
from machine import machine
from sqlalchemy import text

from cratedig import log
from cratedig.catalogue import Catalogue, texts
from cratedig.jobs.crew import crew
from cratedig.jobs.kind import COMPUTE, Kind, by_name
from cratedig.jobs.process import serve
from cratedig.jobs.queue import enqueue_many
from cratedig.jobs.work import Work
from cratedig.settings import Settings

RESULT = Path(__file__).parent / "results" / "jobs.json"
TRACKS = 57_718
CHUNK_CPU_S = 0.25
ROUNDS = 3


async def _tiny(_work: Work, *, number: int) -> int:
    return number


def _burn(cpu_s: float) -> int:
    began, turns = time.thread_time(), 0
    while time.thread_time() - began < cpu_s:
        turns += 1
    return turns


async def _chunk(work: Work) -> int:
    return await work.compute(_burn, CHUNK_CPU_S)


TINY, CHUNK = Kind("bench.tiny", _tiny), Kind("bench.chunk", _chunk, queue=COMPUTE)


def work_as(worker_id: int) -> None:
    """What a worker process of the benchmark does."""
    log.configure(level="warning")
    os._exit(uvloop.run(serve(Settings.load(), by_name(TINY, CHUNK), worker_id=worker_id)))


@contextlib.asynccontextmanager
async def workers(catalogue: Catalogue, data_dir: Path, size: int) -> AsyncIterator[None]:
    env = {"CRATEDIG_DATABASE__URL": catalogue.url, "CRATEDIG_DATA_DIR": str(data_dir)}
    async with crew(catalogue, [sys.executable, __file__], size=size, max_starts=3, env=env):
        async with catalogue.begin() as session:  # one job for each to warm up on
            await enqueue_many(session, CHUNK, [{}] * 4 * size)
        await all_ended(catalogue)
        yield


async def all_ended(catalogue: Catalogue) -> None:
    while True:
        async with catalogue.begin() as session:
            if not await session.scalar(text("select count(*) from procrastinate_jobs")):
                return
        await asyncio.sleep(0.1)


async def timed(catalogue: Catalogue, kind: Kind, arguments: list[dict[str, int]]) -> float:
    """Seconds from asking for these jobs to the end of the last one."""
    async with catalogue.begin() as session:
        await session.execute(text("delete from jobs"))
        await enqueue_many(session, kind, arguments)
    await all_ended(catalogue)
    async with catalogue.begin() as session:
        assert await session.scalar(text("select count(*) from jobs where status = 'succeeded'")) == len(arguments)
        took = "select extract(epoch from max(finished_at) - min(created_at))::float8 from jobs"
        return float(await session.scalar(text(took)) or 0.0)


async def into_parts_s(catalogue: Catalogue) -> tuple[float, int]:
    """Seconds to find what of a crate wants study and to queue it in parts; and how many parts."""
    async with catalogue.begin() as session:
        await session.execute(
            text(
                """insert into tracks (title, artist, description, source)
                select 'Song ' || n, 'Artist ' || n % 900, repeat('words that say something ', 20), 'benchmark'
                from generate_series(1, :tracks) n"""
            ),
            {"tracks": TRACKS},
        )
    began = time.perf_counter()
    async with catalogue.begin() as session:
        parts = await texts.unstudied_ranges(session, version="none", size=512, limit=None, redo=False)
        await enqueue_many(session, TINY, [{"number": part.upto} for part in parts])
    return time.perf_counter() - began, len(parts)


async def measure(data_dir: Path, tiny: int, chunks: int) -> dict[str, object]:
    async with Catalogue.open(data_dir=data_dir) as server:
        async with server.scratch() as catalogue, workers(catalogue, data_dir, 1):
            rates = [tiny / await timed(catalogue, TINY, [{"number": n} for n in range(tiny)]) for _ in range(ROUNDS)]
            one_s = await timed(catalogue, CHUNK, [{}] * chunks)
        async with server.scratch() as catalogue, workers(catalogue, data_dir, 2):
            two_s = await timed(catalogue, CHUNK, [{}] * chunks)
        async with server.scratch() as catalogue:
            seconds, parts = await into_parts_s(catalogue)
    return {
        "tiny": {"jobs": tiny, "jobs_per_s": [round(rate) for rate in sorted(rates)], "best_per_s": round(max(rates))},
        "chunks": {
            "chunks": chunks,
            "cpu_s_each": CHUNK_CPU_S,
            "one_worker_s": round(one_s, 3),
            "two_workers_s": round(two_s, 3),
            "ratio": round(one_s / two_s, 3),
        },
        "into_parts": {"tracks": TRACKS, "parts": parts, "seconds": round(seconds, 3)},
    }


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("data", type=Path, nargs="?")
    parser.add_argument("--tiny", type=int, default=5000)
    parser.add_argument("--chunks", type=int, default=40)
    parser.add_argument("--as", dest="worker_id", type=int, help=argparse.SUPPRESS)
    given = parser.parse_args()
    if given.worker_id is not None:
        work_as(given.worker_id)
    began = time.perf_counter()
    with tempfile.TemporaryDirectory(dir="/var/tmp") as folder:
        Path(folder).chmod(0o755)  # as root the database runs as another user, who must get in
        measured = asyncio.run(measure(Path(folder) / "data", given.tiny, given.chunks))
    result = {"benchmark": "jobs", "machine": machine(), **measured, "seconds": round(time.perf_counter() - began, 1)}
    RESULT.parent.mkdir(exist_ok=True)
    RESULT.write_text(json.dumps(result, indent=2) + "\n", encoding="utf-8")
    print(json.dumps(result, indent=2))


if __name__ == "__main__":
    main()
