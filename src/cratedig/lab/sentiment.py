"""Sentiment by rules and by VADER: `cratedig lab evaluate sentiment --data ../shared/data/goemotions`.

Single comments and texts made of several (lab/train_sentiment.py says how), with the sentiment people's emotions give
them; and, where EmoBank lies beside the folder, how valence follows that of its sentences.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import cache
from pathlib import Path
from typing import Final

import anyio.to_thread
import numpy as np
from numpy.typing import NDArray

from cratedig.errors import InputRejected
from cratedig.lab.emobank import pearson, read_judged
from cratedig.lab.evaluation import Evaluation, Lab
from cratedig.lab.goemotions_data import read_comments
from cratedig.lab.train_sentiment import calibration_error, labelled, made_up
from cratedig.music.lyric import Lyric, Section
from cratedig.understand.lyrics.measures.sentiment import NEUTRAL_BELOW, felt
from cratedig.understand.lyrics.words.taken import taken_apart

COMMENTS: Final = 6_000
"""At most; VADER takes most of the time."""
TEXTS: Final = 1_500
SEED: Final = 14

Labels = NDArray[np.int64]


async def evaluate(data: Path, lab: Lab) -> Evaluation:
    """macro_f1 and accuracy over negative, neutral and positive; r_valence with EmoBank; the baselines are VADER's."""
    return await anyio.to_thread.run_sync(_evaluate, data)


def _evaluate(data: Path) -> Evaluation:
    known, chance = labelled(read_comments(data)), np.random.default_rng(SEED)
    drawn = chance.permutation(len(known.texts))[:COMMENTS]
    comments = [(_one_line(known.texts[at]), int(known.groups[at])) for at in drawn]
    mine, theirs = _metrics(comments, ""), _baselines(comments, "")
    texts = made_up(known, TEXTS, chance)
    mine |= _metrics(texts, "texts_")
    theirs |= _baselines(texts, "texts_")
    try:
        judged = read_judged(data.parent / "emobank")
    except (InputRejected, OSError):
        return Evaluation("sentiment", len(comments), mine, theirs)
    lyrics, valence = [_one_line(text) for text in judged.texts], judged.judgements[:, 0]
    mine["r_valence_emobank"] = round(pearson(np.array([_rules(one)[0] for one in lyrics]), valence), 4)
    theirs["vader_r_valence_emobank"] = round(pearson(np.array([_vader()(one) for one in lyrics]), valence), 4)
    return Evaluation("sentiment", len(comments), mine, theirs)


def _one_line(text: str) -> Lyric:
    return Lyric((Section((" ".join(text.split()) or "-",)),))


def _rules(lyric: Lyric) -> tuple[float, float]:
    """Valence and confidence."""
    found = felt(taken_apart(lyric))
    return found.valence, found.confidence


@cache
def _vader() -> Callable[[Lyric], float]:
    """VADER's own compound score, the mean over the lines."""
    from vaderSentiment.vaderSentiment import SentimentIntensityAnalyzer  # type: ignore[import-untyped]

    scores = SentimentIntensityAnalyzer().polarity_scores
    return lambda lyric: float(np.mean([scores(line)["compound"] for line in lyric.lines]))


def _metrics(texts: Sequence[tuple[Lyric, int]], prefix: str) -> dict[str, float | int]:
    judged = np.array([_rules(lyric) for lyric, _ in texts])
    groups = np.array([group for _, group in texts])
    right = _labels(judged[:, 0]) == groups
    return _scores(judged[:, 0], groups, prefix) | {
        f"{prefix}calibration_error": round(calibration_error(judged[:, 1], right), 4)
    }


def _baselines(texts: Sequence[tuple[Lyric, int]], prefix: str) -> dict[str, float | int]:
    groups = np.array([group for _, group in texts])
    return _scores(np.array([_vader()(lyric) for lyric, _ in texts]), groups, f"vader_{prefix}")


def _scores(valences: NDArray[np.float64], groups: Labels, prefix: str) -> dict[str, float | int]:
    labels = _labels(valences)
    return {
        f"{prefix}macro_f1": round(float(np.mean([_f1(labels == one, groups == one) for one in range(3)])), 4),
        f"{prefix}accuracy": round(float((labels == groups).mean()), 4),
    }


def _labels(valences: NDArray[np.float64]) -> Labels:
    """Numbers in SENTIMENTS."""
    return np.where(valences <= -NEUTRAL_BELOW, 0, np.where(valences >= NEUTRAL_BELOW, 2, 1))


def _f1(given: NDArray[np.bool_], true: NDArray[np.bool_]) -> float:
    return 2 * float((given & true).sum()) / max(1.0, float(given.sum() + true.sum()))
