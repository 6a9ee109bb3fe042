"""Rhymes as pairs of words, and how far two hearings of the same verses agree."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations, product
from math import fsum
from typing import Final

from cratedig.lab.rap_verses import Group, Span, is_end, words

POSITIONS: Final = ("end", "internal", "chain", "cross_line")

Place = tuple[int, int]
"""(line, word)"""
Pairs = Mapping[tuple[Place, Place], float]
"""Weight by pair of words, the earlier word first."""


def pairs(lines: Sequence[str], groups: Iterable[Group]) -> dict[tuple[Place, Place], float]:
    """Words that stand in different spans of one group and are not the same word.

    Each pair of spans weighs 1, spread evenly over its pairs of words; a pair of words that two groups hold keeps the
    greater weight. Spans of one group that overlap are no pair where they do.
    """
    spelled = [words(line) for line in lines]
    weights: dict[tuple[Place, Place], float] = {}
    for group in groups:
        for one, other in combinations(sorted(set(group)), 2):
            found = [_ordered(a, b) for a, b in product(_places(one), _places(other)) if _differ(a, b, spelled)]
            for pair in found:
                weights[pair] = max(weights.get(pair, 0.0), 1 / len(found))
    return weights


def position(one: Span, other: Span, lines: Sequence[str]) -> str:
    """Where two spans stand to each other, of POSITIONS."""
    one, other = sorted((one, other))
    if one.line == other.line:
        return "internal"
    if is_end(one, lines) and is_end(other, lines):
        return "end"
    begins = 2 * other.first < len(words(lines[other.line]))
    return "chain" if other.line == one.line + 1 and is_end(one, lines) and begins else "cross_line"


def at(place: str, lines: Sequence[str], groups: Iterable[Group]) -> dict[tuple[Place, Place], float]:
    """The pairs of `pairs` whose spans stand to each other as `place`, of POSITIONS, says."""
    twos = (two for group in groups for two in combinations(sorted(set(group)), 2))
    return pairs(lines, (two for two in twos if position(*two, lines) == place))


@dataclass(frozen=True, slots=True)
class Agreement:
    """Weights summed: of what was said, of that what is true; of what is true, of that what was said."""

    said: float = 0.0
    said_true: float = 0.0
    true: float = 0.0
    true_said: float = 0.0

    @classmethod
    def of(cls, true: Pairs, said: Pairs) -> Agreement:
        both = true.keys() & said.keys()
        return cls(
            said=fsum(said.values()),
            said_true=fsum(said[pair] for pair in both),
            true=fsum(true.values()),
            true_said=fsum(true[pair] for pair in both),
        )

    def __add__(self, other: Agreement) -> Agreement:
        return Agreement(
            self.said + other.said,
            self.said_true + other.said_true,
            self.true + other.true,
            self.true_said + other.true_said,
        )

    @property
    def precision(self) -> float:
        """0..1; 1 where nothing was said."""
        return self.said_true / self.said if self.said else 1.0

    @property
    def recall(self) -> float:
        """0..1; 1 where nothing is true."""
        return self.true_said / self.true if self.true else 1.0

    @property
    def f1(self) -> float:
        """The harmonic mean of precision and recall."""
        total = self.precision + self.recall
        return 2 * self.precision * self.recall / total if total else 0.0


def line_pairs(scheme: Sequence[int | str | None]) -> set[tuple[int, int]]:
    """Pairs of lines with the same mark; None and "X" mark nothing.

    >>> sorted(line_pairs("AXA"))
    [(0, 2)]
    """
    marked = [(line, mark) for line, mark in enumerate(scheme) if mark not in (None, "X")]
    return {(one, other) for (one, a), (other, b) in combinations(marked, 2) if a == b}


def _places(span: Span) -> Iterator[Place]:
    return ((span.line, word) for word in range(span.first, span.last + 1))


def _ordered(a: Place, b: Place) -> tuple[Place, Place]:
    return (a, b) if a < b else (b, a)


def _differ(a: Place, b: Place, spelled: Sequence[Sequence[str]]) -> bool:
    return spelled[a[0]][a[1]] != spelled[b[0]][b[1]]
