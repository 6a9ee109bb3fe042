"""Chances of strokes: between never and always, and nearer to what was seen the more of it was."""

from __future__ import annotations

import numpy as np
import pytest

from cratedig.create.drums.habits import Vocabulary
from cratedig.create.drums.likelihood import CLOSING, OPENING, WITHIN, interpolated, part
from cratedig.music.drums.kit import CLOSED_HAT, KICK, LOW_TOM, SNARE
from cratedig.music.drums.meter import COMMON
from create.drums.written import PLAYERS, ROCK, passage, profile


@pytest.mark.parametrize("who", PLAYERS, ids=lambda who: who.artist)
def test_chances_are_chances(who: object) -> None:
    found = Vocabulary.of(who).habits(COMMON).chances  # type: ignore[arg-type]
    assert np.all((found >= 0) & (found <= 1))


def test_the_more_was_seen_the_less_is_left_to_the_plainer_context() -> None:
    often = [float(interpolated(np.array(0.8 * n), np.array(float(n)), np.array(0.1))) for n in (0, 5, 50, 5000)]
    assert often[0] == pytest.approx(0.1)
    assert often == sorted(often)
    assert often[-1] == pytest.approx(0.8, abs=0.01)


def test_what_is_always_played_is_likely_and_what_never_is_is_not() -> None:
    steady = profile(passage(ROCK[:1] * 12))
    habits = Vocabulary.of(steady).habits(COMMON)
    alone, cells = habits.near(0).alone, habits.cells
    assert alone[1, cells.at[0, KICK.note]] > 0.9
    assert alone[1, cells.at[480, SNARE.note]] > 0.9
    assert alone[0, cells.at[1440, LOW_TOM.note]] < 0.02


def test_a_drum_is_drawn_upon_what_is_struck_with_it() -> None:
    """Two bars, each twice in turn, in which the hat is struck with the kick, and never without."""
    one, other = "4/4 4\nkick 8... ....\nhat 7... ....", "4/4 4\nkick .... 8...\nhat .... 7..."
    habits = Vocabulary.of(profile(passage((one, one, other, other, other) * 8))).habits(COMMON)
    hat = habits.cells.at[0, CLOSED_HAT.note]
    with_kick, without = habits.chances[WITHIN, 0, 1, hat], habits.chances[WITHIN, 0, 0, hat]
    assert with_kick > 0.8
    assert without < 0.2


def test_a_phrase_opens_goes_on_and_closes() -> None:
    assert part(np.arange(8)).tolist() == [OPENING, WITHIN, WITHIN, CLOSING] * 2
