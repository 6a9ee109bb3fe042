"""deezer_mood: does the mood of a song follow its listeners?

Delbouys et al. 2018, "Music mood detection based on audio and lyrics with deep neural net", ISMIR: valence and arousal
of songs from the mood tags of Last.fm's listeners, standardised. Here those songs whose audio features are known.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import anyio.to_thread
import numpy as np
from numpy.typing import NDArray

from cratedig.lab.emobank import pearson
from cratedig.lab.evaluation import Evaluation, Lab
from cratedig.lab.tables import rows_with
from cratedig.models.embedder import TextEmbedder
from cratedig.models.mood_of_song import FEATURES, SongHead, song_digest

COLUMNS = ("dzr_sng_id", "artist_name", "track_name")
AXES = ("valence", "arousal")
TEST = "test"

Matrix = NDArray[np.float64]


@dataclass(frozen=True)
class Songs:
    """ids, artists, titles; moods (n, 2); features (n, 12) or (n, 0); splits as the data's authors made them."""

    ids: list[str]
    artists: list[str]
    titles: list[str]
    moods: Matrix
    features: Matrix
    splits: list[str]


def read_join(folder: Path) -> Songs:
    """Songs with audio features. Raises InputRejected where the folder has none."""
    rows = rows_with(folder, *COLUMNS, "human_valence", "human_arousal", "spotify_valence")
    columns = ["spotify_valence" if name == "valence" else name for name in FEATURES]
    features = np.array([[float(row[name] or "nan") for name in columns] for row in rows])
    return _songs(rows, ("human_valence", "human_arousal"), features, [row["deezer_split"] for row in rows])


def read_named(folder: Path) -> Songs:
    """Songs of which only the names are known. Raises InputRejected where the folder has none."""
    rows = rows_with(folder, *COLUMNS, *AXES, "MSD_track_id")
    return _songs(rows, AXES, np.empty((len(rows), 0)), [""] * len(rows))


def _songs(rows: Sequence[dict[str, str]], axes: tuple[str, str], features: Matrix, splits: list[str]) -> Songs:
    moods = np.array([[float(row[axis]) for axis in axes] for row in rows])
    ids, artists, titles = ([row[column] for row in rows] for column in COLUMNS)
    return Songs(ids, artists, titles, moods, features, splits)


def followed(judged: Matrix, moods: Matrix, suffix: str = "") -> dict[str, float]:
    """Pearson's r by axis."""
    return {f"r_{axis}{suffix}": round(pearson(judged[:, k], moods[:, k]), 4) for k, axis in enumerate(AXES)}


async def evaluate(data: Path, lab: Lab) -> Evaluation:
    """Pearson's r of the shipped head. `trained_on`: the share of songs it learned from: figures are only honest where
    it is 0 (the card has those of artists it had not learned from)."""
    return await anyio.to_thread.run_sync(_evaluate, data, lab.embedder)


def _evaluate(data: Path, embedder: TextEmbedder) -> Evaluation:
    songs, head = read_join(data), SongHead.load()
    words = head.of_words(songs.artists, songs.titles, embedder.embed)
    judged, ridge = head.of_song(songs.features, words), head.of_sound(songs.features)
    alone = songs.features[:, [FEATURES.index("valence"), FEATURES.index("energy")]]
    metrics = followed(judged, songs.moods)
    baselines: dict[str, float] = {}
    for name, found in (("feature_alone", alone), ("sound_ridge", ridge), ("words_alone", words)):
        baselines |= {f"{name}_{axis}": r for axis, r in followed(found, songs.moods).items()}
    test = np.array([split == TEST for split in songs.splits])
    if test.sum() > 2:
        metrics |= followed(judged[test], songs.moods[test], f"_{TEST}")
    learned = np.isin(np.array([song_digest(one) for one in songs.ids], dtype=np.uint32), head.trained_on)
    metrics["trained_on"] = round(float(learned.mean()), 4)
    return Evaluation(name="deezer_mood", n=len(songs.ids), metrics=dict(metrics), baselines=dict(baselines))
