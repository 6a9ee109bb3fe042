"""Trains the verse head: `cratedig lab train poetry_emotion --data ../shared/data/poetry_emotion`. Seconds.

Everything that was chosen (views, phrases, penalties) was chosen by ten folds of whole poems, whose figure is on the
card.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Final

import anyio.to_thread
import numpy as np
from numpy.typing import NDArray
from scipy.optimize import minimize

from cratedig.lab.evaluation import Lab
from cratedig.lab.poetry_data import Annotated, line_digests, read_annotated
from cratedig.lab.poetry_emotion import kappas
from cratedig.models.arrays import HEADS, publish_head
from cratedig.models.verse import FEELINGS, NAME, VIEWS, VerseHead, cosines_of, nearness

VERSION: Final = 1
FOLDS: Final = 10
DEALS: Final = 6  # of poems to folds; the figure is their mean
PENALTIES: Final = (1.0, 10.0)  # on weights away from equal ones, on leanings away from how often a label is named
SMOOTHING: Final = 5.0  # lines of each label, in parts of nine, that nobody saw
LESS_BY_POEM: Final = 0.5
"""A line weighs its poem's lines to the power of -0.5: a long poem is felt alike all through."""
SHARE: Final = 0.3  # of a line's weight: neighbours tell much the same

Matrix = NDArray[np.float32]


@dataclass(frozen=True)
class Lesson:
    """cosines: (n, 5, phrases); named: (n, 9) shares of both readers; weights: (n,)."""

    cosines: Matrix
    named: Matrix
    weights: NDArray[np.float64]

    def part(self, here: NDArray[np.bool_]) -> Lesson:
        return Lesson(self.cosines[here], self.named[here], self.weights[here])


async def train(data: Path, lab: Lab, out: Path | None) -> dict[str, Any]:
    """Trains, measures on poems not learned from, writes head and card to `out` (the shipped folder when None)."""
    return await anyio.to_thread.run_sync(_train, data, lab, out or HEADS)


def _train(data: Path, lab: Lab, out: Path) -> dict[str, Any]:
    known = read_annotated(data)
    lesson = _lesson(known, cosines_of(known.poems, lab.embedder.embed))
    head = replace(fitted(lesson), trained_on=np.unique(line_digests(known.lines)))
    figures = {
        "poems_left_out": judged_apart(lesson, known),
        "poems_learned_from": kappas(head.feelings(lesson.cosines).argmax(axis=1), known.first),
    }
    arrays = {name: getattr(head, name) for name in VerseHead.__dataclass_fields__}
    return publish_head(arrays, _card(figures, known, lab.embedder.version), out)


def _lesson(known: Annotated, cosines: Matrix) -> Lesson:
    weights = np.bincount(known.poem_of)[known.poem_of].astype(np.float64) ** -LESS_BY_POEM
    return Lesson(cosines, known.named.mean(axis=0), weights / weights.mean() * SHARE)


def judged_apart(lesson: Lesson, known: Annotated) -> dict[str, float]:
    """Figures where no line of a poem was learned from that the head judges: the mean over DEALS."""
    dealt = [_judged_apart(lesson, known, np.random.default_rng(deal)) for deal in range(DEALS)]
    return {name: round(float(np.mean([figures[name] for figures in dealt])), 4) for name in dealt[0]}


def _judged_apart(lesson: Lesson, known: Annotated, random: np.random.Generator) -> dict[str, float]:
    fold = (random.permutation(len(known.poems)) % FOLDS)[known.poem_of]
    felt = np.zeros(len(fold), dtype=np.int64)
    for number in np.unique(fold):
        asked = fold == number
        felt[asked] = fitted(lesson.part(~asked)).feelings(lesson.cosines[asked]).argmax(axis=1)
    return kappas(felt, known.first)


def fitted(lesson: Lesson) -> VerseHead:
    """Weights of the views, shared by all feelings, and a leaning to each: the softmax nearest to what was named."""
    usual, spread = lesson.cosines.mean(axis=0), lesson.cosines.std(axis=0) + np.float32(1e-6)
    near = nearness(lesson.cosines, usual, spread).astype(np.float64)
    often = _often(lesson)
    learned = _learned(near, lesson, often)
    weights, leanings = learned[: len(VIEWS)], learned[len(VIEWS) :] + often
    nobody = np.zeros(0, dtype=np.uint32)
    return VerseHead(usual, spread, weights.astype(np.float32), leanings.astype(np.float32), nobody)


def _often(lesson: Lesson) -> NDArray[np.float64]:
    """(9,): the log of how often each is named."""
    named = lesson.weights @ lesson.named + SMOOTHING / len(FEELINGS)
    return np.asarray(np.log(named / named.sum()), dtype=np.float64)


def _learned(near: NDArray[np.float64], lesson: Lesson, often: NDArray[np.float64]) -> NDArray[np.float64]:
    equal = np.concatenate([np.full(len(VIEWS), 1 / len(VIEWS)), np.zeros(len(FEELINGS))])
    penalty = np.repeat(PENALTIES, [len(VIEWS), len(FEELINGS)])

    def loss(values: NDArray[np.float64]) -> tuple[float, NDArray[np.float64]]:
        judged = near @ values[: len(VIEWS)] + values[len(VIEWS) :] + often
        shares = np.exp(judged - judged.max(axis=1, keepdims=True))
        shares /= shares.sum(axis=1, keepdims=True)
        missed = (shares - lesson.named) * lesson.weights[:, None]
        cost = -float((lesson.weights[:, None] * lesson.named * np.log(shares + 1e-12)).sum())
        away = values - equal
        slope = np.concatenate([np.einsum("nc,nck->k", missed, near), missed.sum(axis=0)])
        return cost + float(penalty @ away**2) / 2, slope + penalty * away

    found: NDArray[np.float64] = minimize(loss, equal, jac=True, method="L-BFGS-B").x
    return found


def _card(figures: dict[str, Any], known: Annotated, embedder: str) -> dict[str, Any]:
    return {
        "name": NAME,
        "version": VERSION,
        "summary": "Which of nine aesthetic emotions a line of verse arouses",
        "command": "cratedig lab train poetry_emotion --data ../shared/data/poetry_emotion",
        "data": [
            "PO-EMO (Haider et al. 2020, LREC), no licence stated, internal: only 14 weights and usual cosines ship"
        ],
        "licence": "undecided: the annotations it learned from state none",
        "folds": f"{FOLDS} of whole poems, mean of {DEALS} deals",
        "poems": len(known.poems),
        "lines": len(known.poem_of),
        "embedder": embedder,
        "figures": figures,
    }
