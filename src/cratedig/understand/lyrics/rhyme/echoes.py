"""Echoes: places in a lyric whose last syllables sound alike, across the borders of words.

Every end of a word is compared with those shortly before it, syllable by syllable towards the front, as far as the
vowels agree (the longest matching vowels of Malmi et al. 2016, "DopeLearning: a computational approach to rap lyrics
generation"; Hirjee and Brown 2010 for consonants). An echo begins at a syllable that both places stress.
"""

from __future__ import annotations

from dataclasses import dataclass, fields
from typing import Final, NamedTuple

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view
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

_BEFORE: Final = len(sounds.CLASSES)
_ONE: Final = 1 << np.arange(_BEFORE)
_AGREEING: Final = (sounds.VOWEL_NEARNESS >= AGREES) @ _ONE
"""For each class of vowels, those that agree with it, as bits."""
_LAST_VOWEL: Final = (1 << _BEFORE) - 1
_STRESSED: Final = 1 << 2 * _BEFORE
_NOTHING: Final = np.zeros(WINDOW, dtype=np.int64)
_STEPS: Final = np.arange(WINDOW)

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]
Flags = NDArray[np.bool_]
Places = NDArray[np.intp]


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
        known = sounds.kept()
        text = known.ids_of(words.text)
        counts = known.counts[text]
        last = np.cumsum(counts) - 1
        syllables = known.syllables(text, counts, last)
        word = np.repeat(np.arange(len(words)), counts)
        line = np.array(words.line, dtype=np.int64)[word]
        coda, onset = known.coda[syllables], known.onset[syllables]
        after = coda.copy()
        if len(syllables):
            crossing = (word[1:] != word[:-1]) & (line[1:] == line[:-1])
            after[:-1] |= np.where(crossing, onset[1:], 0)
        return cls(
            *(known.vowel[syllables], known.stressed[syllables], after, coda, onset, word, line),
            *(last, known.light[text], text),
        )


@dataclass(frozen=True)
class Echoes:
    """Pairs of places, each a row of arrays. later, earlier: the last syllables; length: syllables; stressed: how many
    of them both stress; vowels: how alike they are on average, 0..1; onset: the consonants before the first vowel are
    the same; cut: one place ends inside a word.
    """

    later: Ints
    earlier: Ints
    length: Ints
    stressed: Ints
    vowels: Floats
    onset: Flags
    cut: Flags

    def only(self, here: Places) -> Echoes:
        """Those `here`."""
        return Echoes(*(getattr(self, one.name)[here] for one in fields(self)))


class Agreement(NamedTuple):
    """How alike the consonants of echoes are, 0..1. whole: on average; first: after the first vowel; tail: at the
    end."""

    whole: Floats
    first: Floats
    tail: Floats


def echoes(stream: Stream) -> Echoes:
    """All places that echo an earlier one of another word, later ones last."""
    later, earlier, cut = _ends(stream)
    return _extended(stream, later, earlier, cut)


def _ends(stream: Stream) -> tuple[Ints, Ints, Flags]:
    """Pairs of ends whose last vowels agree. An end is a word's last syllable, or the one before a weak last."""
    syllables = np.diff(stream.last, prepend=-1)
    whole, length = stream.last[syllables > 0], syllables[syllables > 0]
    inside = np.zeros(len(stream.vowel), dtype=np.bool_)
    inside[whole[(length > 1) & ~stream.stressed[whole]] - 1] = True
    ending = inside.copy()
    ending[whole] = True
    ends = np.flatnonzero(ending)
    pairs = np.flatnonzero(_may_echo(stream, ends))
    at = pairs // WINDOW
    later, earlier = ends[at], ends[at - pairs % WINDOW - 1]
    text = stream.text[stream.word]
    apart = np.flatnonzero(text[later] != text[earlier])
    later, earlier = later[apart], earlier[apart]
    return later, earlier, inside[later] | inside[earlier]


def _may_echo(stream: Stream, ends: Ints) -> Flags:
    """Whether each end has an echo in each of those before it, the nearest first, shape (n, WINDOW).

    Their vowels agree, and both are stressed or the vowels before agree as well: a weak last alone is no rhyme.
    """
    last, before = stream.vowel[ends], stream.vowel[ends - 1]
    said = _ONE[last] | _ONE[before] << _BEFORE | stream.stressed[ends] * _STRESSED
    sought = _AGREEING[last] | _AGREEING[before] << _BEFORE | stream.stressed[ends] * _STRESSED
    shared = sought[:, None] & sliding_window_view(np.concatenate([_NOTHING, said]), WINDOW)[:-1, ::-1]
    reach = np.arange(len(ends)) - np.searchsorted(stream.line[ends], stream.line[ends] - LINES_BACK)
    near: Flags = (shared & _LAST_VOWEL != 0) & (shared > _LAST_VOWEL) & (reach[:, None] > _STEPS)
    return near


def _extended(stream: Stream, later: Ints, earlier: Ints, cut: Flags) -> Echoes:
    """Echoes from their last syllables towards the front, as far as vowels agree."""
    vowels = sounds.nearness(stream.vowel[later], stream.vowel[earlier])
    length = (stream.stressed[later] & stream.stressed[earlier]).astype(np.int64)
    stressed, kept = length.copy(), vowels * length
    light = stream.light[stream.word]
    room = _room(stream, later, earlier)
    alive = np.arange(len(later))
    for back in range(1, LONGEST):
        one, other = later[alive] - back, earlier[alive] - back
        vowel = sounds.nearness(stream.vowel[one], stream.vowel[other])
        going = np.flatnonzero((vowel >= AGREES) & (room[alive] >= back))
        alive, one, other = alive[going], one[going], other[going]
        if not len(alive):
            break
        vowels = vowels[going] + vowel[going]
        both = np.flatnonzero(stream.stressed[one] & stream.stressed[other] & ~(light[one] & light[other]))
        begun = alive[both]
        length[begun], kept[begun] = back + 1, vowels[both]
        stressed[begun] += 1
    reach = np.maximum(length, 1) - 1
    onset = stream.onset[later - reach] == stream.onset[earlier - reach]
    begun = np.flatnonzero((length > 0) & ~(onset & cut))  # driver, driving: one stem
    long = length[begun]
    return Echoes(later[begun], earlier[begun], long, stressed[begun], kept[begun] / long, onset[begun], cut[begun])


def agreement(stream: Stream, echoes: Echoes) -> Agreement:
    """How alike the consonants of echoes are."""
    starts = np.cumsum(echoes.length) - echoes.length
    back = np.arange(echoes.length.sum()) - np.repeat(starts, echoes.length)
    one, other = (np.repeat(last, echoes.length) - back for last in (echoes.later, echoes.earlier))
    heard = (np.where(back > 0, stream.after[at], stream.coda[at]) for at in (one, other))
    alike = sounds.likeness(*heard)
    whole = np.add.reduceat(alike, starts) if len(starts) else alike
    return Agreement(whole / echoes.length, alike[starts + echoes.length - 1], alike[starts])


def _room(stream: Stream, later: Ints, earlier: Ints) -> Ints:
    """How many syllables before both places belong to them at most: of the same line, and not of the other place."""
    before = np.arange(len(stream.line)) - np.searchsorted(stream.line, stream.line)
    room = np.minimum(before[later], before[earlier])
    same = stream.line[later] == stream.line[earlier]
    found: Ints = np.minimum(room, np.where(same, later - earlier - 1, LONGEST))
    return found
