"""What is heard in how drums are played: the style, the drummer, and whether it is a beat or a fill.

Extremely randomised trees (Geurts et al. 2006, Machine Learning 63) for style and drummer, boosted trees (Friedman
2001, Annals of Statistics 29) for beat or fill. Trained by `cratedig lab train groove_midi` (heads/grooves.json is the
card); rows are what understand/drums/features makes of performances.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from cratedig.errors import ModelUnavailable
from cratedig.models.arrays import HEADS, Arrays, read_head
from cratedig.models.trees import Forest

NAME = "grooves"
EAR = "groove_ear"

Rows = NDArray[np.float64]


@dataclass(frozen=True)
class Namer:
    """A forest whose leaves hold the chances of `names`."""

    names: tuple[str, ...]
    forest: Forest

    @classmethod
    def from_arrays(cls, arrays: Arrays, name: str) -> Namer:
        """Raises KeyError where an array is absent."""
        names = tuple(str(one) for one in arrays[f"{name}_names"])
        return cls(names, Forest.from_arrays(arrays, f"{name}_"))

    def arrays(self, name: str) -> Arrays:
        return {f"{name}_names": np.array(self.names), **self.forest.arrays(f"{name}_")}

    def chances(self, rows: Rows) -> Rows:
        """Of each name, summing to 1 in every row; (n, names)."""
        chances: Rows = self.forest.judged(rows)[:, 0]
        return chances

    def named(self, rows: Rows) -> list[str]:
        """The likeliest name of each row."""
        return [self.names[at] for at in self.chances(rows).argmax(axis=1)]


@dataclass(frozen=True)
class GrooveHead:
    """styles: of pieces, the word before the stroke of the data's labels. drummers: those of the data. beats: log odds
    of being a beat rather than a fill."""

    styles: Namer
    drummers: Namer
    beats: Forest

    @classmethod
    def load(cls, folder: Path = HEADS) -> GrooveHead:
        """The shipped head. Raises ModelUnavailable where a file is absent, damaged or not its card's."""
        arrays = read_head(NAME, folder)
        try:
            styles, drummers = Namer.from_arrays(arrays, "style"), Namer.from_arrays(arrays, "drummer")
            return cls(styles, drummers, Forest.from_arrays(arrays, "beat_"))
        except KeyError as error:
            raise ModelUnavailable(f"The {NAME} head lacks {error}.", hint="Install Cratedig again.") from error

    def arrays(self) -> Arrays:
        return {**self.styles.arrays("style"), **self.drummers.arrays("drummer"), **self.beats.arrays("beat_")}

    def are_beats(self, extents: Rows) -> NDArray[np.bool_]:
        """Which rows of `extent` are beats; shape (n,)."""
        beats: NDArray[np.bool_] = self.beats.judged(extents)[:, 0] > 0
        return beats


@cache
def shipped_head() -> GrooveHead:
    """Read once."""
    return GrooveHead.load()


@cache
def shipped_ear() -> Namer:
    """Names the drummers of groove_midi by four bars; knows nothing of what GrooveHead looks at. Read once.

    Raises ModelUnavailable where a file is absent, damaged or not its card's.
    """
    arrays = read_head(EAR)
    try:
        return Namer.from_arrays(arrays, "drummer")
    except KeyError as error:
        raise ModelUnavailable(f"The {EAR} head lacks {error}.", hint="Install Cratedig again.") from error
