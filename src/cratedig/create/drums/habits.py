"""What a drummer usually does, learned from their vocabulary: what follows what, which passages are alike."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cached_property
from itertools import pairwise
from typing import Final

import numpy as np
from numpy.typing import NDArray

from cratedig.create.drums.cells import Cells, Integers
from cratedig.create.drums.likelihood import WITHIN, Chances, chances, interpolated
from cratedig.create.drums.vocabulary import Words, words
from cratedig.music.drums.meter import Meter
from cratedig.music.drums.style import Passage, StyleProfile

NEIGHBOURS: Final = 2
NEIGHBOUR_COUNTS: Final = 0.25  # of a bar of the passage itself
MOST_NEAR: Final = 64
FEW: Final = 3
BETWEEN_EIGHTHS: Final = -4
"""The metrical weight of the sixteenths between the eighths; finer places are lighter."""
GHOST, SOFT = 0.35, 0.8


@dataclass(frozen=True, eq=False)
class Near:
    """The language around one passage. rows: its bars, then those of passages most like it; own: how many are its own;
    chances: as `likelihood.chances` gives them, with what these bars do on top; spread: of velocities, a cell."""

    rows: Integers
    own: int
    chances: Chances
    spread: NDArray[np.float64]

    @cached_property
    def alone(self) -> Chances:
        """The chances within a phrase by what was there before, whatever else is struck; shape (2, cells)."""
        found: Chances = self.chances[WITHIN].mean(axis=1)
        return found


@dataclass(frozen=True, eq=False)
class Habits:
    """What is learned from the words of one meter."""

    words: Words

    @property
    def cells(self) -> Cells:
        return self.words.cells

    @cached_property
    def chances(self) -> Chances:
        return chances(self.words.rows, self.cells)

    @cached_property
    def beats(self) -> dict[int, Integers]:
        """The bars of each passage that are beats and not nearly empty; of passages that have any."""
        rows = self.words.rows
        strokes = rows.struck.sum(axis=1)
        full = ~rows.fill & (strokes >= max(1.0, np.median(strokes) / 3))
        found = {at: np.flatnonzero(full & (rows.passage == at)) for at in range(len(self.words.tempi))}
        kept = {at: own for at, own in found.items() if len(own)}
        return kept or {int(at): np.flatnonzero(rows.passage == at) for at in rows.passage[strokes > 0][:1]}

    @cached_property
    def leaning(self) -> Integers:
        """Of each bar: 1 where more of it lies on sixths of a beat than on quarters, -1 where less, 0 where neither."""
        even, threes = self.cells.grids
        struck = self.words.rows.struck
        found: Integers = np.sign((struck & threes & ~even).sum(axis=1) - (struck & even & ~threes).sum(axis=1))
        return found

    @cached_property
    def fills(self) -> list[Integers]:
        """The bars of each fill, one after another."""
        rows = self.words.rows
        at = np.flatnonzero(rows.fill & rows.struck.any(axis=1))
        cut = np.flatnonzero((np.diff(at) != 1) | (np.diff(rows.passage[at]) != 0)) + 1
        return [own for own in np.split(at, cut) if len(own)]

    @cached_property
    def alike(self) -> NDArray[np.float64]:
        """How alike passages are, by the mean of their bars (cosine); shape (passages with beats,) twice."""
        struck = self.words.rows.struck
        means = np.stack([struck[own].mean(axis=0) for own in self.beats.values()])
        means /= np.maximum(np.linalg.norm(means, axis=1, keepdims=True), 1e-9)
        found: NDArray[np.float64] = means @ means.T
        return found

    def typical(self, passage: int) -> Integers:
        """The bars of a passage, those most like its others first."""
        own = self.beats[passage]
        struck = self.words.rows.struck[own].astype(np.float64)
        like = struck @ struck.mean(axis=0) / np.maximum(np.linalg.norm(struck, axis=1), 1.0)
        return own[np.argsort(-like, kind="stable")]

    @cached_property
    def _near(self) -> dict[int, Near]:
        return {}

    def near(self, passage: int) -> Near:
        """The language around a passage; kept once worked out."""
        if passage not in self._near:
            self._near[passage] = self._worked_out(passage)
        return self._near[passage]

    def _worked_out(self, passage: int) -> Near:
        known = list(self.beats)
        like = self.alike[known.index(passage)]
        others = [known[at] for at in np.argsort(-like, kind="stable") if known[at] != passage][:NEIGHBOURS]
        own = self.beats[passage][:MOST_NEAR]
        rows = np.concatenate([own, *(self.beats[other][: MOST_NEAR // 4] for other in others)])
        counts = np.where(np.arange(len(rows)) < len(own), 1.0, NEIGHBOUR_COUNTS)
        return Near(rows, len(own), self._on_top(rows, counts), self._spread(rows))

    def _on_top(self, rows: Integers, counts: NDArray[np.float64]) -> Chances:
        """The chances of everywhere, and on top what follows what among these bars."""
        struck, before = self.words.rows.struck, self.words.rows.before
        follows = before[rows] >= 0
        now, was, weights = rows[follows], before[rows[follows]], counts[follows]
        if len(now) < FEW:  # bars that stand alone are each other's variations
            now, was = (pairs.ravel() for pairs in np.meshgrid(rows, rows))
            weights = np.outer(counts, counts).ravel() / len(rows)
        seen, hit = np.zeros((2, len(self.cells))), np.zeros((2, len(self.cells)))
        for state in (0, 1):
            met = (struck[was] == bool(state)) * weights[:, None]
            seen[state], hit[state] = met.sum(axis=0), (met * struck[now]).sum(axis=0)
        return interpolated(hit[None, :, None], seen[None, :, None], self.chances)

    def _spread(self, rows: Integers) -> NDArray[np.float64]:
        """How much louder or softer a stroke is from bar to bar: a standard deviation, at most a class of loudness."""
        loud = np.where(self.words.rows.struck[rows], self.words.rows.loud[rows].astype(np.float64), np.nan)
        many = (~np.isnan(loud)).sum(axis=0)
        mean = np.where(many > 0, np.nansum(loud, axis=0) / np.maximum(many, 1), 0.0)
        squares = np.nansum((loud - mean) ** 2, axis=0)
        spread: NDArray[np.float64] = np.minimum(np.sqrt((squares + 25.0) / (many + 1)), 12.0)
        return spread

    @cached_property
    def _loud(self) -> NDArray[np.float64]:
        return self.words.rows.loud.astype(np.float64)

    def loudness(self, cell: int, near: Near) -> NDArray[np.float64]:
        """Velocities for a stroke that is new to a bar, never none: those of the cell nearby, else anywhere, else those
        of the drum, or of all drums, softer between the eighths, where a snare is a ghost."""
        loud, beats = self._loud, ~self.words.rows.fill
        for known in (loud[near.rows, cell], loud[beats, cell]):
            if known.any():
                return _struck(known)
        own = loud[:, self.cells.note == self.cells.note[cell]]
        return _struck(own if own.any() else loud) * self._softer(cell)

    def _softer(self, cell: int) -> float:
        if self.cells.weight[cell] > BETWEEN_EIGHTHS:
            return 1.0
        return GHOST if self.cells.drums[cell].voice == "snare" else SOFT


def _struck(velocities: NDArray[np.float64]) -> NDArray[np.float64]:
    found: NDArray[np.float64] = velocities[velocities > 0]
    return found


@dataclass(frozen=True, eq=False)
class Vocabulary:
    """The bars of a profile, learned from once for each meter they are asked for."""

    profile: StyleProfile
    _habits: dict[Meter, Habits] = field(default_factory=dict)

    @classmethod
    def of(cls, profile: StyleProfile) -> Vocabulary:
        return cls(profile)

    def habits(self, meter: Meter) -> Habits:
        """What is learned for a meter; the first time up to half a second, for thousands of bars. Raises ValueError
        where the profile holds no bars."""
        if meter not in self._habits:
            self._habits[meter] = Habits(words(self.profile, meter))
        return self._habits[meter]

    @cached_property
    def between_fills(self) -> int | None:
        """After how many bars the next fill comes, as it mostly does; None where the evidence does not show it."""
        gaps = Counter(gap for passage in self.profile.passages for gap in _gaps(passage))
        return min(gaps, key=lambda gap: (-gaps[gap], gap)) if gaps else None


def _gaps(passage: Passage) -> Iterator[int]:
    fills = [at for at, role in enumerate(passage.roles) if role == "fill"]
    lasts = [at for at in fills if at + 1 not in fills]
    yield from (after - one for one, after in pairwise(lasts) if after - one > 1)
