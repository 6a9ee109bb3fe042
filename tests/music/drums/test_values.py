"""Drum values refuse to be wrong, and meters add up."""

from __future__ import annotations

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cratedig.music.drums.groove import Bar, Groove, Hit
from cratedig.music.drums.kit import CLOSED_HAT, DRUMS, KICK, KITS, ROLAND, SNARE, VOICES, Kit
from cratedig.music.drums.meter import COMMON, PPQ, Meter

METERS = st.builds(Meter, st.integers(1, 64), st.sampled_from([1, 2, 4, 8, 16, 32, 64]))


def test_every_note_of_general_midi_has_a_name_and_a_voice() -> None:
    assert list(DRUMS) == list(range(35, 82))
    assert len({drum.name for drum in DRUMS.values()}) == len(DRUMS)
    assert {drum.voice for drum in DRUMS.values()} == set(VOICES)


@pytest.mark.parametrize("kit", KITS.values(), ids=lambda kit: kit.name)
def test_a_kit_knows_no_notes_outside_general_midi(kit: Kit) -> None:
    known = {note for note in range(128) if kit.drum(note) is not None}
    assert known == set(DRUMS) | set(kit.notes)


def test_an_electronic_kit_plays_its_edges_on_its_own_notes() -> None:
    assert [ROLAND.drum(note) for note in (22, 26, 58)] == [DRUMS[42], DRUMS[46], DRUMS[43]]


@given(METERS)
def test_the_beats_of_a_meter_fill_its_bar(meter: Meter) -> None:
    assert sum(meter.groups) == meter.beats
    assert meter.bar_ticks == meter.bar_quarters * PPQ
    assert meter.pulses[0] == 0
    assert list(meter.pulses) == sorted(set(meter.pulses))
    assert Meter.parse(str(meter)) == meter


@given(METERS, st.fractions(0, 64, max_denominator=24))
def test_nothing_is_heavier_than_the_first_beat(meter: Meter, place: Fraction) -> None:
    assert meter.weight(place) <= meter.weight(Fraction(0)) == 0
    assert (meter.weight(place) == 0) == (place % meter.bar_quarters == 0)


@pytest.mark.parametrize("written", ["4/3", "0/4", "65/4", "4/128", "four", "4/4/4", ""])
def test_what_is_no_meter_is_refused(written: str) -> None:
    with pytest.raises(ValueError, match=r"bar of|cannot be|no meter"):
        Meter.parse(written)


@pytest.mark.parametrize(
    "wrong",
    [
        lambda: Hit(SNARE, Fraction(1), velocity=0),
        lambda: Hit(SNARE, Fraction(1), velocity=128),
        lambda: Hit(SNARE, Fraction(-1), velocity=9),
        lambda: Hit(SNARE, Fraction(1, 7), velocity=9),
        lambda: Bar(COMMON, (Hit(SNARE, Fraction(4), velocity=9),)),
        lambda: Bar(COMMON, (Hit(SNARE, Fraction(1), velocity=9), Hit(KICK, Fraction(0), velocity=9))),
        lambda: Bar(COMMON, (Hit(KICK, Fraction(0), velocity=9), Hit(KICK, Fraction(0), velocity=8))),
        lambda: Groove((), 120.0),
        lambda: Groove((Bar(COMMON),), 0.0),
        lambda: Kit("odd", {22: 12}),
    ],
)
def test_values_refuse_nonsense(wrong: object) -> None:
    with pytest.raises(ValueError, match=r"outside|no whole number|beyond|in order|cannot stand"):
        wrong()  # type: ignore[operator]


def test_a_groove_sounds_bar_after_bar() -> None:
    waltz, common = Meter(3, 4), COMMON
    hat = Hit(CLOSED_HAT, Fraction(0), velocity=80, push=5)
    groove = Groove((Bar(waltz, (hat,)), Bar(common, (hat,))), 60.0)
    assert [tick for tick, _ in groove.sounding()] == [5, 3 * PPQ + 5]
    assert (groove.length_ticks, groove.length_s) == (7 * PPQ, 7.0)
