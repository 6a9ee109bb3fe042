"""Choosing how to weigh a question for one listener, from what came of the answers before.

A listener's bandit learns from their own events alone: it shows nobody what others did, and who sends made-up events
misleads only the answers of their own.
"""

from __future__ import annotations

import hashlib
import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Final

import numpy as np
from numpy.typing import NDArray

from cratedig.catalogue.listening import Listened, Weighed
from cratedig.find.taste.bandit import WEIGHINGS, Bandit, Policy

EXPLORED = 0.1
"""The share of questions whose arm is drawn evenly: every arm keeps a chance, without which no log can be replayed."""
DRAWS = 100
"""Draws from which the chance of each arm is counted under Thompson sampling."""
QUERY_TYPES: Final = ("mood", "genre", "artist", "attribute", "default")
DIMENSIONS: Final = 1 + len(QUERY_TYPES) + 3
MANY_TRACKS = 1000  # a history of so many is as long as histories get
REWARDS: Final[Mapping[str, float]] = {"play": 1.0, "like": 1.0, "add_to_playlist": 1.0, "skip": 0.0, "dislike": 0.0}


def context_of(query_type: str, *, at: datetime, tracks: int) -> NDArray[np.float64]:
    """(9,): 1, the kind of question, the length of the history, and the hour on a circle, each -1..1."""
    angle = 2.0 * math.pi * (at.hour + at.minute / 60.0) / 24.0
    long = min(1.0, math.log1p(tracks) / math.log1p(MANY_TRACKS))
    kinds = [float(query_type == one) for one in QUERY_TYPES]
    return np.array([1.0, *kinds, long, math.sin(angle), math.cos(angle)])


@dataclass(frozen=True, slots=True)
class Chooser:
    """A bandit that has learned what there was to learn."""

    bandit: Bandit

    @classmethod
    def taught(cls, policy: Policy, events: Iterable[Listened]) -> Chooser:
        """From a listener's events; those of unweighed answers, and of arms there are no more, teach nothing."""
        bandit = Bandit.fresh(WEIGHINGS, dimensions=DIMENSIONS, policy=policy)
        for event in events:
            weighed = event.weighed
            if weighed is not None and weighed.arm in WEIGHINGS and len(weighed.context) == DIMENSIONS:
                context = np.array(weighed.context, dtype=np.float64)
                bandit = bandit.learned(weighed.arm, context, REWARDS[event.kind])
        return cls(bandit)

    def choose(self, query_type: str, *, at: datetime, tracks: int, said: str) -> Weighed:
        """The arm for a question, with the chance it had. said: the same words draw the same arm."""
        context = context_of(query_type, at=at, tracks=tracks)
        draw = np.random.default_rng(np.frombuffer(hashlib.sha256(said.encode()).digest(), dtype=np.uint32))
        chances = self.chances(context, draw)
        arm = str(draw.choice(list(chances), p=list(chances.values())))
        return Weighed(query_type, arm, round(chances[arm], 6), tuple(np.round(context, 6).tolist()))

    def chances(self, context: NDArray[np.float64], draw: np.random.Generator) -> dict[str, float]:
        """Arm -> the probability it is drawn with; none is 0, all are 1."""
        shares = self.bandit.shares(context, draw, draws=DRAWS)
        even = EXPLORED / len(shares)
        return {name: even + (1.0 - EXPLORED) * share for name, share in shares.items()}
