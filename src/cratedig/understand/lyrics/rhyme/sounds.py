"""The syllables of words as numbers in which echoes inside lines are sought.

Of a syllable there are the class of its vowel, whether it is stressed, and the consonants before and after it, each set
of consonants as bits. Weak vowels are one class; o before r is a class of its own; where Russian is
stressed is not asked.
"""

from __future__ import annotations

import threading
from collections.abc import Iterator, Sequence
from functools import lru_cache
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from cratedig.understand.lyrics.phonemes import Syllable, pronounce
from cratedig.understand.lyrics.phonemes.russian import is_cyrillic
from cratedig.understand.lyrics.phonemes.syllables import CONSONANTS, VOWELS

CLASSES: Final = (*VOWELS, "schwa", "or", "none")
_CLASS: Final = {name: at for at, name in enumerate(CLASSES)}
WEAK, _OR = _CLASS["schwa"], _CLASS["or"]
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
_COUNTS: Final = SOUND_BITS + 1
_FIRST_ROWS: Final = 4_096
_MOST_WORDS: Final = 65_536

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
_NEARNESS: Final = VOWEL_NEARNESS.ravel()
_SHARES: Final = np.array([[one / all_ if all_ else 1.0 for all_ in range(_COUNTS)] for one in range(_COUNTS)]).ravel()
_MANNER_MASKS: Final = tuple(sum(_BIT[one] for one in manner.split()) for manner in _MANNERS)


class Known:
    """Words whose sounds are known, a row for each; unknown ones are learned when they are asked for.

    Of each word, counts: its syllables; light: is it a light word. Of each syllable: vowel: its class; stressed; coda:
    consonants after it, up to the next vowel of the word, onset: those before it, both as bits, the lowest SOUND_BITS
    for consonants and those above for how they are made.
    """

    def __init__(self) -> None:
        self._ids: dict[str, int] = {}
        self._lock = threading.Lock()
        self._starts = np.zeros(_FIRST_ROWS, dtype=np.int64)
        self.counts = np.zeros(_FIRST_ROWS, dtype=np.int64)
        self.light = np.zeros(_FIRST_ROWS, dtype=np.bool_)
        self._filled = 0
        self.vowel = np.zeros(_FIRST_ROWS, dtype=np.int64)
        self.stressed = np.zeros(_FIRST_ROWS, dtype=np.bool_)
        self.coda = np.zeros(_FIRST_ROWS, dtype=np.int64)
        self.onset = np.zeros(_FIRST_ROWS, dtype=np.int64)

    def __len__(self) -> int:
        return len(self._ids)

    def ids_of(self, words: Sequence[str]) -> Ints:
        """The row of each word, shape (n,). Words are in lower case."""
        found = list(map(self._ids.get, words))
        if None in found:
            with self._lock:
                self._learn([word for word in dict.fromkeys(words) if word not in self._ids])
            found = list(map(self._ids.get, words))
        return np.array(found, dtype=np.int64)

    def syllables(self, ids: Ints, counts: Ints, last: Ints) -> Ints:
        """The rows of the syllables of words, one after the other. last: where those of each word end."""
        if not len(ids):
            return np.zeros(0, dtype=np.int64)
        return np.repeat(self._starts[ids] + counts - last - 1, counts) + np.arange(last[-1] + 1)

    def _learn(self, words: Sequence[str]) -> None:
        said = [_said(word) for word in words]
        counts, all_said = [len(one) for one in said], [syllable for one in said for syllable in one]
        at, first = len(self._ids), self._filled
        end, filled = at + len(words), first + len(all_said)
        self._make_room(end, filled)
        self._starts[at:end], self.counts[at:end] = first + np.cumsum([0, *counts[:-1]]), counts
        self.light[at:end] = [word in _LIGHT for word in words]
        self.vowel[first:filled] = [_class(one) for one in all_said]
        self.stressed[first:filled] = [one.stress > 0 for one in all_said]
        self.onset[first:filled] = [_bits(one.onset) for one in all_said]
        self.coda[first:filled] = [_bits(one) for word in said for one in _up_to_vowels(word)]
        self._filled = filled
        self._ids.update(zip(words, range(at, end), strict=True))  # last: whoever finds a word finds all of it

    def _make_room(self, words: int, said: int) -> None:
        """Rows for so many in all: twice as many where they are full, as new arrays, so that who still reads the old
        ones reads what was true."""
        while words > len(self.counts):
            self._starts, self.counts, self.light = map(_doubled, (self._starts, self.counts, self.light))
        while said > len(self.vowel):
            self.vowel, self.stressed = _doubled(self.vowel), _doubled(self.stressed)
            self.coda, self.onset = _doubled(self.coda), _doubled(self.onset)


def _up_to_vowels(said: Sequence[Syllable]) -> Iterator[tuple[str, ...]]:
    """The consonants after each syllable's vowel, up to the next vowel of the word."""
    following = (*(one.onset for one in said[1:]), ())
    return (one.coda + after for one, after in zip(said, following, strict=False))


def _doubled(rows: NDArray[Any]) -> NDArray[Any]:
    return np.concatenate([rows, np.zeros_like(rows)])


_known = Known()


def kept() -> Known:
    """The words this process knows; a full table is left to whoever still reads it, and a new one begun."""
    global _known
    if len(_known) >= _MOST_WORDS:
        _known = Known()
    return _known


def _said(word: str) -> Sequence[Syllable]:
    """The syllables of a word as it is most often said, () where it cannot be said."""
    ways = filter(None, (one.syllables for one in pronounce(word)))
    return _anywhere_stressed(list(ways)) if is_cyrillic(word) else next(ways, ())


def _anywhere_stressed(ways: Sequence[Sequence[Syllable]]) -> Sequence[Syllable]:
    """Each syllable as it is said in the way that stresses it: where the stress is, Russian spelling does not tell."""
    return [next((one for one in same if one.stress), same[0]) for same in zip(*ways, strict=False)]


def _class(syllable: Syllable) -> int:
    if syllable.stress == 0 and syllable.nucleus in _REDUCED:
        return WEAK
    if syllable.nucleus == "AO" and syllable.coda[:1] == ("R",):
        return _OR
    return _CLASS[syllable.nucleus]


@lru_cache(maxsize=8_192)
def _bits(consonants: tuple[str, ...]) -> int:
    heard = sum(_BIT[one] for one in set(consonants))
    return heard | sum(1 << SOUND_BITS + at for at, mask in enumerate(_MANNER_MASKS) if heard & mask)


def nearness(one: Ints, other: Ints) -> Floats:
    """How alike the classes of vowels are, 0..1."""
    near: Floats = _NEARNESS[one * len(CLASSES) + other]
    return near


def likeness(one: Ints, other: Ints) -> Floats:
    """How alike consonants are, 0..1: the mean share of common ones and of common ways to make them."""
    shared, either = one & other, one | other
    sounds = _share(shared & _MASK, either & _MASK)
    return (sounds + _share(shared >> SOUND_BITS, either >> SOUND_BITS)) / 2


def _share(shared: Ints, either: Ints) -> Floats:
    """Shared bits over all bits, 0..1; 1 where there are none."""
    share: Floats = _SHARES[np.bitwise_count(shared).astype(np.int64) * _COUNTS + np.bitwise_count(either)]
    return share
