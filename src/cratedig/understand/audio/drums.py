"""Which drum is struck when: kick, snare, hi-hat, tom and cymbal heard out of a drum track."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from cratedig.models.drums import DRUMS, DrumHead
from cratedig.understand.audio.filters import mel_bank
from cratedig.understand.audio.sound import RATE, Frames, Samples, cleaned, resampled
from cratedig.understand.audio.spectrum import framed, magnitudes
from cratedig.understand.audio.timbre import QUIETEST

WINDOW, HOP = 1024, 256  # samples: a drum is shorter than a note, so its frames are too
FRAME_S: Final = HOP / RATE
BANDS = 40
LOWEST_HZ = 30.0
REFERENCE = 0.98  # quantile of the frames' loudest bands that counts as 1
SPAN_DB = 70.0  # from 1 down to 0
APART = 4  # frames: nearer hits of one drum are one


@dataclass(frozen=True)
class DrumHit:
    """time_s: seconds from the start. drum: one of DRUMS. chance: 0 .. 1, how sure the ear is."""

    time_s: float
    drum: str
    chance: float


def drum_hits(samples: NDArray[Any], sample_rate: int, head: DrumHead) -> tuple[DrumHit, ...]:
    """The hits of a drum track (mono floats), ordered by time. Raises InputRejected where there is nothing to hear."""
    sound = resampled(cleaned(samples, sample_rate), sample_rate)
    if not sound.any():
        return ()
    chances = head.chances(drum_bands(sound))
    hits = [
        DrumHit(time_s=float(frame * FRAME_S), drum=drum, chance=float(chances[frame, number]))
        for number, drum in enumerate(DRUMS)
        for frame in peaks(chances[:, number], least=float(head.thresholds[number]))
    ]
    return tuple(sorted(hits, key=lambda hit: (hit.time_s, hit.drum)))


def drum_bands(sound: Samples) -> Frames:
    """Levels of 40 mel bands of samples at RATE, frames by bands: 1 for the loudest, 0 for 70 dB below and less."""
    power = magnitudes(framed(sound, window=WINDOW, hop=HOP)) ** 2
    power = power @ mel_bank(bands=BANDS, window=WINDOW, lowest=LOWEST_HZ)
    levels = 10 * np.log10(np.maximum(power, QUIETEST))
    loudest = np.quantile(levels.max(axis=1), REFERENCE)
    return np.asarray(np.maximum(1 + (levels - loudest) / SPAN_DB, 0), dtype=np.float32)


def peaks(chances: Samples, *, least: float) -> list[int]:
    """Frames of local maxima of at least `least`; of those too near to each other the higher."""
    padded = np.pad(chances, 1, constant_values=-1)
    tops = np.flatnonzero((chances >= least) & (chances >= padded[:-2]) & (chances > padded[2:]))
    kept: list[int] = []
    for frame in tops.tolist():
        if kept and frame - kept[-1] < APART:
            kept[-1] = max(kept[-1], frame, key=lambda at: float(chances[at]))
        else:
            kept.append(frame)
    return kept
