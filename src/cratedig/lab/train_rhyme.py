"""Trains evidence and custom of rhyme: `cratedig lab train rhyme --data ../shared/data/rhyme_poems`.

Which of the ways to say two words counts is found by turns with the weights (hard expectation maximisation). Figures
are of five folds without common authors, each judged by what learned from the others. Needs the extra [lab].
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import anyio.to_thread
import numpy as np
from numpy.typing import NDArray

from cratedig.lab.evaluation import Lab
from cratedig.lab.rhyme_data import Poem, Stanza, read_poems
from cratedig.lab.rhyme_judged import Tally, stanza_schemes
from cratedig.models.arrays import HEADS, publish_head
from cratedig.models.rhyme import COUNT_AT, NAME, VARIANTS, Codes, Pairs, RhymeHead, columns, relations, sizes
from cratedig.models.rhyme_scheme import REACH, SchemePrior
from cratedig.understand.lyrics.phonemes import pronounce
from cratedig.understand.lyrics.rhyme.ends import EndCoder
from cratedig.understand.lyrics.rhyme.naming import partition
from cratedig.understand.lyrics.rhyme.tokens import end_words

VERSION: Final = 1
FOLDS: Final = 5
ROUNDS: Final = 3
PENALTY: Final = 0.3  # scikit-learn's C; 0.1 and 1 give the same to 0.001
SEED: Final = 2011


async def train(data: Path, lab: Lab, out: Path | None) -> dict[str, Any]:
    """Trains, measures on authors not learned from, writes head and card to `out` (the shipped folder when None)."""
    return await anyio.to_thread.run_sync(_train, data, out or HEADS)


def _train(data: Path, out: Path) -> dict[str, Any]:
    poems = read_poems(data)
    figures = judged_apart(poems)
    return publish_head(fitted(poems).arrays(), _card(figures, poems), out)


def _card(figures: dict[str, Any], poems: Sequence[Poem]) -> dict[str, Any]:
    return {
        "name": NAME,
        "version": VERSION,
        "summary": "Whether two line ends rhyme, and how the lines of a stanza usually do",
        "command": "cratedig lab train rhyme --data ../shared/data/rhyme_poems",
        "data": [
            "Chicago Rhyming Poetry Corpus, English part (Sonderegger 2011; Reddy and Knight 2011), no formal licence"
        ],
        "licence": "undecided: the poems are in the public domain, the annotations state no licence; weights only",
        "seed": SEED,
        "poems": len(poems),
        "stanzas": sum(len(poem.stanzas) for poem in poems),
        "figures": figures,
    }


def judged_apart(poems: Sequence[Poem]) -> dict[str, Any]:
    """Figures over all poems, each judged by what learned from other authors; and exact schemes fold by fold."""
    fold = folds([poem.author for poem in poems])
    whole, by_fold = Tally(), []
    for at in range(FOLDS):
        head = fitted([poem for poem, number in zip(poems, fold, strict=True) if number != at])
        coder, tally = EndCoder(head.coda_codes), Tally()
        for poem, number in zip(poems, fold, strict=True):
            if number == at:
                for stanza, scheme in zip(poem.stanzas, stanza_schemes(head, coder, poem), strict=True):
                    tally.add(stanza.groups, partition(scheme))
        whole += tally
        by_fold.append(tally.figures())
    return {
        **{f"author_disjoint_{name}": value for name, value in whole.figures().items()},
        "pair_f1_by_fold": [figures["pair_f1"] for figures in by_fold],
        "exact_scheme_by_fold": [figures["exact_scheme"] for figures in by_fold],
    }


def folds(authors: Sequence[str]) -> list[int]:
    """A fold for each, the same for all of an author."""
    names = sorted(set(authors))
    shuffled = np.random.default_rng(SEED).permutation(len(names))
    number = {names[name]: at % FOLDS for at, name in enumerate(shuffled)}
    return [number[author] for author in authors]


@dataclass(frozen=True)
class Lesson:
    """Pairs of line ends at most REACH lines apart: their words' codes, and whether they rhyme."""

    codes: Codes
    later: NDArray[np.intp]
    earlier: NDArray[np.intp]
    rhymes: NDArray[np.bool_]


def fitted(poems: Sequence[Poem]) -> RhymeHead:
    """The head that those poems teach."""
    stanzas = [stanza for poem in poems for stanza in poem.stanzas]
    words = [word for stanza in stanzas for word in end_words(stanza.lines)]
    codas = sorted({one.syllables[-1].coda for word in set(words) for one in pronounce(word) if one.syllables} | {()})
    codes = EndCoder({coda: at for at, coda in enumerate(codas)}).codes(words)
    prior = SchemePrior.learned(stanza.links for stanza in stanzas)
    return _weighed(_lesson(codes, stanzas), RhymeHead(tuple(codas), np.zeros(sum(sizes(len(codas)))), 0.0, prior))


def _lesson(codes: Codes, stanzas: Sequence[Stanza]) -> Lesson:
    pairs: list[tuple[int, int, bool]] = []
    start = 0
    for stanza in stanzas:
        for at, group in enumerate(stanza.groups):
            pairs += [
                (start + at, start + before, group == stanza.groups[before]) for before in range(max(0, at - REACH), at)
            ]
        start += len(stanza.groups)
    later, earlier, rhymes = (np.array(column) for column in zip(*pairs, strict=True))
    return Lesson(codes, later, earlier, rhymes)


def _weighed(lesson: Lesson, head: RhymeHead) -> RhymeHead:
    from scipy.sparse import csr_matrix
    from sklearn.linear_model import LogisticRegression  # type: ignore[import-untyped]

    left, right = lesson.codes[lesson.later], lesson.codes[lesson.earlier]
    chosen = _first_ways(left, right, relations(head.codas))
    for turn in range(ROUNDS):
        rows = _chosen_columns(left, right, chosen, head.relations)
        shape = (rows.shape[1], len(head.weights))
        starts = np.arange(0, rows.size + 1, rows.shape[0])
        table = csr_matrix((np.ones(rows.size, np.float32), rows.T.ravel(), starts), shape=shape)
        model = LogisticRegression(C=PENALTY, max_iter=150).fit(table, lesson.rhymes)
        head = RhymeHead(head.codas, model.coef_[0], float(model.intercept_[0]), head.prior)
        if turn < ROUNDS - 1:
            chosen = head.judged(left, right)[1]
    return head


def _first_ways(left: Codes, right: Codes, related: Codes) -> Codes:
    """The ways to say two words in which their last syllables are most alike."""
    most, chosen = np.full(len(left), -1.0), np.zeros(len(left), dtype=np.int32)
    for way in range(VARIANTS**2):
        one, other = divmod(way, VARIANTS)
        a, b = left[:, one * 7 : one * 7 + 7].T, right[:, other * 7 : other * 7 + 7].T
        alike = 2.0 * (a[0] == b[0]) + 1.5 * (related[a[1], b[1]] < 2) + 0.3 * (a[4] == b[4]) + 0.3 * (a[5] == b[5])
        alike[(left[:, COUNT_AT] <= one) | (right[:, COUNT_AT] <= other)] = -1.0
        better = alike > most
        most[better], chosen[better] = alike[better], way
    return chosen


def _chosen_columns(left: Codes, right: Codes, chosen: Codes, related: Codes) -> NDArray[np.int64]:
    pairs = Pairs(left, right)
    parts = [(way, np.flatnonzero(chosen == way)) for way in range(VARIANTS**2)]
    found = [(here, columns(pairs, here, *divmod(way, VARIANTS), related)) for way, here in parts if len(here)]
    rows = np.empty((found[0][1].shape[0], len(left)), dtype=np.int64)
    for here, columns_here in found:
        rows[:, here] = columns_here
    return rows
