"""`lab evaluate spotify_songs`: playlists found by their names, continued from their halves, and songs' genres.

The catalogue is the unique tracks (title, artist, album) of the playlists, with playlist_name, playlist_genre and
playlist_subgenre hidden. Queries are the names of playlists with 5 tracks or more, relevant the tracks in each; the
ranking is the product's find by score alone, without its cap on artists and before it spreads them: playlists of one
artist are right here. `shown_...` are the lists that somebody would see. Continuation: of playlists with 6 tracks or
more, half by a stable hash are what the others should be like. Genres: songs of artists the shipped head never learned
from. `unheard_...` are the same figures on the part of the crate by such artists: nothing in it was learned from.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import anyio
import numpy as np
from numpy.typing import NDArray

from cratedig.find.finder import Manner
from cratedig.find.request import Request
from cratedig.lab.bootstrap import ratio_interval
from cratedig.lab.evaluation import Evaluation, Lab
from cratedig.lab.finding import Crated, crated
from cratedig.lab.measured import Measured, means
from cratedig.lab.ranking import bucket, ndcg, recall
from cratedig.lab.spotify_data import Song, read_playlists, read_songs
from cratedig.lab.train_spotify import guessed_genres
from cratedig.models.style import FEATURES, shipped

LEAST_NAMED, LEAST_CONTINUED = 5, 6


@dataclass(frozen=True)
class Crate:
    """The catalogue of the playlists: tracks in order, and for each playlist which of them it holds."""

    tracks: tuple[Song, ...]
    playlists: Mapping[str, frozenset[int]]

    def named(self, at_least: int) -> list[str]:
        return [name for name, tracks in self.playlists.items() if len(tracks) >= at_least]

    def only(self, kept: Sequence[int]) -> Crate:
        """The crate of these tracks, and the playlists with what they hold of them."""
        place = {old: new for new, old in enumerate(kept)}
        parts = {name: frozenset(place[at] for at in held if at in place) for name, held in self.playlists.items()}
        return Crate(tuple(self.tracks[at] for at in kept), parts)


async def evaluate(data: Path, lab: Lab) -> Evaluation:
    """All figures of the contract for this folder; a folder without songs gives no genre accuracy."""
    crate = read_crate(data)
    new = unheard(crate)
    mine, others = await measured(crate, lab)
    if new.named(LEAST_CONTINUED):
        part, part_others = await measured(new, lab)
        mine, others = mine + part.named("unheard"), others + part_others.named("unheard")
    return Evaluation(
        name="spotify_songs",
        n=len(crate.tracks),
        metrics={**await anyio.to_thread.run_sync(_genre_figures, data, lab), **mine.figures},
        baselines=others.figures,
        intervals=mine.intervals | others.intervals,
    )


async def measured(crate: Crate, lab: Lab) -> tuple[Measured, Measured]:
    """(figures of find, figures of the baselines) on a catalogue of this crate's tracks."""
    names = crate.named(LEAST_NAMED)
    halves = [split(crate, name) for name in crate.named(LEAST_CONTINUED)]
    async with lab.scratch() as catalogue:
        found = await _found(await crated(catalogue, lab, crate.tracks), names, [seeds for seeds, _ in halves])
    texts = await anyio.to_thread.run_sync(lab.embedder.embed, [track.text for track in crate.tracks])
    vectors = await anyio.to_thread.run_sync(lab.embedder.embed, names)
    relevant, rest = [crate.playlists[name] for name in names], [hidden for _, hidden in halves]
    alone = [_by(texts @ vector) for vector in vectors]
    ours, theirs = _ndcgs(found.by_name, relevant), _ndcgs(alone, relevant)
    mine = means(
        {
            "playlist_ndcg_at_20": ours,
            "playlist_recall_at_50": _recalls(found.by_name, relevant, k=50),
            "continuation_recall_at_20": _recalls(found.continued, rest, k=20),
            "shown_playlist_ndcg_at_20": _ndcgs(found.shown_by_name, relevant),
            "shown_continuation_recall_at_20": _recalls(found.shown_continued, rest, k=20),
        }
    )
    others = means(
        {
            "sbert_only_ndcg_at_20": theirs,
            "sbert_only_recall_at_50": _recalls(alone, relevant, k=50),
            "popularity_ndcg_at_20": _ndcgs([_by(_popularity(crate))] * len(names), relevant),
            "sbert_only_continuation_recall_at_20": _continued(texts, halves),
            "item_knn_continuation_recall_at_20": _continued(sounds(crate.tracks), halves),
        }
    )
    counts = {"tracks": len(crate.tracks), "playlists": len(names), "continued_playlists": len(halves)}
    return mine + _ratio(ours, theirs) + Measured({**counts}), others


def _ratio(ours: Sequence[float], theirs: Sequence[float]) -> Measured:
    name = "playlist_ndcg_over_sbert_only"
    times = float(np.mean(ours)) / max(float(np.mean(theirs)), 1e-12)
    return Measured({name: round(times, 4)}, {name: ratio_interval(ours, theirs)})


@dataclass(frozen=True)
class _Found:
    """Lists of positions: by score alone, and as somebody would see them."""

    by_name: list[list[int]]
    continued: list[list[int]]
    shown_by_name: list[list[int]]
    shown_continued: list[list[int]]


async def _found(crate: Crated, names: Sequence[str], seeds: Sequence[frozenset[int]]) -> _Found:
    asked = [Request(query=name) for name in names]
    likes = [Request(like=tuple(crate.ids[at] for at in sorted(half))) for half in seeds]
    by_score = crate.in_manner(Manner(artist_cap=max(1, len(crate.ids))))
    shown = await crate.shown([*asked, *likes])
    lists = [one.tracks for one in shown]
    return _Found(await by_score.ranked(asked), await by_score.ranked(likes), lists[: len(asked)], lists[len(asked) :])


def sounds(tracks: Sequence[Song]) -> NDArray[np.float64]:
    """The 12 audio features of each track, each to mean 0 and spread 1, as a direction of length 1, (n, 12); an
    absent feature counts as usual."""
    rows = [[*(song.features.get(name, np.nan) for name in FEATURES), song.duration_s or np.nan] for song in tracks]
    table = np.array(rows, dtype=np.float64)
    standard = np.nan_to_num((table - np.nanmean(table, axis=0)) / np.maximum(np.nanstd(table, axis=0), 1e-9))
    return np.asarray(standard / np.maximum(np.linalg.norm(standard, axis=1, keepdims=True), 1e-9))


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


def unheard(crate: Crate) -> Crate:
    """The part by artists that the shipped style head never learned from."""
    return crate.only([at for at, song in enumerate(crate.tracks) if not shipped().has_heard(song.artist)])


def split(crate: Crate, name: str) -> tuple[frozenset[int], frozenset[int]]:
    """(seeds, hidden) of a playlist: half of its tracks by a stable hash, and the others."""
    ordered = sorted(crate.playlists[name], key=lambda at: bucket("\x1f".join((name, *crate.tracks[at].key))))
    half = len(ordered) // 2
    return frozenset(ordered[:half]), frozenset(ordered[half:])


def _by(scores: NDArray[np.float32] | NDArray[np.float64], without: frozenset[int] = frozenset()) -> list[int]:
    return [at for at in np.argsort(-scores, kind="stable").tolist() if at not in without]


def _continued(vectors: NDArray[Any], halves: Sequence[tuple[frozenset[int], frozenset[int]]]) -> list[float]:
    """Item-kNN: the rest of the catalogue by its summed cosine with the seeds (Sarwar et al. 2001); recalls at 20."""
    lists = [_by(vectors @ vectors[sorted(seeds)].sum(axis=0), without=seeds) for seeds, _ in halves]
    return _recalls(lists, [hidden for _, hidden in halves], k=20)


def _popularity(crate: Crate) -> NDArray[np.float64]:
    return np.array([track.popularity or 0.0 for track in crate.tracks])


def _ndcgs(lists: Sequence[Sequence[int]], relevant: Sequence[frozenset[int]]) -> list[float]:
    pairs = zip(lists, relevant, strict=True)
    return [ndcg(found, dict.fromkeys(wanted, 1.0), k=20) for found, wanted in pairs]


def _recalls(lists: Sequence[Sequence[int]], relevant: Sequence[frozenset[int]], *, k: int) -> list[float]:
    return [recall(found, wanted, k=k) for found, wanted in zip(lists, relevant, strict=True)]


def _genre_figures(data: Path, lab: Lab) -> dict[str, float | int]:
    head = shipped()
    songs = [song for song in read_songs(data) if song.artist and song.genre and not head.has_heard(song.artist)]
    if not songs:
        return {}
    guesses = guessed_genres(head, songs, lab.embedder.embed([song.text for song in songs]))
    right = [guess == song.genre for guess, song in zip(guesses, songs, strict=True)]
    return {"genre_accuracy": float(np.mean(right)), "genre_songs": len(songs)}
