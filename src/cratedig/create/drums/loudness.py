"""How loudly strokes are struck: towards what a drummer does in their place, and from hand to hand."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import numpy as np

from cratedig.create.drums.line import Floats, Line
from cratedig.music.drums.feel import Touch
from cratedig.music.drums.meter import PPQ
from cratedig.music.drums.strokes import GHOST_BELOW

WRITTEN_SPREAD: Final = 12.0  # how far off a written velocity is taken to be, against the spread of those played
NOISE: Final = 0.35  # of the spread of a place, what differs from one stroke to the next
WIDEST: Final = 20.0  # a spread beyond it is of ghosts and accents together, not of strokes meant alike
WEAK_HAND: Final = 3  # velocities softer than the stroke before it that was near
NEAR: Final = PPQ // 2


def loudness(strokes: Line, noise: Floats, *, amount: float) -> list[int]:
    """The velocity of each hit, 1..127: `amount` (0..1) of the way from the written to the felt one.

    A place that is always struck alike draws a stroke to its mean, one struck now so, now so hardly does; ghosts stay
    ghosts, and the louder of two strokes in a place stays the louder. noise: standard normal, shape (strokes,).
    """
    if amount == 0:
        return [hit.velocity for hit in strokes.hits]
    chances = np.clip(noise, -2.0, 2.0).tolist()
    felt = [
        _felt(hit.velocity, touch, chance)
        for hit, touch, chance in zip(strokes.hits, strokes.touches, chances, strict=True)
    ]
    handed = zip(strokes.hits, _from_hand_to_hand(strokes, felt), strict=True)
    return [min(max(round(hit.velocity + amount * (then - hit.velocity)), 1), 127) for hit, then in handed]


def _felt(velocity: int, touch: Touch | None, chance: float) -> float:
    if touch is None:
        return velocity
    pull = WRITTEN_SPREAD**2 / (WRITTEN_SPREAD**2 + touch.velocity_spread**2)
    alike = (velocity < GHOST_BELOW) == (touch.velocity < GHOST_BELOW)
    around = velocity + alike * pull * (touch.velocity - velocity)
    struck = around + NOISE * min(touch.velocity_spread, WIDEST) * chance
    return min(struck, GHOST_BELOW - 1) if velocity < GHOST_BELOW else max(struck, GHOST_BELOW)


def _from_hand_to_hand(strokes: Line, felt: Sequence[float]) -> list[int]:
    """Of strokes of a drum one shortly after the other each second one is softer, and none is as loud as the last.

    Hats, rides and ghost notes are played so; accents and kicks are not, and only kept from being the same.
    """
    last: dict[int, tuple[int, int, bool]] = {}
    handed = []
    for tick, hit, velocity in zip(strokes.written.tolist(), strokes.hits, felt, strict=True):
        before, loud, weak = last.get(hit.drum.note, (-PPQ, 0, True))
        weak = tick - before <= NEAR and not weak
        light = hit.drum.voice in ("hat", "ride") or hit.velocity < GHOST_BELOW
        now = min(max(round(velocity) - WEAK_HAND * (weak and light), 1), 127)
        now += (now == loud) * (1 if now < 2 else -1)
        last[hit.drum.note] = (tick, now, weak)
        handed.append(now)
    return handed
