"""How long healing a large catalogue takes, and how much memory, without any network.

    python benchmarks/heal.py [../shared/data] [--rows 1000000]

Rows are made from the shared crawls: each is like one of their rows, with two titles joined and its columns, or another
row's where it lacks one; two tracks an artist; 75 % of genres, 80 % of tags and 70 % of descriptions missing, as the
specification says of its crawl. They are written by COPY before the clock starts. Nothing was studied: the product
embeds as many texts as it allows itself in one run, and says of how many it read none (`unread`). The machine is named
in the result; nothing else should run on it.

Memory is the proportional share (Linux: Pss) of this process and of all of PostgreSQL's, sampled every second; the part
that PostgreSQL shares between its processes is told apart, because its size is a setting.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import random
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

import psutil
from machine import machine

from cratedig.catalogue import Catalogue, healing
from cratedig.collect.heal.rows import Row
from cratedig.collect.healing import HealAccount, heal, row_of
from cratedig.collect.intake import collect_file
from cratedig.lab.crate import fill
from cratedig.lab.soundcloud import tables_below
from cratedig.models.embedder import TextEmbedder

RESULT = Path(__file__).parent / "results" / "heal.json"
MISSING = {"genre": 0.75, "tags": 0.80, "description": 0.70, "duration_s": 0.3, "playback_count": 0.2}
BATCH = 50_000
SEED = 20261121
LOOK_EVERY_S = 1.0


def drawn(rows: list[Row], n: int, rng: random.Random, first: int) -> list[dict[str, Any]]:
    """Tracks like rows of the crawls: each a row's own columns, what that lacks from any row; a column is missing at
    its own rate. An artist has two tracks on average, both from rows of one artist."""
    pools = {name: [value for row in rows if (value := getattr(row, name))] for name in MISSING}
    titled = [row for row in rows if row.title and row.artist]
    made = []
    for at in range(first, first + n):
        like = titled[at // 2 % len(titled)]
        track: dict[str, Any] = {
            "title": f"{like.title} {rng.choice(titled).title}"[:120],
            "artist": f"{like.artist} {at // 2 // len(titled)}",
            "year": rng.randint(1995, 2025),
        }
        for name, rate in MISSING.items():
            if rng.random() >= rate:
                track[name] = getattr(like, name) or rng.choice(pools[name])
        track["tags"] = list(track.get("tags", ()))
        made.append(track)
    return made


async def prepared(catalogue: Catalogue, data: Path, rows: int) -> None:
    async with catalogue.scratch() as crawls:
        for path in tables_below(data / "soundcloud"):
            await collect_file(crawls, path, today=date(2026, 1, 1))
        async with crawls.begin() as session:
            known = [row_of(given) for given in (await healing.tracks_by_source(session)).values()]
    rng = random.Random(SEED)
    for first in range(0, rows, BATCH):
        await fill(catalogue, drawn(known, min(BATCH, rows - first), rng, first), source="benchmark")


@dataclass
class Memory:
    """The most that was held at one time, in MiB: by all processes, and without what PostgreSQL's share."""

    all_mib: float = 0.0
    without_shared_buffers_mib: float = 0.0

    def look(self, pids: list[int]) -> None:
        held = [_shares(pid) for pid in pids]
        whole, shared = sum(pss for pss, _ in held) / 1024, sum(shmem for _, shmem in held) / 1024
        self.all_mib = max(self.all_mib, whole)
        self.without_shared_buffers_mib = max(self.without_shared_buffers_mib, whole - shared)


def _shares(pid: int) -> tuple[int, int]:
    """A process's proportional share of memory and, of that, of shared memory, in KiB; 0 where it is gone."""
    try:
        lines = Path(f"/proc/{pid}/smaps_rollup").read_text(encoding="ascii").splitlines()[1:]
    except (FileNotFoundError, ProcessLookupError):
        return 0, 0
    held = {line.split()[0]: int(line.split()[1]) for line in lines}
    return held["Pss:"], held["Pss_Shmem:"]


@contextmanager
def watched(folder: Path) -> Iterator[Memory]:
    """Samples memory beside what runs."""
    memory, done = Memory(), threading.Event()
    server = _server(folder)

    def look() -> None:
        while not done.wait(LOOK_EVERY_S):
            memory.look([os.getpid(), server.pid, *(one.pid for one in server.children(recursive=True))])

    watcher = threading.Thread(target=look, name="watch")
    watcher.start()
    try:
        yield memory
    finally:
        done.set()
        watcher.join()


@dataclass
class Clock:
    """Seconds from the start to the first chunk written, which is when learning is long over, and to the end; cpu_s: of
    all processes, which other work on the machine changes little."""

    began: float = field(default_factory=time.perf_counter)
    first_chunk_s: float = 0.0
    whole_s: float = 0.0
    cpu_s: float = 0.0

    def tell(self, done: int, total: int) -> None:
        now = time.perf_counter() - self.began
        self.first_chunk_s = self.first_chunk_s or now
        self.whole_s = now


def cpu_seconds(folder: Path) -> float:
    """Processor time so far of this process and of all of PostgreSQL's, the ended ones too."""
    server = _server(folder)
    times = [server.cpu_times(), *(one.cpu_times() for one in server.children())]
    ended = times[0].children_user + times[0].children_system
    return time.process_time() + ended + sum(one.user + one.system for one in times)


def _server(folder: Path) -> psutil.Process:
    return psutil.Process(int((folder / "postgres" / "postmaster.pid").read_text().split("\n", 1)[0]))


async def measured(data: Path, rows: int, folder: Path) -> tuple[HealAccount, Clock, Memory]:
    embedder = TextEmbedder.open(folder)
    async with Catalogue.open(data_dir=folder, upgrade=False) as server, server.scratch() as catalogue:
        await prepared(catalogue, data, rows)
        with watched(folder) as memory:
            before, clock = cpu_seconds(folder), Clock()
            account = await heal(catalogue, embedder, progress=clock.tell)
            clock.whole_s = time.perf_counter() - clock.began
            clock.cpu_s = cpu_seconds(folder) - before
        return account, clock, memory


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("data", nargs="?", type=Path, default=Path("../shared/data"))
    parser.add_argument("--rows", type=int, default=1_000_000)
    parser.add_argument("--out", type=Path, default=RESULT)
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        account, clock, memory = asyncio.run(measured(asked.data, asked.rows, Path(folder)))
    found = {
        "machine": machine(),
        "rows": asked.rows,
        "seconds_to_heal": round(clock.whole_s, 1),
        "minutes_to_heal": round(clock.whole_s / 60, 2),
        "cpu_seconds_of_all_processes": round(clock.cpu_s, 1),
        "seconds_to_the_first_chunk": round(clock.first_chunk_s, 1),
        "rows_per_s": round(account.tracks / clock.whole_s),
        "peak_gib_without_shared_buffers": round(memory.without_shared_buffers_mib / 1024, 3),
        "peak_gib": round(memory.all_mib / 1024, 3),
        "account": account.as_dict(),
    }
    asked.out.write_text(json.dumps(found, indent=2) + "\n", encoding="utf-8")
    print(json.dumps(found, indent=2))


if __name__ == "__main__":
    main()
