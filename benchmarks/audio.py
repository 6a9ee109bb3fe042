"""Clips of 30 s measured per second: against the specification's librosa recipe and against the floor, in one run.

    python benchmarks/audio.py ../shared/data [--rounds 7]

librosa is the recipe of the recommender's specification (component 2.1): seven features, each called by itself, warm;
librosa-table adds onset strength and tonnetz, the others of its table that librosa has. We measure those and 30 more
(loudness, key, contrast, groove ...). The floor is decoding, resampling and one transform. Decoding is part of all. The
ways take turns, each in a process of its own with one thread; a ratio is of the same round, medians over the rounds.
Then two processes of ours measure all clips each, at once, against one alone. librosa comes with the tests' lock.
"""

from __future__ import annotations

import argparse
import json
import os
import statistics
import subprocess
import sys
import time
from contextlib import ExitStack
from pathlib import Path
from typing import Final

from machine import machine

HERE: Final = Path(__file__).resolve().parent
WORKER: Final = HERE / "peers" / "audio_worker.py"
RESULT: Final = HERE / "results" / "audio.json"
PEERS: Final = ("librosa", "librosa-table")
WAYS: Final = ("cratedig", "boxed", "floor", *PEERS)
ONE_THREAD: Final = {f"{name}_NUM_THREADS": "1" for name in ("OPENBLAS", "OMP", "MKL", "NUMBA")}
SHORTEST_S: Final = 30.0

Figures = dict[str, float]


def clips_in(data: Path) -> list[Path]:
    """Every recording of 30 s or more: whole mixes at 44.1 kHz, music and speech at 22.05 kHz."""
    import soundfile

    found = [*(data / "drum_audio_mdb" / "full_mix").glob("*.ogg"), *(data / "audio_clips" / "librosa").glob("*.ogg")]
    return [path for path in sorted(found) if soundfile.info(path).duration >= SHORTEST_S]


class Worker:
    """One way in one process, started and warm."""

    def __init__(self, stack: ExitStack, way: str, clips: list[Path]) -> None:
        begun = time.perf_counter()
        words = [sys.executable, str(WORKER), way, *map(str, clips)]
        self.process = stack.enter_context(
            subprocess.Popen(
                words, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, env=os.environ | ONE_THREAD
            )
        )
        self.answer()
        self.first_s = time.perf_counter() - begun
        stack.callback(lambda: self.process.stdin and self.process.stdin.close())

    def ask(self) -> None:
        assert self.process.stdin
        self.process.stdin.write("all\n")
        self.process.stdin.flush()

    def answer(self) -> Figures:
        line = self.process.stdout.readline() if self.process.stdout else ""
        if not line:
            raise SystemExit("a benchmark's process ended early; its last words are above")
        answer: Figures = json.loads(line)
        return answer

    def run(self) -> Figures:
        self.ask()
        return self.answer()


def spread(values: list[float]) -> Figures:
    return {"median": statistics.median(values), "lowest": min(values), "highest": max(values)}


def in_turns(workers: dict[str, Worker], rounds: int) -> dict[str, list[Figures]]:
    runs: dict[str, list[Figures]] = {way: [] for way in workers}
    for number in range(rounds):
        for way, worker in workers.items():
            runs[way].append(worker.run())
            print(f"{number + 1}/{rounds} {way}: {runs[way][-1]['wall_s']:.2f} s", file=sys.stderr)
    return runs


def compared(runs: dict[str, list[Figures]], count: int) -> dict[str, Figures]:
    """Milliseconds a clip of each way, and its ratios to librosa and to the floor, in wall clock and processor time."""
    report: dict[str, Figures] = {}
    for way, own in runs.items():
        report[way] = {f"ms_per_clip_{k}": 1e3 * v / count for k, v in spread([run["wall_s"] for run in own]).items()}
        report[way]["cpu_ms_per_clip"] = 1e3 * statistics.median(run["cpu_s"] for run in own) / count
        report[way]["memory_mib"] = max(run["memory_mib"] for run in own)
        for clock, suffix in (("wall_s", ""), ("cpu_s", "_cpu")):
            for peer in PEERS:
                ratios = [other[clock] / run[clock] for run, other in zip(own, runs[peer], strict=True)]
                report[way][f"times_as_fast_as_{peer}{suffix}"] = statistics.median(ratios)
            ratios = [run[clock] / least[clock] for run, least in zip(own, runs["floor"], strict=True)]
            report[way][f"times_the_floor{suffix}"] = statistics.median(ratios)
    return report


def two_at_once(clips: list[Path], one: Worker, rounds: int) -> float:
    """How many times the clips per second of one worker two of them reach, median over the rounds."""
    with ExitStack() as stack:
        pair = [Worker(stack, "cratedig", clips), Worker(stack, "cratedig", clips)]
        gains = []
        for _ in range(rounds):
            alone = one.run()["wall_s"]
            begun = time.perf_counter()
            for worker in pair:
                worker.ask()
            for worker in pair:
                worker.answer()
            gains.append(2 * alone / (time.perf_counter() - begun))
    return statistics.median(gains)


def benchmark(data: Path, *, rounds: int) -> dict[str, object]:
    before, begun, clips = machine(), time.perf_counter(), clips_in(data)
    with ExitStack() as stack:
        workers = {way: Worker(stack, way, clips) for way in WAYS}
        runs = in_turns(workers, rounds)
        gain = two_at_once(clips, workers["cratedig"], rounds)
    return {
        "benchmark": "audio",
        "clips": len(clips),
        "seconds_a_clip": SHORTEST_S,
        "rounds": rounds,
        "ways": compared(runs, len(clips)),
        "fresh_process_to_first_clip_s": {way: worker.first_s for way, worker in workers.items()},
        "two_workers_against_one": gain,
        "machine": before,
        "seconds": time.perf_counter() - begun,
    }


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("data", type=Path)
    parser.add_argument("--rounds", type=int, default=7)
    asked = parser.parse_args()
    result = benchmark(asked.data, rounds=asked.rounds)
    RESULT.parent.mkdir(exist_ok=True)
    RESULT.write_text(json.dumps(result, indent=2) + "\n", encoding="utf-8")
    print(json.dumps(result, indent=2))


if __name__ == "__main__":
    main()
