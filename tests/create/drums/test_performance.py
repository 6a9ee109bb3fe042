"""Feel as it is wished: none is the grid, and a wished swing is heard whatever else is not."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from fractions import Fraction

import pytest

from cratedig.create.drums.performance import performed
from cratedig.create.drums.request import Wish
from cratedig.create.drums.template import Template
from cratedig.music.drums.feel import Feel, Touch
from cratedig.music.drums.groove import Groove
from create.drums.written import ROCKER

LATE = replace(ROCKER, feel=Feel(swing_8=58.0, touches={("snare", None): Touch(12.0, 3.0, 100.0, 5.0, 40)}))
WISH = Wish(bars=4, variations=2, fill_every=0)


def felt(wish: Wish) -> tuple[Groove, ...]:
    return performed(Template().parts(LATE, wish), LATE, wish)


def off_beats(groove: Groove) -> Iterator[int]:
    """Ticks from the beat to the eighth after it, as sounded."""
    for bar in groove.bars:
        yield from (hit.tick % 480 for hit in bar.hits if hit.place % 1 == Fraction(1, 2))


def test_the_same_seed_sounds_the_same_and_another_does_not() -> None:
    assert felt(WISH) == felt(WISH)
    assert felt(WISH) != felt(replace(WISH, seed=1))


def test_nothing_of_the_feel_is_the_part_as_drawn() -> None:
    wish = replace(WISH, timing=0.0, velocity=0.0)
    assert list(felt(wish)) == Template().parts(LATE, wish)


@pytest.mark.parametrize("swing", [50.0, 62.0, 66.7, 75.0])
def test_a_wished_swing_is_heard_though_nothing_else_is_humanised(swing: float) -> None:
    wish = replace(WISH, timing=0.0, velocity=0.0, swing_8=swing)
    heard = [tick for groove in felt(wish) for tick in off_beats(groove)]
    assert heard
    assert all(abs(tick - 480 * swing / 100) < 1 for tick in heard)


def test_variations_are_felt_by_dice_of_their_own() -> None:
    part = Template().parts(LATE, WISH)[0]
    one, other = performed([part, part], LATE, WISH)
    assert one != other
