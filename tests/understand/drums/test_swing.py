"""A known swing is found, whatever else the player does."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from cratedig.music.drums.meter import COMMON, PPQ, Meter
from cratedig.music.drums.swing import swung
from cratedig.understand.drums.swing import pairs_of, swing
from tests.understand.drums.players import HAT, KICK, eighths, playing, sixteenths

SWINGS = st.floats(50, 75)


@given(SWINGS, st.integers(-40, 40))
def test_swung_eighths_are_found_to_half_a_percent(percent: float, push: int) -> None:
    late = [(max(tick + push, 0), note, velocity) for tick, note, velocity in eighths(percent)]
    pairs, finer = pairs_of(playing(late))
    assert swing(pairs) == pytest.approx(percent, abs=0.5)
    assert not len(finer.ratio)


@given(SWINGS)
def test_swung_sixteenths_are_found_to_half_a_percent(percent: float) -> None:
    pairs, finer = pairs_of(playing(sixteenths(percent)))
    assert swing(finer) == pytest.approx(percent, abs=0.5)
    assert swing(pairs) == 50


@given(st.integers(50, 66), st.integers(50, 66))
def test_both_are_told_apart(percent_8: int, percent_16: int) -> None:
    sounds = swung(COMMON, range(0, 4 * PPQ, PPQ // 4), swing_8=percent_8, swing_16=percent_16).values()
    pairs, finer = pairs_of(playing([(round(tick) + 4 * PPQ * bar, HAT, 80) for bar in range(4) for tick in sounds]))
    assert swing(pairs) == pytest.approx(percent_8, abs=0.5)
    assert swing(finer) == pytest.approx(percent_16, abs=0.5)


def test_straight_is_fifty_and_triplets_two_thirds() -> None:
    assert swing(pairs_of(playing(eighths(50)))[0]) == 50
    assert swing(pairs_of(playing(eighths(200 / 3)))[0]) == pytest.approx(200 / 3, abs=0.01)


def test_loose_playing_moves_the_swing_little() -> None:
    random = np.random.default_rng(0)
    loose = [(max(round(tick + random.normal(0, 12)), 0), *rest) for tick, *rest in eighths(62, bars=32)]
    assert swing(pairs_of(playing(loose))[0]) == pytest.approx(62, abs=1)  # type: ignore[arg-type]


def test_dotted_figures_beside_eighths_are_no_swing() -> None:
    dotted = [(PPQ * at + 360, HAT, 80) for at in range(0, 16, 4)]
    straight = [stroke for stroke in eighths(50, bars=4) if stroke[0] % (4 * PPQ) != 240 or stroke[1] != HAT]
    assert swing(pairs_of(playing(straight + dotted))[0]) == 50


def test_nothing_is_said_without_pairs() -> None:
    lone = playing([(PPQ * at, KICK, 90) for at in range(8)])
    compound = playing([(PPQ // 2 * at, HAT, 90) for at in range(24)], meter=Meter(12, 8))
    assert math.isnan(swing(pairs_of(lone)[0]))
    assert math.isnan(swing(pairs_of(compound)[0]))
