"""How fast sounds of tracks are heard, by one worker and by two.

    python benchmarks/hear.py [DATA] [--sounds 256] [--rounds 3]

Workers are processes of their own, as in use: each takes parts of 32 sounds off the queue, decodes in the box,
measures, saves. Sounds are the demo band's, 30 s each, FLAC at 22.05 kHz. Times are the database's, from the first part
taken up to the last one saved; one worker and two take turns, everything heard anew. DATA is not used; every benchmark
takes it.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import statistics
import tempfile
import time
from dataclasses import replace
from pathlib import Path
from typing import Any

import uvloop
from machine import machine
from sqlalchemy import insert, text

from cratedig import log
from cratedig.box.encode import flac
from cratedig.catalogue import Catalogue, jobs, sounds
from cratedig.catalogue.sounds import Sound
from cratedig.catalogue.tables import Track
from cratedig.collect.demo.sound import RATE, render, scores
from cratedig.jobs.crew import command_of, crew
from cratedig.jobs.kinds import study
from cratedig.publish import publish

RESULT = Path(__file__).parent / "results" / "hear.json"
SECONDS = 30.0
TOOK = """select extract(epoch from max(finished_at) - min(started_at))::float8 from jobs
    where parent_id = :parent and kind = 'study.audio'"""


def play(folder: Path, count: int) -> list[Sound]:
    """`count` different sounds; the same ones every time."""
    band = scores()
    played = []
    for at in range(count):
        score = replace(band[at % len(band)], song_id=str(at + 1))
        made = publish(folder / f"{at + 1}.flac", flac(render(score, length_s=SECONDS), RATE))
        played.append(Sound(at + 1, str(made.path), made.sha256, "file", SECONDS, RATE, 1))
    return played


async def fill(catalogue: Catalogue, played: list[Sound]) -> None:
    async with catalogue.begin() as session:
        await session.execute(insert(Track), [{"source": "bench", "title": f"Song {one.track_id}"} for one in played])
        await sounds.record(session, played)


async def heard_by(catalogue: Catalogue, data_dir: Path, workers: int) -> float:
    """Seconds that `workers` took to hear everything anew, after each had heard something to warm up on."""
    env = {"CRATEDIG_DATABASE__URL": catalogue.url, "CRATEDIG_DATA_DIR": str(data_dir)}
    async with crew(catalogue, command_of(), size=workers, max_starts=3, env=env):
        await ended(catalogue, await ask(catalogue, limit=64))
        job_id = await ask(catalogue)
        await ended(catalogue, job_id)
    async with catalogue.begin() as session:
        return float(await session.scalar(text(TOOK), {"parent": job_id}))


async def ask(catalogue: Catalogue, limit: int | None = None) -> str:
    async with catalogue.begin() as session:
        return await study.ask(session, what="audio", limit=limit, redo=True)


async def ended(catalogue: Catalogue, job_id: str) -> None:
    while True:
        async with catalogue.begin() as session:
            job = await jobs.get(session, job_id)
        if job.is_finished:
            if job.status != "succeeded":
                raise SystemExit(f"the study {job.status}: {job.error}")
            return
        await asyncio.sleep(0.1)


def _opened(folder: str) -> Path:
    path = Path(folder)
    path.chmod(0o755)  # the embedded server runs as another user
    return path


async def benchmark(count: int, rounds: int) -> dict[str, Any]:
    before, begun = machine(), time.perf_counter()
    with tempfile.TemporaryDirectory() as folder:
        data_dir = _opened(folder)
        async with Catalogue.open(data_dir=data_dir, upgrade=False) as server, server.scratch() as catalogue:
            await fill(catalogue, play(data_dir / "music", count))
            runs = {workers: [] for workers in (1, 2)}
            for _ in range(rounds):
                for workers, took in runs.items():
                    took.append(await heard_by(catalogue, data_dir, workers))
                    print(f"{workers} workers: {took[-1]:.2f} s", flush=True)
    gains = [one / two for one, two in zip(runs[1], runs[2], strict=True)]
    return {
        "benchmark": "hear",
        "sounds": count,
        "seconds_a_sound": SECONDS,
        "rounds": rounds,
        "ms_a_sound_of_one_worker": 1e3 * statistics.median(runs[1]) / count,
        "sounds_per_s_of_two_workers": count / statistics.median(runs[2]),
        "two_workers_against_one": {"median": statistics.median(gains), "all": gains},
        "machine": before,
        "seconds": time.perf_counter() - begun,
    }


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("data", type=Path, nargs="?")
    parser.add_argument("--sounds", type=int, default=256)
    parser.add_argument("--rounds", type=int, default=3)
    asked = parser.parse_args()
    log.configure(level="warning")
    result = uvloop.run(benchmark(asked.sounds, asked.rounds))
    RESULT.parent.mkdir(exist_ok=True)
    RESULT.write_text(json.dumps(result, indent=2) + "\n", encoding="utf-8")
    print(json.dumps(result, indent=2))


if __name__ == "__main__":
    main()
