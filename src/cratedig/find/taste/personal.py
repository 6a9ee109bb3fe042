"""What finding knows of one listener: named signals for candidates, and the weights that go with them.

A `Personal` is a value, read once for a listener's last event and hour (taste/tastes.py). Its signals are absolute: a
candidate's value does not depend on which others there are.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from cratedig.catalogue.listening import Weighed
from cratedig.find.blend import Against, Values
from cratedig.find.taste.bandit import WEIGHINGS, reweighed
from cratedig.find.taste.choosing import Chooser
from cratedig.find.taste.hours import hour_signal
from cratedig.find.taste.leaning import Described, Directions, Leaning, taste_signal
from cratedig.find.taste.listeners import ListenersSpace
from cratedig.find.taste.terms import NOT_FOR_YOU, personal_weights
from cratedig.find.taste.trend import Trend
from cratedig.music.mood import Mood

Ids = NDArray[np.int64]
Floats32 = NDArray[np.float32]


class Tracks(Protocol):
    """n tracks as arrays, of which `Candidates` is one: text (n, 384) and audio (n, 128), NaN rows where none."""

    @property
    def ids(self) -> Ids: ...
    @property
    def valence(self) -> NDArray[np.floating[Any]]: ...
    @property
    def arousal(self) -> NDArray[np.floating[Any]]: ...
    @property
    def text(self) -> Floats32: ...
    @property
    def audio(self) -> Floats32: ...


@dataclass(frozen=True, slots=True)
class Spaces:
    """In what a leaning is read. common: (k, 384), what all texts share.  listeners: None where it says too little."""

    common: Floats32
    listeners: ListenersSpace | None = None

    def describe(self, tracks: Tracks) -> Described:
        """The tracks as a leaning takes them."""
        spaces = {"text": Directions(tracks.text, self.common), "sound": Directions(tracks.audio)}
        if self.listeners is not None:
            spaces["listeners"] = Directions(self.listeners.rows(tracks.ids))
        return Described(spaces, np.column_stack([tracks.valence, tracks.arousal]).astype(np.float64))


@dataclass(frozen=True, slots=True)
class Personal:
    """One listener at one hour.

    key: the personal part of the key under which an answer is kept: another one where anything here is another.
    now: the beginning of the hour, by the listener's clock.  preferences: track id -> weight.  hour: the mood of what
    is played at this hour, None where nothing was played.  heard_ids: every track that any counted event is of, rising.
    """

    key: str
    now: datetime
    preferences: Mapping[int, float]
    leaning: Leaning
    spaces: Spaces
    trend: Trend
    hour: Mood | None = None
    heard_ids: Ids = field(default_factory=lambda: np.zeros(0, dtype=np.int64))
    chooser: Chooser | None = None

    def signals(self, candidates: Tracks) -> dict[str, Values]:
        """taste, and where there is something to go by hour and trend: (n,) each, 0..1, NaN where not known."""
        described = self.spaces.describe(candidates)
        signals = {"taste": taste_signal(self.leaning, described, self._own(candidates.ids))}
        if self.hour is not None:
            signals["hour"] = hour_signal(self.hour, described.moods)
        if len(self.trend):
            signals["trend"] = self.trend.signal(candidates.ids)
        return signals

    def against(self, candidates: Tracks) -> dict[str, Against]:
        """What is taken off the candidates that the listener disliked or skipped themselves; {} where there are none.

        A fresh dislike has a value of 0.86, a fresh skip of 0.23.
        """
        own = np.minimum(self._own(candidates.ids), 0.0)
        return {"not for you": Against(NOT_FOR_YOU, np.tanh(own**2 / 2.0))} if own.any() else {}

    def weights(self, base: Mapping[str, float], weighed: Weighed | None = None) -> dict[str, float]:
        """A query's weights and the personal ones beside them, as shares of their sum; reweighed where a bandit chose.

        Raises KeyError for an arm that does not exist.
        """
        weights = personal_weights(base)
        return weights if weighed is None else reweighed(weights, WEIGHINGS[weighed.arm])

    def weighed(self, query_type: str, query: str, seed: int = 0) -> Weighed | None:
        """How the bandit would weigh this question; None where it is off. The same question draws the same arm."""
        if self.chooser is None:
            return None
        said = f"{self.key}\0{query}\0{seed}"
        return self.chooser.choose(query_type, at=self.now, tracks=len(self.preferences), said=said)

    def _own(self, ids: Ids) -> Values:
        return np.array([self.preferences.get(int(one), 0.0) for one in ids], dtype=np.float64)
