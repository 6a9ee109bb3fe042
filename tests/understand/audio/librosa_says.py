"""Run as a program: librosa's features of the sounds in one .npz, written to another.

In a process of its own: librosa compiles with numba, which reads its cache by pickle, and tests refuse that.
"""

from __future__ import annotations

import sys

import librosa
import numpy as np
from numpy.typing import NDArray

RATE = 22_050


def features(sound: NDArray[np.float32]) -> dict[str, NDArray[np.float32]]:
    """Frames by values."""
    feature = librosa.feature
    chroma = feature.chroma_stft(y=sound, sr=RATE)
    found = {
        "melspectrogram": feature.melspectrogram(y=sound, sr=RATE),
        "mfcc": feature.mfcc(y=sound, sr=RATE, n_mfcc=13, n_fft=2048, hop_length=512),
        "centroid": feature.spectral_centroid(y=sound, sr=RATE),
        "rolloff": feature.spectral_rolloff(y=sound, sr=RATE),
        "contrast": feature.spectral_contrast(y=sound, sr=RATE),
        "rms": feature.rms(y=sound),
        "zero_crossing_rate": feature.zero_crossing_rate(sound),
        "chroma": chroma,
        "tonnetz": feature.tonnetz(chroma=chroma, sr=RATE),
        "onset_strength": librosa.onset.onset_strength(y=sound, sr=RATE)[None, :],
        "tuning": np.array([[librosa.estimate_tuning(S=np.abs(librosa.stft(sound)) ** 2, sr=RATE)]]),
    }
    return {name: values.T for name, values in found.items()}


if __name__ == "__main__":
    with np.load(sys.argv[1], allow_pickle=False) as sounds:
        np.savez(sys.argv[2], **{f"{key}/{name}": v for key in sounds for name, v in features(sounds[key]).items()})
