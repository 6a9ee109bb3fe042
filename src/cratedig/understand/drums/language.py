"""What time is kept on and in what notes, and which half bars of kick and snare are in use."""

from __future__ import annotations

from typing import Final

import numpy as np

from cratedig.music.drums.meter import PPQ
from cratedig.understand.drums.strokes import (
    CRASH,
    HAT,
    KICK,
    RIDE,
    STEP,
    Flags,
    Floats,
    Integers,
    Strokes,
    backbeats,
    on_backbeat,
)

CLOSED, PEDAL, OPEN = 42, 44, 46
KEPT: Final = 0.5  # strokes a quarter on hat or ride: with fewer, time is not kept there
QUARTERS, EIGHTHS = 1.25, 2.5  # strokes a quarter: up to here a pulse is that
TRIPLETS: Final = 0.25  # share of strokes on triplets from which a pulse is that
HALF: Final = 8
"""Sixteenths of a half bar of kick and snare."""


def time_keeping(strokes: Strokes, bars: Flags) -> dict[str, float]:
    """The claims about hat and ride, over the bars asked for (shape (bars,)); nan where nothing is played there."""
    note, voice = strokes.played.note, strokes.voice
    here = bars[strokes.played.bar]
    stick, ride = (voice == HAT) & (note != PEDAL) & here, (voice == RIDE) & here
    hats, open_hats = strokes.per_bar(stick), int(((note == OPEN) & here).sum())
    rides, pedal = strokes.per_bar(ride), int(((note == PEDAL) & here).sum())
    kept = (hats + rides) / strokes.quarters >= KEPT
    return {
        "ride_share": _mean((rides > hats)[kept]),
        "hat_open_share": _share(open_hats, int(hats.sum())),
        "hat_pedal_share": _share(pedal, int(hats.sum()) + pedal),
        **_pulses(strokes, stick | ride, kept),
    }


def _pulses(strokes: Strokes, time: Flags, kept: Flags) -> dict[str, float]:
    each = strokes.per_bar(time)
    triplets = strokes.per_bar(time & (strokes.played.place % (PPQ // 3) == 0) & (strokes.played.place % PPQ != 0))
    rate = (each / strokes.quarters)[kept]
    is_three = (triplets / np.maximum(each, 1))[kept] >= TRIPLETS
    pulse = np.where(is_three, 3, np.select([rate <= QUARTERS, rate <= EIGHTHS], [4, 8], 16))
    return {f"pulse_{number}_share": _mean(pulse == number) for number in (4, 8, 16, 3)}


def vocabulary(strokes: Strokes, bars: Flags) -> dict[str, float]:
    """The claims about kick, snare and crash, over the bars asked for (shape (bars,))."""
    played = strokes.played
    backbeat = on_backbeat(played, strokes.step)
    wanted = np.array([len(backbeats(meter)) for meter in played.meters])
    answered = strokes.per_bar(strokes.is_accent & backbeat) >= wanted
    crashed = strokes.per_bar((strokes.voice == CRASH) & (played.place < STEP)) > 0
    codes = half_bars(strokes)
    again = np.append(False, (codes[1:] == codes[:-1]).all(axis=1)) & bars & np.append(False, bars[:-1])
    follows = bars & np.append(False, bars[:-1])
    return {
        "backbeat_share": _mean(answered[bars & (wanted > 0)]),
        "crash_share": _mean(crashed[bars]),
        "repeat_share": _share(int(again.sum()), int(follows.sum())),
        "vocabulary": _in_use(codes[bars]),
    }


def half_bars(strokes: Strokes) -> Integers:
    """Which sixteenths of each half bar hold a kick and an accented snare, as bits; -1 past the bar's end.

    Shape (bars, half bars of the longest bar): bit s is a kick in sixteenth s, bit HALF + s an accent of the snare.
    """
    halves = -(-strokes.steps // HALF)
    codes = np.zeros((strokes.bars, int(halves.max())), dtype=np.int64)
    codes[np.arange(codes.shape[1]) >= halves[:, None]] = -1
    for rows, shift in ((strokes.voice == KICK, 0), (strokes.is_accent, HALF)):
        bar, step = (
            strokes.played.bar[rows],
            np.minimum(strokes.step[rows], strokes.steps[strokes.played.bar[rows]] - 1),
        )
        np.bitwise_or.at(codes, (bar, step // HALF), 1 << (step % HALF + shift))
    return codes


def _in_use(codes: Integers) -> float:
    """exp of the entropy of the half bars in which something is played."""
    used = codes[codes > 0]
    if not len(used):
        return float("nan")
    share = np.unique(used, return_counts=True)[1] / len(used)
    return float(np.exp(-(share * np.log(share)).sum()))


def _mean(values: Floats | Flags) -> float:
    return float(values.mean()) if len(values) else float("nan")


def _share(part: int, whole: int) -> float:
    return part / whole if whole else float("nan")
