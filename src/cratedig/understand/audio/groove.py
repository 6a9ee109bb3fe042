"""What a drummer does with the beat: swing, syncopation, density and the spread of loudness."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from cratedig.understand.audio.onset import LATE_S
from cratedig.understand.audio.sound import Samples
from cratedig.understand.audio.spectrum import FRAMES_PER_S

Times = NDArray[np.float64]

NEAR, AROUND = 2, 8  # frames: an onset is the highest within 2, and stands above the mean of 8 on either side
ABOVE = 0.4  # by so many standard deviations of the whole
OFFBEAT = (0.42, 0.74)  # of a beat: where the second eighth may lie, from early to a swing of 2.8 : 1
SLOTS = 4  # sixteenths of a beat
RANKS = (0, -2, -1, -2)  # of the sixteenths in the metre: beat, sixteenth, eighth, sixteenth


@dataclass(frozen=True)
class Onsets:
    """Times in seconds, ascending, and how strongly each begins (dB a frame)."""

    times_s: Times
    strengths: Times


@dataclass(frozen=True)
class Groove:
    """swing_ratio: length of the first eighth over the second, 1 straight, 2 triplets. syncopation: 0 .. 2 a beat.

    hit_density: onsets a second. velocity_spread: standard deviation of their strengths over the mean."""

    swing_ratio: float
    syncopation: float
    hit_density: float
    velocity_spread: float


def onsets_of(strength: Samples) -> Onsets:
    """The peaks of a curve of onset strength (not delayed), placed between frames by a parabola (Boeck et al. 2012)."""
    if not strength.any():
        return Onsets(np.zeros(0), np.zeros(0))
    padded = np.pad(strength.astype(np.float64), AROUND)
    windows = np.lib.stride_tricks.sliding_window_view(padded, 2 * AROUND + 1)
    highest = windows[:, AROUND - NEAR : AROUND + NEAR + 1].max(axis=1)
    at = np.flatnonzero(
        (strength > 0) & (strength >= highest) & (strength > windows.mean(axis=1) + ABOVE * strength.std())
    )
    before, peak, after = padded[at + AROUND - 1], padded[at + AROUND], padded[at + AROUND + 1]
    bend = np.minimum(before + after - 2 * peak, -1e-9)
    shift = np.clip((before - after) / (2 * bend), -0.5, 0.5)
    return Onsets(np.maximum((at + shift) / FRAMES_PER_S + LATE_S, 0.0), peak)


def groove_of(onsets: Onsets, beats_s: Times, *, length_s: float) -> Groove:
    """The groove of onsets against the beats; straight and without syncopation where there are no two beats."""
    beat, phase = _places(onsets.times_s, beats_s)
    swing = swing_ratio(phase, onsets.strengths[beat >= 0])
    mean = onsets.strengths.mean() if len(onsets.strengths) else 0.0
    return Groove(
        swing_ratio=swing,
        syncopation=syncopation(beat[beat >= 0], phase, beats=max(len(beats_s) - 1, 0), swing=swing),
        hit_density=len(onsets.times_s) / length_s,
        velocity_spread=float(onsets.strengths.std() / mean) if mean > 0 else 0.0,
    )


def swing_ratio(phase: Times, weights: Times) -> float:
    """From where between the beats (0 .. 1) the onsets of the second eighth lie: their weighted median."""
    off = (phase > OFFBEAT[0]) & (phase < OFFBEAT[1])
    if not off.any():
        return 1.0
    order = np.argsort(phase[off])
    summed = np.cumsum(weights[off][order])
    middle = float(phase[off][order][np.searchsorted(summed, summed[-1] / 2)])
    return max(1.0, middle / (1 - middle))


def syncopation(beat: NDArray[np.intp], phase: Times, *, beats: int, swing: float) -> float:
    """How much sounds on weak sixteenths and is silent on the stronger one that follows (Longuet-Higgins & Lee 1984):
    the difference of their ranks, summed, for each beat. Swung eighths count as eighths."""
    if beats < 1:
        return 0.0
    offbeat = swing / (1 + swing)
    straight = np.interp(phase, [0, offbeat, 1], [0, 0.5, 1])
    struck = np.zeros(beats * SLOTS + 1, dtype=bool)
    struck[-1] = True  # what sounds on the last beat lies outside
    struck[beat * SLOTS + np.rint(straight * SLOTS).astype(int)] = True
    return sum(_tension(struck, place) for place in range(1, SLOTS)) / beats


def _tension(struck: NDArray[np.bool_], place: int) -> int:
    """Of all struck slots at that place in the beat, where nothing sounds up to the next stronger one: by how much that
    one outranks them."""
    stronger = next(slot for slot in range(place + 1, SLOTS + 1) if RANKS[slot % SLOTS] > RANKS[place])
    beats = len(struck) // SLOTS
    heard, *then = (struck[slot::SLOTS][:beats] for slot in range(place, stronger + 1))
    alone = heard & ~np.logical_or.reduce(then)
    return int(np.count_nonzero(alone)) * (RANKS[stronger % SLOTS] - RANKS[place])


def _places(times_s: Times, beats_s: Times) -> tuple[NDArray[np.intp], Times]:
    """The beat each onset follows (-1: outside them), and where between the beats those inside lie, 0 .. 1."""
    if len(beats_s) < 2:
        return np.full(len(times_s), -1, dtype=np.intp), np.zeros(0)
    beat = np.searchsorted(beats_s, times_s, side="right") - 1
    beat[beat >= len(beats_s) - 1] = -1
    inside = beat >= 0
    start, end = beats_s[beat[inside]], beats_s[beat[inside] + 1]
    return beat, (times_s[inside] - start) / (end - start)
