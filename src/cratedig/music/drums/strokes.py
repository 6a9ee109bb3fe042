"""When two bars are the same bar: the same strokes in the same places, each as strong."""

from __future__ import annotations

from fractions import Fraction
from typing import Final, Literal

from cratedig.music.drums.groove import Bar

Force = Literal["ghost", "plain", "accent"]

GHOST_BELOW: Final = 50
"""Velocity below which a stroke is a ghost note."""
ACCENT_FROM: Final = 100

Strokes = frozenset[tuple[Fraction, int, Force]]
"""Place, General MIDI note and force of every stroke of a bar."""


def force(velocity: int) -> Force:
    """How strongly a stroke of this velocity, 1..127, is heard."""
    if velocity < GHOST_BELOW:
        return "ghost"
    return "accent" if velocity >= ACCENT_FROM else "plain"


def strokes(bar: Bar) -> Strokes:
    """What a bar is told apart by; pushes and small differences of velocity make no other bar."""
    return frozenset((hit.place, hit.drum.note, force(hit.velocity)) for hit in bar.hits)
