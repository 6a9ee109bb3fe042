"""Ten minutes of everything at once, while workers, Redis and PostgreSQL are killed at random.

    python benchmarks/soak.py ../shared/data [--minutes 10] [--seed 3] [--tracks 3000] [--log FILE]

A real `cratedig up` with two workers and a real Redis, over songs of the shared data. Clients find, search, look and
open pages; a writer adds tracks; jobs are asked for. Meanwhile every few seconds something is
killed or hangs. Asked at the end: is every acknowledged job done, is every acknowledged write there, was every answer
2xx, 429, or 503 with Retry-After, does memory stay. Writes results/soak.json and soak.md; exit 1 where a promise broke.
"""

from __future__ import annotations

import argparse
import asyncio
import csv
import json
import random
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
import uuid
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

HERE = Path(__file__).resolve().parent
# a running product and a Redis that can be struck, as the fault tests have them
sys.path.append(str(HERE.parent / "tests"))

from machine import machine  # noqa: E402
from recommend import rows  # noqa: E402
from soaking.load import Account, Client  # noqa: E402
from soaking.memory import Memory, slope  # noqa: E402
from soaking.strikes import Strikes  # noqa: E402
from sqlalchemy import insert, select, text  # noqa: E402

from cratedig.catalogue import Catalogue  # noqa: E402
from cratedig.catalogue.postgres import EmbeddedPostgres  # noqa: E402
from cratedig.catalogue.tables import Track  # noqa: E402
from cratedig.errors import CatalogueUnavailable  # noqa: E402
from redis_server import running_redis  # noqa: E402
from running import Running, running  # noqa: E402

CLIENTS = 6
JOBS_SETTLE_S = 120.0  # a job whose worker died last counts as dead after 30 s, and is begun again within 45 s
FLAT_MIB_PER_MINUTE = 1.0


@dataclass
class Ledger:
    """What was acknowledged: titles of written tracks, ids of jobs."""

    titles: list[str] = field(default_factory=list)
    jobs: list[str] = field(default_factory=list)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("data", type=Path)
    parser.add_argument("--minutes", type=float, default=10.0)
    parser.add_argument("--seed", type=int, default=3)
    parser.add_argument("--tracks", type=int, default=3000)
    parser.add_argument("--log", type=Path, help="where to keep what the product wrote to its log")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="cratedig-soak-") as folder, running_redis() as redis:
        data_dir = Path(folder)
        key = prepare(options.data, data_dir, tracks=options.tracks)
        env = {
            "CRATEDIG_REDIS__URL": redis.url,
            "CRATEDIG_CACHE__MEMORY_MB": "4",  # full before the line through memory begins: a full cache is no leak
            "CRATEDIG_JOBS__WORKERS": "2",
            "CRATEDIG_JOBS__MAX_STARTS": "50",  # the same job may be struck often without being poison
            "CRATEDIG_API__REQUESTS_PER_MINUTE": "3000",
        }
        with running(data_dir, env=env) as product:
            strikes = Strikes(product, redis, seed=options.seed, pause_s=(4.0, 12.0))
            result = asyncio.run(soak(product, strikes, options, key))
            result["exit_code"] = product.stop()
        if options.log:
            shutil.copyfile(data_dir / "up.log", options.log)
    result["promises"] = judged(result)
    report(result)
    sys.exit(0 if all(result["promises"].values()) else 1)


def prepare(data: Path, data_dir: Path, *, tracks: int) -> str:
    """Collects the songs and makes a key; they are studied while the soak begins."""
    cratedig = [sys.executable, "-m", "cratedig"]
    dump = data_dir / "songs.csv"
    songs = list(rows(data, tracks, random.Random(1)))
    with dump.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, fieldnames=list(songs[0]))
        writer.writeheader()
        writer.writerows(songs)
    at = ["--data-dir", str(data_dir)]
    subprocess.run([*cratedig, "collect", "csv", str(dump), "--no-study", *at], check=True, stdout=subprocess.DEVNULL)
    made = subprocess.run(
        [*cratedig, "keys", "create", "soak", "--role", "editor", "--json", *at], check=True, capture_output=True
    )
    key: str = json.loads(made.stdout)["key"]
    return key


async def soak(product: Running, strikes: Strikes, options: argparse.Namespace, key: str) -> dict[str, Any]:
    # by its address: this process must not keep the server alive, `up` has to
    url = EmbeddedPostgres(product.data_dir).url
    account, ledger, memory = Account(), Ledger(), Memory()
    async with Catalogue.open(data_dir=product.data_dir, url=url, upgrade=False, pool_size=4) as catalogue:
        async with catalogue.begin() as session:
            tracks = list((await session.scalars(select(Track.id))).all())
        until = time.monotonic() + options.minutes * 60
        async with asyncio.TaskGroup() as group:
            for n in range(CLIENTS):
                client = Client(product.address, account, tracks, key=key, seed=options.seed + n)
                group.create_task(client.run(until))
            group.create_task(strikes.run(until))
            group.create_task(memory.watch(product.process.pid, until))
            group.create_task(_write(catalogue, ledger, until))
            asker = Client(product.address, account, tracks, key=key, seed=options.seed - 1)
            studies = group.create_task(asker.ask_for_studies(until))
        ledger.jobs += studies.result()
        jobs, settled_s = await _settle(catalogue, ledger)
        errors = await _errors(catalogue, ledger)
        lost = await _lost_writes(catalogue, ledger)
    grown = slope(memory.samples[len(memory.samples) // 3 :])
    return {
        "benchmark": "soak",
        "machine": machine(),
        "minutes": options.minutes,
        "seed": options.seed,
        "tracks": len(tracks),
        "strikes": dict(strikes.counts.most_common()),
        "answers": sum(account.statuses.values()),
        "statuses": dict(account.statuses.most_common()),
        "wrong_answers": account.wrong_count,
        "wrong_examples": account.wrong[:10],
        "answers_from_the_cache": account.kept,
        "p50_ms": round(statistics.median(account.seconds) * 1000, 1),
        "p99_ms": round(statistics.quantiles(account.seconds, n=100)[98] * 1000, 1),
        "writes_acknowledged": len(ledger.titles),
        "writes_lost": lost,
        "jobs_acknowledged": len(set(ledger.jobs)),
        "jobs_by_status": jobs,
        "jobs_errors": errors[:10],
        "jobs_settled_after_s": round(settled_s, 1),
        "memory_mib": {"first": round(memory.samples[0][1], 1), "last": round(memory.samples[-1][1], 1)},
        "memory_slope": {name: round(value, 3) for name, value in asdict(grown).items()},
    }


async def _write(catalogue: Catalogue, ledger: Ledger, until: float) -> None:
    """Each try is a title of its own: one whose answer was lost is not mistaken for an acknowledged one."""
    while time.monotonic() < until:
        title = f"soak {uuid.uuid4().hex}"
        try:
            async with catalogue.begin() as session:
                await session.execute(insert(Track).values(title=title, artist="The Writers", source="soak"))
        except CatalogueUnavailable:
            await asyncio.sleep(0.2)
        else:
            ledger.titles.append(title)
            await asyncio.sleep(0.5)


async def _settle(catalogue: Catalogue, ledger: Ledger) -> tuple[dict[str, int], float]:
    """How the acknowledged jobs ended, by status ("lost" where there is no row), and how long that took."""
    asked = sorted(set(ledger.jobs))
    started = time.monotonic()
    while True:
        async with asyncio.timeout(JOBS_SETTLE_S), catalogue.begin() as session:
            found = await session.execute(text("select id, status from jobs where id = any(:ids)"), {"ids": asked})
            status = {row.id: row.status for row in found}
        waiting = [job for job in asked if status.get(job) in ("queued", "running")]
        if not waiting or time.monotonic() - started > JOBS_SETTLE_S:
            counted: dict[str, int] = {}
            for job in asked:
                counted[status.get(job, "lost")] = counted.get(status.get(job, "lost"), 0) + 1
            return counted, time.monotonic() - started
        await asyncio.sleep(0.5)


async def _errors(catalogue: Catalogue, ledger: Ledger) -> list[str]:
    """What the acknowledged jobs that did not succeed said."""
    async with catalogue.begin() as session:
        found = await session.execute(
            text("select status, error, details from jobs where id = any(:ids) and status <> 'succeeded'"),
            {"ids": ledger.jobs},
        )
        return [f"{row.status}: {row.error} {(row.details or '')[-1000:]}" for row in found]


async def _lost_writes(catalogue: Catalogue, ledger: Ledger) -> int:
    async with catalogue.begin() as session:
        stored = set((await session.scalars(select(Track.title).where(Track.source == "soak"))).all())
    return len(set(ledger.titles) - stored)


def judged(result: dict[str, Any]) -> dict[str, bool]:
    grown = result["memory_slope"]
    return {
        "no job is lost": set(result["jobs_by_status"]) <= {"succeeded"},
        "no acknowledged write is lost": result["writes_lost"] == 0 and result["writes_acknowledged"] > 0,
        "every answer is 2xx, 429, or 503 with Retry-After": result["wrong_answers"] == 0 and result["answers"] > 0,
        # a run of less than five minutes is still warming up: its line says nothing
        "memory stays": result["minutes"] < 5 or grown["mib_per_minute"] - 2 * grown["error"] <= FLAT_MIB_PER_MINUTE,
        "up ends cleanly": result["exit_code"] == 0,
    }


def report(result: dict[str, Any]) -> None:
    (HERE / "results").mkdir(exist_ok=True)
    (HERE / "results" / "soak.json").write_text(json.dumps(result, indent=2) + "\n")
    (HERE / "soak.md").write_text(in_words(result))
    print(json.dumps(result, indent=2))


def in_words(result: dict[str, Any]) -> str:
    grown, memory = result["memory_slope"], result["memory_mib"]
    struck = ", ".join(f"{name} {count}x" for name, count in result["strikes"].items()) or "nothing"
    told = ", ".join(f"{status}: {count:,}" for status, count in result["statuses"].items())
    jobs = ", ".join(f"{count} {status}" for status, count in result["jobs_by_status"].items())
    lines = [
        "# The last soak",
        "",
        f"{result['minutes']:g} minutes on {result['machine']['cores']} cores ({result['machine']['cpu']}), seed "
        f"{result['seed']}, {result['tracks']:,} tracks, two workers and Redis; `python benchmarks/soak.py`.",
        "",
        "| what | seen |",
        "|---|---|",
        f"| struck | {struck} |",
        f"| answers | {result['answers']:,} ({told}); {result['wrong_answers']} that may not be |",
        f"| time to answer | median {result['p50_ms']} ms, 99th percentile {result['p99_ms']} ms |",
        f"| recommendations from the cache | {result['answers_from_the_cache']:,} |",
        f"| acknowledged writes | {result['writes_acknowledged']:,}, {result['writes_lost']} lost |",
        f"| acknowledged jobs | {result['jobs_acknowledged']:,}: {jobs}; "
        f"settled {result['jobs_settled_after_s']} s after |",
        f"| memory of the API | {memory['first']} to {memory['last']} MiB; the line through the last two thirds rises "
        f"{grown['mib_per_minute']} +- {grown['error']} MiB a minute |",
        "",
        *(f"- {'kept' if kept else '**broken**'}: {promise}" for promise, kept in result["promises"].items()),
    ]
    return "\n".join(lines) + "\n"


if __name__ == "__main__":
    main()
