"""The mood of a sound, from what was measured of it (understand/audio); names as in `AudioFeatures.named`.

Two methods. `spec_formula` is the recommender specification's section 3.2, the named baseline. `heard` weighs the same
evidence and mode, each on the scale of real sounds, and says how far the sound is music at all. No data set joins these
features to listeners' moods: the weights follow Hevner (1935, 1937, American Journal of Psychology 47, 49) and Eerola &
Vuoskoski (2011, Psychology of Music 39), so the confidence stays low. docs/mood.md has what could be measured.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Final

from cratedig.music.mood import Mood

CALM_FLUX: Final = 0.2
"""Below this mean spectral flux a sound counts as stable: a threshold that the specification leaves open."""
PITCHES: Final = ("c", "c_sharp", "d", "d_sharp", "e", "f", "f_sharp", "g", "g_sharp", "a", "a_sharp", "b")

SCALE: Final[Mapping[str, tuple[float, float]]] = {
    "loudness_db": (-18.5, 5.7),
    "spectral_flux_mean": (0.32, 0.16),
    "onset_strength_mean": (1.84, 0.68),
    "log2_centroid": (11.1, 0.88),
    "log2_tempo": (6.97, 0.38),
    "mode": (0.0, 0.17),
}
"""Median, and half the distance of the 16th and 84th percentiles, over the 48 sounds of the demo crate and 55 clips;
mode is -1 (minor) .. 1 times the key's confidence, and has its middle at 0."""

AROUSAL: Final = {"loudness_db": 0.30, "spectral_flux_mean": 0.20, "onset_strength_mean": 0.20,
                  "log2_centroid": 0.15, "log2_tempo": 0.15}  # fmt: skip
VALENCE: Final = {"mode": 0.5, "log2_tempo": 0.25, "log2_centroid": 0.15, "onset_strength_mean": 0.10}
FURTHEST: Final = 2.5  # spreads; what lies further out moves the mood no more

TIMBRES: Final = ("mfcc_4_std", "mfcc_5_std", "mfcc_6_std", "mfcc_7_std")
RESTLESS: Final = (17.5, 1.5)
"""Where half of the sounds are music by their restless timbre, and the width of the step: speech and animals change
their vowels faster than instruments (Scheirer & Slaney 1997, ICASSP)."""
UNKNOWN_MUSIC: Final = 0.7
SOUND_CONFIDENCE: Final = 0.35
"""Of a sound that is music for sure: less than the 0.38 and 0.42 of features that were compared with listeners."""


LEAST_CONFIDENCE: Final = 0.01


@dataclass(frozen=True, slots=True)
class SoundMood:
    """mood: pulled to the middle where the sound is hardly music. confidence 0 .. 1; music 0 .. 1."""

    mood: Mood
    confidence: float
    music: float


def spec_formula(named: Mapping[str, Any]) -> Mood | None:
    """The specification's formula, terms outside 0..1 clipped; onset strength and chroma spread, which have no scale
    there, are taken by 5 and 0.5. None where a feature it needs is absent."""
    needed = ("tempo_bpm", "rms_mean", "spectral_centroid_mean", "spectral_flux_mean", "onset_strength_mean")
    if not all(_is_number(named.get(name)) for name in needed):
        return None
    tempo = _between(named["tempo_bpm"], 60, 200)
    energy = _between(named["rms_mean"], 0, 0.5)
    brightness = _between(named["spectral_centroid_mean"], 500, 5000)
    arousal = 0.4 * tempo + 0.3 * energy + 0.2 * brightness + 0.1 * _between(named["onset_strength_mean"], 0, 5)
    stable = 1.0 if named["spectral_flux_mean"] < CALM_FLUX else 0.0
    valence = 0.4 * brightness + 0.3 * (1 - _chroma_spread(named)) + 0.2 * energy + 0.1 * stable
    return Mood.clipped(2 * valence - 1, 2 * arousal - 1)


def heard(named: Mapping[str, Any]) -> SoundMood | None:
    """The mood of a sound; None where loudness, tempo or brightness was not measured. More loudness, faster onsets and
    a brighter sound are never less arousal; major is never sadder than minor."""
    standard = _standardised(named)
    if standard is None:
        return None
    music = musicness(named)
    valence, arousal = (
        math.tanh(sum(weight * standard[name] for name, weight in weights.items())) for weights in (VALENCE, AROUSAL)
    )
    return SoundMood(
        Mood.clipped(music * valence, music * arousal),
        round(max(LEAST_CONFIDENCE, SOUND_CONFIDENCE * music**2), 4),
        music,
    )


def musicness(named: Mapping[str, Any]) -> float:
    """How likely a sound is music and not speech or an animal, 0 .. 1, by how restless its timbre is."""
    known = _numbers(named, TIMBRES)
    if not known:
        return UNKNOWN_MUSIC
    middle, width = RESTLESS
    return 1.0 / (1.0 + math.exp(min(50.0, (sum(known) / len(known) - middle) / width)))


def _standardised(named: Mapping[str, Any]) -> dict[str, float] | None:
    needed = ("rms_mean", "spectral_flux_mean", "onset_strength_mean", "spectral_centroid_mean", "tempo_bpm")
    if not all(_is_number(named.get(name)) for name in needed):
        return None
    mode = (2.0 * float(named.get("key_mode") or 0.0) - 1.0) * float(named.get("key_confidence") or 0.0)
    raw = {
        "loudness_db": 20 * math.log10(max(named["rms_mean"], 1e-4)),
        "spectral_flux_mean": named["spectral_flux_mean"],
        "onset_strength_mean": named["onset_strength_mean"],
        "log2_centroid": math.log2(max(named["spectral_centroid_mean"], 20.0)),
        "log2_tempo": math.log2(max(named["tempo_bpm"], 20.0)),
        "mode": mode,
    }
    return {name: _clipped((raw[name] - middle) / spread) for name, (middle, spread) in SCALE.items()}


def _chroma_spread(named: Mapping[str, Any]) -> float:
    """Mean over time's spread of the twelve pitches, 0 .. 1; the middle where they were not kept."""
    known = _numbers(named, [f"chroma_{pitch}_std" for pitch in PITCHES])
    return _between(sum(known) / len(known), 0, 0.5) if known else 0.5


def _between(value: float, low: float, high: float) -> float:
    return min(1.0, max(0.0, (value - low) / (high - low)))


def _clipped(value: float) -> float:
    return min(FURTHEST, max(-FURTHEST, value))


def _is_number(value: object) -> bool:
    return isinstance(value, int | float) and math.isfinite(value)


def _numbers(named: Mapping[str, Any], names: Iterable[str]) -> list[float]:
    return [float(named[name]) for name in names if _is_number(named.get(name))]
