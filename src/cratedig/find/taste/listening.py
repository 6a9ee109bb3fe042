"""From listening events to one weight per track: positive for what is liked, negative for what is not.

A weight fades by half-lives: a play says something about this month, a like about this half year. Sums are exactly
rounded (math.fsum), so the order of events does not matter, and an event taken back leaves no trace, to the last bit.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Final, Literal, get_args

Kind = Literal["play", "skip", "like", "dislike", "add_to_playlist"]
KINDS: Final = get_args(Kind)

STRENGTHS: Final[Mapping[Kind, float]] = {
    "play": 1.0,
    "skip": -1.0,
    "like": 3.0,
    "dislike": -4.0,
    "add_to_playlist": 4.0,
}
"""What one fresh event of a kind says; a play is the unit."""
HALF_LIVES_DAYS: Final[Mapping[Kind, float]] = {
    "play": 30.0,
    "skip": 30.0,
    "like": 180.0,
    "dislike": 180.0,
    "add_to_playlist": 180.0,
}
_DAY_S = 86_400.0


@dataclass(frozen=True, slots=True)
class Event:
    """Something a listener did with a track.

    id: unique among a listener's events; `undone` names it.  at: with its offset from UTC.
    Raises ValueError for an unknown kind or a time without an offset.
    """

    id: int
    track_id: int
    kind: Kind
    at: datetime

    def __post_init__(self) -> None:
        if self.kind not in KINDS:
            raise ValueError(f"kind {self.kind!r} is none of {', '.join(KINDS)}")
        if self.at.utcoffset() is None:
            raise ValueError(f"the time {self.at.isoformat()} says no offset from UTC")

    def age_days(self, now: datetime) -> float:
        """Days before `now`; 0 for what a fast clock dates later."""
        return max(0.0, (now - self.at).total_seconds() / _DAY_S)


def faded(age_days: float, half_life_days: float) -> float:
    """What is left of 1 after a time.

    >>> faded(60.0, 30.0)
    0.25
    """
    return math.exp2(-age_days / half_life_days)


def undone(events: Iterable[Event], event_id: int) -> tuple[Event, ...]:
    """The events without that one. Raises ValueError where there is no such event."""
    events = tuple(events)
    kept = tuple(event for event in events if event.id != event_id)
    if len(kept) == len(events):
        raise ValueError(f"there is no event {event_id}")
    return kept


def preferences(events: Iterable[Event], now: datetime) -> dict[int, float]:
    """Track id -> weight, by rising id. A track played a hundred times counts a few times as much as one played once:
    sums grow as the logarithm, the sign is kept."""
    said: dict[int, list[float]] = {}
    for event in events:
        strength = STRENGTHS[event.kind] * faded(event.age_days(now), HALF_LIVES_DAYS[event.kind])
        said.setdefault(event.track_id, []).append(strength)
    sums = {track_id: math.fsum(said[track_id]) for track_id in sorted(said)}
    return {track_id: math.copysign(math.log1p(abs(weight)), weight) for track_id, weight in sums.items()}
