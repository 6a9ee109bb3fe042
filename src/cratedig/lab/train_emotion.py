"""Trains the emotion head: `cratedig lab train goemotions --data ../shared/data/goemotions`.

Learns from the files named train* only; the folder's other rows are judged once, by the finished head. Calibration and
thresholds come from three folds of the training rows, each judged by what learned from the other two. numpy and scipy
only; about six minutes of one core.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Final

import anyio.to_thread
import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_array

from cratedig.errors import InputRejected
from cratedig.lab.evaluation import Lab
from cratedig.lab.goemotions import figures_of
from cratedig.lab.goemotions_data import Comments, id_digests, read_comments
from cratedig.lab.multilabel import Recipe, logistic, network, platt, thresholds
from cratedig.models.arrays import HEADS, publish_head
from cratedig.models.emotion import NAME, EmotionHead, Matrix, Network, with_six
from cratedig.models.gram_table import GramTable, gram_counts, weighed
from cratedig.models.layers import LayerReader
from cratedig.models.mood_features import WordTable, terms

VERSION: Final = 1
FOLDS: Final = 3
SEED: Final = 2020
GRAM_BITS: Final = 16
LEAST_TEXTS: Final = 3  # that a term or gram must stand in
PENALTIES: Final = {"words": 0.3, "grams": 0.1}
ROUNDS: Final = {"words": 60, "grams": 40}
RECIPE: Final = Recipe(seed=SEED)  # a second network beside it gains 0.0004 of macro F1 over six, for 1.3 MB


@dataclass(frozen=True)
class Lesson:
    """What there is to learn from. layers: what LayerReader read in the texts; labels: (n, 34)."""

    texts: list[str]
    layers: Matrix
    labels: Matrix

    def part(self, rows: NDArray[np.bool_]) -> Lesson:
        texts = [text for text, here in zip(self.texts, rows, strict=True) if here]
        return Lesson(texts, self.layers[rows], self.labels[rows])


async def train(data: Path, lab: Lab, out: Path | None) -> dict[str, Any]:
    """Trains, measures, and writes head and card to `out` (the shipped folder when None)."""
    return await anyio.to_thread.run_sync(_train, data, lab, out or HEADS)


def _train(data: Path, lab: Lab, out: Path) -> dict[str, Any]:
    known, others = read_comments(data, "train*"), read_comments(data)
    reader = LayerReader(lab.embedder)
    lesson = lesson_of(known, reader)
    head, figures = learned(lesson)
    head = replace(head, trained_on=np.unique(id_digests(known.ids)))
    figures |= _on_unseen(head, others, reader)
    card = _card(figures, len(known.texts), lab.embedder.version)
    return publish_head(head.arrays(VERSION), card, out)


def lesson_of(comments: Comments, reader: LayerReader) -> Lesson:
    return Lesson(comments.texts, reader.read(comments.texts), with_six(comments.labels))


def learned(lesson: Lesson) -> tuple[EmotionHead, dict[str, Any]]:
    """The head, and its figures on rows that it had not learned from."""
    fold = np.random.default_rng(SEED).permutation(len(lesson.texts)) % FOLDS
    judged = np.zeros_like(lesson.labels)
    for number in range(FOLDS):
        asked = lesson.part(fold == number)
        judged[fold == number] = _judges(lesson.part(fold != number)).judged(asked.texts, asked.layers)
    head = _read_by(_judges(lesson), judged, lesson.labels)
    return head, {"held_out": _crosswise(head, judged, lesson.labels, fold)}


def _crosswise(head: EmotionHead, judged: Matrix, labels: Matrix, fold: NDArray[np.int64]) -> dict[str, float]:
    """Figures where calibration and thresholds, too, come from other folds than the rows they are used on."""
    named = np.zeros(labels.shape, dtype=bool)
    for number in range(FOLDS):
        asked = fold == number
        reading = _read_by(head, judged[~asked], labels[~asked])
        named[asked] = reading.named(reading.calibrated(judged[asked]))
    return figures_of(named, labels)


def _on_unseen(head: EmotionHead, comments: Comments, reader: LayerReader) -> dict[str, Any]:
    new = ~np.isin(id_digests(comments.ids), head.trained_on)
    if not new.any():
        return {}
    asked = lesson_of(comments, reader).part(new)
    return {"other_files": figures_of(head.named(head.probabilities(asked.texts, asked.layers)), asked.labels)}


def _read_by(head: EmotionHead, judged: Matrix, labels: Matrix) -> EmotionHead:
    """The head with calibration and thresholds fitted on judgements of rows that it has not learned from."""
    slope, shift = platt(judged, labels)
    head = replace(head, slope=slope, shift=shift)
    return replace(head, thresholds=thresholds(head.calibrated(judged), labels))


def _judges(lesson: Lesson) -> EmotionHead:
    """The three judges; calibration and thresholds are still missing."""
    neutral = np.ones(lesson.labels.shape[1], dtype=np.float32)
    return EmotionHead(
        version="in training",
        words=learned_words(lesson),
        grams=learned_grams(lesson),
        network=_half(network(lesson.layers, lesson.labels, RECIPE)),
        slope=neutral,
        shift=neutral * 0,
        thresholds=neutral * np.float32(0.5),
        trained_on=np.zeros(0, dtype=np.uint32),
    )


def learned_words(lesson: Lesson) -> WordTable:
    """Words and pairs of words that stand in LEAST_TEXTS texts, with their weights."""
    said = [Counter(terms(text)) for text in lesson.texts]
    spread = Counter(term for counts in said for term in counts)
    index = {term: at for at, term in enumerate(sorted(term for term, texts in spread.items() if texts >= LEAST_TEXTS))}
    if not index:
        raise InputRejected("These comments have no words in common.")
    idf = _half_vector(np.array([_idf(len(said), spread[term]) for term in index]))
    found = logistic(
        weighed(_counts(said, index), idf), lesson.labels, penalty=PENALTIES["words"], rounds=ROUNDS["words"]
    )
    weights, step = _in_bytes(found.weights)
    return WordTable(index, idf, weights, step)


def _counts(said: list[Counter[str]], index: dict[str, int]) -> csr_array:
    known = [[(index[term], count) for term, count in counts.items() if term in index] for counts in said]
    ends = np.concatenate([[0], np.cumsum([len(row) for row in known])])
    at = np.array([term for row in known for term, _ in row], dtype=np.int64)
    number = np.array([count for row in known for _, count in row], dtype=np.float32)
    return csr_array((number, at, ends), shape=(len(said), len(index)))


def learned_grams(lesson: Lesson) -> GramTable:
    counts = gram_counts(lesson.texts, GRAM_BITS)
    spread = np.bincount(counts.indices, minlength=1 << GRAM_BITS)
    idf = _half_vector(np.where(spread >= LEAST_TEXTS, _idf(len(lesson.texts), spread), 0))
    used = np.flatnonzero(idf)
    rows = weighed(counts, idf)[:, used]
    found = logistic(rows, lesson.labels, penalty=PENALTIES["grams"], rounds=ROUNDS["grams"])
    weights = np.zeros((len(idf), lesson.labels.shape[1]), dtype=np.int8)
    weights[used], step = _in_bytes(found.weights)
    return GramTable(idf, weights, step)


def _idf(texts: int, spread: Any) -> Any:
    """Smoothed inverse document frequency, as scikit-learn counts it."""
    return np.log((1 + texts) / (1 + spread)) + 1


def _in_bytes(weights: Matrix) -> tuple[NDArray[np.int8], Matrix]:
    step = np.maximum(np.abs(weights).max(axis=0), 1e-6) / 127
    return np.round(weights / step).astype(np.int8), step.astype(np.float32)


def _half_vector(values: NDArray[Any]) -> Matrix:
    """What float16 holds exactly: what is trained with is what is shipped."""
    return values.astype(np.float16).astype(np.float32)


def _half(trained: Network) -> Network:
    return replace(trained, hidden=_half_vector(trained.hidden), output=_half_vector(trained.output))


def _card(figures: dict[str, Any], rows: int, embedder: str) -> dict[str, Any]:
    return {
        "name": NAME,
        "version": VERSION,
        "summary": "Which of 28 emotions a sentence speaks of, and which of six",
        "command": "cratedig lab train goemotions --data ../shared/data/goemotions",
        "data": ["GoEmotions (Demszky et al. 2020, ACL), CC BY 4.0"],
        "licence": "CC BY 4.0",
        "seed": SEED,
        "comments": rows,
        "embedder": embedder,
        "figures": figures,
    }
