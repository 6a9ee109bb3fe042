"""Keys and tempos that go on."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cratedig.music.mixing import Key, key_distance, read_key, tempo_distance

keys = st.builds(Key, st.integers(0, 11), st.booleans())
tempos = st.floats(20.0, 300.0)


@given(keys, keys)
def test_the_distance_of_keys_is_symmetric_and_0_only_for_the_same(one: Key, other: Key) -> None:
    away = key_distance(one, other)
    assert away == key_distance(other, one)
    assert away is not None
    assert 0.0 <= away <= 1.0
    assert (away == 0.0) == (one == other)


@given(keys)
def test_a_fifth_up_is_an_hour_on(key: Key) -> None:
    up = Key((key.pitch + 7) % 12, key.major)
    assert (key.hour + 1) % 12 == up.hour
    assert key_distance(key, up) == pytest.approx(1 / 6)


@given(keys)
def test_the_opposite_key_is_the_farthest(key: Key) -> None:
    assert key_distance(key, Key((key.pitch + 6) % 12, key.major)) == 1.0


def test_the_wheel_has_24_names() -> None:
    names = {Key(pitch, major).camelot for pitch in range(12) for major in (True, False)}
    assert names == {f"{hour}{side}" for hour in range(1, 13) for side in "AB"}


@pytest.mark.parametrize(("major", "minor"), [(0, 9), (7, 4), (5, 2), (9, 6)])
def test_relative_keys_share_an_hour(major: int, minor: int) -> None:
    assert Key(major, True).hour == Key(minor, False).hour


@given(tempos, st.floats(0.3, 3.0))
def test_double_and_half_time_are_the_same_tempo(tempo: float, ratio: float) -> None:
    away = tempo_distance(tempo, tempo * ratio)
    assert away == pytest.approx(tempo_distance(tempo * ratio, tempo), abs=1e-9)
    assert away == pytest.approx(tempo_distance(tempo, tempo * ratio * 2), abs=1e-9)
    assert away is not None
    assert 0.0 <= away <= 1.0


def test_what_is_not_known_has_no_distance() -> None:
    assert key_distance(None, Key(0, True)) is None
    assert tempo_distance(0.0, 120.0) is None
    assert tempo_distance(None, 120.0) is None


@pytest.mark.parametrize(
    ("pitch", "mode"), [(-1, 1), (12, 0), (3.5, 1), (3, 2), (3, None), ("3", 1), (float("nan"), 1)]
)
def test_an_odd_key_is_no_key(pitch: object, mode: object) -> None:
    assert read_key(pitch, mode) is None


def test_a_pitch_outside_the_octave_is_refused() -> None:
    with pytest.raises(ValueError, match="outside"):
        Key(12, True)
