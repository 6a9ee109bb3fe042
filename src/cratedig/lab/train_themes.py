"""Trains the table of themes: `cratedig lab train themes --data ../shared/data/goemotions`.

A classifier learns from the words written down for each theme, by their sentence embeddings, which theme a word speaks
of, and from words drawn by chance that most speak of none; the words of the comments it is sure of become the table.
What it makes of words left out of the lists (five folds) is on the card. Needs the extra [lab].
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import anyio.to_thread
import numpy as np
from numpy.typing import NDArray

from cratedig.lab.evaluation import Lab
from cratedig.lab.goemotions_data import read_comments
from cratedig.lab.ranking import bucket
from cratedig.models.arrays import HEADS, Arrays, publish_head
from cratedig.models.embedder import TextEmbedder
from cratedig.music.lexicon import word_forms
from cratedig.understand.lyrics.measures.theme_table import FULL, NAME
from cratedig.understand.lyrics.measures.theme_words import THEMES
from cratedig.understand.lyrics.words.lists import FUNCTION, PROFANE, SLANG, SOUND_WORDS

VERSION: Final = 1
FOLDS: Final = 5
LEAST_OFTEN: Final = 5  # in the comments: rarer words are names and misspellings
SURE_FROM: Final = 0.5
"""Likelihood from which a word speaks of a theme. In the folds: docs/lyrics.md."""
MOST: Final = 0.6  # a learned word never says as much as a written one
STRENGTH: Final = 10.0  # inverse of the classifier's penalty; of 3, 10, 30, 100
NONE_PER_WORD: Final = 2.0  # words drawn by chance, for each that is written down

Matrix = NDArray[np.float32]
_WORD: Final = re.compile(r"[a-z]{3,}")


@dataclass(frozen=True)
class Lesson:
    """Words, what they mean (n, 384), and the number of the theme each speaks of; the last number is none."""

    words: list[str]
    meanings: Matrix
    themes: NDArray[np.int64]

    def part(self, here: NDArray[np.bool_]) -> Lesson:
        return Lesson(
            [word for word, is_in in zip(self.words, here, strict=True) if is_in],
            self.meanings[here],
            self.themes[here],
        )


async def train(data: Path, lab: Lab, out: Path | None) -> dict[str, Any]:
    """Trains, measures on words left out, writes table and card to `out` (the shipped folder when None)."""
    return await anyio.to_thread.run_sync(_train, data, lab.embedder, out or HEADS)


def _train(data: Path, embedder: TextEmbedder, out: Path) -> dict[str, Any]:
    common = common_words(read_comments(data).texts)
    lesson = _lesson(common, embedder)
    figures = judged_apart(lesson)
    likely = _classifier(lesson).predict_proba(embedder.embed(common))
    words, rows = _table(common, likely)
    figures |= {"words_learned": len(words), "words_written": sum(len(words) for _, words in THEMES.values())}
    arrays: Arrays = {"vocabulary": np.frombuffer("\n".join(words).encode(), dtype=np.uint8), "rows": rows}
    return publish_head(arrays, _card(figures), out)


def common_words(texts: Iterable[str]) -> list[str]:
    """Words of letters that stand in the texts LEAST_OFTEN times or more and say something, by alphabet."""
    often = Counter(word for text in texts for word in _WORD.findall(text.lower()))
    plain = FUNCTION | PROFANE | SLANG | SOUND_WORDS
    return sorted(word for word, times in often.items() if times >= LEAST_OFTEN and word not in plain)


def _lesson(common: list[str], embedder: TextEmbedder) -> Lesson:
    """The English words of each theme, and words by chance. A word of two themes teaches neither."""
    owners = Counter(word for _, words in THEMES.values() for word in words)
    listed = [
        (word, at)
        for at, (_, words) in enumerate(THEMES.values())
        for word in words
        if owners[word] == 1 and word.isascii()
    ]
    free = [word for word in common if not any(form in owners for form in word_forms(word))]
    by_chance = sorted(free, key=bucket)[: int(NONE_PER_WORD * len(listed))]
    words = [word for word, _ in listed] + by_chance
    themes = np.array([at for _, at in listed] + [len(THEMES)] * len(by_chance))
    return Lesson(words, embedder.embed(words), themes)


def _classifier(lesson: Lesson) -> Any:
    from sklearn.linear_model import LogisticRegression  # type: ignore[import-untyped]

    return LogisticRegression(C=STRENGTH, max_iter=400).fit(lesson.meanings, lesson.themes)


def judged_apart(lesson: Lesson) -> dict[str, float]:
    """Of words left out: how many that are given a theme have it (precision), how many of a theme are given it
    (recall)."""
    fold = np.array([int(bucket(word) * FOLDS) for word in lesson.words])
    given = np.full(len(lesson.words), len(THEMES))
    for at in range(FOLDS):
        asked = fold == at
        likely = _classifier(lesson.part(~asked)).predict_proba(lesson.meanings[asked])
        best = likely[:, :-1].argmax(axis=1)
        given[asked] = np.where(likely[np.arange(len(best)), best] >= SURE_FROM, best, len(THEMES))
    right = (given == lesson.themes) & (given < len(THEMES))
    return {
        "held_out_precision": round(float(right.sum() / max(1, (given < len(THEMES)).sum())), 4),
        "held_out_recall": round(float(right.sum() / (lesson.themes < len(THEMES)).sum()), 4),
    }


def _table(common: list[str], likely: NDArray[np.float64]) -> tuple[list[str], NDArray[np.uint8]]:
    of_theme = likely[:, : len(THEMES)]
    sure = of_theme.max(axis=1) >= SURE_FROM
    rows = np.where(of_theme >= 0.5 * SURE_FROM, of_theme, 0.0)[sure] * MOST * FULL
    return [word for word, is_sure in zip(common, sure, strict=True) if is_sure], np.rint(rows).astype(np.uint8)


def _card(figures: dict[str, float]) -> dict[str, Any]:
    return {
        "name": NAME,
        "version": VERSION,
        "summary": f"Which of {len(THEMES)} themes of songs a word speaks of",
        "command": "cratedig lab train themes --data ../shared/data/goemotions",
        "data": [
            "words written for this project (understand/lyrics/measures/theme_words.py)",
            "GoEmotions (Demszky et al. 2020), CC BY 4.0: only which words are common",
            "all-MiniLM-L6-v2, Apache-2.0: what words mean",
        ],
        "licence": "Apache-2.0",
        "figures": figures,
    }
