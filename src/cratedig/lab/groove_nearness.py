"""How near bars are to their own drummer and to others, where the profile never knew them.

Each drummer's pieces are parted in two halves by their names. `real_...`: stretches of four bars of one half against
the profiles of the other; `parts_...`: parts made after one half against profiles of the other. `..._near_own`,
`..._near_others`: mean nearness to the drummer's own profile and to those of others; `..._nearer_own`: how often, of
pairs of the own profile and another, the own is nearer (a tie is half).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np

from cratedig.create.drums.request import Wish
from cratedig.lab.groove_files import FIVE, Piece
from cratedig.lab.groove_parts import BARS, EACH, Drummer
from cratedig.lab.ranking import bucket
from cratedig.music.drums.groove import Groove
from cratedig.music.drums.style import StyleProfile
from cratedig.understand.drums.features.hands import windows
from cratedig.understand.drums.hearing import Hearing

MOST_STRETCHES: Final = 4  # of a piece

Owned = tuple[str, Groove]


@dataclass(frozen=True, eq=False)
class Halves:
    """The drummers of one half of the pieces, and the other half."""

    drummers: Mapping[str, Drummer]
    others: Mapping[str, Drummer]
    held_out: tuple[Piece, ...]

    @classmethod
    def of(cls, pieces: Sequence[Piece]) -> Halves:
        """Drummers of whom either half has nothing are left out."""
        first = [piece for piece in pieces if bucket(piece.name) < 0.5]
        second = [piece for piece in pieces if bucket(piece.name) >= 0.5]
        both = [name for name in FIVE if all(any(one.drummer == name for one in half) for half in (first, second))]
        return cls(
            {name: Drummer.of(name, first) for name in both},
            {name: Drummer.of(name, second) for name in both},
            tuple(piece for piece in second if piece.is_beat and piece.drummer in both),
        )

    def real(self) -> Iterator[Owned]:
        """Stretches of held-out pieces, MOST_STRETCHES of each, evenly."""
        for piece in self.held_out:
            found = windows(piece.played)
            for part in found[:: max(1, len(found) // MOST_STRETCHES)][:MOST_STRETCHES]:
                yield piece.drummer, part.groove()

    def parts(self) -> Iterator[Owned]:
        """EACH parts after each drummer."""
        for name, drummer in self.drummers.items():
            for seed in range(EACH):
                yield name, drummer.part(Wish(bars=BARS, variations=1, seed=seed))


def held_out(pieces: Sequence[Piece]) -> dict[str, float]:
    """The figures; none where fewer than two drummers are there."""
    halves = Halves.of(pieces)
    if len(halves.drummers) < 2:
        return {}
    known = {name: drummer.profile for name, drummer in halves.drummers.items()}
    unknown = {name: drummer.profile for name, drummer in halves.others.items()}
    real, parts = _figures(halves.real(), known), _figures(halves.parts(), unknown)
    return {f"real_{name}": value for name, value in real.items()} | {
        f"parts_{name}": value for name, value in parts.items()
    }


def _figures(owned: Iterator[Owned], profiles: Mapping[str, StyleProfile]) -> dict[str, float]:
    hearing = Hearing()
    pairs = []
    for owner, groove in owned:
        near = {name: hearing.hear(groove, profile).nearness for name, profile in profiles.items()}
        pairs += [(near[owner], value) for name, value in near.items() if name != owner]
    own, others = np.array(pairs).T
    nearer = (own > others).mean() + (own == others).mean() / 2
    return {"near_own": float(own.mean()), "near_others": float(others.mean()), "nearer_own": float(nearer)}
