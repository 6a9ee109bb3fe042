"""Do two line ends rhyme, and how do lines of a stanza usually rhyme: learned from rhymed English verse.

Evidence is a sum of log-odds over what two endings share, in the spirit of Hirjee and Brown 2010 ("Using automated
rhyme detection to characterize rhyming style in rap music", Empirical Musicology Review 5), fitted together by logistic
regression; how old spelling and dead pronunciations count (love/prove) is learned with it. Trained by `cratedig lab
train rhyme`; heads/rhyme.json is its card.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache, cached_property
from pathlib import Path
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from cratedig.models.arrays import HEADS, Arrays, read_head
from cratedig.models.rhyme_scheme import SchemePrior

NAME: Final = "rhyme"
VARIANTS: Final = 3
"""Ways to say a word that are looked at."""
SPELLED: Final = 6
"""Letters from the end of a word that are looked at."""
FIELDS: Final = ("vowel", "coda", "onset", "stressed", "vowel_before", "between", "stressed_before")
"""Codes of one way to say the end of a word: its last syllable, and the one before with the consonants between."""
WIDTH: Final = VARIANTS * len(FIELDS) + SPELLED + 4
"""Numbers that stand for a word: its variants, how many, last letters, the spelling of the vowel, known, the word."""
NO_VOWEL: Final = 15

Codes = NDArray[np.int32]
Floats = NDArray[np.float64]
Cluster = tuple[str, ...]
Ways = NDArray[np.intp]


@dataclass(frozen=True)
class Pairs:
    """What rows of word codes say of pairs: one row of codes for either side of each pair, shape (p, WIDTH)."""

    left: Codes
    right: Codes

    @cached_property
    def spelling(self) -> tuple[Codes, Codes, Codes, Codes]:
        """Common last letters 0..6; the vowel spelled alike; how many of the two are known words; the same word."""
        start = VARIANTS * len(FIELDS) + 1
        one, other = self.left[:, start : start + SPELLED], self.right[:, start : start + SPELLED]
        common = np.logical_and.accumulate((one == other) & (one > 0), axis=1).sum(axis=1, dtype=np.int32)
        rest = self.left[:, start + SPELLED :], self.right[:, start + SPELLED :]
        vowel, word = (rest[0][:, at] == rest[1][:, at] for at in (0, 2))
        return common, vowel.astype(np.int32), rest[0][:, 1] + rest[1][:, 1], word.astype(np.int32)


@dataclass(frozen=True)
class RhymeHead:
    """codas: known clusters at the end of words, in the order of their codes. weights: of all features, one after the
    other in the order of `columns`. prior: how stanzas usually rhyme."""

    codas: tuple[Cluster, ...]
    weights: Floats
    bias: float
    prior: SchemePrior

    @classmethod
    def load(cls, folder: Path = HEADS) -> RhymeHead:
        """The shipped head. Raises ModelUnavailable where a file is absent, damaged or not its card's."""
        return cls.of(read_head(NAME, folder))

    @classmethod
    def of(cls, arrays: Mapping[str, NDArray[Any]]) -> RhymeHead:
        """From what `arrays` gives."""
        codas = tuple(tuple(str(coda).split()) for coda in arrays["codas"])
        prior = SchemePrior.of(arrays)
        return cls(codas, arrays["weights"].astype(np.float64), float(arrays["bias"]), prior)

    def arrays(self) -> Arrays:
        """What `of` reads; weights in half precision."""
        codas = np.array([" ".join(coda) for coda in self.codas])
        weights: Arrays = {"weights": self.weights.astype(np.float16), "bias": np.array(self.bias)}
        return {"codas": codas, **weights, **self.prior.arrays()}

    @cached_property
    def coda_codes(self) -> dict[Cluster, int]:
        """The code of each known cluster."""
        return {coda: at for at, coda in enumerate(self.codas)}

    @cached_property
    def relations(self) -> Codes:
        """How any two known clusters relate, shape (c, c): one of RELATIONS' numbers."""
        return relations(self.codas)

    def evidence(self, left: Codes, right: Codes) -> Floats:
        """Log-odds that two words at line ends of one stanza rhyme, by their best ways to be said, shape (p,).

        left, right: rows of word codes, shape (p, WIDTH). Words that cannot be said get -9.
        """
        return self.judged(left, right)[0]

    def judged(self, left: Codes, right: Codes) -> tuple[Floats, Codes]:
        """The log-odds, and which ways to say the words gave it: VARIANTS times that of the left plus the right."""
        here, one, other = np.nonzero(_said(left)[:, :, None] & _said(right)[:, None, :])
        found = np.full((len(left), VARIANTS**2), -np.inf)
        if len(here):
            sums = self.weights[columns(Pairs(left, right), here, one, other, self.relations)].sum(axis=0) + self.bias
            found[here, one * VARIANTS + other] = sums
        chosen = found.argmax(axis=1)
        best = found[np.arange(len(left)), chosen]
        return np.maximum(best, -9.0), np.where(best > -9.0, chosen, 0).astype(np.int32)


def something_in_common(left: Codes, right: Codes) -> NDArray[np.bool_]:
    """Pairs that may rhyme at all: some way to say them has the same last vowel or coda, or their last two letters or
    their vowel's letters are the same, shape (p,)."""
    letter = COUNT_AT + 1
    same = left[:, letter:] == right[:, letter:]
    found: NDArray[np.bool_] = (same[:, 0] & same[:, 1]) | same[:, SPELLED]
    one, other = _variants(left)[:, :, None], _variants(right)[:, None, :]
    coda = (one[..., 1] == other[..., 1]) & (one[..., 1] > 0)
    heard = (one[..., 0] == other[..., 0]) | coda
    said = _said(left)[:, :, None] & _said(right)[:, None, :]
    found |= (heard & said).any(axis=(1, 2))
    return found


def _variants(codes: Codes) -> Codes:
    """The ways to say words, shape (p, VARIANTS, fields)."""
    return codes[:, :COUNT_AT].reshape(-1, VARIANTS, len(FIELDS))


def _said(codes: Codes) -> NDArray[np.bool_]:
    """Which of VARIANTS ways to say them words have, shape (p, VARIANTS)."""
    said: NDArray[np.bool_] = codes[:, COUNT_AT, None] > np.arange(VARIANTS)
    return said


COUNT_AT: Final = VARIANTS * len(FIELDS)
RELATIONS: Final = ("both open", "same", "one begins the other", "one ends the other", "one sound apart", "one open")
"""How two clusters relate; then: the same last sound; nothing in common."""


def relations(codas: Sequence[Cluster]) -> Codes:
    """How any two of the clusters relate, shape (c, c)."""
    return np.array([[_relation(one, other) for other in codas] for one in codas], dtype=np.int32)


def _relation(one: Cluster, other: Cluster) -> int:
    short, long = sorted((one, other), key=len)
    if short == long:
        return 1 if short else 0
    if not short:
        return 5
    if long[: len(short)] == short:
        return 2
    if long[-len(short) :] == short:
        return 3
    if len(short) == len(long) and sum(a != b for a, b in zip(short, long, strict=True)) == 1:
        return 4
    return 6 if short[-1] == long[-1] else 7


SIZES: Final = (768, 0, 48, 108, 256, 8, 84, 24, 2, 40, 32)
"""Values of each feature of `columns`; that of a pair of clusters is the square of their number."""


def columns(pairs: Pairs, here: Ways, one: int | Ways, other: int | Ways, related: Codes) -> NDArray[np.int64]:
    """Which weights count for pairs `here` when said so, in one way for all or each in its own, shape (features, p)."""
    a, b = _variants(pairs.left)[here, one].T, _variants(pairs.right)[here, other].T
    common, spelled, known, same_word = (values[here] for values in pairs.spelling)
    relation = related[a[1], b[1]]
    vowel, coda, onset = a[0] == b[0], relation < 2, a[2] == b[2]
    stress, stress_before = a[3] + b[3], a[6] + b[6]
    absent = (a[4] == NO_VOWEL) | (b[4] == NO_VOWEL)
    before = np.where(absent, 2, a[4] == b[4])
    alike = vowel * 2 + coda
    clusters = len(related)
    found = (
        stress * 256 + _both(a[0], b[0], 16),
        _both(a[1], b[1], clusters),
        (vowel * 8 + relation) * 3 + stress,
        (stress * 3 + before) * 12 + (a[5] == b[5]) * 6 + stress_before * 2 + vowel,
        np.where(stress < 2, _both(a[4], b[4], 16), 255),
        alike * 2 + onset,
        common * 12 + alike * 3 + known,
        spelled * 12 + alike * 3 + known,
        same_word,
        np.minimum(common, 4) * 8 + relation,
        (spelled * 2 + vowel) * 8 + relation,
    )
    return np.array(found) + starts(clusters)[:, None]


def _both(one: Codes, other: Codes, size: int) -> Codes:
    return np.minimum(one, other) * size + np.maximum(one, other)


@cache
def starts(clusters: int) -> NDArray[np.int64]:
    """Where the weights of each feature begin; with one more at the end in `features`."""
    return np.cumsum([0, *sizes(clusters)])[:-1]


def sizes(clusters: int) -> list[int]:
    """How many weights each feature has."""
    return [size or clusters**2 for size in SIZES]


@cache
def shipped() -> RhymeHead:
    """The shipped head, read once."""
    return RhymeHead.load()
