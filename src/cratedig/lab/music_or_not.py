"""Music or not: training of the talk head and its agreement with labels given by hand (evals/music_or_not.csv).

A label is a fact (split, kind, source, source_id, label): no text of anybody's is kept. An artist is on the training
side or on the validation side, by a stable hash; rows labelled "unclear" are counted and left out.
"""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from importlib import import_module
from importlib.resources import files
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from cratedig.collect.heal.music_or_not import verdicts, words_of
from cratedig.collect.heal.rows import Row
from cratedig.collect.heal.votes import votes
from cratedig.errors import ModelUnavailable
from cratedig.lab.ranking import bucket
from cratedig.models.grams import Grams, grams_of
from cratedig.models.talk import BITS, CARD, HEADS, TalkHead, length_classes
from cratedig.music.text import fold
from cratedig.publish import publish, sha256

VERSION = 1
POOLED_TALK_WEIGHS = 2.0
"""Talk taken for music costs twice what music taken for talk costs: on the training side recall 0.72 for 0.69."""
FOLDS = 5
VALIDATION_SIDE = 0.55
TALK_WEIGHS = 3.0
"""How much more a row of talk counts in training: there is one to sixty of music."""

Key = tuple[str, str]
"""(source, source_id)"""


@dataclass(frozen=True)
class Labels:
    """label by (source, source_id), of tracks; "music", "talk" or "unclear"."""

    validation: Mapping[Key, str]
    training: Mapping[Key, str]
    playlists: frozenset[Key]  # of talk: their titles and descriptions teach what talk looks like


def read_labels(path: Path) -> Labels:
    """The facts of a CSV with the columns split, kind, source, source_id, label."""
    with path.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    tracks = [row for row in rows if row["kind"] == "track"]
    by_split = {
        split: {(row["source"], row["source_id"]): row["label"] for row in tracks if row["split"] == split}
        for split in ("validation", "training")
    }
    lists = frozenset((row["source"], row["source_id"]) for row in rows if row["kind"] == "playlist")
    return Labels(by_split["validation"], by_split["training"], lists)


def phrases() -> list[str]:
    """Titles of talk written by us."""
    lines = files("cratedig.lab").joinpath("talk_phrases.txt").read_text(encoding="utf-8").splitlines()
    return [line for line in lines if line and not line.startswith("#")]


def agreement(rows: Mapping[Key, Row], labels: Mapping[Key, str], head: TalkHead) -> dict[str, float | int]:
    """How far the verdicts agree with the hand: accuracy, Cohen's kappa, precision and recall of talk."""
    known = [key for key in labels if key in rows]
    clear = [key for key in known if labels[key] != "unclear"]
    talk = np.array([labels[key] == "talk" for key in clear])
    found = verdicts([rows[key] for key in clear], head)
    said = np.array([not verdict.is_music for verdict in found])
    return {
        "rows": len(clear),
        "unclear": len(known) - len(clear),
        "not_found": len(labels) - len(known),
        "talk_rows": int(talk.sum()),
        **figures(talk, said),
        **{f"votes_alone_{name}": value for name, value in figures(talk, _votes_alone(found)).items()},
    }


def figures(truth: NDArray[np.bool_], said: NDArray[np.bool_]) -> dict[str, float]:
    """Accuracy, kappa (Cohen 1960), precision and recall of what is True."""
    both, accuracy = int((truth & said).sum()), float((truth == said).mean())
    chance = truth.mean() * said.mean() + (1 - truth.mean()) * (1 - said.mean())
    return {
        "accuracy": round(accuracy, 4),
        "kappa": round(float((accuracy - chance) / (1 - chance)), 4),
        "precision": round(both / max(1, int(said.sum())), 4),
        "recall": round(both / max(1, int(truth.sum())), 4),
    }


def _votes_alone(found: Sequence[Any]) -> NDArray[np.bool_]:
    return np.array([sum(vote.weight for vote in verdict.votes) < -1.0 for verdict in found])


def train(rows: Mapping[Key, Row], lists: Mapping[Key, Row], labels: Labels, out: Path | None) -> TalkHead:
    """Learns from the training artists and our own phrases alone; writes head and card to `out` (the shipped folder
    when None). Rows of that side without a label count as music: those that could be talk were read and labelled."""
    examples, talk = _examples(rows, lists, labels)
    texts = [fold(words_of(row)) for row in examples]
    grams, lengths = grams_of(texts, bits=BITS), length_classes([row.duration_s for row in examples])
    sums = np.array([sum(vote.weight for vote in votes(row)) for row in examples], dtype=np.float32)
    fold_of = np.array([int(bucket(row.artist_key or str(row.track_id)) * FOLDS) for row in examples])
    left_out = np.zeros(len(examples), dtype=np.float32)
    for number in range(FOLDS):
        learned = _fitted(grams, lengths, talk, fold_of != number)
        left_out[fold_of == number] = _scored(grams, lengths, learned)[fold_of == number]
    real = np.array([row.track_id > 0 for row in examples])
    inputs = np.stack([sums, -left_out], axis=1)[real]
    own = _logistic(inputs, talk[real], strength=1.0, talk_weighs=POOLED_TALK_WEIGHS)
    weights = _fitted(grams, lengths, talk, np.ones(len(examples), dtype=bool))
    head = TalkHead(
        f"talk head {VERSION}", weights[0].astype(np.float16).astype(np.float32), weights[1], weights[2],
        votes=-float(own[0][0]), own=-float(own[0][1]), shift=-own[1],
    )  # fmt: skip
    _publish(head, out or HEADS, {"rows": len(examples), "talk": int(talk.sum()), "phrases": len(phrases())})
    return head


def is_validation_artist(row: Row) -> bool:
    """Is this row's artist on the side that nothing is learned from?"""
    return bucket(f"heal artist {row.artist_key}") < VALIDATION_SIDE


def _examples(rows: Mapping[Key, Row], lists: Mapping[Key, Row], labels: Labels) -> tuple[list[Row], NDArray[np.bool_]]:
    learnable = [
        (row, labels.training.get(key, "music") == "talk")
        for key, row in rows.items()
        if not is_validation_artist(row) and labels.training.get(key) != "unclear"
    ]
    learnable += [(lists[key], True) for key in sorted(labels.playlists) if key in lists]
    learnable += [(Row(-1 - at, title=phrase), True) for at, phrase in enumerate(phrases())]
    return [row for row, _ in learnable], np.array([is_talk for _, is_talk in learnable])


Weights = tuple[NDArray[np.float32], NDArray[np.float32], float]


def _fitted(grams: Grams, lengths: NDArray[np.float32], talk: NDArray[np.bool_], part: NDArray[np.bool_]) -> Weights:
    sparse = import_module("scipy.sparse")
    values = (1.0 / np.sqrt(np.maximum(grams.counts, 1)))[grams.rows()]
    matrix = sparse.csr_matrix((values, (grams.rows(), grams.buckets)), shape=(len(talk), 2**BITS))
    inputs = sparse.hstack([matrix, sparse.csr_matrix(lengths)]).tocsr()[part]
    weights, bias = _logistic(inputs, talk[part], strength=2.0, talk_weighs=TALK_WEIGHS)
    return weights[: 2**BITS].astype(np.float32), weights[2**BITS :].astype(np.float32), bias


def _scored(grams: Grams, lengths: NDArray[np.float32], weights: Weights) -> NDArray[np.float32]:
    return grams.sums(weights[0]) + lengths @ weights[1] + np.float32(weights[2])


def _logistic(
    inputs: Any, truth: NDArray[np.bool_], *, strength: float, talk_weighs: float
) -> tuple[NDArray[np.float64], float]:
    try:
        linear = import_module("sklearn.linear_model")
    except ImportError as error:
        raise ModelUnavailable("Training needs scikit-learn.", hint="Install Cratedig with its extra [lab].") from error
    model = linear.LogisticRegression(C=strength, class_weight={True: talk_weighs, False: 1.0}, max_iter=1000)
    model.fit(inputs, truth)
    return model.coef_[0], float(model.intercept_[0])


def _publish(head: TalkHead, out: Path, facts: dict[str, Any]) -> None:
    buffer = io.BytesIO()
    parts = np.array([head.bias, head.votes, head.own, head.shift])
    np.savez_compressed(
        buffer, allow_pickle=False, grams=head.grams.astype(np.float16), lengths=head.lengths, parts=parts
    )
    data = buffer.getvalue()
    card = {
        "name": "talk",
        "version": VERSION,
        "file": f"talk-{VERSION}.npz",
        "sha256": sha256(data),
        "bytes": len(data),
        "summary": "Talk or music, from the words of a row and its length",
        "command": "python evals/music_or_not.py ../shared/data/soundcloud --train",
        "data": ["Crawls of SoundCloud, internal: only weights of hashed letters ship", "titles of talk written by us"],
        "licence": "undecided: the training data states none and is internal",
        "facts": facts,
    }
    publish(out / str(card["file"]), data)
    publish(out / CARD, (json.dumps(card, indent=2) + "\n").encode())
