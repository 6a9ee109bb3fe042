"""Everything that is measured of a sound, from one transform."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from cratedig.understand.audio import harmony, timbre
from cratedig.understand.audio.beats import beat_regularity, beats_of
from cratedig.understand.audio.groove import Groove, groove_of, onsets_of
from cratedig.understand.audio.harmony import Key, key_of, tuning_of
from cratedig.understand.audio.loudness import Loudness, loudness_from, weighed
from cratedig.understand.audio.onset import band_rises, onset_strength
from cratedig.understand.audio.sound import Frames, Samples, cleaned, resampled
from cratedig.understand.audio.spectrum import parts_of
from cratedig.understand.audio.statistics import named, numbered, summarised
from cratedig.understand.audio.tempo import Tempo, tempo_of

SHAPES: Final = ("spectral_centroid", "spectral_rolloff", "spectral_flux")
PITCH_NAMES: Final = ("c", "c_sharp", "d", "d_sharp", "e", "f", "f_sharp", "g", "g_sharp", "a", "a_sharp", "b")


@dataclass(frozen=True)
class AudioFeatures:
    """What a sound says of itself. Every number is finite; `named` gives all under flat names.

    length_s: of the sound, seconds. beats_s: times of the beats, seconds. regularity: 0 .. 1, how even they are.
    tuning: semitones from A4 = 440 Hz. statistics: `FEATURE_STATISTIC` of everything measured frame by frame."""

    length_s: float
    tempo: Tempo
    beats_s: tuple[float, ...]
    regularity: float
    groove: Groove
    key: Key
    tuning: float
    loudness: Loudness
    statistics: Mapping[str, float]

    def named(self) -> dict[str, float]:
        """Every feature but the beats, for the catalogue: key_tonic 0 (C) .. 11, key_mode 1 (major) or 0 (minor)."""
        return {
            "length_s": self.length_s,
            "tempo_bpm": self.tempo.bpm,
            "tempo_confidence": self.tempo.confidence,
            "beat_count": float(len(self.beats_s)),
            "beat_regularity": self.regularity,
            "swing_ratio": self.groove.swing_ratio,
            "syncopation": self.groove.syncopation,
            "hit_density": self.groove.hit_density,
            "velocity_spread": self.groove.velocity_spread,
            "key_tonic": float(self.key.tonic),
            "key_mode": float(self.key.mode == "major"),
            "key_confidence": self.key.confidence,
            "tuning": self.tuning,
            "loudness_lufs": self.loudness.integrated_lufs,
            "loudness_range_lu": self.loudness.range_lu,
            "dynamic_range_db": self.loudness.dynamic_range_db,
            **self.statistics,
        }


def analyze(samples: NDArray[Any], sample_rate: int) -> AudioFeatures:
    """Every feature of mono samples (floats, full scale = 1) at any rate from 1 to 768 kHz.

    Memory and time grow with the length: 0.4 MiB a second, so hand in an excerpt. A sound shorter than 12 s is taken
    for a loop when its tempo is sought. Raises InputRejected where there is nothing to measure."""
    heard = cleaned(samples, sample_rate)
    sound = resampled(heard, sample_rate)
    length_s = len(heard) / sample_rate
    measured = _by_parts(sound)
    chromas = np.concatenate([harmony.chroma(power, tuning=measured.tuning) for power in measured.powers])
    mel_db = timbre.decibels(measured.mel)
    rises = band_rises(mel_db)
    return AudioFeatures(
        length_s=length_s,
        **_rhythm(rises, length_s),
        key=key_of(chromas.mean(axis=0, dtype=np.float64)),
        tuning=measured.tuning,
        loudness=loudness_from(heard, sample_rate, sound, measured.weighed),
        statistics=summarised(
            {
                **numbered("mfcc", timbre.mfcc(mel_db)),
                **measured.columns,
                "rms": timbre.rms(sound)[: len(chromas)],
                "zero_crossing_rate": timbre.zero_crossing_rate(sound)[: len(chromas)],
                **named([f"chroma_{pitch}" for pitch in PITCH_NAMES], chromas),
                **numbered("tonnetz", harmony.tonnetz(chromas)),
                "onset_strength": onset_strength(rises),
            }
        ),
    )


@dataclass(frozen=True)
class _Measured:
    """What was read off the spectrum."""

    powers: list[Frames]
    mel: Frames
    weighed: Frames
    tuning: float
    columns: dict[str, Frames]


def _by_parts(sound: Samples) -> _Measured:
    """A part stays in the processor's cache until all of it is read, but for chroma: that waits for the tuning."""
    powers, pitches, read = [], [], []
    for part in parts_of(sound):
        powers.append(part.power)
        pitches.append(harmony.pitches(part))
        products, ends = timbre.products(part), timbre.extremes(part)
        read.append((timbre.mel_power(part), weighed(part), *timbre.centroid_and_rolloff(part), products, ends))
    mel, weights, centroid, rolloff, products, ends = (np.concatenate(column) for column in zip(*read, strict=True))
    shapes = (centroid, rolloff, timbre.flux(products))
    columns = dict(zip(SHAPES, shapes, strict=True)) | numbered("spectral_contrast", timbre.contrast(ends))
    return _Measured(powers=powers, mel=mel, weighed=weights, tuning=tuning_of(pitches), columns=columns)


def _rhythm(rises: Frames, length_s: float) -> dict[str, Any]:
    tempo = tempo_of(rises, length_s=length_s)
    beats_s = beats_of(rises, bpm=tempo.bpm)
    return {
        "tempo": tempo,
        "beats_s": tuple(beats_s.tolist()),
        "regularity": beat_regularity(beats_s),
        "groove": groove_of(onsets_of(rises[:, -1]), beats_s, length_s=length_s),
    }
