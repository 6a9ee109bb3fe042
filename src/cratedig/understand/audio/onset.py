"""Where something begins: onset strength, over all frequencies and in bands."""

from __future__ import annotations

import numpy as np

from cratedig.understand.audio.sound import Frames, Samples
from cratedig.understand.audio.spectrum import HOP, WINDOW

BANDS = ((0, 10), (10, 30), (30, 70), (70, 128), (0, 128))
"""Mel bands from and to: to 280 Hz, 850 Hz, 3 kHz, 11 kHz, and all."""
LATE_S = 0.015
"""From where a frame rises most to the onset as people mark it: the median over the drum tracks of drum_audio_mdb."""


def onset_strength(mel_db: Frames) -> Samples:
    """The mean rise of the mel bands, dB a frame (librosa's; after Ellis 2007).

    Set later by the half window at which a frame begins to hear what is to come."""
    late = WINDOW // (2 * HOP)
    return np.concatenate((np.zeros(late, np.float32), rises(mel_db).mean(axis=1)))[: len(mel_db)]


def rises(mel_db: Frames) -> Frames:
    """By how much each band rose since the frame before, dB; falls and the first frame are 0."""
    risen = np.zeros_like(mel_db)
    np.maximum(mel_db[1:] - mel_db[:-1], 0, out=risen[1:])
    return risen


def band_rises(mel_db: Frames) -> Frames:
    """The mean rise in each of BANDS, frames by bands, not delayed."""
    risen = rises(mel_db)
    return np.stack([risen[:, low:high].mean(axis=1) for low, high in BANDS], axis=1)
