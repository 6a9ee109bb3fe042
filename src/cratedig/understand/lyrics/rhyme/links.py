"""How sure it is that two words rhyme: at the ends of lines by the scheme, elsewhere by their echo.

What is linked does not depend on the sensitivity, only which links are strong enough for it: so a higher sensitivity
never loses a pair that a lower one had.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from functools import cache
from typing import Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from cratedig.models.rhyme_scheme import REACH, Links, partners
from cratedig.understand.lyrics.rhyme.echoes import Agreement, Echoes, Places, Stream, agreement
from cratedig.understand.lyrics.rhyme.result import Kind
from cratedig.understand.lyrics.rhyme.tokens import Words

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
NOT_BY_SCHEME: Final = 0.45
"""What the chance of an echo between two line ends is multiplied by where the scheme does not hold them together."""
CLEAR: Final = 0.7
"""How alike consonants of a mosaic are, on average, that needs no scheme. Chosen for "oranges / door hinge"; dev's
figures are the same without it."""
WEAKEST: Final = 0.05
"""Links below this are none at any sensitivity."""

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


class Link(NamedTuple):
    """Two words that may rhyme. later, earlier: their numbers; syllables: of the echo; starts: the first words of both
    places; strength: 0..1, at least 0.5 where it is likelier than not."""

    later: int
    earlier: int
    starts: tuple[int, int]
    syllables: int
    strength: float
    kind: Kind


def echo_links(
    words: Words, stream: Stream, echoes: Echoes, ending: Sequence[int], parted: Ints, least: float
) -> dict[tuple[int, int], Link]:
    """Links by echo at least as strong as `least`, by their words. ending: which words end their lines; parted: for
    each that does, the number of its rhyme in its section's scheme, section after section; else -1."""
    ends = np.zeros(len(words), dtype=np.bool_)
    ends[[at for at in ending if at >= 0]] = True
    standing = Standing.of(stream, echoes, ends)
    here = np.flatnonzero(hopes_of(echoes, standing) >= least)
    heard, standing = echoes.only(here), standing.only(here)
    agreed = agreement(stream, heard)
    chances = chances_of(heard, standing, agreed)
    later, earlier = stream.word[heard.later], stream.word[heard.earlier]
    apart = standing.both_end & (parted[later] != parted[earlier])
    chances[apart & ~_clear_mosaics(stream, heard, agreed)] *= NOT_BY_SCHEME
    found: dict[tuple[int, int], tuple[float, int]] = {}
    strong = np.flatnonzero(chances >= least)
    rows = zip(later[strong].tolist(), earlier[strong].tolist(), chances[strong].tolist(), strong.tolist(), strict=True)
    for one, other, chance, at in rows:
        known = found.get((one, other))
        if known is None or known[0] < chance:
            found[one, other] = (chance, at)
    return {pair: _link(stream, heard, agreed, at, *pair, chance) for pair, (chance, at) in found.items()}


def _clear_mosaics(stream: Stream, echoes: Echoes, agreed: Agreement) -> Flags:
    """Which echoes are over several words and agree in their consonants.

    A scheme, made of last words, knows nothing of these.
    """
    several = np.zeros(len(echoes.later), dtype=np.bool_)
    for last in (echoes.later, echoes.earlier):
        several |= stream.word[last - echoes.length + 1] != stream.word[last]
    clear: Flags = several & (agreed.whole >= CLEAR)
    return clear


def _link(stream: Stream, echoes: Echoes, agreed: Agreement, at: int, one: int, other: int, chance: float) -> Link:
    length = int(echoes.length[at])
    starts = int(stream.word[echoes.later[at] - length + 1]), int(stream.word[echoes.earlier[at] - length + 1])
    return Link(one, other, starts, length, chance, _kind(echoes, agreed, at, starts != (one, other)))


def _kind(echoes: Echoes, agreed: Agreement, at: int, several: bool) -> Kind:
    if several:
        return "mosaic"
    if echoes.stressed[at] > 1:
        return "multi"
    if echoes.vowels[at] > PURE and agreed.whole[at] > SAME and not echoes.cut[at]:
        return "perfect"
    return "assonance" if agreed.first[at] < 0.2 else "slant"


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


def scheme_links(
    words: Words, ends: Sequence[int], links: Links, odds: Floats, known: dict[tuple[int, int], Link]
) -> Iterator[Link]:
    """Links of one section by its scheme. ends: the last word of each of its lines, -1 for none; odds: the evidence."""
    for later, earlier in partners(links):
        one, other = ends[later], ends[earlier]
        if one >= 0 and other >= 0 and later - earlier <= REACH:
            sure = 0.5 + 0.5 / (1.0 + math.exp(-float(odds[later, later - earlier - 1])))
            yield _end_link(words, one, other, sure, known.get((one, other)))


def _end_link(words: Words, one: int, other: int, sure: float, echo: Link | None) -> Link:
    if words.text[one] == words.text[other]:
        return Link(one, other, (one, other), 1, sure, "identity")
    if echo is None:
        return Link(one, other, (one, other), 1, sure, "slant")
    return Link(one, other, echo.starts, echo.syllables, max(sure, echo.strength), echo.kind)
