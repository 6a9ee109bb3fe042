"""Echoes: places in a lyric whose last syllables sound alike, across the borders of words.

Every end of a word is compared with those shortly before it, syllable by syllable towards the front, as far as the
vowels agree (the longest matching vowels of Malmi et al. 2016, "DopeLearning: a computational approach to rap lyrics
generation"; Hirjee and Brown 2010 for consonants). An echo begins at a syllable that both places stress.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import chain
from typing import Final

import numpy as np
from numpy.typing import NDArray

from cratedig.understand.lyrics.rhyme import sounds
from cratedig.understand.lyrics.rhyme.tokens import Words

WINDOW: Final = 32
"""Words back that an echo is sought."""
LINES_BACK: Final = 3
LONGEST: Final = 7
"""Syllables of an echo at most."""
AGREES: Final = 0.5
"""How alike two vowels have to be."""

_AGREE: Final = sounds.VOWEL_NEARNESS >= AGREES

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]
Flags = NDArray[np.bool_]


@dataclass(frozen=True)
class Stream:
    """All syllables of a lyric in order.

    word, line: of each; after: consonants up to the next vowel of the line; coda: up to the end of the word. Of each
    word: last: its last syllable, or that of the word before where it has none; light: is it a light word; text: one
    number for all that are the same word.
    """

    vowel: Ints
    stressed: Flags
    after: Ints
    coda: Ints
    onset: Ints
    word: Ints
    line: Ints
    last: Ints
    light: Flags
    text: Ints

    @classmethod
    def of(cls, words: Words) -> Stream:
        """The syllables of words, as each is most often said."""
        said, lights = zip(*map(sounds.packed, words.text), strict=True) if len(words) else ((), ())
        counts = np.array(list(map(len, said)), dtype=np.int64)
        syllables = np.array(list(chain.from_iterable(said)), dtype=np.int64)
        word = np.repeat(np.arange(len(words)), counts)
        line = np.array(words.line, dtype=np.int64)[word]
        coda, onset = sounds.after(syllables), sounds.before(syllables)
        after = coda.copy()
        if len(syllables):
            crossing = (word[1:] != word[:-1]) & (line[1:] == line[:-1])
            after[:-1] |= np.where(crossing, onset[1:], 0)
        numbers: dict[str, int] = {}
        text = np.array([numbers.setdefault(one, len(numbers)) for one in words.text], dtype=np.int64)
        return cls(
            *(sounds.vowels(syllables), sounds.stresses(syllables), after, coda, onset, word, line),
            *(np.cumsum(counts) - 1, np.array(lights, dtype=np.bool_), text),
        )


@dataclass(frozen=True)
class Echoes:
    """Pairs of places, each a row of arrays. later, earlier: the last syllables; length: syllables; stressed: how many
    of them both stress; vowels, consonants: how alike they are on average, 0..1; first: consonants after the first
    vowel; tail: those at the end; onset: those before the first vowel are the same; cut: one place ends inside a word.
    """

    later: Ints
    earlier: Ints
    length: Ints
    stressed: Ints
    vowels: Floats
    consonants: Floats
    first: Floats
    tail: Floats
    onset: Flags
    cut: Flags


def echoes(stream: Stream) -> Echoes:
    """All places that echo an earlier one of another word, later ones last."""
    later, earlier, cut = _ends(stream)
    return _extended(stream, later, earlier, cut)


def _ends(stream: Stream) -> tuple[Ints, Ints, Flags]:
    """Pairs of ends whose last vowels agree. An end is a word's last syllable, or the one before a weak last."""
    whole = stream.last[np.diff(stream.last, prepend=-1) > 0]
    weak = whole[(np.diff(whole, prepend=-1) > 1) & ~stream.stressed[whole]] - 1
    ends = np.concatenate([whole, weak])
    inside = np.concatenate([np.zeros(len(whole), np.bool_), np.ones(len(weak), np.bool_)])
    order = np.argsort(ends, kind="stable")
    ends, inside = ends[order], inside[order]
    back = np.arange(len(ends))[:, None] - np.arange(1, WINDOW + 1)[None, :]
    reached = back >= 0
    back = np.maximum(back, 0)
    vowel, line = stream.vowel[ends], stream.line[ends]
    agrees = _AGREE[vowel[:, None], vowel[back]]
    at, step = np.nonzero(agrees & reached & (line[:, None] - line[back] <= LINES_BACK))
    to = at - step - 1
    later, earlier, cut = ends[at], ends[to], inside[at] | inside[to]
    apart = stream.text[stream.word[later]] != stream.text[stream.word[earlier]]
    apart &= (stream.stressed[later] & stream.stressed[earlier]) | _agree_before(stream, later, earlier)
    return later[apart], earlier[apart], cut[apart]


def _agree_before(stream: Stream, later: Ints, earlier: Ints) -> Flags:
    """Pairs whose vowels before the last agree as well: a weak last alone is no rhyme."""
    return _AGREE[stream.vowel[later - 1], stream.vowel[earlier - 1]]


def _extended(stream: Stream, later: Ints, earlier: Ints, cut: Flags) -> Echoes:
    count = len(later)
    vowels, consonants = np.zeros(count), np.zeros(count)
    kept_vowels, kept_consonants, first = np.zeros(count), np.zeros(count), np.zeros(count)
    length, stressed = np.zeros(count, np.int64), np.zeros(count, np.int64)
    tail = np.zeros(count)
    manner_after, manner_coda = sounds.manners(stream.after), sounds.manners(stream.coda)
    light = stream.light[stream.word]
    alive = np.arange(count)
    for back in range(LONGEST):
        one, other = later[alive] - back, earlier[alive] - back
        vowel = sounds.VOWEL_NEARNESS[stream.vowel[one], stream.vowel[other]]
        going = (vowel >= AGREES) & (other >= 0)
        going &= (stream.line[one] == stream.line[later[alive]]) & (stream.line[other] == stream.line[earlier[alive]])
        going &= (stream.line[one] != stream.line[other]) | (one > earlier[alive])
        alive, one, other, vowel = alive[going], one[going], other[going], vowel[going]
        if not len(alive):
            break
        heard, manner = (stream.coda, manner_coda) if back == 0 else (stream.after, manner_after)
        alike = (sounds.overlap(heard[one], heard[other]) + sounds.overlap(manner[one], manner[other])) / 2
        if back == 0:
            tail[alive] = alike
        vowels[alive] += vowel
        consonants[alive] += alike
        both = stream.stressed[one] & stream.stressed[other]
        both &= (back == 0) | ~(light[one] & light[other])
        begun = alive[both]
        length[begun], first[begun] = back + 1, alike[both]
        stressed[begun] += 1
        kept_vowels[begun], kept_consonants[begun] = vowels[begun], consonants[begun]
    begun = np.flatnonzero(length > 0)
    reach = np.maximum(length, 1) - 1
    onset = stream.onset[later - reach] == stream.onset[earlier - reach]
    begun = begun[~(onset & cut)[begun]]  # driver, driving: one stem
    long = length[begun]
    return Echoes(
        *(
            later[begun],
            earlier[begun],
            long,
            stressed[begun],
            kept_vowels[begun] / long,
            kept_consonants[begun] / long,
        ),
        *(first[begun], tail[begun], onset[begun], cut[begun]),
    )
