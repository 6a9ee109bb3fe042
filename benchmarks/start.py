"""How long a person waits: for `cratedig --help`, and from `cratedig up` to the first page, fresh and again.

    python benchmarks/start.py [DATA] [--rounds 5]

"fresh" is a new data folder (database and model are made, the demo crate comes in), "again" the same folder afterwards.
A page counts when `GET /` has answered 200 in full. DATA is not used; every benchmark takes it.
"""

from __future__ import annotations

import argparse
import json
import re
import statistics
import subprocess
import sys
import tempfile
import threading
import time
import urllib.request
from pathlib import Path

from machine import machine

RESULT = Path(__file__).parent / "results" / "start.json"
CRATEDIG = [sys.executable, "-m", "cratedig"]


def help_s(rounds: int) -> list[float]:
    """Seconds that `cratedig --help` takes, the first (cold) round left out."""
    times = []
    for _ in range(rounds + 1):
        started = time.perf_counter()
        subprocess.run([*CRATEDIG, "--help"], stdout=subprocess.DEVNULL, check=True)
        times.append(time.perf_counter() - started)
    return times[1:]


def first_page_s(data_dir: Path) -> float:
    """Seconds from starting `cratedig up --demo` on `data_dir` to the first page; stopped afterwards."""
    started = time.perf_counter()
    command = [*CRATEDIG, "up", "--demo", "--port", "0", "--data-dir", str(data_dir)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as server:
        try:
            assert server.stdout is not None
            address = next(found.group() for line in server.stdout if (found := re.search(r"http://[\w.:]+", line)))
            threading.Thread(target=server.stdout.read, daemon=True).start()
            with urllib.request.urlopen(address, timeout=60) as page:
                assert page.status == 200
                assert page.read()
            return time.perf_counter() - started
        finally:
            server.terminate()
            server.wait(30)


def spread(times: list[float]) -> dict[str, float]:
    return {
        "median_s": round(statistics.median(times), 3),
        "lowest_s": round(min(times), 3),
        "highest_s": round(max(times), 3),
    }


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("data", type=Path, nargs="?")
    parser.add_argument("--rounds", type=int, default=5)
    rounds = parser.parse_args().rounds
    began = time.perf_counter()
    with tempfile.TemporaryDirectory(dir="/var/tmp") as folder:
        Path(folder).chmod(0o755)  # as root the database runs as another user, who must get in
        data_dir = Path(folder) / "data"
        result = {
            "benchmark": "start",
            "machine": machine(),
            "rounds": rounds,
            "help": spread(help_s(4 * rounds)),
            "first_page_fresh": spread([first_page_s(data_dir)]),
            "first_page_again": spread([first_page_s(data_dir) for _ in range(rounds)]),
            "seconds": round(time.perf_counter() - began, 1),
        }
    RESULT.parent.mkdir(exist_ok=True)
    RESULT.write_text(json.dumps(result, indent=2) + "\n", encoding="utf-8")
    print(json.dumps(result, indent=2))


if __name__ == "__main__":
    main()
