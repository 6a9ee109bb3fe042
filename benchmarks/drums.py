"""How long drum parts take: four variations of four bars, in process and over HTTP with their files written.

    python benchmarks/drums.py [../shared/data] [--parts 200]

In process: bars drawn by the template drummer, felt, and written as the bytes of MIDI files, after the profile has been
learned from; each part by another seed. Once after a profile of ours ("John Bonham", four written passages), once after
the player of groove_midi with the most evidence (left out where the data is absent), whose learning is timed too.

Over HTTP: `cratedig up` on an empty catalogue, one client, POST /api/v1/generate by the template; in its time are the
fidelity of each variation, four flushed files and the history.
"""

from __future__ import annotations

import argparse
import asyncio
import csv
import json
import os
import re
import socket
import statistics
import subprocess
import sys
import tempfile
import time
from collections import Counter
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from machine import machine

ROOT = Path(__file__).resolve().parents[1]
RESULT = Path(__file__).parent / "results" / "drums.json"
DATA = ROOT.parent / "shared" / "data"
BARS, VARIATIONS = 4, 4
ARTIST = "John Bonham"
PATH = "/api/v1/generate"


def in_process(profile: Any, parts: int) -> dict[str, float]:
    """Milliseconds of a part, and of learning from the profile before the first."""
    from cratedig.create.drums.midi import written
    from cratedig.create.drums.performance import performed
    from cratedig.create.drums.request import Wish
    from cratedig.create.drums.template import Template

    template = Template()
    began = time.perf_counter()
    template.parts(profile, Wish(bars=BARS, variations=VARIATIONS))
    learned_ms = (time.perf_counter() - began) * 1000
    times = []
    for seed in range(parts):
        wish = Wish(bars=BARS, variations=VARIATIONS, seed=seed)
        began = time.perf_counter()
        for groove in performed(template.parts(profile, wish), profile, wish):
            written(groove)
        times.append((time.perf_counter() - began) * 1000)
    return {**_percentiles(times), "first_ms": round(learned_ms, 1)}


async def learned(data: Path) -> Any:
    """The profile of the player with the most files."""
    from cratedig.box.box import Box
    from cratedig.music.drums.kit import ROLAND
    from cratedig.understand.drums.measured import Performance
    from cratedig.understand.drums.played import played
    from cratedig.understand.drums.profile import profile

    rows = list(csv.DictReader((data / "groove_midi" / "info.csv").read_text(encoding="utf-8").splitlines()))
    player = Counter(row["drummer"] for row in rows).most_common(1)[0][0]
    names = [row["midi_filename"] for row in rows if row["drummer"] == player]
    async with Box.open() as box:
        files = [
            Performance(name, played(await box.decode_midi(data / "groove_midi" / "midi" / name), kit=ROLAND))
            for name in names
        ]
    return profile(player, files)


def over_http(parts: int, folder: Path) -> dict[str, float]:
    """Milliseconds of an answer, from one client whose connection is kept."""
    server = subprocess.Popen(
        [sys.executable, "-m", "cratedig", "up", "--port", "0", "--workers", "0", "--data-dir", str(folder)],
        env={**os.environ, "CRATEDIG_API__REQUESTS_PER_MINUTE": "100000000", "CRATEDIG_LOG__LEVEL": "error"},
        stdout=subprocess.PIPE,
        text=True,
    )
    try:
        assert server.stdout is not None
        address = next(found.group() for line in server.stdout if (found := re.search(r"http://[\w.:]+", line)))
        return _percentiles(_answers(address, parts))
    finally:
        server.terminate()
        server.wait(60)


def _answers(address: str, parts: int) -> list[float]:
    url = urlsplit(address)
    with socket.create_connection((url.hostname, url.port), timeout=60) as line, line.makefile("rb") as file:
        line.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        times = []
        for seed in range(-5, parts):  # five to warm up
            body = json.dumps({"artist": ARTIST, "bars": BARS, "variations": VARIATIONS, "seed": seed % 2**31,
                               "provider": "template"}).encode()  # fmt: skip
            head = f"POST {PATH} HTTP/1.1\r\nHost: {url.netloc}\r\nContent-Type: application/json\r\n"
            began = time.perf_counter()
            line.sendall(f"{head}Content-Length: {len(body)}\r\n\r\n".encode() + body)
            status, length = file.readline(), 0
            while (row := file.readline()) not in (b"\r\n", b""):
                name, _, value = row.partition(b":")
                length = int(value) if name.lower() == b"content-length" else length
            answer = file.read(length)
            times.append((time.perf_counter() - began) * 1000)
            if b" 200 " not in status or len(json.loads(answer)["midi_files"]) != VARIATIONS:
                raise RuntimeError(f"{status!r}: {answer[:300]!r}")
    return times[5:]


def _percentiles(times: list[float]) -> dict[str, float]:
    cuts = statistics.quantiles(times, n=20)
    return {"p50_ms": round(statistics.median(times), 2), "p95_ms": round(cuts[18], 2)}


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("data", type=Path, nargs="?", default=DATA)
    parser.add_argument("--parts", type=int, default=200)
    options = parser.parse_args()
    os.environ["OPENBLAS_NUM_THREADS"] = "1"  # as cli/edge.py does
    from cratedig.create.drums.starters import starter

    result: dict[str, Any] = {"benchmark": "drums", "machine": machine(), "parts": options.parts,
                              "bars": BARS, "variations": VARIATIONS}  # fmt: skip
    result["written_profile"] = in_process(starter(ARTIST), options.parts)
    if (options.data / "groove_midi" / "info.csv").is_file():
        result["learned_profile"] = in_process(asyncio.run(learned(options.data)), options.parts)
    with tempfile.TemporaryDirectory() as folder:
        result["http"] = over_http(options.parts, Path(folder))
    RESULT.write_text(json.dumps(result, indent=2) + "\n")
    print(json.dumps(result, indent=2))


if __name__ == "__main__":
    main()
