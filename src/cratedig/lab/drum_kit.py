"""Drum kits made of sines and noise, each unlike the last: sound with known hits, to train and to test ears on."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import partial

import numpy as np
from numpy.typing import NDArray

Samples = NDArray[np.float32]
Wave = NDArray[np.float64]
Random = np.random.Generator

RATE = 22_050
PIECES = ("kick", "snare", "stick", "closed hat", "pedal hat", "open hat", "tom", "crash", "ride")
GENERAL_MIDI = {
    "kick": (35, 36),
    "snare": (38, 40, 39),
    "stick": (37,),
    "closed hat": (22, 42),
    "pedal hat": (44,),
    "open hat": (26, 46),
    "tom": (41, 43, 45, 47, 48, 50, 58),
    "crash": (49, 52, 55, 57),
    "ride": (51, 53, 59),
}
PIECE_OF = {pitch: piece for piece, pitches in GENERAL_MIDI.items() for pitch in pitches}


@dataclass(frozen=True)
class Strike:
    """One hit of a piece. time_s: seconds from the start. velocity: 1..127."""

    time_s: float
    piece: str
    velocity: int


@dataclass(frozen=True)
class Kit:
    """A one-shot for each piece, and the room and the desk they are heard through."""

    shots: dict[str, Samples]
    room: Samples
    wet: float
    drive: float
    hiss: float
    curve: float


def kit(random: Random) -> Kit:
    """A kit that was never heard before."""
    levels = {piece: 10 ** (random.normal(0, 3) / 20) for piece in PIECES}
    return Kit(
        shots={piece: (levels[piece] * _SHOTS[piece](random)).astype(np.float32) for piece in PIECES},
        room=_room(random),
        wet=random.uniform(0, 0.35) * (random.random() < 0.8),
        drive=random.uniform(0.5, 4),
        hiss=10 ** random.uniform(-5, -2.5),
        curve=random.uniform(0.8, 2.0),
    )


def rendered(strikes: Iterable[Strike], drums: Kit, *, length_s: float, random: Random) -> Samples:
    """The strikes played on the kit, mono at RATE, at a random level; those outside 0..length_s are left out."""
    length = round(length_s * RATE)
    dry = np.zeros(length, np.float32)
    for strike in strikes:
        start = round(strike.time_s * RATE)
        if not 0 <= start < length:
            continue
        shot = drums.shots[strike.piece][: length - start]
        dry[start : start + len(shot)] += np.float32((strike.velocity / 127) ** drums.curve) * shot
    heard = dry + drums.wet * _convolved(dry, drums.room)
    heard = np.tanh(drums.drive * heard / max(float(np.abs(heard).max()), 1e-9))
    heard += drums.hiss * random.standard_normal(length)
    return np.asarray(heard * random.uniform(0.1, 0.9) / np.abs(heard).max(), dtype=np.float32)


def _convolved(dry: Samples, response: Samples) -> Samples:
    from scipy.signal import oaconvolve

    wet: Samples = oaconvolve(dry, response)[: len(dry)]
    return wet


def _room(random: Random) -> Samples:
    decay_s = random.uniform(0.05, 0.5)
    time = np.arange(round(3 * decay_s * RATE)) / RATE
    tail = random.standard_normal(len(time)) * np.exp(-time / decay_s)
    return (tail / np.linalg.norm(tail)).astype(np.float32)


def _time(decay_s: float) -> Wave:
    return np.arange(round(6 * decay_s * RATE)) / RATE


def _swept(time: Wave, hz: float, *, sweep: float, sweep_s: float, decay_s: float) -> Wave:
    """A sine that falls from `sweep` times its pitch to its pitch."""
    phase = 2 * np.pi * hz * (time + (sweep - 1) * sweep_s * (1 - np.exp(-time / sweep_s)))
    return np.asarray(np.sin(phase) * np.exp(-time / decay_s))


def _noise(random: Random, time: Wave, *, low_hz: float, high_hz: float, decay_s: float) -> Wave:
    """Noise between two frequencies that dies away."""
    spectrum = np.fft.rfft(random.standard_normal(len(time)))
    hz = np.fft.rfftfreq(len(time), 1 / RATE)
    spectrum *= 1 / (1 + (low_hz / np.maximum(hz, 1.0)) ** 4) / (1 + (hz / high_hz) ** 4)
    noise = np.fft.irfft(spectrum, len(time)) * np.exp(-time / decay_s)
    return noise / max(float(np.abs(noise).max()), 1e-9)


def _metal(random: Random, time: Wave, *, low_hz: float, decay_s: float) -> Wave:
    """Inharmonic partials, as of a struck plate."""
    partials = low_hz * np.cumprod(random.uniform(1.08, 1.45, size=8))
    partials = partials[partials < RATE / 2]
    waves = np.sin(2 * np.pi * np.outer(partials, time) + random.uniform(0, 6, (len(partials), 1)))
    return np.asarray(waves.mean(axis=0) * np.exp(-time / decay_s))


def _kick(random: Random) -> Wave:
    decay_s = random.uniform(0.06, 0.3)
    time = _time(decay_s)
    sweep, sweep_s = random.uniform(1.5, 6), random.uniform(0.005, 0.05)
    body = _swept(time, random.uniform(38, 80), sweep=sweep, sweep_s=sweep_s, decay_s=decay_s)
    click = _noise(random, time, low_hz=random.uniform(300, 2000), high_hz=6000, decay_s=random.uniform(0.002, 0.012))
    return body + random.uniform(0.02, 0.5) * click


def _snare(random: Random) -> Wave:
    decay_s = random.uniform(0.06, 0.25)
    time = _time(decay_s)
    hz = random.uniform(150, 280)
    head = sum(_swept(time, hz * k, sweep=1.3, sweep_s=0.01, decay_s=random.uniform(0.03, 0.12)) for k in (1.0, 1.6))
    wires = _noise(random, time, low_hz=random.uniform(600, 2500), high_hz=random.uniform(6000, 11000), decay_s=decay_s)
    return random.uniform(0.15, 0.8) * head + random.uniform(0.4, 1.0) * wires


def _stick(random: Random) -> Wave:
    decay_s = random.uniform(0.01, 0.05)
    time = _time(decay_s)
    click = _noise(random, time, low_hz=1500, high_hz=random.uniform(3000, 9000), decay_s=decay_s)
    return 0.6 * click + 0.4 * _swept(time, random.uniform(400, 1700), sweep=1.1, sweep_s=0.01, decay_s=decay_s)


def _plate(
    random: Random, *, decays_s: tuple[float, float], low_hz: tuple[float, float], level: float, ping: float
) -> Wave:
    decay_s = float(np.exp(random.uniform(*np.log(decays_s))))
    time = _time(decay_s)
    low = random.uniform(*low_hz)
    wash = _noise(random, time, low_hz=low, high_hz=random.uniform(8000, 16000), decay_s=decay_s)
    metal = _metal(random, time, low_hz=low / 2, decay_s=decay_s)
    attack = _noise(random, time, low_hz=low, high_hz=12000, decay_s=0.01)
    share = random.uniform(0.0, 0.7)
    return level * ((1 - share) * wash + share * metal + ping * random.uniform(0.2, 1) * attack)


def _tom(random: Random) -> Wave:
    decay_s = random.uniform(0.1, 0.45)
    time = _time(decay_s)
    body = _swept(time, random.uniform(70, 210), sweep=random.uniform(1.05, 1.6), sweep_s=0.04, decay_s=decay_s)
    return 0.9 * body + random.uniform(0.02, 0.25) * _noise(random, time, low_hz=300, high_hz=5000, decay_s=0.02)


_HAT = partial(_plate, low_hz=(3000, 8000), ping=0.5)
_SHOTS: dict[str, Callable[[Random], Wave]] = {
    "kick": _kick,
    "snare": _snare,
    "stick": _stick,
    "closed hat": partial(_HAT, decays_s=(0.015, 0.09), level=0.45),
    "pedal hat": partial(_HAT, decays_s=(0.015, 0.08), level=0.3),
    "open hat": partial(_HAT, decays_s=(0.15, 0.6), level=0.5),
    "tom": _tom,
    "crash": partial(_plate, decays_s=(0.4, 1.5), low_hz=(1500, 5000), level=0.7, ping=0.6),
    "ride": partial(_plate, decays_s=(0.25, 1.2), low_hz=(2500, 6000), level=0.4, ping=1.0),
}
