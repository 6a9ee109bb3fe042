"""The hour, the day and the season, as a place on the mood plane that tracks may be near to.

The recommender's specification, extension 4: mornings are for upbeat music and nights for calm, Fridays for parties,
summers for upbeat and winters for melancholic music. What a listener really played at this hour counts for more, the
more of it there is.
"""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

import numpy as np
from numpy.typing import NDArray

from cratedig.music.mood import Mood

LIVELIEST_H = 13.0  # local time; twelve hours later it is calmest
AROUSAL_SWING, VALENCE_SWING = 0.4, 0.15
FRIDAY, PARTY_FROM_H = 4, 17.0
PARTY = 0.4  # arousal of a Friday evening above another's
SEASON_SWING = 0.15  # valence of midsummer above the year's mean, in the north
MIDSUMMER_DAY = 172  # 21 June
HOUR_WIDTH = 4.0
"""Concentration of nearness on the clock (von Mises): three hours away count 0.31, twelve next to nothing."""
PRIOR_PLAYS = 10.0
"""Plays at about this hour that weigh as much as the general curve."""


@dataclass(frozen=True, slots=True)
class Played:
    """A track heard to its end: when, by the listener's own clock, and its mood."""

    at: datetime
    mood: Mood


def usual_mood(at: datetime, *, southern: bool = False) -> Mood:
    """The general curve at a local time.

    >>> usual_mood(datetime(2026, 3, 4, 13)).arousal > usual_mood(datetime(2026, 3, 4, 23)).arousal
    True
    """
    day = math.cos(2.0 * math.pi * (_hour(at) - LIVELIEST_H) / 24.0)
    season = math.cos(2.0 * math.pi * (at.timetuple().tm_yday - MIDSUMMER_DAY) / 365.25)
    party = PARTY if at.weekday() == FRIDAY and _hour(at) >= PARTY_FROM_H else 0.0
    valence = VALENCE_SWING * day + SEASON_SWING * (-season if southern else season)
    return Mood.clipped(valence, AROUSAL_SWING * day + party)


def mood_of_hour(at: datetime, played: Iterable[Played] = (), *, southern: bool = False) -> Mood:
    """The mean of what was played at about this hour, drawn to the general curve as by PRIOR_PLAYS plays."""
    usual = usual_mood(at, southern=southern)
    near = [(_nearness(_hour(at), _hour(one.at)), one.mood) for one in played]
    total = PRIOR_PLAYS + math.fsum(weight for weight, _ in near)
    valence = math.fsum([PRIOR_PLAYS * usual.valence, *(weight * mood.valence for weight, mood in near)])
    arousal = math.fsum([PRIOR_PLAYS * usual.arousal, *(weight * mood.arousal for weight, mood in near)])
    return Mood.clipped(valence / total, arousal / total)


def hour_signal(target: Mood, moods: NDArray[np.float64]) -> NDArray[np.float64]:
    """1 / (1 + distance) as for an asked mood; moods: (n, 2), NaN where not known."""
    away = np.hypot(moods[:, 0] - target.valence, moods[:, 1] - target.arousal)
    return np.asarray(1.0 / (1.0 + away), dtype=np.float64)


def _hour(at: datetime) -> float:
    return at.hour + at.minute / 60.0


def _nearness(one: float, other: float) -> float:
    return math.exp(HOUR_WIDTH * (math.cos(2.0 * math.pi * (one - other) / 24.0) - 1.0))
