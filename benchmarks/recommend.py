"""How long `POST /api/v1/recommend` takes over HTTP at growing catalogues, and what the server needs for it.

    python benchmarks/recommend.py ../shared/data [--sizes 10000 100000 1000000] [--requests 300]

The catalogues are those of `catalogues.py`, all measured in one run. Nothing is answered from the cache, though
everything is put into it, but for the figures that say so: the same questions again. First one client, one request
after the other; then four at once, sixteen where answers are kept. Clients are threads of one other process that only
writes a request and reads its answer; they take their share of the same two cores. No worker runs, so nothing else is
under way. Memory is the server's without PostgreSQL's, each page counted once (PSS).
"""

from __future__ import annotations

import argparse
import itertools
import json
import os
import random
import re
import socket
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from concurrent.futures import ProcessPoolExecutor, ThreadPoolExecutor
from multiprocessing import get_context
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import catalogues
import psutil
from curve import drawn
from machine import machine

RESULT = Path(__file__).parent / "results" / "recommend.json"
PICTURE = Path(__file__).parents[1] / "docs" / "img" / "recommend.svg"
PATH = "/api/v1/recommend"
CLIENTS = 4
MANY = 16  # clients where answers are kept: what is asked at once is looked up at once
CACHED = 8000
QUERIES = (
    "i miss my ex", "upbeat morning workout", "chill evening music", "90s hip hop", "songs like {artist}",
    "sad songs about {word}", "{word} and {word}", "happy latin summer", "dark techno for a long drive", "{word}",
    "acoustic guitar love song", "angry rock", "quiet {word} for sleep", "{genre} from 2015", "good music",
)  # fmt: skip


def queries(data: Path, count: int, rng: random.Random) -> list[str]:
    """No two alike, so that every one is understood anew."""
    sample = list(itertools.islice(catalogues.songs(data), 2000))
    words = [word for row in sample for word in re.findall(r"[^\W\d_]{4,}", row["track_name_full"])]
    made = []
    for number in range(count):
        query = re.sub(r"\{word\}", lambda _: rng.choice(words), QUERIES[number % len(QUERIES)])
        made.append(
            query.format(artist=rng.choice(sample)["track_artist"], genre=rng.choice(sample)["playlist_subgenre"])
        )
    return [query if made.count(query) == 1 else f"{query} {number}" for number, query in enumerate(made)]


class Client:
    """A connection that is kept, and nothing that a server's time could be confused with."""

    def __init__(self, address: str, path: str = PATH) -> None:
        url = urlsplit(address)
        self._path = path
        self._host = f"{url.hostname}:{url.port}"
        self._socket = socket.create_connection((url.hostname, url.port), timeout=60)
        self._socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self._file = self._socket.makefile("rb")

    def ask(self, query: str, *, fresh: bool) -> tuple[float, bytes]:
        """Milliseconds, and the answer's body."""
        body = json.dumps({"query": query}).encode()
        head = f"POST {self._path} HTTP/1.1\r\nHost: {self._host}\r\nContent-Type: application/json\r\n"
        head += f"Content-Length: {len(body)}\r\n" + ("Cache-Control: no-cache\r\n" if fresh else "") + "\r\n"
        began = time.perf_counter()
        self._socket.sendall(head.encode() + body)
        status = self._file.readline()
        length = 0
        while (line := self._file.readline()) not in (b"\r\n", b""):
            name, _, value = line.partition(b":")
            length = int(value) if name.lower() == b"content-length" else length
        answer = self._file.read(length)
        took = (time.perf_counter() - began) * 1000
        if b" 200 " not in status:
            raise RuntimeError(f"{status!r} for {query!r}: {answer[:300]!r}")
        return took, answer


def alone(
    address: str, asked: Sequence[str], fresh: bool = True, path: str = PATH
) -> list[tuple[float, dict[str, float]]]:
    """(milliseconds, milliseconds by stage) of each, one after the other."""
    client = Client(address, path)
    for query in ("warm up", "i like it loud", "rainy day"):
        client.ask(query, fresh=fresh)
    timed = []
    for query in asked:
        took, body = client.ask(query, fresh=fresh)
        answer = json.loads(body)
        if not answer["results"]:
            raise RuntimeError(f"nothing was found for {query!r}")
        timed.append((took, answer["metadata"]["stages"]))
    return timed


def together(
    address: str, asked: Sequence[str], fresh: bool = True, clients: int = CLIENTS, path: str = PATH
) -> tuple[list[float], float]:
    """Milliseconds of each from `clients` at once, and how many were answered a second.

    Each client asks the next question that nobody has asked as soon as it has an answer: all have something to do until
    there is none.
    """
    left = iter(list(asked))

    def one(client: Client) -> list[float]:
        return [client.ask(query, fresh=fresh)[0] for query in left]

    connected = [Client(address, path) for _ in range(clients)]
    began = time.perf_counter()
    with ThreadPoolExecutor(clients) as threads:
        times = list(itertools.chain.from_iterable(threads.map(one, connected)))
    return times, len(asked) / (time.perf_counter() - began)


def measure(data: Path, size: int, count: int, folder: Path) -> dict[str, Any]:
    data_dir = folder / f"data-{size}"
    cratedig = [sys.executable, "-m", "cratedig"]
    catalogues.make(data, size, data_dir, cratedig)
    began = time.perf_counter()
    server = subprocess.Popen(
        [*cratedig, "up", "--port", "0", "--workers", "0", "--data-dir", str(data_dir)],
        env={**os.environ, "CRATEDIG_API__REQUESTS_PER_MINUTE": "100000000"},
        stdout=subprocess.PIPE,
        text=True,
    )
    try:
        assert server.stdout is not None
        address = next(found.group() for line in server.stdout if (found := re.search(r"http://[\w.:]+", line)))
        ready_s = time.perf_counter() - began
        return {
            "tracks": size,
            "ready_s": round(ready_s, 2),
            **_asked(address, queries(data, count, random.Random(size)), server),
        }
    finally:
        server.terminate()
        server.wait(60)


def _asked(address: str, asked: list[str], server: subprocess.Popen[str]) -> dict[str, Any]:
    with ProcessPoolExecutor(1, mp_context=get_context("spawn")) as process:
        single = process.submit(alone, address, asked).result()
        crowd, per_s = process.submit(together, address, [f"{query} again" for query in asked]).result()
        known = asked[:50]
        process.submit(together, address, known, False).result()
        _, cached_per_s = process.submit(together, address, known * (CACHED // len(known)), False, MANY).result()
    return {
        **{f"{name}_ms": value for name, value in _percentiles([took for took, _ in single]).items()},
        **{f"four_clients_{name}_ms": value for name, value in _percentiles(crowd).items()},
        "per_s": round(per_s, 1),
        "cached_per_s": round(cached_per_s),
        "memory_mb": round(_memory_mb(server.pid)),
        **{f"{name}_median_ms": value for name, value in _stages([stages for _, stages in single]).items()},
    }


def _stages(taken: list[dict[str, float]]) -> dict[str, float]:
    return {name: round(statistics.median(one[name] for one in taken), 2) for name in taken[0]}


def _memory_mb(pid: int) -> float:
    """PSS of the process and its children without PostgreSQL."""
    processes = [psutil.Process(pid), *psutil.Process(pid).children(recursive=True)]
    return sum(one.memory_full_info().pss for one in processes if "postgres" not in one.name()) / 2**20


def _percentiles(times: list[float]) -> dict[str, float]:
    cuts = statistics.quantiles(times, n=100)
    return {"p50": round(cuts[49], 2), "p95": round(cuts[94], 2), "p99": round(cuts[98], 2)}


def pictured(measured: Sequence[dict[str, Any]]) -> str:
    """The cost of an answer by the number of tracks."""
    lines = {name: [one[f"{name}_ms"] for one in measured] for name in ("p50", "p95", "p99")}
    return drawn("POST /api/v1/recommend, one client, cache off", [one["tracks"] for one in measured], lines, "ms")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("data", type=Path)
    parser.add_argument("--sizes", type=int, nargs="+", default=[10_000, 100_000, 1_000_000])
    parser.add_argument("--requests", type=int, default=300)
    parser.add_argument("--folder", type=Path, help="where to keep the catalogues, so that a second run is quick")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as fresh:
        measured = [
            measure(options.data, size, options.requests, options.folder or Path(fresh)) for size in options.sizes
        ]
    result = {
        "benchmark": "recommend",
        "machine": machine(),
        "requests": options.requests,
        "sizes": measured,
        "p95_ratio_largest_to_smallest": round(measured[-1]["p95_ms"] / measured[0]["p95_ms"], 3),
    }
    RESULT.parent.mkdir(exist_ok=True)
    RESULT.write_text(json.dumps(result, indent=2) + "\n")
    if len(measured) > 1:
        PICTURE.write_text(pictured(measured))
    print(json.dumps(result, indent=2))


if __name__ == "__main__":
    main()
