"""`lab evaluate heal_songs`: the genre of songs of unseen artists, with and without their sound.

Songs of artists that the style head never learned from, with 12 features each (spotify_songs). A fifth of the artists
at a time is hidden; what is healed by is learned from the others, which have genres and sounds. The hidden songs are
healed three times: as they are, without features, and with nobody having embedded their texts. genre_family_first is
the share whose likeliest family is the truth's, whether it is filled in or not: the accuracy among six genres.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import anyio.to_thread
import numpy as np

from cratedig.collect.heal.pooling import Matrix
from cratedig.collect.heal.rows import Row, artist_key, own_words
from cratedig.lab.evaluation import Evaluation, Lab
from cratedig.lab.heal import FOLDS, judge_genres, learned_from, stripped
from cratedig.lab.heal_judged import Figures, Judged
from cratedig.lab.ranking import bucket
from cratedig.lab.spotify_data import Song, read_songs
from cratedig.models.embedder import TextEmbedder
from cratedig.models.style import Heard, StyleHead, shipped

MOST_SONGS = 8_000


async def evaluate(data: Path, lab: Lab) -> Evaluation:
    """Figures by what is known of a song. Raises InputRejected where the folder has no songs."""
    return await anyio.to_thread.run_sync(_evaluate, data, lab.embedder)


def _evaluate(data: Path, embedder: TextEmbedder) -> Evaluation:
    rows = songs_of(data)
    texts = embedder.embed([own_words(row) for row in rows])
    kinds = judged(rows, texts)
    metrics: Figures = {}
    for kind, one in kinds.items():
        metrics |= one.figures(kind)
    baselines = {"style_head_alone": round(_of_head_alone(rows, texts, shipped()), 4)}
    return Evaluation("heal_songs", len(rows), metrics, baselines)


def songs_of(data: Path) -> list[Row]:
    """At most 8,000 songs of artists that the style head never learned from, in a stable order."""
    head = shipped()
    songs = [song for song in read_songs(data) if song.artist and song.genre and not head.has_heard(song.artist)]
    rows = [_row_of(song, at) for at, song in enumerate(songs)]
    return sorted(rows, key=lambda row: bucket(f"song {row.track_id}"))[:MOST_SONGS]


def _row_of(song: Song, track_id: int) -> Row:
    return Row(
        track_id=track_id,
        title=song.title,
        artist=song.artist,
        artist_key=artist_key(song.artist),
        album=song.album,
        genre=song.genre,
        year=song.year,
        duration_s=song.duration_s,
        popularity=song.popularity,
        audio_features=song.features,
    )


def judged(rows: Sequence[Row], texts: Matrix) -> dict[str, Judged]:
    """Every song once of each kind: with text and sound, with text alone, with sound alone."""
    found = {"text_and_sound": Judged(), "text": Judged(), "sound": Judged()}
    fold = np.array([int(bucket(f"heal fold {row.artist_key}") * FOLDS) for row in rows])
    for number in range(FOLDS):
        hidden, others = np.flatnonzero(fold == number).tolist(), np.flatnonzero(fold != number).tolist()
        learned = learned_from([rows[at] for at in others], texts[others])
        truth = [rows[at] for at in hidden]
        bare = [stripped(row) for row in truth]
        unheard = [replace(row, audio_features=None) for row in bare]
        judge_genres(found["text_and_sound"], truth, bare, texts[hidden], learned)
        judge_genres(found["text"], truth, unheard, texts[hidden], learned)
        judge_genres(found["sound"], truth, bare, None, learned)
    return found


def _of_head_alone(rows: Sequence[Row], texts: Matrix, head: StyleHead) -> float:
    """The share of songs whose genre the style head alone names."""
    shares = head.predict([Heard(row.audio_features, row.year) for row in rows], texts)
    names = sorted(set(head.genres))
    sums = np.stack([shares[:, [one == name for one in head.genres]].sum(axis=1) for name in names], axis=1)
    best = sums.argmax(axis=1).tolist()
    return float(np.mean([names[at] == row.genre for at, row in zip(best, rows, strict=True)]))
