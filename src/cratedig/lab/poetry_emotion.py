"""poetry_emotion: does the verse head feel what two readers felt at each line of a poem?

`kappa`: Cohen's kappa (1960) of the head with each of the two on the first label they named, and the mean of both. The
two agree with each other at 0.518 (README of the data).
"""

from __future__ import annotations

from pathlib import Path

import anyio.to_thread
import numpy as np
from numpy.typing import NDArray

from cratedig.lab.evaluation import Evaluation, Lab
from cratedig.lab.poetry_data import line_digests, read_annotated
from cratedig.models.verse import FEELINGS, VerseHead, cosines_of


def cohen(one: NDArray[np.integer], other: NDArray[np.integer], labels: int) -> float:
    """Cohen's kappa of two lists of numbers 0..labels-1: 1 where they agree, about 0 by chance.

    >>> cohen(np.array([0, 0, 1, 1]), np.array([0, 0, 1, 0]), 2)
    0.5
    """
    table = np.zeros((labels, labels))
    np.add.at(table, (one, other), 1 / len(one))
    chance = float(table.sum(axis=0) @ table.sum(axis=1))
    return (float(np.trace(table)) - chance) / (1 - chance) if chance < 1 else 0.0


def kappas(felt: NDArray[np.integer], first: NDArray[np.int64]) -> dict[str, float]:
    """kappa and those with each reader; first: (2, n)."""
    one, other = (cohen(felt, side, len(FEELINGS)) for side in first)
    figures = {"kappa": (one + other) / 2, "kappa_reader_1": one, "kappa_reader_2": other}
    return {name: round(value, 4) for name, value in figures.items()}


async def evaluate(data: Path, lab: Lab) -> Evaluation:
    """The shipped head's, on every line. `trained_on`: the share of lines it learned from: figures are only honest
    where it is 0 (the card has those of poems it had not learned from)."""
    return await anyio.to_thread.run_sync(_evaluate, data, lab)


def _evaluate(data: Path, lab: Lab) -> Evaluation:
    known, head = read_annotated(data), VerseHead.load()
    felt = head.feelings(cosines_of(known.poems, lab.embedder.embed))
    seen = np.isin(line_digests(known.lines), head.trained_on)
    metrics = kappas(felt.argmax(axis=1), known.first) | {"trained_on": round(float(seen.mean()), 4)}
    ceiling = round(cohen(known.first[0], known.first[1], len(FEELINGS)), 4)
    return Evaluation(
        name="poetry_emotion", n=len(felt), metrics=dict(metrics), baselines={"readers_with_each_other": ceiling}
    )
