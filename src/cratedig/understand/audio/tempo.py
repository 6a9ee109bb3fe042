"""How fast: the tempo that both the autocorrelation and the spectrum of the onsets speak for.

Autocorrelation also likes slower multiples of a tempo, the spectrum faster ones; their product leaves the tempo itself
(Peeters 2006). A short sound is heard as a loop: repeated, and more likely to hold 4, 8, 16 or 32 beats than others.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from cratedig.understand.audio.sound import Frames
from cratedig.understand.audio.spectrum import FRAMES_PER_S

Curve = NDArray[np.float64]

CANDIDATES_BPM: Final = np.exp(np.arange(np.log(30), np.log(320), 0.01))
USUAL = (115.0, 0.8)  # of pieces: the middle of a log-normal prior, BPM, and its spread, octaves
USUAL_OF_LOOPS = (130.0, 0.6)
LOOP_S = 12.0  # a shorter sound is taken for a loop
LOOP_BEATS = (4, 8, 16, 32)
LOOP_GAIN, LOOP_WIDTH = 1.5, 0.02  # how much likelier those are, and how exactly (octaves) they have to be met
ONCE = 0.4  # weight of a loop heard once, against repeated
MULTIPLES = ((0.5, 0.5), (1.0, 1.0), (2.0, 0.5), (3.0, 0.25), (4.0, 0.5))  # of a beat's length, weights
HARMONICS = ((1.0, 1.0), (2.0, 0.5), (4.0, 0.25))  # of a beat's frequency, weights
ALL_BANDS_SHARE = 0.34
FINER = 4  # the autocorrelation is interpolated to a quarter of a frame
NEAR = 0.07  # a tempo is refined within 7 %


@dataclass(frozen=True)
class Tempo:
    """bpm: 30 .. 320, or 0 where nothing begins. confidence: 0 .. 1, how far the best stands out among rivals."""

    bpm: float
    confidence: float


def tempo_of(rises: Frames, *, length_s: float) -> Tempo:
    """The tempo of the onsets (`band_rises`) of a sound so long."""
    if not rises.any():
        return Tempo(bpm=0.0, confidence=0.0)
    once = _autocorrelation(rises)
    is_loop = length_s < LOOP_S
    likely = _of_loop(rises, once, length_s) if is_loop else _evidence(rises, once) * _prior(*USUAL)
    best = int(np.argmax(likely))
    if likely[best] <= 0:
        return Tempo(bpm=0.0, confidence=0.0)
    return Tempo(bpm=_refined(once, float(CANDIDATES_BPM[best])), confidence=_stands_out(likely, best))


def repeated(rises: Frames, *, length_s: float, until_s: float) -> Frames:
    """The onsets of a loop played again and again."""
    places = np.arange(round(max(until_s, length_s) * FRAMES_PER_S)) % (length_s * FRAMES_PER_S)
    again: Frames = rises[np.minimum(np.rint(places).astype(int), len(rises) - 1)]
    return again


def _prior(middle_bpm: float, spread_octaves: float) -> Curve:
    return np.asarray(np.exp(-0.5 * (np.log2(CANDIDATES_BPM / middle_bpm) / spread_octaves) ** 2))


def _of_loop(rises: Frames, correlation: Curve, length_s: float) -> Curve:
    played = repeated(rises, length_s=length_s, until_s=LOOP_S)
    again, once = _evidence(played, _autocorrelation(played)), _evidence(rises, correlation)
    beats = length_s * CANDIDATES_BPM / 60
    apart = np.min([np.abs(np.log2(beats / whole)) for whole in LOOP_BEATS], axis=0)
    whole_beats: Curve = 1 + LOOP_GAIN * np.exp(-0.5 * (apart / LOOP_WIDTH) ** 2)
    return ((1 - ONCE) * _scaled(again) + ONCE * _scaled(once)) * whole_beats * _prior(*USUAL_OF_LOOPS)


def _scaled(curve: Curve) -> Curve:
    return curve / max(float(curve.max()), 1e-12)


def _evidence(rises: Frames, correlation: Curve) -> Curve:
    """Of each candidate tempo. correlation: `_autocorrelation` of the same."""
    beat_s = 60 / CANDIDATES_BPM
    regular = sum(
        weight * np.maximum(_at(correlation, multiple * beat_s * FRAMES_PER_S * FINER), 0)
        for multiple, weight in MULTIPLES
    )
    frequencies, spectrum = _spectrum(rises)
    strong = sum(weight * _between(spectrum, frequencies, harmonic / beat_s) for harmonic, weight in HARMONICS)
    both = np.asarray(regular) * np.sqrt(np.asarray(strong))
    return np.asarray((1 - ALL_BANDS_SHARE) * both[:, :-1].mean(axis=1) + ALL_BANDS_SHARE * both[:, -1])


def _centred(rises: Frames) -> Frames:
    return np.asarray(rises - rises.mean(axis=0), dtype=np.float32)


def _autocorrelation(rises: Frames) -> Curve:
    """Of each band, 1 at lag 0, FINER values a frame, corrected for the shrinking overlap down to a quarter of it."""
    from scipy.fft import irfft, next_fast_len, rfft

    length = int(next_fast_len(2 * len(rises), real=True))
    power = np.abs(rfft(_centred(rises), length, axis=0)) ** 2
    lags = len(rises) * FINER
    correlation = irfft(power, FINER * length, axis=0)[:lags]
    overlap = np.maximum(1 - np.arange(lags) / lags, 0.25)
    return np.asarray(correlation / np.maximum(correlation[0], 1e-12) / overlap[:, None], dtype=np.float64)


def _at(values: Curve, places: Curve) -> Curve:
    """Rows at the nearest places; beyond the end the rows are 0."""
    rows = np.rint(places).astype(int)
    return np.where((rows < len(values))[:, None], values[np.minimum(rows, len(values) - 1)], 0.0)


def _spectrum(rises: Frames) -> tuple[Curve, Curve]:
    """Frequencies, Hz, and the magnitudes of each band over its root mean square."""
    from scipy.fft import next_fast_len, rfft

    length = int(next_fast_len(4 * len(rises), real=True))
    magnitudes = np.abs(rfft(_centred(rises) * np.hanning(len(rises) + 2)[1:-1, None], length, axis=0))
    magnitudes /= np.maximum(np.sqrt((magnitudes**2).mean(axis=0)), 1e-12)
    return np.arange(len(magnitudes)) * FRAMES_PER_S / length, magnitudes


def _between(spectrum: Curve, frequencies: Curve, hz: Curve) -> Curve:
    return np.stack([np.interp(hz, frequencies, band) for band in spectrum.T], axis=1)


def _refined(once: Curve, bpm: float) -> float:
    """The tempo near `bpm` whose multiples, as many as fit, the autocorrelation of the sound itself likes best."""
    correlation = once.mean(axis=1, keepdims=True)
    near = bpm * np.exp(np.arange(-NEAR, NEAR, 0.002))
    period = 60 / near * FRAMES_PER_S
    fits = [multiple for multiple in (1, 2, 4, 8) if multiple * period.max() < 0.75 * len(once) / FINER]
    if not fits:
        return float(bpm)
    support = sum(_at(correlation, FINER * multiple * period)[:, 0] for multiple in fits)
    return float(near[np.argmax(support)])


def _stands_out(likely: Curve, best: int) -> float:
    """One less the best rival that is no neighbour, as a share of the best."""
    apart = np.abs(np.log(CANDIDATES_BPM / CANDIDATES_BPM[best])) > NEAR
    return float(np.clip(1 - likely[apart].max() / likely[best], 0, 1))
