"""The demo crate's sound: a small band (drums, bass, pad, lead) that plays a score of five numbers and a groove.

Everything follows from the score and a seed, so the clips need not be stored: the same score is the same samples. Sad
songs are minor, calm ones slow, soft and dark: the band knows what Hevner (1935, 1937) found, so that what listens to
it has something true to hear.
"""

from __future__ import annotations

import csv
from dataclasses import dataclass
from importlib.resources import files
from typing import Final

import numpy as np
from numpy.typing import NDArray

from cratedig.music.mood import Mood

RATE: Final = 22_050  # Hz
LENGTH_S: Final = 20.0
STEPS: Final = 16  # to a bar of 4/4
A4_HZ: Final = 440.0

MAJOR: Final = (0, 2, 4, 5, 7, 9, 11)
MINOR: Final = (0, 2, 3, 5, 7, 8, 10)
PROGRESSIONS: Final = {
    1: ((0, 4, 5, 3), (0, 5, 3, 4), (0, 3, 0, 4), (0, 2, 3, 4)),
    0: ((0, 5, 2, 6), (0, 3, 6, 0), (0, 5, 3, 4), (0, 6, 5, 6)),
}
"""Scale degrees of the chords, one a bar, by mode (1 major, 0 minor)."""

GROOVES: Final = {  # a bar of sixteenths: kick, snare, hat; x an accent, o a soft hit
    "four on the floor": ("x...x...x...x...", "....x.......x...", "..x...x...x...x."),
    "backbeat": ("x.......x.o.....", "....x.......x...", "x.o.x.o.x.o.x.o."),
    "half time": ("x......o..x.....", "........x.......", "x.o.x.o.x.o.x.o."),
    "boom bap": ("x......x..x.....", "....x..o....x..o", "x.x.x.x.x.x.x.x."),
    "breakbeat": ("x.........x.....", "....x..o.o..x...", "x.x.x.x.x.x.x.x."),
    "funk": ("x..x..o...x..x..", "....x..o.o..x..o", "xoxoxoxoxoxoxoxo"),
    "punk": ("x...x...x...x...", "..x...x...x...x.", "x.x.x.x.x.x.x.x."),
    "double kick": ("xxxxxxxxxxxxxxxx", "....x.......x...", "x...x...x...x..."),
    "one drop": ("........x.......", "........x.......", "x.x.x.x.x.x.x.x."),
    "train": ("x.......x.......", "oooooxoooooooxoo", "................"),
    "brushes": ("x.........o.....", "o.o.x.o.o.o.x.o.", "x...x..ox...x..o"),
    "claps": ("x.....x.x.......", "....x.......x...", "x.x.x.x.x.x.x.x."),
    "none": ("." * STEPS, "." * STEPS, "." * STEPS),
}

Samples = NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class Score:
    """What the band is told. key: 0 (C) .. 11 (B); mode: 1 major, 0 minor."""

    song_id: str
    tempo_bpm: float
    key: int
    mode: int
    mood: Mood
    drums: str

    def __post_init__(self) -> None:
        if not 30 <= self.tempo_bpm <= 300:
            raise ValueError(f"tempo {self.tempo_bpm} is outside 30..300 BPM")
        if self.key not in range(12) or self.mode not in PROGRESSIONS:
            raise ValueError(f"key {self.key}, mode {self.mode}: there is no such key")
        if self.drums not in GROOVES:
            raise ValueError(f"the band knows no groove {self.drums!r}")

    @property
    def seed(self) -> int:
        return int(self.song_id)

    @property
    def drive(self) -> float:
        """0 (calm) .. 1 (excited): how loud, bright and dense it is played."""
        return (self.mood.arousal + 1) / 2


def scores() -> list[Score]:
    """The 48 scores of the demo crate, by the id their song has in its dump."""
    text = (files(__package__) / "scores.csv").read_text(encoding="utf-8")
    return [
        Score(
            song_id=row["id"],
            tempo_bpm=float(row["tempo_bpm"]),
            key=int(row["key"]),
            mode=int(row["mode"]),
            mood=Mood(float(row["valence"]), float(row["arousal"])),
            drums=row["drums"],
        )
        for row in csv.DictReader(text.splitlines())
    ]


def render(score: Score, *, length_s: float = LENGTH_S) -> Samples:
    """The clip, mono float32 at RATE, its peak within -1..1; the same for the same score."""
    band = _Band(score, length_s)
    band.play_drums()
    band.play_bass()
    band.play_pad()
    band.play_lead()
    return band.mixed()


class _Band:
    """One performance: every part adds its notes to the same tape."""

    def __init__(self, score: Score, length_s: float) -> None:
        self.score = score
        self.rng = np.random.default_rng(score.seed)
        self.step_s = 60.0 / score.tempo_bpm / 4
        self.bars = int(np.ceil(length_s / (self.step_s * STEPS)))
        self.tape = np.zeros(round(length_s * RATE), dtype=np.float32)
        choices = PROGRESSIONS[score.mode]
        self.chords = choices[self.rng.integers(len(choices))]

    def play_drums(self) -> None:
        kick, snare, hat = GROOVES[self.score.drums]
        loud = 0.35 + 0.65 * self.score.drive
        sounds = ((kick, _kick(), 0.9), (snare, _snare(self.rng), 0.55), (hat, _hat(self.rng), 0.22))
        for bar in range(self.bars):
            for pattern, sound, level in sounds:
                for step, mark in enumerate(pattern):
                    if mark != ".":
                        touch = (1.0 if mark == "x" else 0.45) * self.rng.uniform(0.9, 1.0)
                        self._add(sound * np.float32(level * loud * touch), self._at(bar, step))

    def play_bass(self) -> None:
        steps = (0, 4, 8, 12) if self.score.drive > 0.6 else (0, 8)
        for bar, degree in self._harmony():
            for step in steps:
                length = self.step_s * (STEPS / len(steps)) * 0.9
                self._add(
                    0.34 * _tone(self._hz(degree, octave=-2), length, bright=0.25, attack_s=0.01), self._at(bar, step)
                )

    def play_pad(self) -> None:
        length = self.step_s * STEPS
        for bar, degree in self._harmony():
            for third in (0, 2, 4):
                hz = self._hz(degree + third, octave=0)
                bright = 0.15 + 0.6 * self.score.drive
                self._add(0.09 * _tone(hz, length, bright=bright, attack_s=0.12), self._at(bar, 0))

    def play_lead(self) -> None:
        """A walk on the chord's scale; the busier the livelier the song, resting at the end of every other bar."""
        place = 4
        for bar, degree in self._harmony():
            for step in range(0, STEPS, 2):
                rests = self.rng.random() > 0.25 + 0.5 * self.score.drive or (bar % 2 and step > 11)
                if rests:
                    continue
                place = int(np.clip(place + self.rng.integers(-2, 3), -1, 9))
                near = degree + place if step % 8 else degree + 2 * (place // 2)
                length = self.step_s * self.rng.choice((2, 3, 4))
                bright = 0.2 + 0.7 * self.score.drive
                self._add(
                    0.16 * _tone(self._hz(near, octave=1), length, bright=bright, attack_s=0.02), self._at(bar, step)
                )

    def mixed(self) -> Samples:
        """The tape through a soft limiter; excited songs are driven harder."""
        peak = float(np.abs(self.tape).max()) or 1.0
        driven = np.tanh(self.tape / peak * (0.8 + 2.2 * self.score.drive**2))
        level = 0.25 + 0.65 * self.score.drive
        fade = np.minimum(1.0, np.minimum(np.arange(len(driven)), np.arange(len(driven))[::-1]) / (0.02 * RATE))
        return np.asarray(driven / np.abs(driven).max() * level * fade, dtype=np.float32)

    def _harmony(self) -> list[tuple[int, int]]:
        return [(bar, self.chords[bar % len(self.chords)]) for bar in range(self.bars)]

    def _at(self, bar: int, step: int) -> int:
        return round((bar * STEPS + step) * self.step_s * RATE)

    def _hz(self, degree: int, *, octave: int) -> float:
        scale = MAJOR if self.score.mode else MINOR
        octaves, place = divmod(degree, len(scale))
        semitones = self.score.key + scale[place] + 12 * (octaves + octave)
        return float(A4_HZ * 2.0 ** ((semitones - 9) / 12))  # key 0, octave 0 is the C below A4

    def _add(self, sound: Samples, at: int) -> None:
        part = sound[: max(0, len(self.tape) - at)]
        self.tape[at : at + len(part)] += part


def _tone(hz: float, length_s: float, *, bright: float, attack_s: float) -> Samples:
    """Harmonics whose levels fall with their number, the faster the darker; a plucked shape."""
    t = np.arange(round(length_s * RATE), dtype=np.float32) / RATE
    partials = [n for n in range(1, 9) if n * hz < RATE / 2.2]
    wave = np.zeros_like(t)
    for n in partials:
        wave += np.float32(n ** -(3.0 - 2.2 * bright)) * np.sin(np.float32(2 * np.pi * hz * n) * t)
    shape = np.minimum(1.0, t / attack_s) * np.exp(-t / (0.6 * length_s + 0.1)) * np.minimum(1.0, (length_s - t) / 0.02)
    return np.asarray(wave * shape, dtype=np.float32)


def _kick() -> Samples:
    t = np.arange(round(0.22 * RATE)) / RATE
    sweep = 2 * np.pi * (48 * t + 110 * 0.03 * (1 - np.exp(-t / 0.03)))  # from 158 Hz down to 48
    return (np.sin(sweep) * np.exp(-t / 0.09)).astype(np.float32)


def _snare(rng: np.random.Generator) -> Samples:
    t = np.arange(round(0.18 * RATE)) / RATE
    noise = rng.standard_normal(len(t)) * np.exp(-t / 0.05)
    return (0.45 * noise + 0.6 * np.sin(2 * np.pi * 190 * t) * np.exp(-t / 0.04)).astype(np.float32)


def _hat(rng: np.random.Generator) -> Samples:
    t = np.arange(round(0.06 * RATE)) / RATE
    return (np.diff(rng.standard_normal(len(t) + 1)) * np.exp(-t / 0.018)).astype(np.float32)
