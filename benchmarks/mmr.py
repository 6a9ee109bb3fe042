"""How long diversifying takes: 50 places among 1,000 candidates by MMR, against the specification's loop.

    python benchmarks/mmr.py [--candidates 1000] [--places 50] [--times 200]

The loop (the recommender's specification, section 6.1) compares every remaining track with every chosen one, a pair at
a time; both run on the same made-up tracks in the same process, and must pick the same. Made up are the numbers only:
128 of sound, two of mood, an artist of 400, and a tenth of the tracks lacks sound.
"""

from __future__ import annotations

import argparse
import json
import math
import statistics
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from machine import machine
from numpy.typing import NDArray

from cratedig.find.candidates import NOBODY
from cratedig.find.rerank import LAMBDA, MOOD, SAME_ARTIST, SOUND, Kinship, mmr

RESULT = Path(__file__).parent / "results" / "mmr.json"
ARTISTS, DIM = 400, 128


@dataclass(frozen=True)
class Track:
    score: float
    artist: int
    sound: NDArray[np.float32]
    length: float
    mood: tuple[float, float]


def drawn(n: int, chance: np.random.Generator) -> list[Track]:
    """n tracks, the best first."""
    sounds = chance.normal(size=(n, DIM)).astype(np.float32)
    sounds[chance.random(n) < 0.1] = 0.0
    scores = sorted(chance.uniform(0.2, 0.8, n).tolist(), reverse=True)
    return [
        Track(score, int(chance.integers(ARTISTS)), sound, float(np.linalg.norm(sound)), _point(chance))
        for score, sound in zip(scores, sounds, strict=True)
    ]


def _point(chance: np.random.Generator) -> tuple[float, float]:
    valence, arousal = chance.uniform(-1.0, 1.0, 2).astype(np.float32).tolist()
    return valence, arousal


def likeness(one: Track, other: Track) -> float:
    """How like two tracks are, as the specification has it."""
    same = 1.0 if one.artist == other.artist != NOBODY else 0.0
    lengths = one.length * other.length
    sound = float(one.sound @ other.sound) / lengths if lengths else 0.0
    near = max(0.0, 1.0 - math.dist(one.mood, other.mood) / 2.0)
    return SAME_ARTIST * same + SOUND * sound + MOOD * near


def pair_by_pair(tracks: Sequence[Track], places: int) -> list[int]:
    """The specification's loop."""
    chosen, remaining = [0], list(range(1, len(tracks)))
    while remaining and len(chosen) < places:
        worth = {
            at: LAMBDA * tracks[at].score - (1 - LAMBDA) * max(likeness(tracks[at], tracks[taken]) for taken in chosen)
            for at in remaining
        }
        chosen.append(max(remaining, key=lambda at: worth[at]))
        remaining.remove(chosen[-1])
    return chosen


def in_columns(tracks: Sequence[Track], places: int, times: int) -> tuple[list[int], list[float]]:
    """What the product picks, and the milliseconds of each of so many runs from columns to picks."""
    artist = np.array([track.artist for track in tracks])
    audio = np.stack([track.sound for track in tracks])
    moods = np.array([track.mood for track in tracks], dtype=np.float32)
    scores = np.array([track.score for track in tracks])
    picks, taken = [], []
    for _ in range(times):
        started = time.perf_counter()
        picks = mmr(scores, Kinship.of(artist, audio, *moods.T), most=places)
        taken.append((time.perf_counter() - started) * 1000.0)
    return picks, taken


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--candidates", type=int, default=1000)
    parser.add_argument("--places", type=int, default=50)
    parser.add_argument("--times", type=int, default=200)
    options = parser.parse_args()
    tracks = drawn(options.candidates, np.random.default_rng(0))
    picks, ours = in_columns(tracks, options.places, options.times)
    started = time.perf_counter()
    expected = pair_by_pair(tracks, options.places)
    loop_ms = (time.perf_counter() - started) * 1000.0
    assert picks == expected, "the picks differ"
    median = statistics.median(ours)
    result = {
        "benchmark": "mmr",
        "machine": machine(),
        "candidates": options.candidates,
        "places": options.places,
        "median_ms": round(median, 3),
        "p95_ms": round(statistics.quantiles(ours, n=20)[18], 3),
        "loop_ms": round(loop_ms, 1),
        "speedup": round(loop_ms / median, 1),
    }
    RESULT.write_text(json.dumps(result, indent=2) + "\n")
    print(json.dumps(result, indent=2))


if __name__ == "__main__":
    main()
