"""Laws of what a MIDI file says."""

from __future__ import annotations

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cratedig.music.score import MeterChange, Note, Score, TempoChange

TEMPOS = st.lists(st.tuples(st.integers(0, 10_000), st.integers(1, 2**24 - 1)), max_size=5, unique_by=lambda t: t[0])


def score(tempos: list[tuple[int, int]], ticks_per_quarter: int = 96) -> Score:
    return Score(1, ticks_per_quarter, 1, (), tuple(TempoChange(*tempo) for tempo in sorted(tempos)), ())


@given(TEMPOS, st.integers(0, 20_000), st.integers(1, 1000))
def test_a_later_tick_is_never_earlier_in_time(tempos: list[tuple[int, int]], tick: int, more: int) -> None:
    assert score(tempos).seconds_at(tick) < score(tempos).seconds_at(tick + more)


@given(TEMPOS, st.integers(0, 20_000))
def test_half_as_many_us_a_quarter_take_half_the_time(tempos: list[tuple[int, int]], tick: int) -> None:
    slow = [(0, 1_000_000), *((at, us * 2) for at, us in tempos if at and us < 2**23)]
    fast = [(at, us // 2) for at, us in slow]
    assert score(slow).seconds_at(tick) == 2 * score(fast).seconds_at(tick)


def test_without_a_tempo_it_is_120_bpm() -> None:
    assert score([]).seconds_at(96 * 120) == Fraction(60)


@pytest.mark.parametrize(
    ("make", "said"),
    [
        (lambda: Note(0, 1, 60, 140, 0, 0), "velocity 140 is outside 1..127"),
        (lambda: Note(-1, 1, 60, 64, 0, 0), "start -1 is outside"),
        (lambda: Note(0, -1, 60, 64, 0, 0), "duration -1"),
        (lambda: Note(0, 1, 128, 64, 0, 0), "pitch 128 is outside 0..127"),
        (lambda: Note(0, 1, 60, 64, 16, 0), "channel 16 is outside 0..15"),
        (lambda: Note(0, 1, 60, 64, 0, -1), "track -1"),
        (lambda: TempoChange(0, 0), "us_per_quarter 0"),
        (lambda: MeterChange(0, 0, 4), "beats 0"),
        (lambda: MeterChange(0, 4, 3), "unit 3 is not a power of two"),
        (lambda: Score(3, 96, 1, (), (), ()), "kind 3"),
        (lambda: Score(1, 0, 1, (), (), ()), "ticks_per_quarter 0"),
    ],
)
def test_values_refuse_to_be_wrong(make: object, said: str) -> None:
    with pytest.raises(ValueError, match=said):
        make()  # type: ignore[operator]
