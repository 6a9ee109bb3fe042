"""Swing, by its laws."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cratedig.music.drums.meter import COMMON, PPQ, Meter
from cratedig.music.drums.swing import cells, swung

METERS = st.builds(Meter, st.integers(1, 16), st.sampled_from([1, 2, 4, 8, 16, 32]))
SWINGS = st.floats(50, 75)


@st.composite
def places(draw: st.DrawFn) -> tuple[Meter, list[int]]:
    meter = draw(METERS)
    finest = draw(st.sampled_from([1, 20, 30, 40, 60, 80, 120]))
    most = (meter.bar_ticks - 1) // finest
    return meter, sorted({at * finest for at in draw(st.lists(st.integers(0, most), max_size=30))})


@given(places(), SWINGS, SWINGS)
def test_the_order_of_places_is_kept(given_places: tuple[Meter, list[int]], eighths: float, sixteenths: float) -> None:
    meter, ticks = given_places
    sounds = list(swung(meter, ticks, swing_8=eighths, swing_16=sixteenths).values())
    assert all(now + 0.999 < then for now, then in pairwise(sounds))
    assert all(place <= sound < meter.bar_ticks for place, sound in zip(ticks, sounds, strict=True))


@given(places(), SWINGS, SWINGS, SWINGS, SWINGS)
def test_more_swing_is_never_earlier(
    given_places: tuple[Meter, list[int]], eighths: float, more: float, sixteenths: float, finer: float
) -> None:
    meter, ticks = given_places
    less = swung(meter, ticks, swing_8=min(eighths, more), swing_16=min(sixteenths, finer))
    much = swung(meter, ticks, swing_8=max(eighths, more), swing_16=max(sixteenths, finer))
    assert all(less[tick] <= much[tick] for tick in ticks)


@given(places())
def test_fifty_percent_is_straight(given_places: tuple[Meter, list[int]]) -> None:
    meter, ticks = given_places
    assert swung(meter, ticks, swing_8=50, swing_16=50) == {tick: tick for tick in ticks}


@given(SWINGS)
def test_a_swing_is_exact(percent: float) -> None:
    eighths = swung(COMMON, range(0, 1920, 240), swing_8=percent, swing_16=50)
    assert [eighths[at] - at + 240 for at in range(240, 1920, 480)] == pytest.approx([4.8 * percent] * 4)
    sixteenths = swung(COMMON, range(0, 1920, 120), swing_8=50, swing_16=percent)
    assert [sixteenths[at] - at + 120 for at in range(120, 1920, 240)] == pytest.approx([2.4 * percent] * 8)


def test_both_swings_combine() -> None:
    both = swung(COMMON, [0, 120, 240, 360], swing_8=60, swing_16=60)
    assert list(both.values()) == pytest.approx([0, 0.6 * 288, 288, 288 + 0.6 * 192])


@pytest.mark.parametrize(
    ("places", "stays"),
    [
        ([0, 160, 320], True),
        ([0, 320], True),
        ([0, 80, 160, 240, 320, 400], True),
        ([0, 80, 240], True),
        ([0, 240, 320], False),
        ([0, 160, 360], False),
    ],
)
def test_a_quarter_in_threes_stays(places: list[int], stays: bool) -> None:
    assert (swung(COMMON, places, swing_8=62, swing_16=60) == {place: place for place in places}) is stays


def test_what_is_felt_in_threes_swings_at_sixteenths_only() -> None:
    assert {cell.length for cell in cells(Meter(12, 8))} == {PPQ // 2}
    assert cells(Meter(9, 16)) == ()
    assert [cell.begin for cell in cells(Meter(5, 4))] == [0, 480, 960, 1440, 1920]
