"""The mood of a track: from the audio features a dump brought, its lyrics, its names and labels, its genre.

Each source is read by itself and says how far it errs; they are fused by that (understand/fusion.py). The mood of the
sound and that of the lyrics are given apart as well. Plain functions; `docs/mood.md` has the figures.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from itertools import compress
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from cratedig.models import mood_of_tags
from cratedig.models.mood import MoodHead, moods_of_texts
from cratedig.models.mood_features import Matrix
from cratedig.models.mood_of_song import Embed
from cratedig.music.features import is_possible
from cratedig.music.lexicon import read_styles, read_words
from cratedig.music.mood import Mood
from cratedig.music.receipt import Kind, Receipt
from cratedig.music.text import fold
from cratedig.understand import mood_of_sound
from cratedig.understand.fusion import Said, fused
from cratedig.understand.mood_of_song import SongSaid, moods_of_songs

Evidence = tuple[Mood, Receipt]

FEATURES_SAID, SOUND_SAID = "audio features", "sound"
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

FEATURE_CONFIDENCE = 0.4
"""Listeners and features agree with r = 0.38 and 0.42: a confidence is the r to be expected (understand/fusion.py)."""
IMPUTED_SHARE = 0.5
"""Of the confidence of features that is left where they were imputed; half of their variance is (docs/heal.md)."""
MOOD_TAG_CONFIDENCE = 0.55
STYLE_CONFIDENCE = 0.25  # r = 0.249 and 0.235 for the genre of a playlist
AXES = {FEATURES_SAID: (0.95, 1.05), NAMES: (1.0, 0.3), "lyrics": (1.0, 0.8)}
"""How much better or worse than its confidence a source is on valence and arousal."""
NAME_SHARE = 0.35  # of the confidence of a text that it keeps when it is only a name (docs/mood.md)
TELLING_WORDS = 40  # from which on a name with a description counts as any text


@dataclass(frozen=True, slots=True)
class TrackWords:
    """What is written about a track and in it; "" where there is nothing."""

    names: str = ""  # title, album, description
    labels: str = ""  # genre and tags
    lyrics: str = ""
    artist: str = ""
    title: str = ""


class TrackMood(NamedTuple):
    """A track's mood with its receipt, the mood of its sound, and the mood of its lyrics; None where none was heard.

    "Sounds happy, is sad" are the tracks with sound.valence > 0 > words.valence.
    """

    mood: Mood
    receipt: Receipt
    sound: Mood | None = None
    words: Mood | None = None


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
    said = _features_said([features], [False])[0]
    return (said.mood, said.receipt) if said else None


def _features_said(rows: Sequence[Mapping[str, Any] | None], imputed: Sequence[bool]) -> list[Said | None]:
    moods, confidences = moods_of_features(feature_matrix(rows))
    return [
        _feature_said(Mood.clipped(*mood), sure, guessed) if sure else None
        for mood, sure, guessed in zip(moods.tolist(), confidences.tolist(), imputed, strict=True)
    ]


def _feature_said(mood: Mood, sure: float, imputed: bool) -> Said:
    confidence = round(sure * (IMPUTED_SHARE if imputed else 1.0), 4)
    kind: Kind = "imputed" if imputed else "measured"
    return Said.by(mood, Receipt(FEATURES_SAID, "weighted features", confidence, kind), AXES[FEATURES_SAID])


def _sound_said(row: Mapping[str, Any] | None) -> Said | None:
    """What our own ears measured."""
    found = mood_of_sound.heard(row or {})
    if found is None:
        return None
    return Said.by(found.mood, Receipt(SOUND_SAID, "weighted sound", found.confidence))


def mood_of_track(
    features: Mapping[str, Any] | None, words: TrackWords | str, embedding: Matrix | None, head: MoodHead
) -> TrackMood | None:
    """The mood of one track, None where nothing speaks; a plain text counts as its names. See `moods_of_tracks`."""
    read = TrackWords(names=words) if isinstance(words, str) else words
    return moods_of_tracks([features], [read], [embedding], head)[0]


def moods_of_tracks(
    features: Sequence[Mapping[str, Any] | None],
    words: Sequence[TrackWords],
    embeddings: Sequence[Matrix | None],
    head: MoodHead,
    *,
    imputed: Sequence[bool] | None = None,
    embed: Embed | None = None,
) -> list[TrackMood | None]:
    """The mood of each track with its receipt, None where nothing speaks. embeddings: (384,) each, of the track's text.

    features: of a dump, measured by our own ears, or both. imputed: where they were healed. embed: embeds artists and
    titles; without it those two are not asked. A track does not change what another is given: the order of rows does
    not matter.
    """
    names = [w.names for w in words]
    healed = imputed or [False] * len(words)
    lyrics = _texts_said([w.lyrics for w in words], embeddings, head, source="lyrics")
    sounds = zip(_features_said(features, healed), map(_sound_said, features), strict=True)
    others = [
        [_of_names(e, w) for e, w in zip(_texts_said(names, embeddings, head, source=NAMES), words, strict=True)],
        [_label_said(w.labels) for w in words],
    ]
    songs = _songs_said(words, features, healed, embed)
    return [_track_mood(*said) for said in zip(sounds, songs, lyrics, *others, strict=True)]


def _songs_said(
    words: Sequence[TrackWords],
    features: Sequence[Mapping[str, Any] | None],
    imputed: Sequence[bool],
    embed: Embed | None,
) -> list[SongSaid | None]:
    if embed is None:
        return [None] * len(words)
    return moods_of_songs([(w.artist, w.title) for w in words], features, imputed, embed)


def _track_mood(
    sounds: tuple[Said | None, Said | None], song: SongSaid | None, lyrics: Said | None, *others: Said | None
) -> TrackMood | None:
    """sounds: of the features, which a song that is judged whole has heard already, and of our own ears."""
    sound = _fused(sounds)
    rest = sounds[1] if song is not None and song.whole else sound
    whole = _fused([rest, song and song.said, lyrics, *others])
    if whole is None:
        return None
    heard = sound.mood if sound is not None and sound.receipt.kind == "measured" else None
    return TrackMood(whole.mood, whole.receipt, heard, None if lyrics is None else lyrics.mood)


def _fused(said: Iterable[Said | None]) -> Said | None:
    return fused([one for one in said if one is not None])


def _texts_said(
    texts: Sequence[str], embeddings: Sequence[Matrix | None], head: MoodHead, *, source: str
) -> list[Said | None]:
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


def _unless_silent(evidence: Evidence) -> Said | None:
    mood, receipt = evidence
    return Said.by(mood, receipt, AXES[receipt.source]) if receipt.confidence > 0 else None


def _label_said(labels: str) -> Said | None:
    """Genre and tags: what their mood words say, else the usual mood of the genres and instruments."""
    said, usual = read_words(labels), _usual_mood(labels)
    if said is not None and usual is not None:
        mood = Mood((2 * said.mood.valence + usual.valence) / 3, (2 * said.mood.arousal + usual.arousal) / 3)
        return Said.by(mood, Receipt(LABELS, "mood words and genre", MOOD_TAG_CONFIDENCE, kind="imputed"))
    if said is not None:
        return Said.by(said.mood, Receipt(LABELS, "mood words", MOOD_TAG_CONFIDENCE, kind="imputed"))
    if usual is not None:
        return Said.by(usual, Receipt(LABELS, "usual mood of the genre", STYLE_CONFIDENCE, kind="imputed"))
    return None


@lru_cache(maxsize=4096)
def _usual_mood(labels: str) -> Mood | None:
    """Halfway between the lexicon's mood of the genres and what listeners' tags say of such genres and instruments;
    either where the other is silent."""
    listed = read_styles(labels)
    names = [fold(label).replace(" ", "") for label in labels.split(",")]
    head = mood_of_tags.shipped()
    if not head.knows(names):
        return None if listed is None else listed.mood
    valence, arousal = head.on_the_plane(head.predict([mood_of_tags.Labelled(names, names, None)]))[0].tolist()
    if listed is None:
        return Mood.clipped(valence, arousal)
    return Mood.clipped((listed.mood.valence + valence) / 2, (listed.mood.arousal + arousal) / 2)


def _of_names(said: Said | None, words: TrackWords) -> Said | None:
    """A name is a weak witness (r = 0.22 with listeners' valence, none with arousal); a description is a better one."""
    if said is None:
        return None
    share = NAME_SHARE + (1 - NAME_SHARE) * min(1.0, len(words.names.split()) / TELLING_WORDS)
    return Said.by(said.mood, replace(said.receipt, confidence=round(said.receipt.confidence * share, 4)), AXES[NAMES])
