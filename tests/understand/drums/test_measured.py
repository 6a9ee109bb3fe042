"""What is measured of one performance is what was played in it."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from cratedig.music.drums.meter import COMMON, PPQ, Meter
from cratedig.music.drums.quantities import QUANTITY
from cratedig.understand.drums.fills import is_fill
from cratedig.understand.drums.measured import Measured, Performance, measured
from cratedig.understand.drums.strokes import strokes_of
from tests.understand.drums.players import CRASH, HAT, KICK, SNARE, TOM, Stroke, eighths, playing, tom_fill

RIDE, OPEN, PEDAL = 51, 46, 44
STROKES = st.lists(
    st.tuples(st.integers(0, 9000), st.sampled_from([KICK, SNARE, HAT, TOM, CRASH, RIDE, 75]), st.integers(1, 127)),
    min_size=1,
)


def of(strokes: list[Stroke], *, meter: Meter = COMMON) -> Measured:
    return measured(Performance("a.mid", playing(strokes, meter=meter)))


@given(STROKES, st.sampled_from([Meter(4, 4), Meter(7, 8), Meter(12, 8), Meter(5, 4), Meter(3, 16)]))
def test_whatever_is_played_is_measured_within_the_ranges(strokes: list[Stroke], meter: Meter) -> None:
    found = of(strokes, meter=meter)
    assert found.values.keys() <= QUANTITY.keys()
    assert not (found.beats & found.fills).any()
    for name, value in found.values.items():
        if name != "fill_every" and not math.isnan(value):
            assert QUANTITY[name].low <= value <= QUANTITY[name].high, name


def test_ghosts_are_those_soft_beside_the_players_own_backbeats() -> None:
    ghosts = [(PPQ * at + 360, SNARE, 40) for at in range(16)]
    found = of(eighths(50, bars=4) + ghosts).values
    assert found["ghost_note_prob"] == pytest.approx(16 / 24)
    assert found["ghost_density"] == 1
    assert found["ghost_velocity"] == pytest.approx(0.4)
    assert of(eighths(50, bars=4)).values["ghost_note_prob"] == 0


def test_loudness_on_the_whole_makes_no_ghosts() -> None:
    soft = [(tick, note, velocity // 4) for tick, note, velocity in eighths(50)]
    assert of(soft).values["ghost_note_prob"] == 0


def test_a_backbeat_is_not_syncopated_and_moving_kicks_off_the_beat_is() -> None:
    plain = of(eighths(50)).values
    assert plain["syncopation_level"] == 0
    assert plain["backbeat_share"] == 1
    moved = [(tick + 120 * (note == KICK), note, velocity) for tick, note, velocity in eighths(50)]
    more = [(tick - 120 * (note == KICK and tick > 0), note, velocity) for tick, note, velocity in eighths(50)]
    assert of(moved).values["syncopation_level"] > 0
    assert of(more).values["syncopation_level"] > 0


def test_the_pulse_is_named_by_what_keeps_time() -> None:
    for each, name in ((1, "pulse_4_share"), (2, "pulse_8_share"), (4, "pulse_16_share"), (3, "pulse_3_share")):
        time = [(PPQ // each * at, HAT, 80) for at in range(16 * each)]
        values = of(time).values
        assert [values[f"pulse_{one}_share"] for one in (4, 8, 16, 3)].count(1) == 1
        assert values[name] == 1, name


def test_hats_rides_pedals_and_openings_are_told_apart() -> None:
    time = [(PPQ // 2 * at, OPEN if at % 4 == 3 else HAT, 80) for at in range(32)]
    feet = [(PPQ * at, PEDAL, 60) for at in range(16)]
    values = of(time + feet).values
    assert values["hat_open_share"] == 0.25
    assert values["hat_pedal_share"] == pytest.approx(16 / 48)
    assert values["ride_share"] == 0
    assert of([(tick, RIDE, velocity) for tick, _, velocity in time]).values["ride_share"] == 1


def test_one_bar_over_and_over_is_one_pattern_that_repeats() -> None:
    values = of(eighths(50, bars=16)).values
    assert values["repeat_share"] == 1
    assert values["vocabulary"] == pytest.approx(1)


@given(st.sets(st.integers(0, 15), min_size=1, max_size=7))
def test_bars_on_the_toms_among_beats_are_fills(places: set[int]) -> None:
    beats = [stroke for stroke in eighths(50, bars=16) if stroke[0] // (4 * PPQ) not in places]
    found = is_fill(strokes_of(playing(beats + [stroke for bar in places for stroke in tom_fill(bar)])))
    lone = [bar for bar in places if not {bar - 1, bar + 1} & places]
    assert all(found[bar] for bar in lone if bar < len(found))
    assert not any(found[bar] for bar in range(len(found)) if bar not in places)


def test_whoever_plays_beats_on_the_toms_plays_no_fill_each_bar() -> None:
    assert not is_fill(strokes_of(playing([stroke for bar in range(12) for stroke in tom_fill(bar)]))).any()


def test_a_crash_after_a_fill_is_counted() -> None:
    beats = [stroke for stroke in eighths(50, bars=16) if stroke[0] // (4 * PPQ) != 7]
    values = of([*beats, *tom_fill(7), (8 * 4 * PPQ, CRASH, 110)]).values
    assert values["fill_crash_share"] == 1
    assert values["fill_every"] == pytest.approx(1 / 16)
    assert values["fill_phrase_share"] == 1
    assert values["crash_share"] == pytest.approx(1 / 15)


def test_pushes_are_against_the_click() -> None:
    late = [(tick + 9, note, velocity) for tick, note, velocity in eighths(62.5)]
    values = of(late).values
    assert [values[f"push_{voice}"] for voice in ("kick", "snare", "hat")] == pytest.approx([9, 9, 9], abs=0.6)
    assert np.isnan(values.get("push_crash", np.nan))
