"""`lab evaluate spotify_songs`: playlists found by their names, continued from their halves, and songs' genres.

The catalogue is the unique tracks (title, artist, album) of the playlists, with playlist_name, playlist_genre and
playlist_subgenre hidden. Queries are the names of playlists with 5 tracks or more, relevant the tracks in each; the
ranking is the product's find before it spreads artists. Continuation: of playlists with 6 tracks or more, half by a
stable hash are what the others should be like. Genres: songs of artists the shipped head never learned from.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import anyio
import numpy as np
from numpy.typing import NDArray

from cratedig.catalogue import Catalogue
from cratedig.find.recommend import judge, ranked
from cratedig.find.request import Request
from cratedig.lab.crate import fill
from cratedig.lab.evaluation import Evaluation, Lab
from cratedig.lab.ranking import bucket, ndcg, recall
from cratedig.lab.spotify_data import Song, read_playlists, read_songs
from cratedig.lab.train_spotify import guessed_genres
from cratedig.models.mood import MoodHead
from cratedig.models.style import shipped
from cratedig.understand.study import study_mood, study_text

LEAST_NAMED, LEAST_CONTINUED = 5, 6
AT_ONCE = 2  # finds in flight


@dataclass(frozen=True)
class Crate:
    """The catalogue of the playlists: tracks in order, and for each playlist which of them it holds."""

    tracks: tuple[Song, ...]
    playlists: Mapping[str, frozenset[int]]

    def named(self, at_least: int) -> list[str]:
        return [name for name, tracks in self.playlists.items() if len(tracks) >= at_least]


async def evaluate(data: Path, lab: Lab) -> Evaluation:
    """All figures of the contract for this folder; a folder without songs gives no genre accuracy."""
    crate = read_crate(data)
    texts = await anyio.to_thread.run_sync(lab.embedder.embed, [track.text for track in crate.tracks])
    names = crate.named(LEAST_NAMED)
    asked = await anyio.to_thread.run_sync(lab.embedder.embed, names)
    halves = {name: split(crate, name) for name in crate.named(LEAST_CONTINUED)}
    async with lab.scratch() as catalogue:
        at_id = await _filled(catalogue, crate, lab)
        by_name = await _found(catalogue, lab, [Request(query=name) for name in names], at_id)
        ids = {at: track_id for track_id, at in at_id.items()}
        wishes = [Request(like=tuple(ids[at] for at in sorted(seeds))) for seeds, _ in halves.values()]
        continued = await _found(catalogue, lab, wishes, at_id)
    alone = [_by(texts @ vector) for vector in asked]
    seeds_alone = [_by(texts @ texts[sorted(seeds)].mean(axis=0), without=seeds) for seeds, _ in halves.values()]
    popular = _by(np.array([track.popularity or 0.0 for track in crate.tracks]))
    rest = [hidden for _, hidden in halves.values()]
    relevant = [crate.playlists[name] for name in names]
    return Evaluation(
        name="spotify_songs",
        n=len(crate.tracks),
        metrics={
            **await anyio.to_thread.run_sync(_genre_figures, data, lab),
            "playlist_ndcg_at_20": _mean_ndcg(by_name, relevant),
            "playlist_recall_at_50": _mean_recall(by_name, relevant, k=50),
            "continuation_recall_at_20": _mean_recall(continued, rest, k=20),
            "playlists": len(names),
            "continued_playlists": len(halves),
        },
        baselines={
            "sbert_only_ndcg_at_20": _mean_ndcg(alone, relevant),
            "sbert_only_recall_at_50": _mean_recall(alone, relevant, k=50),
            "sbert_only_continuation_recall_at_20": _mean_recall(seeds_alone, rest, k=20),
            "popularity_ndcg_at_20": _mean_ndcg([popular] * len(names), relevant),
        },
    )


def read_crate(data: Path) -> Crate:
    """The unique tracks of a folder's playlists."""
    tracks: dict[tuple[str, str, str], int] = {}
    kept: list[Song] = []
    playlists: dict[str, set[int]] = {}
    for row in read_playlists(data):
        if row.key not in tracks:
            tracks[row.key] = len(kept)
            kept.append(row)
        playlists.setdefault(row.playlist, set()).add(tracks[row.key])
    return Crate(tuple(kept), {name: frozenset(held) for name, held in playlists.items()})


def split(crate: Crate, name: str) -> tuple[frozenset[int], frozenset[int]]:
    """(seeds, hidden) of a playlist: half of its tracks by a stable hash, and the others."""
    ordered = sorted(crate.playlists[name], key=lambda at: bucket("\x1f".join((name, *crate.tracks[at].key))))
    half = len(ordered) // 2
    return frozenset(ordered[:half]), frozenset(ordered[half:])


async def _filled(catalogue: Catalogue, crate: Crate, lab: Lab) -> dict[int, int]:
    """Studies the crate in an empty catalogue; gives track id -> position in the crate."""
    rows = [
        {
            "title": track.title or None,
            "artist": track.artist or None,
            "album": track.album or None,
            "year": track.year,
            "popularity": track.popularity,
            "duration_s": track.duration_s,
            "audio_features": dict(track.features),
        }
        for track in crate.tracks
    ]
    ids = await fill(catalogue, rows, source="spotify_songs")
    await study_text(catalogue, lab.embedder)
    await study_mood(catalogue, lab.embedder, MoodHead.load())
    return {track_id: at for at, track_id in enumerate(ids)}


async def _found(
    catalogue: Catalogue, lab: Lab, requests: Sequence[Request], at_id: Mapping[int, int]
) -> list[list[int]]:
    """What find ranks for each request, as positions in the crate."""
    head = MoodHead.load()
    lists: list[list[int]] = [[] for _ in requests]

    async def finder(first: int) -> None:
        for at in range(first, len(requests), AT_ONCE):
            async with catalogue.begin() as session:
                judged = await judge(session, lab.embedder, head, requests[at])
            order = ranked(judged.found, judged.blend.scores)
            lists[at] = [at_id[judged.found[place].track_id] for place in order]

    async with anyio.create_task_group() as tasks:
        for first in range(AT_ONCE):
            tasks.start_soon(finder, first)
    return lists


def _by(scores: NDArray[np.float32] | NDArray[np.float64], without: frozenset[int] = frozenset()) -> list[int]:
    return [at for at in np.argsort(-scores, kind="stable").tolist() if at not in without]


def _mean_ndcg(lists: Sequence[Sequence[int]], relevant: Sequence[frozenset[int]]) -> float:
    pairs = zip(lists, relevant, strict=True)
    return float(np.mean([ndcg(found, dict.fromkeys(wanted, 1.0), k=20) for found, wanted in pairs]))


def _mean_recall(lists: Sequence[Sequence[int]], relevant: Sequence[frozenset[int]], *, k: int) -> float:
    return float(np.mean([recall(found, wanted, k=k) for found, wanted in zip(lists, relevant, strict=True)]))


def _genre_figures(data: Path, lab: Lab) -> dict[str, float | int]:
    head = shipped()
    songs = [song for song in read_songs(data) if song.artist and song.genre and not head.has_heard(song.artist)]
    if not songs:
        return {}
    guesses = guessed_genres(head, songs, lab.embedder.embed([song.text for song in songs]))
    right = [guess == song.genre for guess, song in zip(guesses, songs, strict=True)]
    return {"genre_accuracy": float(np.mean(right)), "genre_songs": len(songs)}
