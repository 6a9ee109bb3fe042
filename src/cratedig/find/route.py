"""The way through the mood plane: where a journey wants to be at each step, and which tracks are near there."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from cratedig.music.mood import Mood


def route(moods: Sequence[Mood], steps: int, *, eased: bool = False) -> list[Mood]:
    """`steps` moods from the first of `moods` to the last, along straight lines through those between.

    Evenly spaced by distance; `eased` leaves slowly and arrives slowly (smoothstep). Where all moods are one, so is the
    route. Raises ValueError for no mood or fewer than 1 step.

    >>> [round(mood.valence, 2) for mood in route([Mood(-1.0, 0.0), Mood(1.0, 0.0)], 5, eased=True)]
    [-1.0, -0.69, 0.0, 0.69, 1.0]
    """
    if not moods or steps < 1:
        raise ValueError("a route needs a mood and a step")
    legs = [one.distance(other) for one, other in pairwise(moods)]
    reached = np.concatenate([[0.0], np.cumsum(legs)])
    done = np.linspace(0.0, 1.0, steps) if steps > 1 else np.zeros(1)
    if eased:
        done = done * done * (3.0 - 2.0 * done)
    along = done * reached[-1]
    valence = np.interp(along, reached, [mood.valence for mood in moods])
    arousal = np.interp(along, reached, [mood.arousal for mood in moods])
    return [Mood.clipped(float(v), float(a)) for v, a in zip(valence, arousal, strict=True)]


def places(moods: Sequence[Mood], *, most: int) -> list[Mood]:
    """At most `most` different moods that stand for all of these, the first and the last among them."""
    if len(moods) > most:
        moods = [moods[round(at * (len(moods) - 1) / (most - 1))] for at in range(most)]
    return list(dict.fromkeys(moods))


def deal(targets: Sequence[Mood], points: NDArray[np.float64], *, width: int) -> list[list[int]]:
    """For each target up to `width` of the points (valence, arousal; shape (n, 2)), no point for two targets.

    In `width` rounds the targets take turns, from both ends of the route inwards, at the nearest point that is left
    (the first of several). So the first and the last have the points nearest to them, and no target is left without
    one while there are as many points as targets.
    """
    wanted = np.array([(target.valence, target.arousal) for target in targets])
    away = np.hypot(points[None, :, 0] - wanted[:, None, 0], points[None, :, 1] - wanted[:, None, 1])
    dealt: list[list[int]] = [[] for _ in targets]
    for _ in range(min(width, len(points) // max(1, len(targets)))):
        for turn in _inwards(len(targets)):
            nearest = int(away[turn].argmin())
            dealt[turn].append(nearest)
            away[:, nearest] = np.inf
    return dealt


def _inwards(count: int) -> list[int]:
    """0, last, 1, last but one, ...

    >>> _inwards(5)
    [0, 4, 1, 3, 2]
    """
    return sorted(range(count), key=lambda at: (min(at, count - 1 - at), at))
