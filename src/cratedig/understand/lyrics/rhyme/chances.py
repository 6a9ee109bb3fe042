"""How likely an echo is one that is heard as a rhyme: by how alike it sounds, and where its two places stand."""

from __future__ import annotations

from functools import cache
from typing import Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from cratedig.understand.lyrics.rhyme.echoes import Agreement, Echoes, Places, Stream

WEIGHTS: Final = {
    "plain": (
        *(-0.72, 0.94, 3.14, 2.63, 1.36, 0.56, -0.76, -0.3, -2.25),
        *(-2.49, -2.15, -1.69, 2.33, 1.82, 0.97, -0.08, -8.51),
    ),
    "multi": (
        *(-1.4, 0.97, 0.91, 1.85, -0.27, 2.27, 0.24, -0.43, -2.4),
        *(-1.83, -1.95, -0.95, 1.47, 0.0, 0.87, -1.1, -4.54),
    ),
    "cut": (
        *(0.86, -0.05, 2.79, 0.12, 0.43, 1.18, 0.0, -0.27, -3.86),
        *(-3.08, -2.77, -0.17, 0.9, 0.09, 0.7, -0.09, -5.44),
    ),
}
"""Of `features`, and a constant, for echoes of one stressed vowel, of more, and such as end inside a word: logistic
regressions on the verses of evals/rap_rhymes/dev.txt, the constants lowered by four folds of them."""
_WEIGHTS: Final = np.array(list(WEIGHTS.values()))
OF_SOUNDS, ONSET = [0, 1, 2, 3, 4, 5, 6, 13], 6
"""The features that say how alike the sounds of an echo are."""
LONG, MANY, FAR = 5, 4, 3
"""More syllables, stressed ones, and lines between are not told apart."""
PURE, SAME = 0.97, 0.99
"""Vowels more alike than PURE are the same, consonants more alike than SAME."""
CUT_SHORT: Final = 1.8
"""Taken from the log-odds of echoes of one syllable that end inside a word: give, river."""
SURE: Final = 0.7
"""The least chance of two words of weight that rhyme perfectly at most two lines apart."""

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]
Flags = NDArray[np.bool_]


class Standing(NamedTuple):
    """Where the two places of echoes stand. line: how many lines apart; light: how many of the two words are light;
    both_end: both end their lines."""

    line: Ints
    light: Ints
    both_end: Flags

    @classmethod
    def of(cls, stream: Stream, echoes: Echoes, ends: Flags) -> Standing:
        """ends: which words end their lines."""
        later, earlier = stream.word[echoes.later], stream.word[echoes.earlier]
        return cls(
            stream.line[echoes.later] - stream.line[echoes.earlier],
            stream.light[later].astype(np.int64) + stream.light[earlier],
            ends[later] & ends[earlier],
        )

    def only(self, here: Places) -> Standing:
        """Of the echoes `here`."""
        return Standing(self.line[here], self.light[here], self.both_end[here])


def chances_of(echoes: Echoes, standing: Standing, agreed: Agreement) -> Floats:
    """How likely each echo is one that is heard as a rhyme, 0..1."""
    return _weighed(echoes, standing, agreed, features(echoes, standing, agreed), _WEIGHTS)


def _weighed(echoes: Echoes, standing: Standing, agreed: Agreement, known: Floats, weights: Floats) -> Floats:
    kind = _kind_of_weights(echoes)
    sums = (weights @ known)[kind, np.arange(len(kind))]
    sums[echoes.cut & (echoes.length == 1)] -= CUT_SHORT
    chances = 1.0 / (1.0 + np.exp(-sums))
    plain = (echoes.vowels > PURE) & (agreed.whole > SAME) & ~echoes.cut & ~echoes.onset
    plain &= (standing.line <= 2) & (standing.light == 0)
    chances[plain] = np.maximum(chances[plain], SURE)
    return np.asarray(chances, dtype=np.float64)


def _kind_of_weights(echoes: Echoes) -> Ints:
    """Which of WEIGHTS counts for each."""
    return np.where(echoes.cut, 2, echoes.stressed > 1)


def features(echoes: Echoes, standing: Standing, agreed: Agreement) -> Floats:
    """What is weighed of each echo, and a constant 1, shape (17, n)."""
    line, light, both_end = standing
    pure = echoes.vowels > PURE
    perfect = pure & (agreed.whole > SAME)
    rows = (
        *(perfect, pure, echoes.vowels, *agreed, echoes.onset),
        *(line == 1, line == 2, line > 2, light > 0, light > 1, both_end, both_end & perfect),
        *(np.minimum(echoes.length, LONG), np.minimum(echoes.stressed, MANY)),
    )
    found = np.ones((len(rows) + 1, len(line)))
    for at, row in enumerate(rows):
        found[at] = row
    return found


def hopes_of(echoes: Echoes, standing: Standing) -> Floats:
    """How likely each echo could be if all its sounds agreed, at most. Where even that is little, as in nine of ten,
    consonants need not be compared."""
    line, light, both_end = standing
    length, stressed = np.minimum(echoes.length, LONG) - 1, np.minimum(echoes.stressed, MANY) - 1
    hopes: Floats = _at_best()[
        echoes.cut.astype(np.int64), length, stressed, np.minimum(line, FAR), light, both_end.astype(np.int64)
    ]
    return hopes


@cache
def _at_best() -> Floats:
    """The most of all echoes that are cut or not, of 1 .. LONG syllables, 1 .. MANY of them stressed, 0 .. FAR lines
    apart, with 0 .. 2 light words, and at line ends or not; by all of these."""
    shape = (2, LONG, MANY, FAR + 1, 3, 2)
    cut, length, stressed, line, light, both_end = np.indices(shape).reshape(len(shape), -1)
    sounding = np.ones(len(cut))
    best = Echoes(cut, cut, length + 1, stressed + 1, sounding, sounding < 0, cut > 0)
    standing, agreed = Standing(line, light, both_end > 0), Agreement(sounding, sounding, sounding)
    known, weights = features(best, standing, agreed), _WEIGHTS.copy()
    known[ONSET], weights[:, OF_SOUNDS] = 1.0, np.maximum(weights[:, OF_SOUNDS], 0.0)
    return _weighed(best, standing, agreed, known, weights).reshape(shape)
