"""Syllables: onset, nucleus, coda and stress of what is spoken, by the maximal onset principle.

Kahn 1976, "Syllable-based generalizations in English phonology": consonants between vowels begin the later syllable as
far as a word could begin with them.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache, lru_cache
from itertools import pairwise
from typing import Final, NamedTuple

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


class Syllable(NamedTuple):
    """Phones without stress marks. stress: 0 none, 1 primary, 2 secondary."""

    onset: tuple[str, ...]
    nucleus: str
    coda: tuple[str, ...]
    stress: int


class Pronunciation(NamedTuple):
    """One way to say a word. phones: ARPAbet, vowels with their stress ("AH0"). source: dictionary, rule or letters."""

    phones: tuple[str, ...]
    source: str = "dictionary"

    @property
    def syllables(self) -> tuple[Syllable, ...]:
        """Its syllables in order; () where nothing in it is a vowel. Worked out anew whenever they are asked for."""
        return tuple(_syllables(self.phones))

    @property
    def known(self) -> bool:
        """Does it stand in a dictionary, rather than follow from the spelling?"""
        return self.source == "dictionary"

    @property
    def stresses(self) -> tuple[int, ...]:
        """The stress of each syllable: 0 none, 1 primary, 2 secondary."""
        return tuple(syllable.stress for syllable in self.syllables)


def _syllables(phones: tuple[str, ...]) -> Iterator[Syllable]:
    at = [index for index, phone in enumerate(phones) if phone[0] in "AEIOU"]
    betweens = ((after, phones[before + 1 : after]) for before, after in pairwise(at))
    starts = [0, *(after - _begins_with(between) for after, between in betweens), len(phones)]
    for start, vowel, end in zip(starts, at, starts[1:], strict=False):
        nucleus, stress = _stress(phones[vowel])
        yield Syllable(phones[start:vowel], nucleus, phones[vowel + 1 : end], stress)


@cache
def _stress(vowel: str) -> tuple[str, int]:
    return vowel.rstrip("012"), int(vowel[-1]) if vowel[-1].isdigit() else 0


@lru_cache(maxsize=4_096)
def _begins_with(between: tuple[str, ...]) -> int:
    """How many of the consonants between two vowels the later syllable begins with."""
    return next((len(between) - start for start in range(len(between)) if _can_begin(between[start:])), 0)


def _can_begin(cluster: tuple[str, ...]) -> bool:
    return cluster in _ONSETS or (len(cluster) == 1 and cluster[0] not in _NEVER_FIRST)
