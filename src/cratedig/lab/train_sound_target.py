"""Makes the map from words to sounds: `cratedig lab train sound_target --data ../shared/data`.

From words: a ridge from the embedding of a song's text, and of the names of genres, to valence, arousal, tempo and
loudness of its audio features (songs of the folder spotify_songs). To sounds: a ridge from the same four, as our ears
measure them, to the 128 coordinates of a sound (clips of audio_clips that may be passed on, and what the demo crate's
band plays). Held back: a seventh of the artists, the names of all playlists, and each sound in its turn.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import anyio
import numpy as np
from numpy.typing import NDArray

from cratedig.collect.demo.sound import RATE, render, scores
from cratedig.lab.evaluation import Lab
from cratedig.lab.ranking import bucket
from cratedig.lab.sounds import read_mono
from cratedig.lab.spotify_data import Song, read_playlists, read_songs
from cratedig.lab.tables import rows_with
from cratedig.lab.train_audio import STRETCH_S
from cratedig.lab.train_spotify import is_held_out
from cratedig.models.arrays import HEADS, publish_head
from cratedig.models.embedder import TextEmbedder
from cratedig.models.sound_target import NAME, QUANTITIES, SoundTarget
from cratedig.understand.audio import AudioFeatures, analyze
from cratedig.understand.audio.embedding import embedding
from cratedig.understand.mood import feature_matrix, moods_of_features
from cratedig.understand.mood_of_sound import heard

VERSION: Final = 1
MOST_SONGS: Final = 12_000
TEXT_PENALTY: Final = 300.0
NAME_WORTH: Final = 30.0  # songs that the name of a genre is worth
SOUND_PENALTY: Final = 10.0
FOLDS: Final = 5
LEAST_NAMED: Final = 5  # tracks of a playlist whose name is held back

Matrix = NDArray[np.float64]


@dataclass(frozen=True)
class Told:
    """Texts with their quantities, standardised: vectors (n, 384), quantities (n, 4), how much each counts (n,)."""

    vectors: Matrix
    quantities: Matrix
    worth: Matrix


@dataclass(frozen=True)
class Measured:
    """Sounds: quantities (n, 4) standardised, points (n, 128), and which sounds belong together (n,)."""

    quantities: Matrix
    points: Matrix
    groups: NDArray[np.int64]


async def train(data: Path, lab: Lab, out: Path | None) -> dict[str, Any]:
    """Trains, measures on what is held back, writes head and card to `out` (the shipped folder when None)."""
    return await anyio.to_thread.run_sync(_train, data, lab.embedder, out or HEADS)


def _train(data: Path, embedder: TextEmbedder, out: Path) -> dict[str, Any]:
    playlists = [song for song in read_playlists(data / "spotify_songs") if song.features.get("tempo")]
    songs = _songs(data / "spotify_songs", {song.key[:2] for song in playlists})
    centre, spread = _usual(quantities_of_songs(songs))
    learned = [song for song in songs if not is_held_out(song.artist)]
    middle, weights = text_ridge(_told(learned, embedder, centre, spread))
    sounds = _measured(data / "audio_clips")
    head = SoundTarget(*(np.asarray(one, np.float32) for one in (middle, weights, centre, spread, sound_ridge(sounds))))
    unseen = [song for song in songs if is_held_out(song.artist)]
    figures = {
        "spearman_unseen_artists": _text_figures(head, unseen, embedder),
        "spearman_playlist_names": _playlist_figures(head, playlists, embedder),
        "spearman_of_likeness_unseen_sounds": round(likeness_of_unseen(sounds), 4),
        "songs": len(learned),
        "songs_held_back": len(unseen),
        "sounds": len(sounds.points),
    }
    return publish_head(_halves(head), _card(figures, embedder), out)


def _card(figures: Mapping[str, Any], embedder: TextEmbedder) -> dict[str, Any]:
    return {
        "name": NAME,
        "version": VERSION,
        "summary": "From words to a point of the space of sounds, over valence, arousal, tempo and loudness",
        "command": "cratedig lab train sound_target --data ../shared/data",
        "data": [
            "24,283 Spotify songs (TidyTuesday 2020-01-21), internal: only these weights ship",
            "Clips of LMMS, librosa and Sonic Pi that may be passed on; the demo crate's own band",
        ],
        "licence": "undecided: the songs' data states none and is internal",
        "figures": dict(figures),
        "embedder": embedder.version,
    }


def _songs(data: Path, without: set[tuple[str, str]]) -> list[Song]:
    """Songs with audio features that no playlist holds, each once, at most MOST_SONGS by a stable hash."""
    found = {
        song.key[:2]: song
        for song in read_songs(data)
        if song.artist and song.features.get("tempo") and song.key[:2] not in without
    }
    return sorted(found.values(), key=lambda song: bucket("\x1f".join(song.key)))[:MOST_SONGS]


def quantities_of_songs(songs: Sequence[Song]) -> Matrix:
    """(n, 4): QUANTITIES of audio features."""
    moods, _ = moods_of_features(feature_matrix([song.features for song in songs]))
    tempo = np.log2([max(song.features["tempo"], 20.0) for song in songs])
    loudness = np.array([song.features.get("loudness", 0.0) for song in songs])
    return np.column_stack([moods, tempo, loudness])


def quantities_of_sound(features: AudioFeatures) -> Matrix:
    """(4,): QUANTITIES as our ears hear them."""
    named = features.named()
    mood = heard(named)
    valence, arousal = (mood.mood.valence, mood.mood.arousal) if mood else (0.0, 0.0)
    return np.array([valence, arousal, np.log2(max(named["tempo_bpm"], 20.0)), named["loudness_lufs"]])


def _usual(quantities: Matrix) -> tuple[Matrix, Matrix]:
    return quantities.mean(axis=0), np.maximum(quantities.std(axis=0), 1e-6)


def _told(songs: Sequence[Song], embedder: TextEmbedder, centre: Matrix, spread: Matrix) -> Told:
    """The songs' texts, and the names of their genres and subgenres with the mean of what is filed under them."""
    quantities = (quantities_of_songs(songs) - centre) / spread
    filed: dict[str, list[int]] = {}
    for at, song in enumerate(songs):
        for name in {song.genre, song.subgenre} - {""}:
            filed.setdefault(name, []).append(at)
    names = sorted(filed)
    means = np.array([quantities[filed[name]].mean(axis=0) for name in names])
    vectors = embedder.embed([*(song.text for song in songs), *names]).astype(np.float64)
    worth = np.concatenate([np.ones(len(songs)), np.full(len(names), NAME_WORTH)])
    return Told(vectors, np.vstack([quantities, means]), worth)


def text_ridge(told: Told) -> tuple[Matrix, Matrix]:
    """(middle (384,), weights (384, 4)) of a weighted ridge."""
    middle = np.average(told.vectors, axis=0, weights=told.worth)
    x = told.vectors - middle
    weighed = x * told.worth[:, None]
    # unit vectors: a penalty of 300 on vectors stretched eightfold, as collect/heal/audio.py has it
    penalty = TEXT_PENALTY / 64 * np.eye(x.shape[1])
    return np.asarray(middle, np.float64), np.asarray(
        np.linalg.solve(weighed.T @ x + penalty, weighed.T @ told.quantities)
    )


def sound_ridge(sounds: Measured) -> Matrix:
    """(4, 128), without an intercept: the usual quantities are the usual sound."""
    q = sounds.quantities
    return np.asarray(np.linalg.solve(q.T @ q + SOUND_PENALTY * np.eye(q.shape[1]), q.T @ sounds.points))


def _measured(clips: Path) -> Measured:
    rows = [row for row in rows_with(clips, "file", "redistribute") if not row["redistribute"].startswith("no")]
    heard_sounds = [(at, features) for at, row in enumerate(rows) for features in _stretches(clips / row["file"])]
    played = [(len(rows) + at, analyze(render(score), RATE)) for at, score in enumerate(scores())]
    everything = [*heard_sounds, *played]
    raw = np.array([quantities_of_sound(features) for _, features in everything])
    centre, spread = np.median(raw, axis=0), np.maximum(raw.std(axis=0), 1e-6)
    points = np.array([embedding(features) for _, features in everything], dtype=np.float64)
    return Measured((raw - centre) / spread, points, np.array([group for group, _ in everything]))


def _stretches(path: Path) -> list[AudioFeatures]:
    samples, rate = read_mono(path)
    length = round(STRETCH_S * rate)
    return [
        analyze(samples[start : start + length], rate) for start in range(0, max(len(samples) - length, 0) + 1, length)
    ]


def likeness_of_unseen(sounds: Measured) -> float:
    """For each sound, by a map that learned from none of its fold: the rank correlation, over all sounds, of likeness
    (cosine) to its target with likeness to itself; their mean."""
    unit = sounds.points / np.maximum(np.linalg.norm(sounds.points, axis=1, keepdims=True), 1e-9)
    found: list[float] = []
    for fold in range(FOLDS):
        held = sounds.groups % FOLDS == fold
        weights = sound_ridge(Measured(sounds.quantities[~held], sounds.points[~held], sounds.groups[~held]))
        for at in np.flatnonzero(held):
            others = np.arange(len(unit)) != at
            target = sounds.quantities[at] @ weights
            found.append(spearman(unit[others] @ target, unit[others] @ unit[at]))
    return float(np.mean(found))


def spearman(one: Matrix, other: Matrix) -> float:
    """Rank correlation (Spearman 1904); 0 where one of them is constant."""
    if np.ptp(one) == 0.0 or np.ptp(other) == 0.0:
        return 0.0
    first, second = (np.argsort(np.argsort(values, kind="stable"), kind="stable") for values in (one, other))
    return float(np.corrcoef(first.astype(np.float64), second.astype(np.float64))[0, 1])


def _text_figures(head: SoundTarget, songs: Sequence[Song], embedder: TextEmbedder) -> dict[str, float]:
    true = (quantities_of_songs(songs) - head.centre) / head.spread
    return _correlations(head, embedder.embed([song.text for song in songs]), true)


def _playlist_figures(head: SoundTarget, songs: Sequence[Song], embedder: TextEmbedder) -> dict[str, float]:
    held: dict[str, list[int]] = {}
    for at, song in enumerate(songs):
        held.setdefault(song.playlist, []).append(at)
    named = {name: rows for name, rows in held.items() if name and len(rows) >= LEAST_NAMED}
    true = quantities_of_songs(songs)
    means = np.array([true[rows].mean(axis=0) for rows in named.values()])
    return _correlations(head, embedder.embed(list(named)), means)


def _correlations(head: SoundTarget, vectors: NDArray[np.float32], true: Matrix) -> dict[str, float]:
    said = np.array([head.heard_in(vector) for vector in vectors], dtype=np.float64)
    return {name: round(spearman(said[:, at], true[:, at]), 4) for at, name in enumerate(QUANTITIES)}


def _halves(head: SoundTarget) -> dict[str, NDArray[Any]]:
    return {
        name: getattr(head, name).astype(np.float16 if name.endswith("weights") else np.float32)
        for name in SoundTarget.__dataclass_fields__
    }
