"""How fast a dump comes in, end to end into PostgreSQL, and how much memory that takes. Without embedding.

    python benchmarks/intake.py [--rows 1000000] [--peer-rows 50000]

The file has the columns of a SoundCloud API dump, with the mess of one: three spellings of nothing, counts as "21.6K"
and "1,234,567", quoted tags, features and remixes in titles. In the same run, on the same server: the row-wise import
that people write (csv.DictReader and one INSERT a row, through executemany), and COPY of the raw cells into a table of
texts. Neither parses, judges, merges or explains anything; COPY is the most that could be reached.
"""

from __future__ import annotations

import argparse
import asyncio
import csv
import json
import random
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import psycopg
from machine import machine
from sqlalchemy import make_url

from cratedig.catalogue import Catalogue

RESULT = Path(__file__).parent / "results" / "intake.json"
HEADER = (  # noqa: SIM905 - a header, as it stands in the file
    "comment_count created_at downloadable duration genre id kind label_name likes_count playback_count public "
    "purchase_url reposts_count tag_list title artist description"
).split()
WORDS = ("night", "river", "gold", "summer", "rain", "heart", "city", "slow", "electric", "wild", "broken", "home")
GENRES = ("Hip-hop & Rap", "Deep House", "Piano", "R&B", "Ambient", "", "None", "Drum & Bass", "lofi hip hop", "Jazz")
NAMES = (
    "Ann",
    "Red River",
    "Kilo",
    "Soft Hours",
    "Mira",
    "Ötzi",
    "The Lanterns",
    "DJ Form",
    "북소리",
    "Nina & the Fox",
)
TAGS = ('"Hip Hop" Rap foo', 'chill "late night"', "", "None", "study focus lofi")

COLLECTOR = """
import asyncio, json, resource, sys, time
from datetime import date
from pathlib import Path
from cratedig.catalogue import Catalogue
from cratedig.collect.intake import collect_file

async def main():
    async with Catalogue.open(data_dir=Path("unused"), url=sys.argv[1], upgrade=False) as catalogue:
        began = time.perf_counter()
        account = await collect_file(catalogue, Path(sys.argv[2]), today=date(2026, 1, 1))
        seconds = time.perf_counter() - began
    assert account.rows_in == account.accepted + account.merged + account.rejected
    print(json.dumps({"rows": account.rows_in, "accepted": account.accepted, "merged": account.merged,
        "rejected": account.rejected, "seconds": seconds, "cpu_seconds": time.process_time(),
        "peak_rss_mb": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024}))

asyncio.run(main())
"""


def rows(n: int, rng: random.Random) -> Iterator[list[str]]:
    """Varied rows; every hundredth repeats an earlier id."""
    for i in range(n):
        title = " ".join(rng.choices(WORDS, k=rng.randint(1, 4))).title()
        title += f" (feat. {rng.choice(NAMES)})" if i % 7 == 0 else " - Remix" if i % 11 == 0 else ""
        yield [
            f"{rng.randint(0, 999)}.0",
            f"20{rng.randint(10, 21)}-0{rng.randint(1, 9)}-1{rng.randint(0, 9)}T01:30:10Z",
            rng.choice(("True", "False")),
            str(rng.randint(60_000, 400_000)),
            rng.choice(GENRES),
            str(10**8 + (i - i // 2 if i % 100 == 99 else i)),
            "track",
            rng.choice(("None", "", "Label")),
            f"{rng.randint(0, 99_999)}.0",
            f"{rng.randint(0, 9_999_999):,}" if i % 3 else f"{rng.randint(1, 999)}.{rng.randint(0, 9)}K",
            "True",
            "None" if i % 2 else f"https://shop.example/{i}",
            str(rng.randint(0, 999)),
            rng.choice(TAGS),
            title,
            f"{rng.choice(NAMES)} {rng.randint(1, n // 5 + 1)}",
            "" if i % 2 else " ".join(rng.choices(WORDS, k=15)),
        ]


def write(path: Path, n: int) -> None:
    with path.open("w", newline="", encoding="utf-8") as stream:
        writer = csv.writer(stream, delimiter="\t")
        writer.writerow(HEADER)
        writer.writerows(rows(n, random.Random(0)))


def ours(url: str, path: Path) -> dict[str, Any]:
    done = subprocess.run([sys.executable, "-c", COLLECTOR, url, str(path)], capture_output=True, text=True, check=True)
    found: dict[str, Any] = json.loads(done.stdout)
    found["rows_per_s"] = round(found["rows"] / found["seconds"])
    return {name: round(value, 2) if isinstance(value, float) else value for name, value in found.items()}


def _plain_url(url: str) -> str:
    return make_url(url).set(drivername="postgresql").render_as_string(hide_password=False)


def row_wise(url: str, path: Path) -> float:
    """Rows per second of DictReader and executemany: parsing nothing, merging by primary key alone."""
    began = time.perf_counter()
    with psycopg.connect(_plain_url(url)) as connection, path.open(newline="", encoding="utf-8") as stream:
        columns = ", ".join(f"{name} text" for name in HEADER if name != "id")
        connection.execute(f"create table peer (id text primary key, {columns})")
        names, marks = ", ".join(HEADER), ", ".join(f"%({name})s" for name in HEADER)
        with connection.cursor() as cursor:
            found = list(csv.DictReader(stream, delimiter="\t"))
            cursor.executemany(
                f"insert into peer ({names}) values ({marks}) on conflict do nothing",
                found,
            )
    return len(found) / (time.perf_counter() - began)


def raw_copy(url: str, path: Path) -> float:
    """Rows per second of COPY of the file as it is."""
    began = time.perf_counter()
    with psycopg.connect(_plain_url(url)) as connection:
        connection.execute(f"create table bound ({', '.join(f'{name} text' for name in HEADER)})")
        statement = "copy bound from stdin with (format csv, delimiter E'\\t', header)"
        with connection.cursor() as cursor, cursor.copy(statement) as copy, path.open("rb") as stream:
            while chunk := stream.read(1 << 20):
                copy.write(chunk)
        n = connection.execute("select count(*) from bound").fetchone()
    assert n is not None
    return int(n[0]) / (time.perf_counter() - began)


async def measure(n: int, peer_n: int) -> dict[str, Any]:
    with tempfile.TemporaryDirectory() as folder:
        path, peer_path = Path(folder) / "dump.tsv", Path(folder) / "peer.tsv"
        await asyncio.to_thread(write, path, n)
        await asyncio.to_thread(write, peer_path, peer_n)
        async with Catalogue.open(data_dir=Path(folder) / "data", upgrade=False) as server:
            async with server.scratch() as catalogue:
                small = await asyncio.to_thread(ours, catalogue.url, peer_path)
            peer = await asyncio.to_thread(row_wise, server.url, peer_path)
            bound = await asyncio.to_thread(raw_copy, server.url, peer_path)
            async with server.scratch() as catalogue:
                large = await asyncio.to_thread(ours, catalogue.url, path)
        megabytes = round(path.stat().st_size / 1e6)
    return {
        "name": "intake",
        "machine": machine(),
        "file": {"rows": n, "megabytes": megabytes, "columns": len(HEADER)},
        "intake": large,
        "intake_small": small,
        "row_wise_insert_rows_per_s": round(peer),
        "raw_copy_rows_per_s": round(bound),
        "times_row_wise": round(small["rows_per_s"] / peer, 2),
        "share_of_raw_copy": round(small["rows_per_s"] / bound, 3),
    }


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--rows", type=int, default=1_000_000)
    parser.add_argument("--peer-rows", type=int, default=50_000)
    args = parser.parse_args()
    result = asyncio.run(measure(args.rows, args.peer_rows))
    RESULT.parent.mkdir(exist_ok=True)
    RESULT.write_text(json.dumps(result, indent=2) + "\n")
    print(json.dumps(result, indent=2))


if __name__ == "__main__":
    main()
