"""Trend: is a track played more of late than it usually is? Play velocity of the specification's extension 4.

Counted over everybody, so only what several listeners took up of late can show: nobody sees what one other did.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

import numpy as np
from numpy.typing import NDArray

from cratedig.catalogue import Session, heard

LATELY_DAYS, USUALLY_DAYS = 2.0, 28.0  # half-lives
LEAST_LISTENERS = 3
WITHIN_DAYS = 7.0
"""A track is a trend only where LEAST_LISTENERS took it up within so many days."""
REMEMBERED_DAYS = 5 * USUALLY_DAYS  # what is older counts less than 1/32
STEADY = 0.5
"""Plays a day added to both rates: a single play of a quiet track is no trend."""
RISEN = 3.0  # doublings from no trend to the whole of one

Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Trend:
    """What rises: ids (n,), rising; values (n,), above 0 to 1."""

    ids: NDArray[np.int64]
    values: Floats

    def __len__(self) -> int:
        return len(self.ids)

    def signal(self, track_ids: NDArray[np.int64]) -> Floats:
        """The value of each of these tracks; 0 for what does not rise."""
        if not len(self.ids):
            return np.zeros(len(track_ids))
        at = np.minimum(np.searchsorted(self.ids, track_ids), len(self.ids) - 1)
        return np.where(self.ids[at] == track_ids, self.values[at], 0.0)


async def read_trend(session: Session, before: datetime) -> Trend:
    """What rose up to a moment."""
    found = await heard.taken_up(
        session,
        before,
        half_lives_days=(LATELY_DAYS, USUALLY_DAYS),
        by=LEAST_LISTENERS,
        within_days=WITHIN_DAYS,
        remembered_days=REMEMBERED_DAYS,
    )
    values = rise(found.lately, found.usually)
    return Trend(found.ids[values > 0.0], values[values > 0.0])


def rise(lately: Floats, usually: Floats) -> Floats:
    """0..1 of plays a day: 0 for what is not rising, 1 for eight times its usual rate.

    >>> rise(np.array([0.0, 3.5]), np.array([0.0, 0.0])).tolist()
    [0.0, 1.0]
    """
    doublings = np.log2((lately + STEADY) / (usually + STEADY))
    return np.asarray(np.clip(doublings / RISEN, 0.0, 1.0), dtype=np.float64)
