"""What is told of pieces by heads that never learned from them: folds of the pieces, or of whole sessions."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final, Self

import numpy as np
from numpy.typing import NDArray

from cratedig.lab.groove_lessons import Course, Lessons, Positions, Windows
from cratedig.lab.ranking import bucket
from cratedig.models.grooves import GrooveHead

FOLDS: Final = 8

Names = NDArray[np.str_]


@dataclass(frozen=True, eq=False)
class Told:
    """One row a piece: the style, the drummer, and whether it is a beat; shape (n,) each."""

    styles: Names
    drummers: Names
    are_beats: NDArray[np.bool_]

    @classmethod
    def by(cls, head: GrooveHead, lessons: Lessons, rows: Positions) -> Told:
        return cls(
            np.array(head.styles.named(lessons.features[rows])),
            np.array(head.drummers.named(lessons.features[rows])),
            head.are_beats(lessons.extents[rows]),
        )

    @classmethod
    def in_folds(cls, course: Course, folds: NDArray[np.int64], *, seed: int) -> Told:
        """Each fold's pieces by a head that learned from all the others."""
        lessons = course.lessons
        told = cls(
            np.empty(len(folds), lessons.styles.dtype), np.empty(len(folds), lessons.drummers.dtype),
            np.empty(len(folds), bool),
        )  # fmt: skip
        for known, asked in _parted(folds):
            found = cls.by(course.head(known, seed=seed), lessons, asked)
            told.styles[asked], told.drummers[asked] = found.styles, found.drummers
            told.are_beats[asked] = found.are_beats
        return told

    def figures(self, lessons: Lessons) -> dict[str, float]:
        """Style and drummer over beats, beat or fill over all pieces; shares that are right."""
        beats = lessons.are_beats
        return {
            "style_accuracy": _share((self.styles == lessons.styles)[beats]),
            "drummer_accuracy": _share((self.drummers == lessons.drummers)[beats]),
            "beat_fill_accuracy": _share(self.are_beats == lessons.are_beats),
        }

    def arrays(self, name: str) -> dict[str, NDArray[Any]]:
        return {
            f"{name}_styles": self.styles, f"{name}_drummers": self.drummers, f"{name}_are_beats": self.are_beats
        }  # fmt: skip

    @classmethod
    def from_arrays(cls, arrays: Mapping[str, NDArray[Any]], name: str) -> Self:
        return cls(arrays[f"{name}_styles"], arrays[f"{name}_drummers"], arrays[f"{name}_are_beats"])

    def where(self, rows: NDArray[np.bool_], other: Told) -> Told:
        """The same, and in these rows what the other says."""
        return Told(
            np.where(rows, other.styles, self.styles),
            np.where(rows, other.drummers, self.drummers),
            np.where(rows, other.are_beats, self.are_beats),
        )

    def part(self, rows: Positions) -> Told:
        return Told(self.styles[rows], self.drummers[rows], self.are_beats[rows])


def ear_accuracy(windows: Windows, folds: NDArray[np.int64], drummers: Sequence[str], *, seed: int) -> float:
    """The mean over the drummers of how many of their stretches an ear names that never learned from the fold's."""
    right = np.zeros(len(folds), dtype=bool)
    for known, asked in _parted(folds):
        right[asked] = np.array(windows.ear(known, seed=seed).named(windows.hands[asked])) == windows.drummers[asked]
    return round(float(np.mean([right[windows.drummers == drummer].mean() for drummer in drummers])), 4)


def random_folds(names: Names, *, seed: int) -> NDArray[np.int64]:
    """By the pieces' names: what is of one piece is in one fold."""
    return np.array([int(FOLDS * bucket(f"{seed}/{name}")) for name in names])


def session_folds(sessions: Names) -> NDArray[np.int64]:
    """Each session by itself."""
    return np.unique(sessions, return_inverse=True)[1]


def _parted(folds: NDArray[np.int64]) -> Iterator[tuple[Positions, Positions]]:
    for fold in np.unique(folds):
        yield np.flatnonzero(folds != fold), np.flatnonzero(folds == fold)


def _share(right: NDArray[np.bool_]) -> float:
    return round(float(right.mean()), 4) if len(right) else 0.0
