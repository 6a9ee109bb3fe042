"""Syllables: onset, nucleus, coda and stress of what is spoken, by the maximal onset principle.

Kahn 1976, "Syllable-based generalizations in English phonology": consonants between vowels begin the later syllable as
far as a word could begin with them.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise
from typing import Final

VOWELS: Final = ("AA", "AE", "AH", "AO", "AW", "AY", "EH", "ER", "EY", "IH", "IY", "OW", "OY", "UH", "UW")
CONSONANTS: Final = (
    *("B", "CH", "D", "DH", "F", "G", "HH", "JH", "K", "L", "M", "N"),
    *("NG", "P", "R", "S", "SH", "T", "TH", "V", "W", "Y", "Z", "ZH", "X"),
)
"""Those of ARPAbet, and X for the Russian х."""

_PAIRS: Final = (
    "P L;P R;P Y;B L;B R;B Y;T R;T W;T Y;D R;D W;D Y;K L;K R;K W;K Y;G L;G R;G W;F L;F R;F Y;TH R;TH W;SH R;HH Y;"
    "HH W;S P;S T;S K;S M;S N;S F;S L;S W;M Y;N Y;L Y;V Y;S P L;S P R;S P Y;S T R;S T Y;S K R;S K W;S K Y;S K L"
)
_ONSETS: Final = frozenset(tuple(cluster.split()) for cluster in _PAIRS.split(";"))
_NEVER_FIRST: Final = frozenset({"NG", "ZH"})


@dataclass(frozen=True, slots=True)
class Syllable:
    """Phones without stress marks. stress: 0 none, 1 primary, 2 secondary."""

    onset: tuple[str, ...]
    nucleus: str
    coda: tuple[str, ...]
    stress: int


@dataclass(frozen=True)
class Pronunciation:
    """One way to say a word. phones: ARPAbet, vowels with their stress ("AH0"). source: dictionary, rule or letters."""

    phones: tuple[str, ...]
    source: str = "dictionary"

    @cached_property
    def syllables(self) -> tuple[Syllable, ...]:
        """Its syllables in order; () where nothing in it is a vowel."""
        return tuple(_syllables(self.phones))

    @property
    def known(self) -> bool:
        """Does it stand in a dictionary, rather than follow from the spelling?"""
        return self.source == "dictionary"

    @property
    def stresses(self) -> tuple[int, ...]:
        """The stress of each syllable: 0 none, 1 primary, 2 secondary."""
        return tuple(syllable.stress for syllable in self.syllables)


def is_vowel(phone: str) -> bool:
    """Does the phone carry a syllable?"""
    return phone[0] in "AEIOU"


def _syllables(phones: Sequence[str]) -> Iterator[Syllable]:
    at = [index for index, phone in enumerate(phones) if is_vowel(phone)]
    if not at:
        return
    starts = [0, *(_onset_start(phones, before, after) for before, after in pairwise(at))]
    for start, vowel, end in zip(starts, at, [*starts[1:], len(phones)], strict=True):
        nucleus = phones[vowel]
        yield Syllable(
            onset=tuple(phones[start:vowel]),
            nucleus=nucleus.rstrip("012"),
            coda=tuple(phones[vowel + 1 : end]),
            stress=int(nucleus[-1]) if nucleus[-1].isdigit() else 0,
        )


def _onset_start(phones: Sequence[str], before: int, after: int) -> int:
    """Where the syllable of the vowel at `after` begins."""
    for start in range(before + 1, after):
        if _can_begin(tuple(phones[start:after])):
            return start
    return after


def _can_begin(cluster: tuple[str, ...]) -> bool:
    return cluster in _ONSETS or (len(cluster) == 1 and cluster[0] not in _NEVER_FIRST)
