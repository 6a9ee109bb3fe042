"""What a text wants to hear, as a point of the space of sounds (understand/audio/embedding.py).

Two ridges with four quantities between them, as no data joins words to the 128 features of our own ears: from a text's
embedding to valence, arousal, tempo and loudness (learned from songs with audio features), and from those to the 128
(learned from sounds that were measured). Both shrink what they do not know towards the usual, which is 0.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Final

import numpy as np
from numpy.typing import NDArray

from cratedig.models.arrays import HEADS, read_head
from cratedig.music.mood import Mood

NAME: Final = "sound_target"
QUANTITIES: Final = ("valence", "arousal", "log2_tempo", "loudness_db")
"""Valence and arousal -1..1 on the plane; the octave of the tempo in BPM; loudness in dB below full scale."""
FLOOR: Final = 0.25
"""Standard deviations that a text's quantities must lie from the usual on average (root mean square); one that says
less has no target."""
FURTHEST: Final = 4.0  # as understand/audio/embedding.py: a coordinate lies no further out

Vector = NDArray[np.float32]


@dataclass(frozen=True)
class SoundTarget:
    """text_middle: (384,).  text_weights: (384, 4).  centre, spread: (4,) of the quantities among songs.
    sound_weights: (4, 128)."""

    text_middle: Vector
    text_weights: Vector
    centre: Vector
    spread: Vector
    sound_weights: Vector

    @classmethod
    def load(cls, folder: Path = HEADS) -> SoundTarget:
        """The shipped head. Raises ModelUnavailable where it is absent or damaged."""
        arrays = read_head(NAME, folder)
        return cls(**{name: arrays[name].astype(np.float32) for name in cls.__dataclass_fields__})

    def heard_in(self, embedding: Vector) -> Vector:
        """The quantities (4,) that a text's embedding (384,) speaks of, in standard deviations from the usual."""
        return np.asarray((embedding - self.text_middle) @ self.text_weights, dtype=np.float32)

    def said(self, quantities: Mapping[str, float]) -> dict[str, float]:
        """Quantities in their own units, in standard deviations from the usual."""
        return {
            name: float((quantities[name] - self.centre[at]) / self.spread[at])
            for at, name in enumerate(QUANTITIES)
            if name in quantities
        }

    def point(self, quantities: Vector) -> Vector | None:
        """Where in the space of sounds those quantities lie, (128,); None where they say too little."""
        if float(np.sqrt(np.mean(quantities**2))) < FLOOR:
            return None
        return np.asarray(np.clip(quantities @ self.sound_weights, -FURTHEST, FURTHEST), dtype=np.float32)

    def target(self, embedding: Vector | None, named: Mapping[str, float]) -> Vector | None:
        """The point (128,) to look near. embedding: (384,) of the text, None where it says nothing. named: quantities
        that were said outright, in their own units; they count instead of what the text suggests."""
        quantities = np.zeros(len(QUANTITIES), dtype=np.float32) if embedding is None else self.heard_in(embedding)
        for name, value in self.said(named).items():
            quantities[QUANTITIES.index(name)] = np.clip(value, -FURTHEST, FURTHEST)
        return self.point(quantities)


@cache
def shipped() -> SoundTarget:
    """The shipped head, read once."""
    return SoundTarget.load()


def quantities_of(mood: Mood | None, features: Mapping[str, float]) -> dict[str, float]:
    """What a mood and audio features say of the quantities; an energy stands in for arousal where no mood is named.

    >>> quantities_of(None, {"tempo": 128.0, "energy": 0.75})
    {'arousal': 0.5, 'log2_tempo': 7.0}
    """
    said: dict[str, float] = {}
    if "energy" in features:
        said["arousal"] = 2 * features["energy"] - 1
    if mood is not None:
        said |= {"valence": mood.valence, "arousal": mood.arousal}
    if features.get("tempo", 0.0) > 0.0:
        said["log2_tempo"] = float(np.log2(features["tempo"]))
    if "loudness" in features:
        said["loudness_db"] = features["loudness"]
    return said
