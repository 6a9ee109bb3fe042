"""How fast 1,000 MIDI files become styles: from bytes, decoded in the box, measured, profiled by drummer.

    python benchmarks/drums_profile.py [DATA] [--files 1000] [--rounds 3]

DATA holds groove_midi; its files are taken again from the first where there are fewer. The steps are timed apart: the
box decodes in as many children as it does for the product, all else is this process. The median round is told.
"""

from __future__ import annotations

import argparse
import asyncio
import csv
import json
import statistics
import time
from collections import defaultdict
from itertools import cycle, islice
from pathlib import Path

from machine import machine

from cratedig.box.box import Box
from cratedig.music.drums.kit import ROLAND
from cratedig.music.score import Score
from cratedig.understand.drums.evidence import performance
from cratedig.understand.drums.measured import measured
from cratedig.understand.drums.profile import profile_of

RESULT = Path(__file__).parent / "results" / "drums_profile.json"


def files(data: Path, many: int) -> list[tuple[str, bytes]]:
    """(drummer, bytes of a file), `many` of them."""
    with (data / "info.csv").open(encoding="utf-8") as lines:
        rows = [(row["drummer"], data / "midi" / row["midi_filename"]) for row in csv.DictReader(lines)]
    read = [(drummer, path.read_bytes()) for drummer, path in rows if path.is_file()]
    return list(islice(cycle(read), many))


async def round_of(box: Box, given: list[tuple[str, bytes]]) -> dict[str, float]:
    """Seconds of each step."""
    marks = [time.perf_counter()]
    scores = await box.decode_midis([data for _, data in given])
    marks.append(time.perf_counter())
    pieces = defaultdict(list)
    for at, ((drummer, _), score) in enumerate(zip(given, scores, strict=True)):
        assert isinstance(score, Score)
        pieces[drummer].append(measured(performance(f"{at:04}", score, ROLAND)))
    marks.append(time.perf_counter())
    for drummer, found in pieces.items():
        profile_of(drummer, found)
    marks.append(time.perf_counter())
    steps = dict(zip(("decode_s", "measure_s", "profile_s"), map(float.__sub__, marks[1:], marks), strict=True))
    return steps | {"all_s": marks[-1] - marks[0]}


async def rounds_of(given: list[tuple[str, bytes]], rounds: int) -> list[dict[str, float]]:
    async with Box.open(ffmpeg="") as box:
        return [await round_of(box, given) for _ in range(rounds)]


def main() -> None:
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("data", type=Path, nargs="?", default=Path("../shared/data"))
    asked.add_argument("--files", type=int, default=1000)
    asked.add_argument("--rounds", type=int, default=3)
    options = asked.parse_args()
    given = files(options.data / "groove_midi", options.files)
    told = asyncio.run(rounds_of(given, options.rounds))
    middle = {name: round(statistics.median(one[name] for one in told), 3) for name in told[0]}
    result = {
        "benchmark": "drums_profile",
        "files": len(given),
        "drummers": len({drummer for drummer, _ in given}),
        **middle,
        "slowest_s": round(max(one["all_s"] for one in told), 3),
        "files_per_s": round(len(given) / middle["all_s"], 1),
        "machine": machine(),
    }
    RESULT.write_text(json.dumps(result, indent=2) + "\n", encoding="utf-8")
    print(json.dumps(result, indent=2))


if __name__ == "__main__":
    main()
