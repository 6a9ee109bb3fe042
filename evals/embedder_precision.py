"""Does int8 lose anything that matters? Retrieval with each precision, on the shared data; writes JSON.

    .venv/bin/python evals/embedder_precision.py [--shared ../shared/data] [--out FILE]

MusicCaps by meaning alone: hard = a caption finds captions of like sound (gain = Jaccard of AudioSet labels, without
the label "music" that all have), easy = an aspect list finds its caption. EmoBank: ridge regression on the vectors,
Pearson r of valence and arousal over five folds.
"""

from __future__ import annotations

import argparse
import ast
import csv
import gzip
import json
import tempfile
from pathlib import Path
from typing import Final

import numpy as np
from numpy.typing import NDArray

from cratedig.models.embedder import Precision, TextEmbedder, Vectors

MUSIC_LABEL: Final = "/m/04rlf"
DEPTH: Final = 10
RIDGE: Final = 1.0
FOLDS: Final = 5


def rows(path: Path) -> list[dict[str, str]]:
    with gzip.open(path, "rt", encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def likeness(clips: list[dict[str, str]]) -> NDArray[np.float32]:
    """Jaccard index of the label sets of every two clips; a clip is not like itself (0)."""
    labels = [set(clip["audioset_positive_labels"].split(",")) - {MUSIC_LABEL} for clip in clips]
    column = {label: at for at, label in enumerate(sorted(set().union(*labels)))}
    held = np.zeros((len(clips), len(column)), dtype=np.float32)
    for row, own in enumerate(labels):
        held[row, [column[label] for label in own]] = 1
    both = held @ held.T
    size = held.sum(axis=1)
    either = size[:, None] + size[None, :] - both
    jaccard = both / np.maximum(either, 1)
    np.fill_diagonal(jaccard, 0)
    return jaccard


def ndcg_hard(captions: Vectors, gains: NDArray[np.float32]) -> float:
    """Mean nDCG@10 over the captions with at least 5 others of likeness >= 0.5."""
    scores = captions @ captions.T
    np.fill_diagonal(scores, -np.inf)
    asked = np.flatnonzero((gains >= 0.5).sum(axis=1) >= 5)
    discount = 1 / np.log2(np.arange(2, DEPTH + 2))
    best = np.argsort(-scores[asked], axis=1, kind="stable")[:, :DEPTH]
    reached = np.take_along_axis(gains[asked], best, axis=1) @ discount
    ideal = -np.sort(-gains[asked], axis=1)[:, :DEPTH] @ discount
    return float((reached / ideal).mean())


def easy_recall(aspects: Vectors, captions: Vectors, at: int) -> float:
    scores = aspects @ captions.T
    better = (scores > np.diag(scores)[:, None]).sum(axis=1)
    return float((better < at).mean())


def emobank_r(vectors: Vectors, rated: NDArray[np.float64]) -> list[float]:
    """Pearson r of each rating over all sentences, each fifth of them guessed by a ridge fitted on the other four."""
    guessed = np.empty_like(rated)
    for fold in range(FOLDS):
        held = np.arange(len(vectors)) % FOLDS == fold
        guessed[held] = ridge(vectors[~held].astype(np.float64), rated[~held], vectors[held])
    return [float(np.corrcoef(guessed[:, at], rated[:, at])[0, 1]) for at in range(rated.shape[1])]


def ridge(x: NDArray[np.float64], y: NDArray[np.float64], asked: Vectors) -> NDArray[np.float64]:
    middle, level = x.mean(axis=0), y.mean(axis=0)
    x = x - middle
    weights = np.linalg.solve(x.T @ x + RIDGE * np.eye(x.shape[1]), x.T @ (y - level))
    result: NDArray[np.float64] = (asked - middle) @ weights + level
    return result


def figures(embedder: TextEmbedder, shared: Path) -> tuple[dict[str, float], Vectors]:
    clips = rows(shared / "musiccaps" / "musiccaps.csv.gz")
    captions = embedder.embed([clip["caption"] for clip in clips])
    aspects = embedder.embed([", ".join(ast.literal_eval(clip["aspect_list"])) for clip in clips])
    sentences = rows(shared / "emobank" / "emobank_train.csv.gz")
    rated = np.array([[float(row["V"]), float(row["A"])] for row in sentences])
    valence, arousal = emobank_r(embedder.embed([row["text"] for row in sentences]), rated)
    return {
        "musiccaps_hard_ndcg_at_10": ndcg_hard(captions, likeness(clips)),
        "musiccaps_easy_r_at_1": easy_recall(aspects, captions, 1),
        "musiccaps_easy_r_at_10": easy_recall(aspects, captions, 10),
        "emobank_r_valence": valence,
        "emobank_r_arousal": arousal,
    }, captions


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--shared", type=Path, default=Path("../shared/data"))
    parser.add_argument("--out", type=Path, default=Path("benchmarks/results/embedding_precision.json"))
    parser.add_argument("--data-dir", type=Path, help="where the models are built; a temporary folder when not given")
    asked = parser.parse_args()
    precisions: tuple[Precision, ...] = ("fp32", "int8")
    with tempfile.TemporaryDirectory() as scratch:
        embedders = {p: TextEmbedder.open(asked.data_dir or Path(scratch), precision=p) for p in precisions}
        results = {p: figures(embedder, asked.shared) for p, embedder in embedders.items()}
    (exact, reference), (quick, vectors) = results["fp32"], results["int8"]
    cosines = (reference * vectors).sum(axis=1)
    report = {
        "fp32": exact,
        "int8": quick,
        "int8_relative_change": {name: quick[name] / exact[name] - 1 for name in exact},
        "int8_cosine_to_fp32": {"mean": float(cosines.mean()), "lowest": float(cosines.min())},
        "version": embedders["int8"].version,
    }
    asked.out.parent.mkdir(parents=True, exist_ok=True)
    asked.out.write_text(json.dumps(report, indent=2) + "\n")
    print(json.dumps(report, indent=2))


if __name__ == "__main__":
    main()
