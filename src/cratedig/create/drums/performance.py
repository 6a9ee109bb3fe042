"""From bars on the grid to what is heard: the feel of a profile, as much of it as is wished."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Final

import numpy as np

from cratedig.create.drums.feel import feel
from cratedig.create.drums.request import Wish
from cratedig.music.drums.feel import STRAIGHT, Feel
from cratedig.music.drums.groove import Groove
from cratedig.music.drums.style import StyleProfile

FEEL_DICE: Final = 0xFEE1
"""Keeps the dice of the feel apart from those the bars are drawn with."""


def performed(grooves: Sequence[Groove], profile: StyleProfile, wish: Wish) -> tuple[Groove, ...]:
    """Each variation with the feel of the profile. A swing that is wished is heard as wished, however much of the rest
    is."""
    return tuple(
        _performed(groove, profile.feel, wish, np.random.default_rng([wish.seed, nth, FEEL_DICE]))
        for nth, groove in enumerate(grooves, 1)
    )


def _performed(groove: Groove, own: Feel, wish: Wish, rng: np.random.Generator) -> Groove:
    if wish.swing_8 is not None or wish.swing_16 is not None:
        own = replace(own, swing_8=wish.swing_8 or own.swing_8, swing_16=wish.swing_16 or own.swing_16)
        asked = Feel(wish.swing_8 or STRAIGHT, wish.swing_16 or STRAIGHT)
        groove = feel(groove, asked, timing=1.0, velocity=0.0, rng=rng)
    return feel(groove, own, timing=wish.timing, velocity=wish.velocity, rng=rng)
