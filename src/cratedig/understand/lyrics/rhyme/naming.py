"""Letters and names of rhyme schemes.

Names follow Cuddon's "Dictionary of Literary Terms and Literary Theory"; a section without a name has only its letters.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import pairwise
from typing import Final

from cratedig.models.rhyme_scheme import Links

UNRHYMED: Final = "X"
_ALPHABET: Final = "ABCDEFGHIJKLMNOPQRSTUVWYZabcdefghijklmnopqrstuvwyz"
_NAMED: Final = {
    "AABBA": "limerick",
    "ABBAA": "envelope quintain",
    "ABABBCC": "rhyme royal",
    "ABABABCC": "ottava rima",
    "ABABBCBCC": "Spenserian stanza",
    "ABABCDCDEFEFGG": "Shakespearean sonnet",
    "ABABBCBCCDCDEE": "Spenserian sonnet",
    "ABABCC": "sestain",
    "AABCCB": "tail rhyme",
    "ABABCB": "ballad stanza",
    "XAXAXA": "ballad stanza",
    "AAXA": "rubaiyat",
}
_PETRARCHAN: Final = re.compile(r"ABBAABBA[CDEX]{6}")


def partition(links: Links) -> list[int]:
    """The group of each line, numbered in order of appearance.

    >>> partition((0, 0, 2, 2))
    [0, 1, 0, 1]
    """
    groups: list[int] = []
    fresh = 0
    for at, link in enumerate(links):
        groups.append(groups[at - link] if link else fresh)
        fresh += not link
    return groups


def letters(groups: Sequence[int]) -> str:
    """A letter for each line, X where it rhymes with no other; past the 50th they begin anew.

    >>> letters([0, 1, 0, 2])
    'AXAX'
    """
    counts: dict[int, int] = {}
    for group in groups:
        counts[group] = counts.get(group, 0) + 1
    named: dict[int, str] = {}
    for group in groups:
        if counts[group] > 1 and group not in named:
            named[group] = _letter(len(named))
    return "".join(named.get(group, UNRHYMED) for group in groups)


def _letter(number: int) -> str:
    return _ALPHABET[number % len(_ALPHABET)]


def name(scheme: str) -> str:
    """What a scheme is called, "" where it has no name.

    >>> name("ABABCDCDEFEFGG")
    'Shakespearean sonnet'
    >>> name("AABBCC")
    'couplets'
    """
    if scheme in _NAMED:
        return _NAMED[scheme]
    if len(scheme) > 2 and set(scheme) == {"A"}:
        return "monorhyme"
    if _PETRARCHAN.fullmatch(scheme):
        return "Petrarchan sonnet"
    for title, matches in (("couplets", _couplets), ("terza rima", _terza_rima), ("triplets", _triplets)):
        if matches(scheme):
            return title
    return _quatrains(scheme)


def _couplets(scheme: str) -> bool:
    pairs = [scheme[at : at + 2] for at in range(0, len(scheme), 2)]
    return all(len(pair) == 2 and pair[0] == pair[1] != UNRHYMED for pair in pairs) and bool(pairs)


def _triplets(scheme: str) -> bool:
    threes = [scheme[at : at + 3] for at in range(0, len(scheme), 3)]
    return len(threes) > 1 and all(len(three) == 3 and len(set(three)) == 1 for three in threes)


def _terza_rima(scheme: str) -> bool:
    if len(scheme) < 6:
        return False
    threes = [scheme[at : at + 3] for at in range(0, len(scheme) - 2, 3)]
    linked = all(one[1] == other[0] for one, other in pairwise(threes))
    return linked and all(three[0] == three[2] != three[1] for three in threes)


def _quatrains(scheme: str) -> str:
    """Names of stanzas of four lines, alone or one after the other."""
    fours = {_relettered(scheme[at : at + 4]) for at in range(0, len(scheme), 4)}
    if len(fours) != 1:
        return ""
    return {"ABAB": "alternate", "ABBA": "enclosed", "XAXA": "ballad"}.get(fours.pop(), "")


def _relettered(scheme: str) -> str:
    return letters([ord(letter) if letter != UNRHYMED else -at for at, letter in enumerate(scheme)])
