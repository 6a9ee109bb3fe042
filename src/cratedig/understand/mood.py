"""The mood of a track: from the audio features a dump brought, its lyrics, its names and labels, its genre.

Each source is read by itself and says how sure it is; the mood is the mean of what they say, weighted by that. Plain
functions of their arguments; `docs/mood.md` has the figures.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import compress
from typing import Any

import numpy as np
from numpy.typing import NDArray

from cratedig.models.mood import MoodHead, moods_of_texts
from cratedig.models.mood_features import Matrix
from cratedig.music.features import is_possible
from cratedig.music.lexicon import read_styles, read_words
from cratedig.music.mood import Mood
from cratedig.music.receipt import Receipt

Evidence = tuple[Mood, Receipt]

NAMES, LABELS = "title and description", "genre and tags"

FEATURES = ("danceability", "energy", "loudness", "mode", "speechiness", "acousticness", "instrumentalness", "liveness",
            "valence", "tempo")  # fmt: skip
"""The columns of a feature matrix, in order; names and units as in music/features.py."""

USUAL = np.array([0.653, 0.700, -6.72, 0.564, 0.107, 0.174, 0.087, 0.189, 0.511, 120.8])
SPREAD = np.array([0.145, 0.180, 2.99, 0.496, 0.101, 0.218, 0.227, 0.155, 0.234, 26.8])
"""Mean and standard deviation of each feature over 24,283 songs (../shared/data/spotify_songs/songs.csv.gz)."""

WEIGHTS = np.array(
    [  # valence, arousal
        [0.09, 0.03],  # danceability
        [0.10, 0.28],  # energy
        [0.00, 0.00],  # loudness: says nothing that energy does not, and stands in for it where it is absent
        [0.06, 0.00],  # mode: major is happier (Hevner 1935, American Journal of Psychology 47)
        [-0.07, 0.00],  # speechiness
        [0.00, 0.00],  # acousticness: likewise
        [-0.09, -0.05],  # instrumentalness
        [0.00, 0.05],  # liveness
        [0.30, 0.11],  # valence
        [0.00, 0.05],  # tempo: faster is more aroused (Hevner 1937, American Journal of Psychology 49)
    ]
)
"""Per standard deviation of a feature: a ridge on 653 songs with listeners' moods (Delbouys et al. 2018, ISMIR),
rounded; weights below 0.03, and those of loudness (negative only beside energy), are 0. Squares added nothing."""

ENERGY_FROM = {"loudness": 0.55, "acousticness": -0.34}
"""What stands in for an absent energy: standardised regression of energy on loudness and acousticness, same songs."""

LIKELIEST = 3.0  # standard deviations; a feature further out moves the mood no more
PLANE = np.array([0.385, 0.338])
"""Standard deviation of the weighted sums over the same songs: a song one of them above the mean lies at tanh(1/2)."""

FEATURE_CONFIDENCE = 0.5  # listeners and features agree with r = 0.38 and 0.40 (docs/mood.md): no more than a half
MOOD_TAG_CONFIDENCE = 0.55
STYLE_CONFIDENCE = 0.3
NAME_SHARE = 0.35  # of the confidence of a text that it keeps when it is only a name (docs/mood.md)
TELLING_WORDS = 40  # from which on a name with a description counts as any text
HIGHEST_CONFIDENCE = 0.95


@dataclass(frozen=True, slots=True)
class TrackWords:
    """What is written about a track and in it; "" where there is nothing."""

    names: str = ""  # title, album, description
    labels: str = ""  # genre and tags
    lyrics: str = ""


def feature_matrix(rows: Sequence[Mapping[str, Any] | None]) -> NDArray[np.float64]:
    """(n, 10) in the order of FEATURES; NaN where a value is absent, no number, or impossible."""
    matrix = np.full((len(rows), len(FEATURES)), np.nan)
    for at, row in enumerate(rows):
        for column, name in enumerate(FEATURES):
            value = (row or {}).get(name)
            if isinstance(value, int | float) and is_possible(name, value):
                matrix[at, column] = value
    return matrix


def moods_of_features(matrix: NDArray[np.float64]) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Moods (n, 2) inside the plane and confidences (n,) of a feature matrix; an absent feature counts as usual.

    A row without any feature lies in the middle with confidence 0.
    """
    known = ~np.isnan(matrix)
    standard = np.where(known, np.clip((matrix - USUAL) / SPREAD, -LIKELIEST, LIKELIEST), 0.0)
    energy = FEATURES.index("energy")
    stand_in = sum(weight * standard[:, FEATURES.index(name)] for name, weight in ENERGY_FROM.items())
    standard[:, energy] = np.where(known[:, energy], standard[:, energy], stand_in)
    moods: NDArray[np.float64] = np.tanh(standard @ WEIGHTS / PLANE / 2)
    return moods, FEATURE_CONFIDENCE * _known_share(known)


def _known_share(known: NDArray[np.bool_]) -> NDArray[np.float64]:
    """(n,): how much of the weights' size the present features hold; half of energy's where others stand in."""
    sizes = (np.abs(WEIGHTS) / np.abs(WEIGHTS).sum(axis=0)).mean(axis=1)
    energy = FEATURES.index("energy")
    stands_in = ~known[:, energy] & known[:, [FEATURES.index(name) for name in ENERGY_FROM]].any(axis=1)
    share: NDArray[np.float64] = known @ sizes + stands_in * sizes[energy] / 2
    return share


def mood_of_features(features: Mapping[str, Any]) -> Evidence | None:
    """The mood of one track's audio features; None where none is usable."""
    return _features_evidence([features])[0]


def _features_evidence(rows: Sequence[Mapping[str, Any] | None]) -> list[Evidence | None]:
    moods, confidences = moods_of_features(feature_matrix(rows))
    return [
        (Mood.clipped(*mood), Receipt("audio features", "weighted features", round(sure, 4))) if sure else None
        for mood, sure in zip(moods.tolist(), confidences.tolist(), strict=True)
    ]


def mood_of_track(
    features: Mapping[str, Any] | None, words: TrackWords | str, embedding: Matrix | None, head: MoodHead
) -> Evidence | None:
    """The mood of one track, None where nothing speaks; a plain text counts as its names. See `moods_of_tracks`."""
    read = TrackWords(names=words) if isinstance(words, str) else words
    return moods_of_tracks([features], [read], [embedding], head)[0]


def moods_of_tracks(
    features: Sequence[Mapping[str, Any] | None],
    words: Sequence[TrackWords],
    embeddings: Sequence[Matrix | None],
    head: MoodHead,
) -> list[Evidence | None]:
    """The mood of each track with its receipt, None where nothing speaks. embeddings: (384,) each, of the track's text.

    A track does not change what another is given: the order of rows does not matter.
    """
    names = [w.names for w in words]
    heard = [
        _features_evidence(features),
        _texts_evidence([w.lyrics for w in words], embeddings, head, source="lyrics"),
        [_of_names(e, w) for e, w in zip(_texts_evidence(names, embeddings, head, source=NAMES), words, strict=True)],
        [_label_evidence(w.labels) for w in words],
    ]
    return [combined([said for said in sources if said is not None]) for sources in zip(*heard, strict=True)]


def _texts_evidence(
    texts: Sequence[str], embeddings: Sequence[Matrix | None], head: MoodHead, *, source: str
) -> list[Evidence | None]:
    speaks = [bool(text.strip()) and embedding is not None for text, embedding in zip(texts, embeddings, strict=True)]
    if not any(speaks):
        return [None] * len(texts)
    said = moods_of_texts(
        list(compress(texts, speaks)),
        np.stack([e for e in compress(embeddings, speaks) if e is not None]),
        head,
        source=source,
        kind="measured" if source == "lyrics" else "imputed",
    )
    answers = iter(said)
    return [_unless_silent(next(answers)) if spoke else None for spoke in speaks]


def _unless_silent(evidence: Evidence) -> Evidence | None:
    return evidence if evidence[1].confidence > 0 else None


def _label_evidence(labels: str) -> Evidence | None:
    """Genre and tags: what their mood words say, else the usual mood of the genres."""
    said, usual = read_words(labels), read_styles(labels)
    if said is not None and usual is not None:
        mood = Mood(
            (2 * said.mood.valence + usual.mood.valence) / 3,
            (2 * said.mood.arousal + usual.mood.arousal) / 3,
        )
        return mood, Receipt(LABELS, "mood words and genre", MOOD_TAG_CONFIDENCE, kind="imputed")
    if said is not None:
        return said.mood, Receipt(LABELS, "mood words", MOOD_TAG_CONFIDENCE, kind="imputed")
    if usual is not None:
        return usual.mood, Receipt(LABELS, "usual mood of the genre", STYLE_CONFIDENCE, kind="imputed")
    return None


def _of_names(evidence: Evidence | None, words: TrackWords) -> Evidence | None:
    """A name is a weak witness (r = 0.22 with listeners' valence, none with arousal); a description is a better one."""
    if evidence is None:
        return None
    share = NAME_SHARE + (1 - NAME_SHARE) * min(1.0, len(words.names.split()) / TELLING_WORDS)
    return evidence[0], replace(evidence[1], confidence=round(evidence[1].confidence * share, 4))


def combined(evidence: Sequence[Evidence]) -> Evidence | None:
    """One mood of several: their mean weighted by confidence. None of none.

    Sources that agree are surer together than the surest alone: 1 - product of (1 - confidence), less up to a half
    where they lie apart. Measured where any source that holds at least half the weight was measured.
    """
    if len(evidence) < 2:
        return evidence[0] if evidence else None
    weights = np.array([receipt.confidence for _, receipt in evidence])
    points = np.array([[mood.valence, mood.arousal] for mood, _ in evidence])
    middle = weights @ points / weights.sum()
    apart = float(weights @ np.hypot(*(points - middle).T) / weights.sum())
    sure = (1 - float(np.prod(1 - weights))) * (1 - min(0.5, apart / 2))
    measured = sum(r.confidence for _, r in evidence if r.kind == "measured") >= weights.sum() / 2
    receipt = Receipt(
        source=", ".join(r.source for _, r in evidence),
        method=", ".join(dict.fromkeys(r.method for _, r in evidence)),
        confidence=round(min(HIGHEST_CONFIDENCE, sure), 4),
        kind="measured" if measured else "imputed",
    )
    return Mood.clipped(float(middle[0]), float(middle[1])), receipt
