"""How long `POST /api/v1/recommend` takes over HTTP at growing catalogues, and what the server needs for it.

    python benchmarks/recommend.py ../shared/data [--sizes 10000 100000 1000000] [--requests 300]

The catalogues are those of `catalogues.py`, all measured in one run. Nothing is answered from the cache, though
everything is put into it, but for the figures that say so: the same questions again. First one client, one request
after the other; then four at once, sixteen where answers are kept; each asks the next question as soon as it has an
answer, until there is none. Clients are threads of one other process that only writes a request and reads its answer;
they take their share of the same two cores: 0.2 ms a request. No worker runs, so nothing else is under way.

The server is started as anybody starts it, so that from 10,000 tracks on finder processes find beside the one that
answers; measured once all of them can be asked. `ready_s` is when it gave its address, `finders_ready_s` when that was.
`one_process_per_s` is what four clients get where `find.processes` is 0. Memory is that of all processes without
PostgreSQL's, each page counted once (PSS).
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
from collections.abc import Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor, ThreadPoolExecutor
from contextlib import contextmanager, suppress
from multiprocessing import get_context
from pathlib import Path
from typing import Any
from urllib.error import HTTPError
from urllib.parse import urlsplit
from urllib.request import urlopen

import catalogues
import psutil
from curve import drawn
from machine import machine

RESULT = Path(__file__).parent / "results" / "recommend.json"
PICTURE = Path(__file__).parents[1] / "docs" / "img" / "recommend.svg"
CRATEDIG = [sys.executable, "-m", "cratedig"]
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
    catalogues.make(data, size, data_dir, CRATEDIG)
    asked = queries(data, count, random.Random(size))
    began = time.perf_counter()
    with served(data_dir) as (server, address):
        ready_s = time.perf_counter() - began
        _wait_for_finders(address)
        finders_ready_s = time.perf_counter() - began
        measured = _asked(address, asked, server)
    with served(data_dir, CRATEDIG_FIND__PROCESSES="0") as (_, address):
        one_process_per_s = _per_s(address, asked)
    return {
        "tracks": size,
        "ready_s": round(ready_s, 2),
        "finders_ready_s": round(finders_ready_s, 2),
        **measured,
        "one_process_per_s": one_process_per_s,
    }


@contextmanager
def served(data_dir: Path, **env: str) -> Iterator[tuple[subprocess.Popen[str], str]]:
    """A running server and its address."""
    server = subprocess.Popen(
        [*CRATEDIG, "up", "--port", "0", "--workers", "0", "--data-dir", str(data_dir)],
        env={**os.environ, "CRATEDIG_API__REQUESTS_PER_MINUTE": "100000000", **env},
        stdout=subprocess.PIPE,
        text=True,
    )
    try:
        assert server.stdout is not None
        yield server, next(found.group() for line in server.stdout if (found := re.search(r"http://[\w.:]+", line)))
    finally:
        server.terminate()
        server.wait(60)


def _wait_for_finders(address: str) -> None:
    """Until what finding reads is open, and every finder that it has can be asked."""
    while True:
        with suppress(HTTPError), urlopen(f"{address}/ready", timeout=60), urlopen(f"{address}/health") as answer:
            components = json.load(answer)["components"]
            if next(one["state"] for one in components if one["name"] == "finders") == "ok":
                return
        time.sleep(0.1)


def _per_s(address: str, asked: Sequence[str]) -> float:
    """What four clients get once the server is warm."""
    with ProcessPoolExecutor(1, mp_context=get_context("spawn")) as process:
        process.submit(together, address, [f"{query} first" for query in asked[:50]]).result()
        return round(process.submit(together, address, asked).result()[1], 1)


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
