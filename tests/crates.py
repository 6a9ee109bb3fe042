"""Songs drawn at random, for tests of evaluations."""

from __future__ import annotations

import numpy as np

from cratedig.lab.mood_questions import GENRES
from cratedig.lab.mood_rules import FEATURES
from cratedig.lab.spotify_data import Song


def songs(count: int) -> list[Song]:
    draw = np.random.default_rng(3)
    return [
        Song(
            title=f"Song {at}",
            artist=f"Artist {at % 97}",
            album="",
            year=int(draw.integers(1970, 2020)),
            popularity=float(draw.random()),
            features={name: float(draw.random()) for name in FEATURES},
            duration_s=200.0,
            genre=GENRES[at % len(GENRES)],
        )
        for at in range(count)
    ]
