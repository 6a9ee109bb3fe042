"""Parts made after drummers, and judged: whose they are heard as, what they copy, how they swing.

Everything is measured on the MIDI files as they would be written, read back as the product reads files.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import zip_longest
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from cratedig.box.box import Box
from cratedig.create.drums.habits import Vocabulary
from cratedig.create.drums.midi import written
from cratedig.create.drums.performance import performed
from cratedig.create.drums.request import Wish
from cratedig.create.drums.template import parts
from cratedig.lab.groove_files import FIVE, Piece
from cratedig.models.grooves import Namer
from cratedig.music.drums.groove import Bar, Groove
from cratedig.music.drums.meter import PPQ
from cratedig.music.drums.strokes import strokes
from cratedig.music.drums.style import StyleProfile
from cratedig.understand.drums.features.hands import hands
from cratedig.understand.drums.measured import Performance
from cratedig.understand.drums.played import Played, played
from cratedig.understand.drums.profile import profile

EACH: Final = 20
BARS: Final = 4
SWINGS: Final = range(50, 76)
SEEDS: Final = range(4)

Onsets = frozenset[tuple[Fraction, int]]


@dataclass(frozen=True, eq=False)
class Drummer:
    """Somebody to play after, and the words learned of them."""

    profile: StyleProfile
    vocabulary: Vocabulary

    @classmethod
    def of(cls, name: str, pieces: Sequence[Piece]) -> Drummer:
        """Raises InputRejected where no piece is theirs."""
        own = [Performance(piece.name, piece.played) for piece in pieces if piece.drummer == name]
        found = profile(name, own)
        return cls(found, Vocabulary.of(found))

    def part(self, wish: Wish) -> Groove:
        return performed(parts(self.vocabulary, wish), self.profile, wish)[0]


@dataclass(frozen=True, eq=False)
class Part:
    """A part made after `drummer`: as it was made, and as it is read from its file."""

    drummer: str
    made: Groove
    read: Played


async def made(drummers: Mapping[str, Drummer]) -> list[Part]:
    """EACH parts of BARS bars after each drummer, at their own tempo."""
    async with Box.open() as box:
        return [
            Part(name, groove, played(await box.decode_midi(written(groove))))
            for name, drummer in drummers.items()
            for groove in (drummer.part(Wish(bars=BARS, variations=1, seed=seed)) for seed in range(EACH))
        ]


def heard(made: Sequence[Part], ear: Namer) -> dict[str, float]:
    """Whom an ear names that never heard a part, among the five that parts were made after."""
    among = [ear.names.index(name) for name in FIVE]
    chances = ear.chances(np.array([hands(part.read) for part in made]))[:, among]
    right = chances.argmax(axis=1) == np.array([FIVE.index(part.drummer) for part in made])
    own = {name: right[[part.drummer == name for part in made]] for name in FIVE}
    told = {f"generated_{name}_accuracy": float(of.mean()) for name, of in own.items() if len(of)}
    return {"generated_drummer_accuracy": float(right.mean()), **told}


def copied(made: Sequence[Part], known: Sequence[Piece]) -> dict[str, int]:
    """Bars that are one of the known: the same drums in the same places, as strong (ghost, plain, accent);
    `same_onsets`: however strong. As made, or as read, where a late last stroke may stand in a bar after the last."""
    bars = [bar for piece in known for bar in piece.played.groove().bars if bar.hits]
    own = [both for part in made for both in zip_longest(part.made.bars, part.read.groove().bars[:BARS])]
    as_strong, onsets = {strokes(bar) for bar in bars}, {_onsets(bar) for bar in bars}
    return {
        "copied_bars": sum(any(bar and strokes(bar) in as_strong for bar in both) for both in own),
        "same_onsets": sum(any(bar and _onsets(bar) in onsets for bar in both) for both in own),
    }


def _onsets(bar: Bar) -> Onsets:
    return frozenset((hit.place, hit.drum.note) for hit in bar.hits)


def swung(drummers: Mapping[str, Drummer], percents: Iterable[int] = SWINGS) -> dict[str, float]:
    """By how many ticks the swing of parts differs from the one asked for, at most, over `percents` at eighths and at
    sixteenths.

    Of every asked swing the median pair of the parts after all drummers together, with their whole feel;
    `swing_alone`: the most that the median pair of a single part differs, without pushes.
    """
    whole, alone = [], []
    for percent in percents:
        for half in (PPQ // 2, PPQ // 4):
            told = [[_pairs(drummer.part(_swinging(percent, half, seed, timing)), half)
                     for drummer in drummers.values() for seed in SEEDS] for timing in (1.0, 0.0)]  # fmt: skip
            whole.append(_off(np.concatenate(told[0]), percent, half))
            alone += [_off(pairs, percent, half) for pairs in told[1] if len(pairs)]
    return {"swing_error_ticks": max(whole), "swing_alone_error_ticks": max(alone)}


def _swinging(percent: int, half: int, seed: int, timing: float) -> Wish:
    swings = (float(percent), 50.0) if half == PPQ // 2 else (50.0, float(percent))
    return Wish(bars=BARS, variations=1, seed=seed, timing=timing, swing_8=swings[0], swing_16=swings[1])


def _off(pairs: NDArray[np.float64], percent: int, half: int) -> float:
    return float(abs(np.median(pairs) - percent / 100) * 2 * half)


def _pairs(groove: Groove, half: int) -> NDArray[np.float64]:
    """What the first note of each pair lasts, as a share of the pair: of pairs whose notes are both struck and that
    another follows. What is written in one place is one note, and sounds at its mean tick."""
    sounds: dict[int, list[int]] = {}
    ticks = _read(groove)
    begin = 0
    for bar in groove.bars:
        for hit in bar.hits:
            sounds.setdefault(begin + int(hit.place * PPQ), []).append(next(ticks[hit.drum.note]))
        begin += bar.meter.bar_ticks
    at = {place: float(np.mean(ticks)) for place, ticks in sounds.items()}
    seconds = [place for place in at if place % (2 * half) == half and {place - half, place + half} <= set(at)]
    lasts = [(at[place] - at[place - half]) / (at[place + half] - at[place - half]) for place in seconds]
    return np.array(lasts)


def _read(groove: Groove) -> dict[int, Iterator[int]]:
    """When each drum sounds in the groove's file, in ticks, in order; by its note."""
    import symusic

    file: Any = symusic.Score.from_midi(written(groove))
    ticks: dict[int, list[int]] = {}
    for note in (note for track in file.tracks for note in track.notes):
        ticks.setdefault(note.pitch, []).append(note.time)
    return {note: iter(sorted(of)) for note, of in ticks.items()}
