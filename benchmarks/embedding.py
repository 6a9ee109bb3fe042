"""Texts per second against sentence-transformers on PyTorch, the same weights, threads and texts, in one run.

    make bench-peers                                 once: the peer's own virtual environment
    python benchmarks/embedding.py ../shared/data [--rounds 5] [--texts 2000] [--threads 2]

Texts: captions of MusicCaps (half), SoundCloud tracks (title, genre, description), Spotify songs (title, artist,
genre). The libraries take turns, each in a process of its own, so that what else the machine does falls on all alike.
The peer runs twice, with as many threads as we and with one, and a speed-up is the better of the two against ours in
the same round (median over the rounds). Processor time is given beside wall clock: other programs lengthen it less.
"""

from __future__ import annotations

import argparse
import csv
import gzip
import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Final

import numpy as np
from machine import machine

from cratedig.models.embedder import TextEmbedder
from cratedig.models.weights_source import installed_folder

HERE: Final = Path(__file__).resolve().parent
WORKER: Final = HERE / "peers" / "embed_worker.py"
PEER_PYTHON: Final = HERE.parent / ".bench-venv" / "bin" / "python"
RESULT: Final = HERE / "results" / "embedding.json"
PEER: Final = "sentence-transformers"
PEERS: Final = (PEER, f"{PEER}-1-thread")
OURS: Final = ("cratedig-int8", "cratedig-fp32")
QUERIES: Final = (
    "i miss my ex", "upbeat morning workout", "songs for a rainy sunday", "dark techno", "sad piano", "90s hip hop",
    "angry rock for the gym", "quiet acoustic guitar before sleep", "happy latin summer", "something like a road movie",
)  # fmt: skip


def rows(path: Path, separator: str = ",") -> list[dict[str, str]]:
    with gzip.open(path, "rt", encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file, delimiter=separator))


def joined(path: Path, columns: tuple[str, ...]) -> list[str]:
    return [". ".join(filter(None, (row[column] for column in columns))) for row in rows(path)]


def workload(data: Path, count: int) -> list[str]:
    """`count` texts of real music, in a fixed order of many lengths."""
    captions = joined(data / "musiccaps" / "musiccaps.csv.gz", ("caption",))
    tracks = joined(data / "soundcloud" / "api_intl_2021" / "tracks.csv.gz", ("title", "genre", "description"))
    songs = joined(data / "spotify_songs" / "songs.csv.gz", ("track_name", "track_artist", "playlist_genre"))
    texts = captions[: count // 2] + tracks[: count // 4] + songs[: count - count // 2 - count // 4]
    return [texts[at] for at in np.random.default_rng(2).permutation(len(texts))]


class Worker:
    """One library in one process."""

    def __init__(self, process: subprocess.Popen[str]) -> None:
        self.process = process
        self.open_s = self._answer()["open_s"]

    def _answer(self) -> dict[str, float]:
        line = self.process.stdout.readline() if self.process.stdout else ""
        if not line:
            raise SystemExit("a benchmark's process ended early; its last words are above")
        answer: dict[str, float] = json.loads(line)
        return answer

    def run(self, what: str) -> dict[str, float]:
        assert self.process.stdin
        self.process.stdin.write(f"{what}\n")
        self.process.stdin.flush()
        return self._answer()


@contextmanager
def started(library: str, threads: int, source: Path, folder: Path) -> Iterator[Worker]:
    python = PEER_PYTHON if library in PEERS else Path(sys.executable)
    used = 1 if library.endswith("-1-thread") else threads
    words = [python, WORKER, library, used, source, folder / "texts.json", folder / f"{library}.npy"]
    quiet = os.environ | {"HF_HUB_OFFLINE": "1", "TRANSFORMERS_VERBOSITY": "error", "HF_HUB_DISABLE_PROGRESS_BARS": "1"}
    with subprocess.Popen(
        [str(word) for word in words], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, env=quiet
    ) as process:
        yield Worker(process)
        assert process.stdin
        process.stdin.close()


def spread(values: list[float]) -> dict[str, float]:
    return {"median": statistics.median(values), "lowest": min(values), "highest": max(values)}


def measured(workers: dict[str, Worker], what: str, rounds: int) -> dict[str, list[dict[str, float]]]:
    """The libraries in turn, `rounds` times."""
    runs: dict[str, list[dict[str, float]]] = {library: [] for library in workers}
    for number in range(rounds):
        for library, worker in workers.items():
            time.sleep(0.5)  # the other's threads may still be spinning
            runs[library].append(worker.run(what))
            print(f"{what} {number + 1}/{rounds} {library}: {runs[library][-1]['wall_s']:.2f} s", file=sys.stderr)
    return runs


def compared(runs: dict[str, list[dict[str, float]]], count: int) -> dict[str, dict[str, float]]:
    """For each library: milliseconds a text, and how many times as fast as the better peer in the same round."""
    report = {}
    for library, own in runs.items():
        report[library] = {
            **{f"ms_per_text_{k}": 1e3 * v / count for k, v in spread([run["wall_s"] for run in own]).items()},
            "texts_per_s": count / statistics.median(run["wall_s"] for run in own),
            "cpu_ms_per_text": 1e3 * statistics.median(run["cpu_s"] for run in own) / count,
        }
        if library in OURS:
            for name, key in (("speedup", "wall_s"), ("speedup_cpu", "cpu_s")):
                best = [min(runs[peer][number][key] for peer in PEERS) for number in range(len(own))]
                ratios = [peer / run[key] for peer, run in zip(best, own, strict=True)]
                report[library] |= {(name if k == "median" else f"{name}_{k}"): v for k, v in spread(ratios).items()}
    return report


def agreement(folder: Path) -> dict[str, dict[str, float]]:
    """Cosine of each text's vector to the peer's."""
    theirs = np.load(folder / f"{PEER}.npy")
    cosines = {library: (np.load(folder / f"{library}.npy") * theirs).sum(axis=1) for library in OURS}
    return {library: {"mean": float(c.mean()), "lowest": float(c.min())} for library, c in cosines.items()}


def benchmark(data: Path, *, rounds: int, texts: int, threads: int) -> dict[str, object]:
    before, begun = machine(), time.perf_counter()
    weights = installed_folder()
    if weights is None or not PEER_PYTHON.is_file():
        raise SystemExit("the peer is not installed: make bench-peers (and make setup for the weights)")
    batch = workload(data, texts)
    with tempfile.TemporaryDirectory() as name, ExitStack() as stack:
        folder = Path(name)
        (folder / "texts.json").write_text(json.dumps({"batch": batch, "queries": QUERIES * 4}), encoding="utf-8")
        for precision in ("int8", "fp32"):
            TextEmbedder.open(folder, precision=precision)  # built, so that a worker's opening is what users wait for
        sources = {**dict.fromkeys(PEERS, weights), **dict.fromkeys(OURS, folder)}
        workers = {
            library: stack.enter_context(started(library, threads, source, folder))
            for library, source in sources.items()
        }
        queries = measured(workers, "queries", rounds)
        batches = measured(workers, "batch", rounds)
        for worker in workers.values():
            worker.run("vectors")
        return {
            "benchmark": "embedding",
            "texts": len(batch),
            "threads": threads,
            "rounds": rounds,
            "batch": compared(batches, len(batch)),
            "one_query": compared(queries, 4 * len(QUERIES)),
            "cosine_to_peer": agreement(folder),
            "open_and_first_batch_s": {library: worker.open_s for library, worker in workers.items()},
            "machine": before,
            "seconds": time.perf_counter() - begun,
        }


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("data", type=Path)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--texts", type=int, default=2000)
    parser.add_argument("--threads", type=int, default=2)
    asked = parser.parse_args()
    result = benchmark(asked.data, rounds=asked.rounds, texts=asked.texts, threads=asked.threads)
    RESULT.parent.mkdir(exist_ok=True)
    RESULT.write_text(json.dumps(result, indent=2) + "\n", encoding="utf-8")
    print(json.dumps(result, indent=2))


if __name__ == "__main__":
    main()
