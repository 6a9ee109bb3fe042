"""Trains the mood head: `cratedig lab train emobank --data ../shared/data/emobank`.

Reads EmoBank from --data and, beside it, goemotions (emotions of comments: features), musiccaps and spotify_songs
(how far judgements of music texts spread: two medians and two spreads). Needs the extra [lab] (scikit-learn).
"""

from __future__ import annotations

import hashlib
import io
import json
import warnings
from collections.abc import Sequence
from dataclasses import replace
from importlib import import_module
from pathlib import Path
from typing import Any

import anyio.to_thread
import numpy as np
from numpy.typing import NDArray

from cratedig.errors import ModelUnavailable
from cratedig.lab.emobank import Judged, correlations, id_digest, lexicon_judgements, read_judged
from cratedig.lab.evaluation import Lab
from cratedig.lab.goemotions_data import Comments, read_comments
from cratedig.lab.tables import rows_with
from cratedig.models.embedder import TextEmbedder
from cratedig.models.mood import CARD, HEADS, MoodHead, radial
from cratedig.models.mood_features import LEXICON_FEATURES, SHAPE_FEATURES, Matrix, WordTable, readings_of, terms
from cratedig.publish import publish, sha256

VERSION = 1
SEED = 20170403
FOLDS = 5

HIDDEN = 128  # neurons of the emotion layer; 256 adds less than 0.002 of r
EPOCHS = 12
WORD_COMPONENTS = 12  # of the 28 emotions' word weights; all 28 add less than 0.001 of r
LEAST_TEXTS = 4  # that a term must occur in
LANDMARKS = 3000  # 1500 lose 0.004 of r, all 8,062 win 0.002 and double the file
GAMMA = 0.25
RIDGE = 0.3
TINY = 1e-6  # sentences that occur twice would make the system singular
PARTS = {"embedding": 1.0, "emotions": 0.1, "words": 0.07, "lexicon": 0.12, "shape": 0.085}
"""How far one standard deviation of each part moves a sentence; the embedding is left as it is (unit length)."""
MUSIC_TEXTS = 2000  # of captions, and of titles


async def train(data: Path, lab: Lab, out: Path | None) -> dict[str, Any]:
    """Trains, measures by cross-validation, writes the head and its card to `out` (the shipped folder when None)."""
    return await anyio.to_thread.run_sync(_train, data, lab.embedder, out or HEADS)


def _train(data: Path, embedder: TextEmbedder, out: Path) -> dict[str, Any]:
    rows, comments = read_judged(data), read_comments(data.parent / "goemotions")
    embeddings = embedder.embed(rows.texts)
    blank = _blank_head(rows, comments, embedder.embed(comments.texts))
    features = blank.features(rows.texts, embeddings, readings_of(rows.texts))
    figures = _cross_validated(blank, features, embeddings, rows)
    head = _on_music(_fitted(blank, features, rows.judgements), data.parent, embedder)
    return _published(head, figures, out, rows=len(rows.ids), comments=len(comments.texts), embedder=embedder.version)


# --- what does not depend on the judgements ------------------------------------------------------------------------


def _blank_head(rows: Judged, comments: Comments, embeddings: Matrix) -> MoodHead:
    """A head that has features and no opinion yet: its emotions and words are learned from comments."""
    words = learned_words(comments)
    empty = np.zeros((0, 0), dtype=np.float32)
    size = embeddings.shape[1] + comments.labels.shape[1] + len(words.step) + LEXICON_FEATURES + SHAPE_FEATURES
    return MoodHead(
        version="in training",
        words=words,
        emotions=learned_emotions(comments, embeddings),
        centre=np.zeros(size, dtype=np.float32),
        scale=np.ones(size, dtype=np.float32),
        landmarks=empty,
        gamma=GAMMA,
        weights=empty,
        intercept=np.zeros(3, dtype=np.float32),
        music_centre=np.zeros(2, dtype=np.float32),
        music_spread=np.ones(2, dtype=np.float32),
        trained_on=np.asarray(sorted(id_digest(row_id) for row_id in rows.ids), dtype=np.uint32),
    )


def learned_emotions(comments: Comments, embeddings: Matrix) -> tuple[Matrix, Matrix, Matrix, Matrix]:
    """One hidden layer from embeddings to the log odds of GoEmotions' 28 labels."""
    network = _sklearn("neural_network").MLPClassifier(
        (HIDDEN,),
        alpha=1e-4,
        batch_size=256,
        learning_rate_init=2e-3,
        max_iter=EPOCHS,
        random_state=SEED,
        tol=0.0,
    )
    stretch = 8.0  # unit vectors have coordinates of 0.05; the network learns faster from larger ones
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", category=_sklearn("exceptions").ConvergenceWarning)  # EPOCHS is the stop
        network.fit(embeddings * stretch, comments.labels)
    (hidden, emotion), (hidden_bias, emotion_bias) = network.coefs_, network.intercepts_
    return _half(hidden * stretch), _half(hidden_bias), _half(emotion), _half(emotion_bias)


def learned_words(comments: Comments) -> WordTable:
    """Each term's weights: a ridge from tf-idf to the 28 labels, reduced to the main components of its answers."""
    vectorizer = _sklearn("feature_extraction.text").TfidfVectorizer(
        analyzer=terms, min_df=LEAST_TEXTS, sublinear_tf=True
    )
    tf_idf = vectorizer.fit_transform(comments.texts)
    ridge = _sklearn("linear_model").Ridge(alpha=2.0, solver="sparse_cg", tol=1e-3)
    weights = ridge.fit(tf_idf, comments.labels - comments.labels.mean(axis=0)).coef_.T
    answers = tf_idf @ weights
    _, directions = np.linalg.eigh(answers.T @ answers)
    reduced = weights @ directions[:, ::-1][:, :WORD_COMPONENTS]
    step = np.abs(reduced).max(axis=0) / 127
    return WordTable(
        index={str(term): at for at, term in enumerate(vectorizer.get_feature_names_out())},
        idf=_half(vectorizer.idf_),
        weights=np.round(reduced / step).astype(np.int8),
        step=step.astype(np.float32),
    )


def _sklearn(module: str) -> Any:
    try:
        return import_module(f"sklearn.{module}")
    except ImportError as error:
        raise ModelUnavailable("Training needs scikit-learn.", hint="Install Cratedig with its extra [lab].") from error


def _half(values: NDArray[Any]) -> Matrix:
    """Float32 values that a float16 holds exactly: what is trained with is what is shipped."""
    return values.astype(np.float16).astype(np.float32)


# --- what does -----------------------------------------------------------------------------------------------------


def _fitted(blank: MoodHead, features: Matrix, judgements: NDArray[np.float64]) -> MoodHead:
    """Scales the features and fits the kernel. `features`: those of the blank head."""
    centre, scale = features.mean(axis=0), _scale(blank, features)
    near = ((features - centre) * scale).astype(np.float64)
    chosen = np.random.default_rng(SEED).permutation(len(near))[:LANDMARKS]
    steps, step = _in_bytes(near[chosen])
    landmarks = steps.astype(np.float64) * step
    kernel, among = radial(near, landmarks, GAMMA), radial(landmarks, landmarks, GAMMA)
    intercept = judgements.mean(axis=0)
    system = kernel.T @ kernel + RIDGE * among + TINY * np.eye(len(among))
    weights = np.linalg.solve(system, kernel.T @ (judgements - intercept))
    return replace(
        blank,
        centre=centre.astype(np.float32),
        scale=scale.astype(np.float32),
        landmarks=landmarks.astype(np.float32),
        weights=weights.astype(np.float32),
        intercept=intercept.astype(np.float32),
    )


def _scale(blank: MoodHead, features: Matrix) -> Matrix:
    sizes = {"emotions": 28, "words": len(blank.words.step), "lexicon": LEXICON_FEATURES, "shape": SHAPE_FEATURES}
    sizes = {"embedding": features.shape[1] - sum(sizes.values())} | sizes
    reach = np.concatenate([np.full(size, PARTS[part]) for part, size in sizes.items()])
    spread = np.maximum(features.std(axis=0), 1e-3)
    spread[: sizes["embedding"]] = 1.0
    scale: Matrix = (reach / spread).astype(np.float32)
    return scale


def _in_bytes(values: NDArray[Any]) -> tuple[NDArray[np.int8], Matrix]:
    step = np.maximum(np.abs(values).max(axis=0), 1e-6) / 127
    return np.round(values / step).astype(np.int8), step.astype(np.float32)


def _cross_validated(blank: MoodHead, features: Matrix, embeddings: Matrix, rows: Judged) -> dict[str, Any]:
    """Pearson's r on sentences left out, by sentence and by whole document, beside two baselines."""
    by_document = [row_id.rsplit("_", 2)[0] for row_id in rows.ids]
    figures: dict[str, Any] = {}
    for name, groups in (("held_out_sentences", rows.ids), ("held_out_documents", by_document)):
        fold = folds(groups)
        judged, ridge = np.empty_like(rows.judgements), np.empty_like(rows.judgements)
        for number in range(FOLDS):
            train, test = fold != number, fold == number
            head = _fitted(blank, features[train], rows.judgements[train])
            judged[test] = head._judge((features[test] - head.centre) * head.scale)
            ridge[test] = _ridge(embeddings[train], rows.judgements[train], embeddings[test])
        figures[name] = correlations(judged, rows.judgements)
        figures[f"{name}_embedding_ridge"] = correlations(ridge, rows.judgements)
    figures["lexicon_alone"] = correlations(lexicon_judgements(rows.texts), rows.judgements)
    return figures


def folds(groups: Sequence[str]) -> NDArray[np.int64]:
    """A fold of 0..4 for each row: rows of one group share it; the largest groups are dealt out first, so that folds
    have like sizes; ties by hash. The same whatever the order of the rows."""
    names, sizes = np.unique(np.asarray(groups), return_counts=True)
    order = sorted(range(len(names)), key=lambda at: (-sizes[at], hashlib.sha256(str(names[at]).encode()).digest()))
    load, fold = [0] * FOLDS, {}
    for at in order:
        lightest = load.index(min(load))
        fold[str(names[at])] = lightest
        load[lightest] += int(sizes[at])
    return np.asarray([fold[group] for group in groups])


def _ridge(train: Matrix, judgements: NDArray[np.float64], test: Matrix) -> NDArray[np.float64]:
    x, mean = train.astype(np.float64), judgements.mean(axis=0)
    centre = x.mean(axis=0)
    x = x - centre
    weights = np.linalg.solve(x.T @ x + 3.0 * np.eye(x.shape[1]), x.T @ (judgements - mean))
    ridged: NDArray[np.float64] = (test - centre) @ weights + mean
    return ridged


# --- music ---------------------------------------------------------------------------------------------------------


def _on_music(head: MoodHead, shared: Path, embedder: TextEmbedder) -> MoodHead:
    """Measures where music texts lie: captions of clips, and titles with artists, by halves."""
    texts = _shuffled(shared / "musiccaps", "caption")[:MUSIC_TEXTS]
    texts += _shuffled(shared / "spotify_songs", "track_name", "track_artist")[:MUSIC_TEXTS]
    judged = head.predict(texts, embedder.embed(texts))[:, :2]
    low, middle, high = np.percentile(judged, [15.87, 50, 84.13], axis=0)
    return replace(head, music_centre=middle.astype(np.float32), music_spread=((high - low) / 2).astype(np.float32))


def _shuffled(folder: Path, *columns: str) -> list[str]:
    """The distinct values of these columns, joined, in the order of their hashes."""
    found = {" ".join(row[column] or "" for column in columns) for row in rows_with(folder, *columns)}
    return sorted(found, key=lambda value: hashlib.sha256(value.encode()).digest())


# --- files ---------------------------------------------------------------------------------------------------------


def _published(head: MoodHead, figures: dict[str, Any], out: Path, **facts: Any) -> dict[str, Any]:
    data = head_bytes(head)
    out.mkdir(parents=True, exist_ok=True)
    publish(out / f"emobank-{VERSION}.npz", data)
    card = {
        "name": "emobank",
        "version": VERSION,
        "file": f"emobank-{VERSION}.npz",
        "sha256": sha256(data),
        "bytes": len(data),
        "summary": "Valence, arousal and dominance of a sentence, as its readers feel them",
        "command": "cratedig lab train emobank --data ../shared/data/emobank",
        "data": [
            "EmoBank (Buechel & Hahn 2017, EACL), CC BY-SA 4.0",
            "GoEmotions (Demszky et al. 2020, ACL), CC BY 4.0",
        ],
        "licence": "CC BY-SA 4.0",
        "seed": SEED,
        "figures": figures,
        "facts": facts
        | {"music_centre": head.music_centre.round(4).tolist(), "music_spread": head.music_spread.round(4).tolist()},
    }
    publish(out / CARD, (json.dumps(card, indent=2) + "\n").encode())
    return card


def head_bytes(head: MoodHead) -> bytes:
    """The .npz of a head, the same bytes for the same head."""
    landmarks, landmark_step = _in_bytes(head.landmarks)
    hidden, hidden_bias, emotion, emotion_bias = (array.astype(np.float16) for array in head.emotions)
    buffer = io.BytesIO()
    np.savez_compressed(
        buffer,
        vocabulary=np.frombuffer("\n".join(head.words.index).encode(), dtype=np.uint8),
        idf=head.words.idf.astype(np.float16),
        word_weights=head.words.weights,
        word_step=head.words.step,
        hidden=hidden,
        hidden_bias=hidden_bias,
        emotion=emotion,
        emotion_bias=emotion_bias,
        centre=head.centre,
        scale=head.scale,
        landmarks=landmarks,
        landmark_step=landmark_step,
        gamma=np.float32(head.gamma),
        weights=head.weights,
        intercept=head.intercept,
        music_centre=head.music_centre,
        music_spread=head.music_spread,
        trained_on=head.trained_on,
    )
    return buffer.getvalue()
