"""Trend: is a track played more of late than it usually is? Play velocity of the specification's extension 4."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from datetime import datetime

import numpy as np
from numpy.typing import NDArray

from cratedig.find.taste.listening import Event, faded

LATELY_DAYS, USUALLY_DAYS = 2.0, 28.0  # half-lives
STEADY = 0.5
"""Plays a day added to both rates: a single play of a quiet track is no trend."""
RISEN = 3.0  # doublings from no trend to the whole of one
_HEARD = ("play", "like", "add_to_playlist")


def trend_signal(events: Iterable[Event], now: datetime, track_ids: Sequence[int]) -> NDArray[np.float64]:
    """0..1 per track, from everybody's events: 0 for what is not rising, 1 for eight times its usual rate."""
    ages: dict[int, list[float]] = {}
    for event in events:
        if event.kind in _HEARD:
            ages.setdefault(event.track_id, []).append(event.age_days(now))
    return np.array([_rise(ages.get(track_id, ())) for track_id in track_ids], dtype=np.float64)


def _rise(ages_days: Sequence[float]) -> float:
    lately, usually = (_rate(ages_days, half_life) + STEADY for half_life in (LATELY_DAYS, USUALLY_DAYS))
    return min(1.0, max(0.0, math.log2(lately / usually) / RISEN))


def _rate(ages_days: Sequence[float], half_life_days: float) -> float:
    """Plays a day: the faded count over the time it stands for, the integral of the fading."""
    return math.fsum(faded(age, half_life_days) for age in ages_days) * math.log(2.0) / half_life_days
