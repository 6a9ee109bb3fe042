"""Swing, syncopation, density and spread of hits whose places are known."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from cratedig.understand.audio import analyze
from cratedig.understand.audio.groove import Groove, Onsets, groove_of
from tests.understand.audio.sounds import RATE, clicks

BEAT_S = 0.5
BEATS = np.arange(0.0, 16.01, BEAT_S)
LENGTH_S = 16.5


def groove(places: list[float], levels: list[float] | None = None) -> Groove:
    """Of onsets at those places of every beat."""
    times = np.sort(np.concatenate([BEATS[:-1] + place * BEAT_S for place in places]))
    strengths = np.resize(levels or [1.0], len(times)).astype(float)
    return groove_of(Onsets(times, strengths), BEATS, length_s=LENGTH_S)


def test_straight_eighths_do_not_swing_and_triplets_swing_two_to_one() -> None:
    assert groove([0, 0.5]).swing_ratio == pytest.approx(1)
    assert groove([0, 2 / 3]).swing_ratio == pytest.approx(2)


@given(st.floats(0.5, 0.7), st.floats(0.5, 0.7))
def test_later_eighths_never_swing_less(one: float, other: float) -> None:
    early, late = sorted((one, other))
    assert groove([0, early]).swing_ratio <= groove([0, late]).swing_ratio + 1e-9


def test_sixteenths_alone_do_not_swing() -> None:
    assert groove([0, 0.25, 0.75]).swing_ratio == 1


def test_what_falls_on_the_beat_is_not_syncopated() -> None:
    assert groove([0]).syncopation == 0
    assert groove([0, 0.5]).syncopation == 0
    assert groove([0, 0.25, 0.5, 0.75]).syncopation == 0


def test_what_falls_beside_a_silent_beat_is_syncopated() -> None:
    offbeat, sixteenth = groove([0.5]).syncopation, groove([0.75]).syncopation
    assert sixteenth > offbeat > 0.9


def test_swung_eighths_are_no_more_syncopated_than_straight_ones() -> None:
    assert groove([0, 2 / 3]).syncopation == groove([0, 0.5]).syncopation


def test_twice_the_hits_are_twice_as_dense() -> None:
    assert groove([0, 0.5]).hit_density == pytest.approx(2 * groove([0]).hit_density)


def test_accents_spread_the_velocities() -> None:
    assert groove([0, 0.5]).velocity_spread == 0
    assert groove([0, 0.5], [1, 0.2]).velocity_spread > groove([0, 0.5], [1, 0.8]).velocity_spread > 0


def test_without_beats_a_groove_is_straight() -> None:
    assert groove_of(Onsets(np.array([1.0]), np.array([2.0])), np.zeros(0), length_s=2.0) == Groove(1.0, 0.0, 0.5, 0.0)


@pytest.mark.parametrize("ratio", [1.0, 1.5, 2.0])
@pytest.mark.parametrize("beat_s", [0.4, 0.5, 0.66])
def test_swing_is_heard_in_sound(ratio: float, beat_s: float) -> None:
    beats = np.arange(0.2, 16, beat_s)
    offbeats = beats[:-1] + beat_s * ratio / (1 + ratio)
    times = np.concatenate([beats, offbeats])
    levels = [1.0] * len(beats) + [0.6] * len(offbeats)
    heard = analyze(clicks(times, seconds=16.2, levels=levels), RATE).groove
    assert heard.swing_ratio == pytest.approx(ratio, abs=0.12)
    assert heard.hit_density == pytest.approx(len(times) / 16.2, rel=0.05)
