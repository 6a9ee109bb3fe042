"""How long healing a large catalogue takes, and how much memory, without any network.

    python benchmarks/heal.py [../shared/data] [--rows 1000000]

Rows are made from the shared crawls: each is like one of their rows, with two titles joined and its columns, or another
row's where it lacks one; two tracks an artist; 75 % of genres, 80 % of tags and 70 % of descriptions missing, as the
specification says of its crawl. They are written by COPY before the clock starts. Nothing was studied: the product
embeds as many texts as it allows itself in one run.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import random
import resource
import tempfile
import time
from datetime import date
from pathlib import Path
from typing import Any

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


async def measured(data: Path, rows: int, folder: Path) -> tuple[HealAccount, float]:
    embedder = TextEmbedder.open(folder)
    async with Catalogue.open(data_dir=folder, upgrade=False) as server, server.scratch() as catalogue:
        await prepared(catalogue, data, rows)
        began = time.perf_counter()
        account = await heal(catalogue, embedder)
        return account, time.perf_counter() - began


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("data", nargs="?", type=Path, default=Path("../shared/data"))
    parser.add_argument("--rows", type=int, default=1_000_000)
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        account, seconds = asyncio.run(measured(asked.data, asked.rows, Path(folder)))
    found = {
        "machine": machine(),
        "rows": asked.rows,
        "seconds": round(seconds, 1),
        "rows_per_s": round(account.tracks / seconds),
        "cpu_seconds_with_preparation": round(time.process_time(), 1),
        "peak_rss_mb": round(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024),
        "account": account.as_dict(),
    }
    RESULT.write_text(json.dumps(found, indent=2) + "\n", encoding="utf-8")
    print(json.dumps(found, indent=2))


if __name__ == "__main__":
    main()
