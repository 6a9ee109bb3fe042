"""Trains the ear for drums: `cratedig lab train drums --data ../shared/data/groove_midi`.

Performances are played on random kits (lab/drum_kit.py), so every hit is known and no recording is learned from. Files
of the last buckets are never played while training; the card's figures are theirs. The thresholds of kick, snare and
hat were set on the recordings of drum_audio_mdb (docs/audio.md says how, and what they reach on the other half).
"""

from __future__ import annotations

import csv
from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from pathlib import Path
from typing import Any

import anyio
import numpy as np
from numpy.typing import NDArray

from cratedig.errors import InputRejected
from cratedig.lab.drum_kit import PIECE_OF, Random, Strike, kit, rendered
from cratedig.lab.evaluation import Lab
from cratedig.lab.events import Tally, tally
from cratedig.lab.ranking import bucket
from cratedig.models.arrays import HEADS, publish_head
from cratedig.models.drums import AFTER, BEFORE, DRUMS, DrumHead
from cratedig.understand.audio.drums import BANDS, FRAME_S, drum_bands, peaks

VERSION = 1
SEED = 20260101
EXCERPTS, EXCERPT_S = 1200, 8.0
HELD_OUT, HELD_OUT_EXCERPTS = 0.1, 60
MEMBERS, HIDDEN = 5, 48
EPOCHS, BATCH, STEP = 4, 1024, 2e-3
ONSET_WEIGHT = 3.0  # a frame with a hit counts so much more than one without
BESIDE = 0.5  # what the frames beside a hit are taught
LEVEL, TILT, COLOUR = 0.1, 0.1, 0.04  # spread of each example's random level, tilt and waves over the bands, of 70 dB
THRESHOLDS = (0.45, 0.75, 0.5, 0.5, 0.5)
GHOST = 12  # strikes as soft as this are left out: they are not heard in a mix
DRUM_OF = {
    "kick": 0, "snare": 1, "stick": 1, "closed hat": 2, "pedal hat": 2, "open hat": 2, "tom": 3, "crash": 4, "ride": 4,
}  # fmt: skip
SWAPS = (({"closed hat": "ride", "ride": "closed hat"}, 0.3), ({"closed hat": "open hat"}, 0.2))
"""Drummers of the data play the hats more than anything else: rides and open hats take their parts now and then."""

_WAVES = np.cos(np.pi * np.outer(np.arange(2, 7), np.linspace(0, 1, BANDS)))

Bands = NDArray[np.float32]
Layers = list[NDArray[np.float32]]


@dataclass(frozen=True)
class Played:
    """An excerpt: its bands, what is to be heard in each frame, and the hits."""

    bands: Bands
    heard: Bands
    hits: tuple[tuple[float, int], ...]


async def train(data: Path, lab: Lab, out: Path | None) -> dict[str, Any]:
    """Trains, measures on performances held out, writes head and card to `out` (the shipped folder when None)."""
    return await anyio.to_thread.run_sync(_train, data, out or HEADS)


def _train(data: Path, out: Path) -> dict[str, Any]:
    random = np.random.default_rng(SEED)
    files = performances(data)
    held = [file for file in files if bucket(file.stem) < HELD_OUT]
    known = [file for file in files if bucket(file.stem) >= HELD_OUT]
    head = fitted([played(known, random) for _ in range(EXCERPTS)], random)
    unheard = [played(held, random) for _ in range(HELD_OUT_EXCERPTS)]
    card = {
        "name": "drums",
        "version": VERSION,
        "summary": "Which drums begin in which frame of a drum track",
        "command": "cratedig lab train drums --data ../shared/data/groove_midi",
        "data": ["Groove MIDI Dataset 1.0.0 (Gillick et al. 2019), CC BY 4.0, played on kits of sines and noise"],
        "licence": "CC BY 4.0",
        "seed": SEED,
        "excerpts": EXCERPTS,
        "figures": {f"onset_f_{drum}_rendered": figure for drum, figure in _figures(head, unheard).items()},
    }
    return publish_head(head.arrays(), card, out)


def performances(data: Path) -> list[Path]:
    """MIDI files of beats of 4 s and longer. Raises InputRejected where the folder has none."""
    with (data / "info.csv").open(encoding="utf-8", newline="") as file:
        rows = [row for row in csv.DictReader(file) if float(row["duration"]) > EXCERPT_S / 2]
    found = [data / "midi" / row["midi_filename"] for row in rows]
    present = [path for path in found if path.is_file()]
    if not present:
        raise InputRejected(f"No performance of {EXCERPT_S / 2:.0f} s or more lies in {str(data)!r}.")
    return present


def strikes(midi: Path) -> list[Strike]:
    """The hits of a performance."""
    import symusic

    score: Any = symusic.Score(str(midi)).to("second")  # type: ignore[attr-defined]
    notes = [note for track in score.tracks for note in track.notes if note.pitch in PIECE_OF]
    return [Strike(time_s=note.time, piece=PIECE_OF[note.pitch], velocity=note.velocity) for note in notes]


def played(files: Sequence[Path], random: Random) -> Played:
    """A random stretch of a random performance at about its tempo, on a new kit."""
    whole = strikes(files[int(random.integers(len(files)))])
    last = max((strike.time_s for strike in whole), default=0.0)
    start, pace = random.uniform(0, max(0.0, last - EXCERPT_S)), random.uniform(0.85, 1.2)
    part = [replace(strike, time_s=(strike.time_s - start) * pace) for strike in whole if strike.velocity > GHOST]
    for swap, share in SWAPS:
        if random.random() < share:
            part = [replace(strike, piece=swap.get(strike.piece, strike.piece)) for strike in part]
    inside = [strike for strike in part if 0 <= strike.time_s < EXCERPT_S]
    bands = drum_bands(rendered(inside, kit(random), length_s=EXCERPT_S, random=random))
    hits = tuple((strike.time_s, DRUM_OF[strike.piece]) for strike in inside)
    return Played(bands=bands, heard=_lesson(hits, len(bands)), hits=hits)


def _lesson(hits: Sequence[tuple[float, int]], frames: int) -> Bands:
    """1 where a drum begins, BESIDE in the frames beside it."""
    lesson = np.zeros((frames, len(DRUMS)), np.float32)
    for time_s, drum in hits:
        centre = round(time_s / FRAME_S)
        for frame, value in ((centre - 1, BESIDE), (centre, 1.0), (centre + 1, BESIDE)):
            if 0 <= frame < frames:
                lesson[frame, drum] = max(lesson[frame, drum], value)
    return lesson


def fitted(lessons: Sequence[Played], random: Random) -> DrumHead:
    """Networks of two hidden layers that learned the same lessons from other beginnings and in other orders."""
    flat = np.concatenate([lesson.bands for lesson in lessons])
    heard = np.concatenate([lesson.heard for lesson in lessons])
    frames = len(lessons[0].bands)
    members = tuple(_member(flat, heard, frames, random) for _ in range(MEMBERS))
    return DrumHead(members=members, thresholds=np.array(THRESHOLDS, np.float32))


def _member(flat: Bands, heard: Bands, frames: int, random: Random) -> tuple[tuple[Bands, Bands], ...]:
    """One network, by Adam with cosine decay."""
    layers = _untaught(random)
    adam = _Adam(layers, steps=EPOCHS * (len(flat) // BATCH))
    for _ in range(EPOCHS):
        order = random.permutation(len(flat))[: len(flat) // BATCH * BATCH].reshape(-1, BATCH)
        for batch in order:
            adam.step(_slopes(layers, _seen(flat, batch, frames, random), heard[batch]))
    return tuple((layers[at], layers[at + 1]) for at in range(0, len(layers), 2))


def _untaught(random: Random) -> Layers:
    sizes = (BANDS * (BEFORE + AFTER + 1), HIDDEN, HIDDEN, len(DRUMS))
    layers: Layers = []
    for inputs, outputs in pairwise(sizes):
        layers.append((random.standard_normal((inputs, outputs)) * np.sqrt(2 / inputs)).astype(np.float32))
        layers.append(np.zeros(outputs, np.float32))
    layers[-1] -= 3  # most frames hold no hit
    return layers


def _seen(flat: Bands, batch: NDArray[np.intp], frames: int, random: Random) -> Bands:
    """The frames of a batch with their context, each as if through an equaliser of its own."""
    first = (batch // frames * frames)[:, None]
    about = np.clip(batch[:, None] + np.arange(-BEFORE, AFTER + 1), first, first + frames - 1)
    level = random.normal(0, LEVEL, (len(batch), 1, 1))
    tilt = random.normal(0, TILT, (len(batch), 1, 1)) * np.linspace(-1, 1, BANDS)
    colour = (random.normal(0, COLOUR, (len(batch), len(_WAVES))) @ _WAVES)[:, None]
    seen: Bands = np.maximum(flat[about] + (level + tilt + colour).astype(np.float32), 0)
    return seen.reshape(len(batch), -1)


def _slopes(layers: Layers, seen: Bands, heard: Bands) -> Layers:
    """Of the weighted cross-entropy, by the layers."""
    first = np.maximum(seen @ layers[0] + layers[1], 0)
    second = np.maximum(first @ layers[2] + layers[3], 0)
    chances = 1 / (1 + np.exp(-(second @ layers[4] + layers[5])))
    wrong = (1 + (ONSET_WEIGHT - 1) * heard) * (chances - heard) / len(heard)
    wrong_second = (wrong @ layers[4].T) * (second > 0)
    wrong_first = (wrong_second @ layers[2].T) * (first > 0)
    return [seen.T @ wrong_first, wrong_first.sum(axis=0), first.T @ wrong_second, wrong_second.sum(axis=0),
            second.T @ wrong, wrong.sum(axis=0)]  # fmt: skip


class _Adam:
    """Kingma & Ba 2015; the step rises over 100 batches and falls along a cosine."""

    def __init__(self, layers: Layers, *, steps: int) -> None:
        self.layers, self.steps, self.taken = layers, steps, 0
        self.mean = [np.zeros_like(layer) for layer in layers]
        self.square = [np.zeros_like(layer) for layer in layers]

    def step(self, slopes: Layers) -> None:
        self.taken += 1
        rate = STEP * min(1.0, self.taken / 100) * 0.5 * (1 + np.cos(np.pi * self.taken / self.steps))
        early, late = 1 - 0.9**self.taken, 1 - 0.999**self.taken
        for layer, slope, mean, square in zip(self.layers, slopes, self.mean, self.square, strict=True):
            mean += np.float32(0.1) * (slope - mean)
            square += np.float32(0.001) * (slope * slope - square)
            layer -= np.float32(rate) * (mean / early / (np.sqrt(square / late) + 1e-8)).astype(np.float32)


def _figures(head: DrumHead, unheard: Sequence[Played]) -> dict[str, float]:
    """F-measure of each drum on excerpts that were not learned from."""
    sums = dict.fromkeys(DRUMS, Tally())
    for excerpt in unheard:
        chances = head.chances(excerpt.bands)
        for number, drum in enumerate(DRUMS):
            found = np.array(peaks(chances[:, number], least=float(head.thresholds[number]))) * FRAME_S
            true = np.array([time_s for time_s, heard in excerpt.hits if heard == number])
            sums[drum] += tally(true, found, within_s=0.05)
    return {drum: round(total.f, 4) for drum, total in sums.items()}
