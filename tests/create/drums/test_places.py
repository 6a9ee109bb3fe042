"""Bars carried to other meters: beat for beat, ending where the meter ends."""

from __future__ import annotations

from fractions import Fraction
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cratedig.create.drums.places import FINE, beats, strokes
from cratedig.music.drums.groove import Bar, Hit
from cratedig.music.drums.kit import DRUMS, SNARE
from cratedig.music.drums.meter import COMMON, PPQ, Meter
from cratedig.music.drums.notation import read_bar

METERS = st.builds(Meter, st.integers(1, 64), st.sampled_from([1, 2, 4, 8, 16, 32, 64]))
ROCK = read_bar("4/4 4\nhat 6.6. 6.6. 6.6. 6.6.\nsnare .... 8... .... 8...\nkick 8... .... 8... ....")


def ticks(note: int, meter: str, bar: Bar = ROCK) -> list[int]:
    return [one.tick for one in strokes(bar, Meter.parse(meter)) if one.note == note]


@given(METERS)
def test_the_beats_of_a_meter_fill_its_bar_one_after_another(meter: Meter) -> None:
    counted = beats(meter)
    assert counted[0].begin == 0
    assert all(one.begin + one.length == after.begin for one, after in pairwise(counted))
    assert counted[-1].begin + counted[-1].length == meter.bar_ticks


@st.composite
def bars(draw: st.DrawFn) -> Bar:
    meter = draw(st.sampled_from([COMMON, Meter(6, 8), Meter(7, 8), Meter(3, 4)]))
    cells = st.tuples(st.integers(0, meter.bar_ticks - 1), st.sampled_from([36, 38, 42]))
    hits = (Hit(DRUMS[note], Fraction(tick, PPQ), 80) for tick, note in sorted(draw(st.sets(cells, max_size=12))))
    return Bar(meter, tuple(hits))


@settings(max_examples=50)
@given(bars(), METERS)
def test_what_is_carried_lies_in_the_bar_each_drum_once_a_tick(bar: Bar, meter: Meter) -> None:
    carried = strokes(bar, meter)
    keys = [one[:2] for one in carried]
    assert keys == sorted(set(keys))
    assert all(0 <= one.tick < meter.bar_ticks for one in carried)


@given(bars())
def test_in_its_own_meter_a_bar_stays_but_for_slips(bar: Bar) -> None:
    told = strokes(bar, bar.meter)
    assert len(told) <= len(bar.hits)
    on_grid = {(hit.tick, hit.drum.note) for hit in bar.hits if hit.tick % FINE == 0}
    assert on_grid <= {one[:2] for one in told}


def test_a_flam_keeps_both_its_strokes_in_order() -> None:
    bar = Bar(COMMON, (Hit(SNARE, Fraction(465, PPQ), 40), Hit(SNARE, Fraction(1), 100)))
    assert [(one.tick, one.velocity) for one in strokes(bar, COMMON)] == [(460, 40), (480, 100)]


@pytest.mark.parametrize(
    ("meter", "snares"), [("3/4", [960]), ("5/4", [480, 1920]), ("6/8", [720]), ("12/8", [720, 2160]), ("2/4", [480])]
)
def test_backbeats_come_last_as_they_did(meter: str, snares: list[int]) -> None:
    assert ticks(SNARE.note, meter) == snares


def test_eighths_stay_eighths_in_seven() -> None:
    assert ticks(42, "7/8") == [240 * at for at in range(7)]


def test_even_eighths_become_long_and_short_in_twelve() -> None:
    assert ticks(42, "12/8")[:4] == [0, 480, 720, 1200]
