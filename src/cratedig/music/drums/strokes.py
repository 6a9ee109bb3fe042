"""When two bars are the same bar: the same strokes in the same places, each as strong."""

from __future__ import annotations

import struct
from fractions import Fraction
from hashlib import blake2b
from typing import Final, Literal

from cratedig.music.drums.groove import Bar
from cratedig.music.drums.meter import PPQ

Force = Literal["ghost", "plain", "accent"]

GHOST_BELOW: Final = 50
"""Velocity below which a stroke is a ghost note."""
ACCENT_FROM: Final = 100

Strokes = frozenset[tuple[Fraction, int, Force]]
"""Place, General MIDI note and force of every stroke of a bar."""


def mark(onsets: bytes) -> int:
    """48 bits by which a bar is known without keeping it. onsets: tick and note of each stroke in order, 32 bits each,
    the low end first."""
    return int.from_bytes(blake2b(onsets, digest_size=6).digest(), "little")


def mark_of(bar: Bar) -> int:
    """The mark of a bar, by what is struck where, however strongly."""
    numbers = [number for hit in bar.hits for number in (int(hit.place * PPQ), hit.drum.note)]
    return mark(struct.pack(f"<{len(numbers)}I", *numbers))


def force(velocity: int) -> Force:
    """How strongly a stroke of this velocity, 1..127, is heard."""
    if velocity < GHOST_BELOW:
        return "ghost"
    return "accent" if velocity >= ACCENT_FROM else "plain"


def strokes(bar: Bar) -> Strokes:
    """What a bar is told apart by; pushes and small differences of velocity make no other bar."""
    return frozenset((hit.place, hit.drum.note, force(hit.velocity)) for hit in bar.hits)
