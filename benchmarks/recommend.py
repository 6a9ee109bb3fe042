"""How long `POST /api/v1/recommend` takes over HTTP, at 24,000 and at 100,000 tracks, in one run.

    python benchmarks/recommend.py ../shared/data [--sizes 24000 100000] [--requests 300]

The catalogue is the Spotify songs of the shared data; what is missing to a size is made from them (titles of words of
other titles, features moved a little), so words, artists and moods are distributed as in real data. Nothing
is answered from the cache, though everything is put into it. One client, one request after the other; then four clients
at once.
"""

from __future__ import annotations

import argparse
import csv
import gzip
import itertools
import json
import os
import random
import re
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import httpx2
from machine import machine

RESULT = Path(__file__).parent / "results" / "recommend.json"
FEATURES = ("danceability", "energy", "speechiness", "acousticness", "instrumentalness", "liveness", "valence")
FRESH = {"Cache-Control": "no-cache"}  # the finding is measured, not the handing out
QUERIES = (
    "i miss my ex", "upbeat morning workout", "chill evening music", "90s hip hop", "songs like {artist}",
    "sad songs about {word}", "{word} and {word}", "happy latin summer", "dark techno for a long drive", "{word}",
    "acoustic guitar love song", "angry rock", "quiet {word} for sleep", "{genre} from 2015", "good music",
)  # fmt: skip


def rows(data: Path, size: int, rng: random.Random) -> Iterator[dict[str, str]]:
    """`size` different recordings: the real ones first."""
    with gzip.open(data / "spotify_songs" / "songs.csv.gz", "rt", encoding="utf-8", newline="") as file:
        real = [row for row in csv.DictReader(file) if row["track_name_full"] and row["track_artist"]]
    seen: set[tuple[str, str]] = set()
    words = [word for row in real for word in re.findall(r"[^\W\d_]{3,}", row["track_name_full"])]
    for row in itertools.chain(real, (_invented(rng, real, words) for _ in itertools.count())):
        key = (row["track_name_full"].casefold(), row["track_artist"].casefold())
        if key not in seen:
            seen.add(key)
            yield {name: value for name, value in row.items() if name not in {"row", "track_name"}}
        if len(seen) == size:
            return


def _invented(rng: random.Random, real: list[dict[str, str]], words: list[str]) -> dict[str, str]:
    row = dict(rng.choice(real))
    row["track_name_full"] = " ".join(rng.sample(words, rng.randint(2, 5)))
    row["track_album_name"] = " ".join(rng.sample(words, 2))
    for name in FEATURES:
        row[name] = f"{min(1.0, max(0.0, float(row[name]) + rng.gauss(0, 0.05))):.3f}"
    return row


def queries(data: Path, count: int, rng: random.Random) -> list[str]:
    sample = list(itertools.islice(rows(data, 2000, rng), 2000))
    words = [word for row in sample for word in re.findall(r"[^\W\d_]{4,}", row["track_name_full"])]
    made = []
    for number in range(count):
        query = QUERIES[number % len(QUERIES)]
        query = re.sub(r"\{word\}", lambda _: rng.choice(words), query)
        query = query.format(artist=rng.choice(sample)["track_artist"], genre=rng.choice(sample)["playlist_subgenre"])
        made.append(query)
    return made


def _build(data: Path, size: int, dump: Path, data_dir: Path, cratedig: list[str]) -> float:
    """Collects and studies the catalogue; seconds the study took."""
    rng = random.Random(size)
    with dump.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, fieldnames=list(next(rows(data, 1, rng))))
        writer.writeheader()
        writer.writerows(rows(data, size, rng))
    subprocess.run([*cratedig, "collect", "csv", str(dump), "--no-study", "--data-dir", str(data_dir)], check=True)
    started = time.monotonic()
    subprocess.run([*cratedig, "study", "all", "--data-dir", str(data_dir)], check=True)
    return time.monotonic() - started


def measure(data: Path, size: int, count: int, folder: Path) -> dict[str, float]:
    rng = random.Random(size)
    dump, data_dir = folder / f"songs-{size}.csv", folder / f"data-{size}"
    cratedig = [sys.executable, "-m", "cratedig"]
    studied_s = 0.0 if data_dir.exists() else _build(data, size, dump, data_dir, cratedig)
    server = subprocess.Popen(
        [*cratedig, "up", "--port", "0", "--data-dir", str(data_dir)],
        env={**os.environ, "CRATEDIG_API__REQUESTS_PER_MINUTE": "1000000"},
        stdout=subprocess.PIPE,
        text=True,
    )
    try:
        assert server.stdout is not None
        address = next(found.group() for line in server.stdout if (found := re.search(r"http://[\w.:]+", line)))
        threading.Thread(target=server.stdout.read, daemon=True).start()
        asked = queries(data, count, rng)
        alone = _times(address, asked)
        together = _at_once(address, asked, clients=4)
    finally:
        server.terminate()
        server.wait(30)
    return {
        "tracks": size,
        "study_s": round(studied_s, 1),
        **{f"{name}_ms": value for name, value in _percentiles(alone).items()},
        **{f"four_clients_{name}_ms": value for name, value in _percentiles(together).items()},
    }


def _times(address: str, asked: list[str]) -> list[float]:
    with httpx2.Client(base_url=address, timeout=30) as client:
        for query in ("warm up", "i like it loud", "rainy day"):
            client.post("/api/v1/recommend", json={"query": query}, headers=FRESH)
        times = []
        for query in asked:
            started = time.perf_counter()
            answer = client.post("/api/v1/recommend", json={"query": query}, headers=FRESH)
            times.append((time.perf_counter() - started) * 1000)
            answer.raise_for_status()
            assert answer.json()["results"], query
    return times


def _at_once(address: str, asked: list[str], *, clients: int) -> list[float]:
    times: list[list[float]] = [[] for _ in range(clients)]
    threads = [
        threading.Thread(
            target=lambda n=n: times[n].extend(_times(address, [f"{query} {n}" for query in asked[n::clients]]))
        )
        for n in range(clients)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return list(itertools.chain.from_iterable(times))


def _percentiles(times: list[float]) -> dict[str, float]:
    cuts = statistics.quantiles(times, n=100)
    return {"p50": round(cuts[49], 2), "p95": round(cuts[94], 2), "p99": round(cuts[98], 2)}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("data", type=Path)
    parser.add_argument("--sizes", type=int, nargs="+", default=[24_000, 100_000])
    parser.add_argument("--requests", type=int, default=300)
    parser.add_argument("--folder", type=Path, help="where to keep the catalogues, so that a second run is quick")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as fresh:
        folder = options.folder or Path(fresh)
        measured = [measure(options.data, size, options.requests, folder) for size in options.sizes]
    result = {
        "benchmark": "recommend",
        "machine": machine(),
        "requests": options.requests,
        "sizes": measured,
        "p95_ratio_largest_to_smallest": round(measured[-1]["p95_ms"] / measured[0]["p95_ms"], 3),
    }
    RESULT.parent.mkdir(exist_ok=True)
    RESULT.write_text(json.dumps(result, indent=2) + "\n")
    print(json.dumps(result, indent=2))


if __name__ == "__main__":
    main()
