"""Rewriting what swings moves no stroke."""

from __future__ import annotations

from collections import Counter

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from cratedig.music.drums.meter import PPQ
from cratedig.understand.drums.played import Played
from cratedig.understand.drums.written import pushes, written
from tests.understand.drums.players import HAT, KICK, SNARE, eighths, playing

STROKES = st.lists(
    st.tuples(st.integers(0, 4000), st.sampled_from([KICK, SNARE, HAT]), st.integers(1, 127)), min_size=1
)
SWINGS = st.floats(50, 75)


def sounded(played: Played) -> Counter[tuple[int, int, int]]:
    groove = Played.groove(played)
    return Counter((tick, hit.drum.note, hit.velocity) for tick, hit in groove.sounding())


@given(STROKES, SWINGS, SWINGS)
def test_what_is_rewritten_sounds_the_same(strokes: list[tuple[int, int, int]], eighth: float, other: float) -> None:
    played = playing(strokes)
    assert sounded(written(played, swing_8=eighth, swing_16=other)) == sounded(played)


def test_triplets_stay_triplets() -> None:
    triplets = playing([(PPQ // 3 * at, HAT, 80) for at in range(12)])
    assert written(triplets, swing_8=66, swing_16=66) is triplets or (triplets.place % 160 == 0).all()


def test_played_on_the_swung_grid_nothing_is_pushed() -> None:
    played = written(playing(eighths(62.5)), swing_8=62.5, swing_16=50)
    assert np.abs(pushes(played, swing_8=62.5, swing_16=50)).max() == 0
    assert np.abs(pushes(played, swing_8=50, swing_16=50)).max() == 60
