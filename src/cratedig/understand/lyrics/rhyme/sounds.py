"""The syllables of words as numbers in which echoes inside lines are sought.

A syllable is one number: the class of its vowel, how much it is stressed, and the consonants before and after it, each
set of consonants as bits. Weak vowels are one class; o before r is a class of its own; where Russian is
stressed is not asked.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import lru_cache
from typing import Final

import numpy as np
from numpy.typing import NDArray

from cratedig.understand.lyrics.phonemes import Syllable, pronounce
from cratedig.understand.lyrics.phonemes.russian import is_cyrillic
from cratedig.understand.lyrics.phonemes.syllables import CONSONANTS, VOWELS

CLASSES: Final = (*VOWELS, "schwa", "or", "none")
WEAK: Final = CLASSES.index("schwa")
_NEAR: Final = {
    ("AA", "AO"): 0.9,
    ("AH", "schwa"): 0.8,
    ("IH", "schwa"): 0.8,
    ("UH", "schwa"): 0.6,
    ("EH", "schwa"): 0.6,
    ("ER", "schwa"): 0.7,
    ("AE", "schwa"): 0.5,
    ("AA", "schwa"): 0.5,
    ("AO", "or"): 0.7,
    ("OW", "or"): 0.6,
    ("OW", "schwa"): 0.5,
    ("UH", "UW"): 0.5,
    ("IH", "IY"): 0.5,
    ("EH", "IH"): 0.5,
    ("AH", "AA"): 0.5,
    ("AH", "UH"): 0.6,
    ("IY", "schwa"): 0.5,
    ("EH", "IY"): 0.5,
    ("AA", "AE"): 0.5,
    ("AO", "OW"): 0.6,
    ("or", "schwa"): 0.5,
    ("AA", "or"): 0.5,
    ("ER", "or"): 0.5,
}
_MANNERS: Final = ("P T K", "B D G", "M N NG", "L R", "F TH S SH", "V DH Z ZH", "CH JH", "W Y HH X")
_REDUCED: Final = frozenset({"AH", "IH", "UH"})
_LIGHT_WORDS: Final = """
a an the and or but nor of to in on at by for from with into onto as if than that this these those there i me
my mine you your he him his she her it its we us our they them their who whom what which when where why how is
am are was were be been being do does did have has had will would shall should can could may might must not no
so up out off i'm i'll i've i'd you're you'll you've you'd he's she's it's we're we'll we've they're they'll
that's there's ya yo em 'em an' o' th' 'til till 'cause cause cuz just oh ooh ah uh yeah yea ay ayy hey gonna
gotta wanna don't won't can't didn't isn't wasn't ain't couldn't wouldn't shouldn't thy thee thou ye hath doth
upon over under all и в во не на я он она оно они мы вы ты с со что как а но за к ко по из у от до же бы ли то
это так мне меня мой моя твой тебя тебе его её ее их нас вас нам вам им ему ей
"""
_LIGHT: Final = frozenset(_LIGHT_WORDS.split())
"""Words that are heard as rhyming only where something else says so."""

SOUND_BITS: Final = len(CONSONANTS)
_BIT: Final = {consonant: 1 << at for at, consonant in enumerate(CONSONANTS)}
_MASK: Final = (1 << SOUND_BITS) - 1

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]


def _nearness() -> Floats:
    table = np.eye(len(CLASSES))
    for (one, other), near in _NEAR.items():
        at, to = CLASSES.index(one), CLASSES.index(other)
        table[at, to] = table[to, at] = near
    table[-1] = 0.0
    return table


VOWEL_NEARNESS: Final = _nearness()
"""How alike two classes of vowels are, 0..1."""
_MANNER_MASKS: Final = tuple(sum(_BIT[one] for one in manner.split()) for manner in _MANNERS)


@lru_cache(maxsize=65_536)
def packed(word: str) -> tuple[tuple[int, ...], bool]:
    """The word's syllables, each as one number, () where it has none; and whether it is a light word."""
    ways = [one.syllables for one in pronounce(word) if one.syllables]
    said = _anywhere_stressed(ways) if is_cyrillic(word) else next(iter(ways), ())
    return tuple(_pack(syllable, said[at + 1 : at + 2]) for at, syllable in enumerate(said)), word in _LIGHT


def _anywhere_stressed(ways: Sequence[Sequence[Syllable]]) -> Sequence[Syllable]:
    """Each syllable as it is said in the way that stresses it: where the stress is, Russian spelling does not tell."""
    return [next((one for one in same if one.stress), same[0]) for same in zip(*ways, strict=False)]


def _pack(syllable: Syllable, following: Sequence[Syllable]) -> int:
    after = (*syllable.coda, *(following[0].onset if following else ()))
    return (
        _class(syllable) | int(syllable.stress > 0) << 5 | _bits(after) << 8 | _bits(syllable.onset) << (8 + SOUND_BITS)
    )


def _class(syllable: Syllable) -> int:
    if syllable.stress == 0 and syllable.nucleus in _REDUCED:
        return WEAK
    if syllable.nucleus == "AO" and syllable.coda[:1] == ("R",):
        return CLASSES.index("or")
    return CLASSES.index(syllable.nucleus)


def _bits(consonants: Iterable[str]) -> int:
    return sum(_BIT[one] for one in set(consonants))


def vowels(syllables: Ints) -> Ints:
    """The class of each vowel."""
    return syllables & 31


def stresses(syllables: Ints) -> NDArray[np.bool_]:
    """Which syllables are stressed."""
    return (syllables >> 5 & 1).astype(np.bool_)


def after(syllables: Ints) -> Ints:
    """Consonants after each vowel, up to the next of the same word, as bits."""
    return syllables >> 8 & _MASK


def before(syllables: Ints) -> Ints:
    """Consonants before each vowel that belong to its syllable, as bits."""
    return syllables >> (8 + SOUND_BITS)


def manners(consonants: Ints) -> Ints:
    """How the consonants are made, a bit for each manner."""
    found = np.zeros_like(consonants)
    for at, mask in enumerate(_MANNER_MASKS):
        found |= ((consonants & mask) != 0).astype(np.int64) << at
    return found


def overlap(one: Ints, other: Ints) -> Floats:
    """Shared bits over all bits, 0..1; 1 where both are empty."""
    union = np.bitwise_count(one | other)
    return np.where(union == 0, 1.0, np.bitwise_count(one & other) / np.maximum(union, 1))
