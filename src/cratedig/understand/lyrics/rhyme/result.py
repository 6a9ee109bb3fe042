"""What the rhyme engine finds."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from itertools import combinations
from typing import Any, Final, Literal, NamedTuple

Kind = Literal["perfect", "slant", "assonance", "consonance", "multi", "mosaic", "identity"]
KINDS: Final[tuple[Kind, ...]] = ("mosaic", "multi", "assonance", "consonance", "slant", "perfect", "identity")
"""Loosest or most composed first: a group is of the first kind that one of its links has."""


class Span(NamedTuple):
    """Words that rhyme. line: its number among all lines of the lyric; start, end: characters of it; first, last: words
    of it, the first being 0; word: the number of the last among all words of the lyric."""

    line: int
    start: int
    end: int
    first: int
    last: int
    word: int


@dataclass(frozen=True, slots=True)
class Group:
    """Spans that rhyme with each other. number: from 0, in order of appearance; letter: a, b, ... z, aa, ab ...;
    strength: 0..1, how sure their links are on average."""

    number: int
    letter: str
    kind: Kind
    strength: float
    spans: tuple[Span, ...]


@dataclass(frozen=True, slots=True)
class Scheme:
    """Of one section. letters: one for each line, X where it rhymes with no other. name: "" where it has none."""

    letters: str
    name: str
    groups: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Measures:
    """Figures of one song.

    density: syllables of the longest vowels that a word shares with one of the 15 before, on average (Malmi et al.
    2016); share: of syllables that stand in a rhyme, 0..1 (as Hirjee and Brown 2010 count them); longest: syllables of
    the longest rhyme, and longest_words, its two places; internal: rhymes within a line, per line; end: share of lines
    whose end rhymes, 0..1; chain: most lines on end with one rhyme; words, lines: what all this is over.
    """

    density: float = 0.0
    share: float = 0.0
    longest: int = 0
    longest_words: tuple[str, str] = ("", "")
    internal: float = 0.0
    end: float = 0.0
    chain: int = 0
    words: int = 0
    lines: int = 0


@dataclass(frozen=True)
class Rhymes:
    """All of a lyric. lines: its lines; sections: how many lines each section has; schemes: of each section."""

    lines: tuple[str, ...]
    sections: tuple[int, ...]
    groups: tuple[Group, ...] = ()
    schemes: tuple[Scheme, ...] = ()
    measures: Measures = field(default_factory=Measures)
    sensitivity: float = 0.5

    @property
    def pairs(self) -> frozenset[tuple[int, int]]:
        """Numbers of words that rhyme, the earlier first; a span counts by its last word."""
        return frozenset(
            pair for group in self.groups for pair in combinations(sorted(span.word for span in group.spans), 2)
        )

    def as_data(self) -> Mapping[str, Any]:
        """What JSON can hold, without a word of the lyric but those of the longest rhyme.

        Each span is [line, start, end].
        """
        measures = self.measures
        return {
            "sensitivity": self.sensitivity,
            "schemes": [{"letters": scheme.letters, "name": scheme.name} for scheme in self.schemes],
            "groups": [
                {
                    "letter": group.letter,
                    "kind": group.kind,
                    "strength": round(group.strength, 3),
                    "spans": [[span.line, span.start, span.end] for span in group.spans],
                }
                for group in self.groups
            ],
            "density": round(measures.density, 4),
            "share": round(measures.share, 4),
            "longest": measures.longest,
            "longest_words": list(measures.longest_words),
            "internal": round(measures.internal, 4),
            "end": round(measures.end, 4),
            "chain": measures.chain,
            "words": measures.words,
            "lines": measures.lines,
        }
