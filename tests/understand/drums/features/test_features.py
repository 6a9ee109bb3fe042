"""What performances are told apart by: the same numbers for the same playing, whatever stands around it."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cratedig.music.drums.meter import Meter
from cratedig.understand.drums.features.hands import WINDOW, hands, windows
from cratedig.understand.drums.features.whole import extent, features
from tests.understand.drums.players import HAT, KICK, SNARE, Stroke, eighths, human, playing, tom_fill

STROKES = st.lists(
    st.tuples(st.integers(0, 9000), st.sampled_from([36, 37, 38, 42, 44, 46, 47, 49, 51, 53, 56]), st.integers(1, 127)),
    min_size=1,
    max_size=40,
    unique_by=lambda stroke: stroke[:2],
)


@given(STROKES, st.sampled_from([Meter(4, 4), Meter(3, 4), Meter(5, 4), Meter(6, 8)]))
def test_any_playing_has_all_numbers(strokes: list[Stroke], meter: Meter) -> None:
    played = playing(strokes, meter=meter)
    for told, many in ((features(played), 523), (extent(played), 58), (hands(played), 163)):
        assert told.shape == (many,)
        assert np.isfinite(told).all()


@given(STROKES, st.integers(1, 20))
def test_silence_before_it_changes_nothing(strokes: list[Stroke], bars: int) -> None:
    first = playing([(0, KICK, 90), *(stroke for stroke in strokes if stroke[:2] != (0, KICK))])
    later = replace(first, bar=first.bar + bars, meters=(Meter(4, 4),) * bars + first.meters)
    assert np.array_equal(features(later), features(first))
    assert np.array_equal(hands(later), hands(first))


@given(st.lists(st.integers(-20, 20), min_size=64, max_size=64))
@settings(max_examples=20)
def test_the_ear_does_not_hear_pushes(pushes: list[int]) -> None:
    played = playing(eighths(50, bars=4))
    pushed = replace(played, push=np.resize(pushes, len(played)))
    assert np.array_equal(hands(pushed), hands(played))
    assert np.array_equal(features(pushed), features(played)) == np.array_equal(pushed.push, played.push)


def test_the_ear_hears_a_voice_only_against_others() -> None:
    played = playing([(at * 240, note, 60) for at in range(32) for note in ((HAT, KICK) if at % 2 else (HAT, SNARE))])
    louder = replace(played, velocity=played.velocity * 2)
    assert np.array_equal(hands(louder), hands(played))


def test_stretches_are_whole_and_follow_each_other() -> None:
    played = human(np.random.default_rng(1), swing=50, push=0, tempo_bpm=110).played
    parts = windows(played)
    assert len(parts) == len(np.unique(played.bar)) // WINDOW > 0
    assert all(set(part.bar.tolist()) == set(range(WINDOW)) for part in parts)
    assert np.array_equal(np.concatenate([part.velocity for part in parts]), played.velocity[: sum(map(len, parts))])


@pytest.mark.parametrize(
    "strokes", [eighths(50, bars=3), [stroke for stroke in eighths(50, bars=6) if stroke[0] > 7000]]
)
def test_there_is_no_stretch_where_bars_are_missing(strokes: list[Stroke]) -> None:
    assert windows(playing(strokes)) == []
    assert windows(playing(eighths(50, bars=8), meter=Meter(3, 4))) == []


def test_a_fill_is_short_and_has_toms() -> None:
    beat, fill = extent(playing(eighths(50, bars=8))), extent(playing(tom_fill(0)))
    assert beat[0] > 25 > 4 > fill[0]
