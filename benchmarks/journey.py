"""What solving a journey as a whole is worth: its cost against taking the cheapest next track each time.

    python benchmarks/journey.py [--crates 100] [--demo FOLDER]

Same candidates, same costs, same condition on artists for both. Crates of random tracks on the plane, and the demo
crate where FOLDER is a data folder that holds it. `stuck`: journeys on which the greedy way ran into an end, left out
of the means. Times are of the solving alone, without reading tracks.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import statistics
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
from machine import machine

from cratedig.catalogue import Catalogue
from cratedig.catalogue.stops import Stop, near
from cratedig.find.cheapest import cheapest, greedy
from cratedig.find.journey import APART, one_of_each_song
from cratedig.find.layers import layers
from cratedig.find.route import places, route
from cratedig.music.mixing import Key
from cratedig.music.mood import Mood

RESULT = Path(__file__).parent / "results" / "journey.json"
STEPS = 13  # 45 minutes
TRACKS, ARTISTS = 1000, 300


def random_crate(chance: np.random.Generator) -> list[Stop]:
    """Tracks anywhere on the plane, moods as sure as chance has it."""
    return [
        Stop(
            track_id=track_id,
            title=None,
            artist=f"artist {chance.integers(ARTISTS)}",
            album=None,
            year=None,
            genre=None,
            url=None,
            mood=Mood(*chance.uniform(-1.0, 1.0, 2).tolist()),
            duration_s=210.0,
            tempo=float(chance.uniform(60.0, 180.0)),
            key=Key(int(chance.integers(12)), bool(chance.integers(2))),
            confidence=float(chance.random()),
            song=None,
        )
        for track_id in range(TRACKS)
    ]


def ends(chance: np.random.Generator) -> list[Mood]:
    return [Mood(*chance.uniform(-0.8, 0.8, 2).tolist()) for _ in range(2)]


def compared(pool: Sequence[Stop], moods: Sequence[Mood], seed: int) -> tuple[float, float | None, float] | None:
    """(cost, greedy cost, milliseconds) of a journey; None where no journey keeps artists apart."""
    graph = layers(pool, route(moods, STEPS), seed=seed).graph
    started = time.perf_counter()
    way = cheapest(graph, apart=APART)
    elapsed_ms = (time.perf_counter() - started) * 1000
    step_by_step = greedy(graph, apart=APART)
    if way is None:
        return None
    return graph.cost(way), None if step_by_step is None else graph.cost(step_by_step), elapsed_ms


def summary(found: Sequence[tuple[float, float | None, float] | None]) -> dict[str, Any]:
    solved = [one for one in found if one is not None]
    pairs = [(exact, other) for exact, other, _ in solved if other is not None]
    exact, step_by_step = (statistics.fmean(values) for values in zip(*pairs, strict=True))
    return {
        "journeys": len(solved),
        "mean_cost": round(exact, 4),
        "mean_cost_greedy": round(step_by_step, 4),
        "cheaper_by": round(1.0 - exact / step_by_step, 4),
        "strictly_cheaper": round(statistics.fmean(one < other - 1e-9 for one, other in pairs), 4),
        "stuck": sum(other is None for _, other, _ in solved),
        "p50_ms": round(statistics.median(elapsed for *_, elapsed in solved), 1),
    }


def on_random_crates(crates: int) -> dict[str, Any]:
    found = []
    for seed in range(crates):
        chance = np.random.default_rng(seed)
        found.append(compared(random_crate(chance), ends(chance), seed))
    return summary(found)


async def on_demo_crate(folder: Path, journeys: int) -> dict[str, Any]:
    found = []
    async with Catalogue.open(data_dir=folder, upgrade=False) as catalogue:
        for seed in range(journeys):
            moods = ends(np.random.default_rng(seed))
            async with catalogue.begin() as session:
                looked_at = places(route(moods, STEPS), most=24)
                pool = one_of_each_song(await near(session, looked_at, each=72, longest_s=675.0))
            found.append(compared(pool, moods, seed))
    return summary(found)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--crates", type=int, default=100)
    parser.add_argument("--demo", type=Path, help="a data folder that holds the demo crate, studied")
    asked = parser.parse_args()
    result: dict[str, Any] = {"machine": machine(), "random": on_random_crates(asked.crates)}
    if asked.demo:
        result["demo"] = asyncio.run(on_demo_crate(asked.demo, asked.crates))
    RESULT.write_text(json.dumps(result, indent=2) + "\n")
    print(json.dumps(result, indent=2))


if __name__ == "__main__":
    main()
