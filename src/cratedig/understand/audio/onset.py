"""Where something begins: onset strength, over all frequencies and in bands."""

from __future__ import annotations

import numpy as np

from cratedig.understand.audio.sound import Frames, Samples
from cratedig.understand.audio.spectrum import HOP, WINDOW

BANDS = ((0, 10), (10, 30), (30, 70), (70, 128), (0, 128))
"""Mel bands from and to: to 280 Hz, 850 Hz, 3 kHz, 11 kHz, and all."""
LATE_S = 0.015
"""From where a frame rises most to the onset as people mark it: the median over the drum tracks of drum_audio_mdb."""


def band_rises(mel_db: Frames) -> Frames:
    """By how much each of BANDS rose since the frame before, dB, its mel bands' mean: frames by bands, not delayed.

    Falls and the first frame are 0."""
    risen = np.maximum(mel_db[1:] - mel_db[:-1], 0) @ _averages()
    return np.concatenate((np.zeros((1, len(BANDS)), np.float32), risen))


def onset_strength(rises: Frames) -> Samples:
    """The mean rise of the mel bands, dB a frame (librosa's; after Ellis 2007), of `band_rises`.

    Set later by the half window at which a frame begins to hear what is to come."""
    late = WINDOW // (2 * HOP)
    return np.concatenate((np.zeros(late, np.float32), rises[:, -1]))[: len(rises)]


def _averages() -> Frames:
    """Mel bands by BANDS: a product with it is the mean."""
    bands = np.zeros((BANDS[-1][1], len(BANDS)), np.float32)
    for column, (low, high) in enumerate(BANDS):
        bands[low:high, column] = 1 / (high - low)
    return bands
