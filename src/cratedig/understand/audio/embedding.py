"""A sound as a point: 128 of its features, each in units of how much music differs in it."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Final

import numpy as np
from numpy.typing import NDArray

from cratedig.models.arrays import HEADS, read_head
from cratedig.understand.audio.features import PITCH_NAMES, AudioFeatures

CONTRASTS = tuple(f"spectral_contrast_{number}" for number in range(1, 8))
MFCCS = tuple(f"mfcc_{number}" for number in range(1, 14))
PLAIN = ("spectral_centroid", "spectral_rolloff", "spectral_flux", "rms", "zero_crossing_rate", "onset_strength")
FRAME_FEATURES: Final = (
    *(*MFCCS, *CONTRASTS, *PLAIN),
    *(f"chroma_{pitch}" for pitch in PITCH_NAMES),
    *(f"tonnetz_{number}" for number in range(1, 7)),
)
WHOLE = (
    *("tempo_bpm", "tempo_confidence", "beat_regularity", "hit_density", "swing_ratio", "syncopation"),
    *("velocity_spread", "key_mode", "key_confidence", "loudness_lufs", "loudness_range_lu", "dynamic_range_db"),
)
COORDINATES: Final = (
    *(f"{name}_{statistic}" for statistic in ("mean", "std") for name in FRAME_FEATURES),
    *(f"{name}_median" for name in MFCCS),
    *(f"{name}_q75" for name in (*CONTRASTS, *PLAIN)),
    *("rms_q25", "spectral_flux_q25"),
    *WHOLE,
)
"""The features of the 128 coordinates, in order (names as in `AudioFeatures.named`)."""
FURTHEST = 4.0  # units; a coordinate further out is cut, so that one odd feature cannot rule a distance


@dataclass(frozen=True)
class Scale:
    """centre, unit: (128,), the median and the spread of each coordinate over the reference sounds."""

    centre: NDArray[np.float32]
    unit: NDArray[np.float32]

    @classmethod
    def load(cls, folder: Path = HEADS) -> Scale:
        """The shipped scale. Raises ModelUnavailable where it is absent, damaged or made for other coordinates."""
        arrays = read_head("audio", folder)
        return cls(centre=arrays["centre"].astype(np.float32), unit=arrays["unit"].astype(np.float32))


@cache
def shipped() -> Scale:
    """The shipped scale, read once."""
    return Scale.load()


def coordinates(features: AudioFeatures) -> NDArray[np.float32]:
    """The 128 features as they were measured."""
    named = features.named()
    return np.array([named[name] for name in COORDINATES], dtype=np.float32)


def embedding(features: AudioFeatures, scale: Scale | None = None) -> NDArray[np.float32]:
    """The point (128,), each coordinate -4 .. 4, 0 the usual; not of unit length. The same sound gives the same point.

    How much a point lies off the middle says how unusual a sound is; compare points by cosine or by distance."""
    known = scale or shipped()
    point: NDArray[np.float32] = np.clip((coordinates(features) - known.centre) / known.unit, -FURTHEST, FURTHEST)
    return point
