"""Calibrates how sure a judgement of sentiment is: `cratedig lab train sentiment --data ../shared/data/goemotions`.

Comments by people's emotions, grouped as the paper groups them (Demszky et al. 2020, figure 2): positive, negative, and
neutral with the ambiguous ones; comments of both groups are left out. Texts of 1 to 48 comments of one group, mixed
with some of the others, stand for lyrics: nobody has labelled songs for us. Only the curve is learned from them, not
the judgement. Needs the extra [lab].
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import anyio.to_thread
import numpy as np
from numpy.typing import NDArray

from cratedig.lab.evaluation import Lab
from cratedig.lab.goemotions_data import Comments, read_comments
from cratedig.models.arrays import HEADS
from cratedig.music.finding import SENTIMENTS
from cratedig.music.lyric import Lyric, Section
from cratedig.publish import publish
from cratedig.understand.lyrics.measures.sentiment import Felt, felt
from cratedig.understand.lyrics.measures.sureness import CARD, FEATURES, features
from cratedig.understand.lyrics.words.taken import taken_apart

VERSION: Final = 1
SEED: Final = 2020
TEXTS: Final = 6_000
LENGTHS: Final = (1, 1, 2, 4, 8, 16, 32, 48)
OF_GROUP: Final = (0.5, 0.65, 0.8, 1.0)
"""Share of a text's comments that are of its group."""
FOLDS: Final = 5
BINS: Final = 10
POSITIVE: Final = (0, 1, 4, 5, 8, 13, 15, 17, 18, 20, 21, 23)
NEGATIVE: Final = (2, 3, 9, 10, 11, 12, 14, 16, 19, 24, 25)


@dataclass(frozen=True)
class Labelled:
    """Texts of one line each, and the number of the sentiment of each in SENTIMENTS."""

    texts: list[str]
    groups: NDArray[np.int64]


def labelled(comments: Comments) -> Labelled:
    """The comments of one group, and theirs."""
    positive, negative = (comments.labels[:, list(one)].any(axis=1) for one in (POSITIVE, NEGATIVE))
    groups = np.where(positive, 2, np.where(negative, 0, 1))
    kept = [at for at in np.flatnonzero(~(positive & negative)).tolist() if comments.texts[at].split()]
    return Labelled([" ".join(comments.texts[at].split()) for at in kept], groups[kept])


def made_up(of: Labelled, texts: int, chance: np.random.Generator) -> list[tuple[Lyric, int]]:
    """Lyrics of drawn comments, each with its sentiment."""
    by_group = [np.flatnonzero(of.groups == group) for group in range(len(SENTIMENTS))]
    made = []
    for _ in range(texts):
        group, length, share = int(chance.integers(3)), int(chance.choice(LENGTHS)), float(chance.choice(OF_GROUP))
        own = chance.choice(by_group[group], size=max(1, round(share * length)))
        rest = chance.integers(len(of.texts), size=length - len(own))
        lines = tuple(of.texts[at] for at in [*own.tolist(), *rest.tolist()])
        made.append((Lyric((Section(lines),)), group))
    return made


async def train(data: Path, lab: Lab, out: Path | None) -> dict[str, Any]:
    """Calibrates, measures on texts of comments not learned from, writes the card to `out` (the shipped folder when
    None)."""
    return await anyio.to_thread.run_sync(_train, data, out or HEADS)


def _train(data: Path, out: Path) -> dict[str, Any]:
    known = labelled(read_comments(data))
    fold = np.arange(len(known.texts)) % FOLDS
    chance = np.random.default_rng(SEED)
    learned, asked = (_judged(made_up(_part(known, here), TEXTS, chance)) for here in (fold > 0, fold == 0))
    weights = _fitted(*learned)
    card = _card(weights, _figures(weights, *asked))
    publish(out / CARD, (json.dumps(card, indent=2) + "\n").encode(), mode=0o644)
    return card


def _part(known: Labelled, here: NDArray[np.bool_]) -> Labelled:
    return Labelled([known.texts[at] for at in np.flatnonzero(here).tolist()], known.groups[here])


def _judged(texts: list[tuple[Lyric, int]]) -> tuple[list[Felt], NDArray[np.int64]]:
    return [felt(taken_apart(lyric)) for lyric, _ in texts], np.array([group for _, group in texts])


def _seen(one: Felt) -> tuple[float, ...]:
    return features(one.valence, one.hits, len(one.lines), one.agreement)


def _fitted(judged: list[Felt], groups: NDArray[np.int64]) -> dict[str, list[float]]:
    """For each label that was given, the curve of its being right."""
    from sklearn.linear_model import LogisticRegression  # type: ignore[import-untyped]

    weights = {}
    for label in SENTIMENTS:
        here = [at for at, one in enumerate(judged) if one.label == label]
        right = groups[here] == SENTIMENTS.index(label)
        seen = np.array([_seen(judged[at]) for at in here])
        curve = LogisticRegression(fit_intercept=False, C=10.0, max_iter=1000).fit(seen, right)
        weights[label] = [round(float(weight), 4) for weight in curve.coef_[0]]
    return weights


def _figures(weights: dict[str, list[float]], judged: list[Felt], groups: NDArray[np.int64]) -> dict[str, float]:
    right = np.array([SENTIMENTS.index(one.label) for one in judged]) == groups
    sure = np.array([1 / (1 + np.exp(-np.dot(weights[one.label], _seen(one)))) for one in judged])
    return {
        "accuracy": round(float(right.mean()), 4),
        "mean_confidence": round(float(sure.mean()), 4),
        "calibration_error": round(calibration_error(sure, right), 4),
        "accuracy_of_the_surer_half": round(float(right[sure >= np.median(sure)].mean()), 4),
    }


def calibration_error(sure: NDArray[np.float64], right: NDArray[np.bool_]) -> float:
    """Mean distance of confidence and share right, over ten bins (Naeini et al. 2015, "Obtaining well calibrated
    probabilities using Bayesian binning")."""
    bins = np.minimum((sure * BINS).astype(int), BINS - 1)
    return float(
        sum(
            abs(float(sure[bins == one].mean() - right[bins == one].mean())) * float((bins == one).mean())
            for one in np.unique(bins)
        )
    )


def _card(weights: dict[str, list[float]], figures: dict[str, float]) -> dict[str, Any]:
    return {
        "name": "sentiment",
        "version": VERSION,
        "summary": "How likely a judgement of sentiment by rules is right; 15 numbers",
        "command": "cratedig lab train sentiment --data ../shared/data/goemotions",
        "data": ["GoEmotions (Demszky et al. 2020), CC BY 4.0, in texts made of its comments"],
        "licence": "CC BY 4.0 for what is derived from GoEmotions",
        "seed": SEED,
        "features": list(FEATURES),
        "weights": weights,
        "figures": figures,
    }
