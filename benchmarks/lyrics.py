"""How fast lyrics are read.

    python benchmarks/lyrics.py [../shared/data] [--texts 1000]

Rules: the algorithmic analyzer, rhymes and all, on texts of some 2,000 characters, in one process and in two at once.
The texts are made of GoEmotions comments and of the poems' lines, one after the other, none of them twice: what a
process keeps of words helps it as it would with songs it has never seen. Each process has read 500 other texts before,
and so knows some 17,000 words; in a catalogue of 57,718 songs most are read by a process that knows more. A process
computes in one thread, as `cratedig` itself has it.

The peer reads the same texts in the same run: VADER line by line, and what a plain analyzer of rules counts (syllables
by vowels, Flesch, repeated lines, rhymes by the last two letters).
"""

from __future__ import annotations

import argparse
import gzip
import json
import multiprocessing
import os
import random
import re
import statistics
import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from itertools import pairwise
from multiprocessing.synchronize import Barrier
from pathlib import Path
from typing import Any

from machine import machine

ROOT = Path(__file__).resolve().parents[1]
RESULT = Path(__file__).parent / "results" / "lyrics.json"
DATA = ROOT.parent / "shared" / "data"
CHARACTERS, SECTION_LINES, BEFORE = 2_000, 8, 500
SONGS = 57_718  # of the specification's catalogue

Read = Callable[[str], object]


def texts(data: Path, n: int) -> list[str]:
    """n texts of CHARACTERS or a little more, of comments and of verse in turn.

    Raises SystemExit where there are fewer.
    """
    made = [_made(_comments(data)), _made(_verse(data))]
    found = [text for pair in zip(*made, strict=False) for text in pair]
    if len(found) < n:
        raise SystemExit(f"The data makes {len(found):,} texts, not {n:,}.")
    return found[:n]


def _made(lines: Iterator[str]) -> Iterator[str]:
    while True:
        taken: list[str] = []
        while sum(map(len, taken)) < CHARACTERS:
            line = next(lines, None)
            if line is None:
                return
            taken.append(line if len(taken) % SECTION_LINES else f"\n{line}")
        yield "\n".join(taken).strip()


def _comments(data: Path) -> Iterator[str]:
    rows = gzip.decompress((data / "goemotions" / "train.tsv.gz").read_bytes()).decode().splitlines()
    lines = [row.split("\t")[0].strip() for row in rows]
    random.Random(0).shuffle(lines)
    return iter([line for line in lines if line])


def _verse(data: Path) -> Iterator[str]:
    for file in sorted((data / "rhyme_poems" / "raw").glob("*.gz")):
        for line in gzip.decompress(file.read_bytes()).decode(errors="replace").splitlines():
            if line.strip() and line.split()[0] not in ("AUTHOR", "TITLE", "RHYME", "RHYME-POEM"):
                yield line.strip()


def by_rules() -> Read:
    from cratedig.music.lyric import Lyric
    from cratedig.understand.lyrics.algorithmic import finding

    return lambda text: finding(Lyric.of(text))


def by_rhymes() -> Read:
    from cratedig.music.lyric import Lyric
    from cratedig.understand.lyrics.rhyme import rhymes

    return lambda text: rhymes(Lyric.of(text))


def by_peer() -> Read:
    """VADER line by line, and a plain analyzer."""
    from vaderSentiment.vaderSentiment import SentimentIntensityAnalyzer

    scores = SentimentIntensityAnalyzer().polarity_scores
    return lambda text: ([scores(line)["compound"] for line in text.splitlines()], plain(text))


def plain(text: str) -> dict[str, float]:
    """What a rule-based analyzer counts without a dictionary of sounds."""
    lines = [line for line in text.splitlines() if line.strip()]
    words = [word for line in lines for word in re.findall(r"[a-z']+", line.lower())]
    syllables = [max(1, len(re.findall(r"[aeiouy]+", word))) for word in words]
    ends = [line.rstrip(".,;:!?\"' ").lower()[-2:] for line in lines]
    often = Counter(words)
    return {
        "flesch": 206.835 - 1.015 * len(words) / len(lines) - 84.6 * sum(syllables) / max(1, len(words)),
        "type_token": len(often) / max(1, len(words)),
        "repeated": 1 - len(set(lines)) / len(lines),
        "rhymed": sum(one in ends[max(0, at - 4) : at] for at, one in enumerate(ends)) / len(lines),
        "long": sum(one >= 3 for one in syllables) / max(1, len(words)),
    }


READERS: dict[str, Callable[[], Read]] = {"rules": by_rules, "rhymes_alone": by_rhymes, "peer": by_peer}


def measured(reader: str, before: Sequence[str], asked: Sequence[str], ready: Barrier) -> list[float]:
    """When it began, when it ended (of a clock all processes share), and the milliseconds each text took."""
    read = READERS[reader]()
    for text in before:
        read(text)
    ready.wait()
    marks = [time.perf_counter()]
    for text in asked:
        read(text)
        marks.append(time.perf_counter())
    return marks


def _child(reader: str, before: list[str], asked: list[str], ready: Barrier, results: Any) -> None:
    results.put(measured(reader, before, asked, ready))


def processes(reader: str, before: list[str], asked: list[str], n: int) -> dict[str, float]:
    """Texts a second over n processes that begin together, each with its part; and the time of one text."""
    context = multiprocessing.get_context("spawn")
    ready, results = context.Barrier(n), context.Queue()
    started = [context.Process(target=_child, args=(reader, before, asked[at::n], ready, results)) for at in range(n)]
    for process in started:
        process.start()
    marks = [results.get() for _ in started]
    for process in started:
        process.join()
    wall = max(one[-1] for one in marks) - min(one[0] for one in marks)
    each = [(end - start) * 1000 for one in marks for start, end in pairwise(one)]
    return {
        "songs_per_s": round(len(asked) / wall, 1),
        "median_ms": round(statistics.median(each), 3),
        "p95_ms": round(statistics.quantiles(each, n=20)[18], 3),
    }


def rules(data: Path, n: int) -> dict[str, Any]:
    """The part of the result that is about rules."""
    made = texts(data, n + BEFORE)
    before, asked = made[:BEFORE], made[BEFORE:]
    ways = {
        "one process": processes("rules", before, asked, 1),
        "two processes": processes("rules", before, asked, 2),
        "rhymes alone, one process": processes("rhymes_alone", before, asked, 1),
        "VADER and plain rules, one process": processes("peer", before, asked, 1),
    }
    return {
        "texts": len(asked),
        "mean_characters": round(statistics.mean(map(len, asked))),
        "rules": ways,
        "minutes_for_57_718_songs": round(SONGS / ways["two processes"]["songs_per_s"] / 60, 2),
    }


PARTS: tuple[Callable[[Path, int], dict[str, Any]], ...] = (rules,)
"""Each measures something of lyrics and adds its keys to the result."""


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("data", type=Path, nargs="?", default=DATA)
    parser.add_argument("--texts", type=int, default=1000)
    options = parser.parse_args()
    os.environ["OPENBLAS_NUM_THREADS"] = "1"  # of the processes that are started; as cli/edge.py does
    result: dict[str, Any] = {"benchmark": "lyrics", "machine": machine()}
    for part in PARTS:
        result |= part(options.data, options.texts)
    RESULT.write_text(json.dumps(result, indent=2) + "\n")
    print(json.dumps(result, indent=2))


if __name__ == "__main__":
    main()
