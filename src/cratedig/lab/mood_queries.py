"""`lab evaluate mood_queries`: 500 mood queries on a folder shaped like spotify_songs, judged by rule (mood_rules.py).

The crate is the different songs of `songs` by artists that the shipped style head never learned from, playlist genres
and subgenres hidden. Twice: with all audio features, and with valence and energy, which most rules look at, hidden
(`hidden_...`), so that find has to infer them. What somebody would see is measured, spread and cut, beside random,
popularity, plain embeddings, BM25, and the nearest on the product's own mood plane, on the same queries. `plain_...`
are the queries that say a mood and nothing else.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path
from typing import Final

import anyio
import numpy as np
from numpy.typing import NDArray

from cratedig.find.request import Request
from cratedig.lab.evaluation import Evaluation, Lab
from cratedig.lab.finding import Crated, Shown, crated
from cratedig.lab.lexical import Bm25
from cratedig.lab.lists import artist_diversity, coverage, intra_list_diversity, mood_alignment, precision
from cratedig.lab.measured import Measured, means
from cratedig.lab.mood_questions import SEED, Judged, questions
from cratedig.lab.ranking import ndcg, recall
from cratedig.lab.spotify_data import Song, read_songs
from cratedig.models.style import shipped
from cratedig.music.mood import NEUTRAL
from cratedig.music.text import fold

SHOWN: Final = 50
HIDDEN: Final = ("valence", "energy")
FEWEST_SONGS: Final = 1000
"""Where the head knows nearly every artist, better a crate that it knows than next to none."""


async def evaluate(data: Path, lab: Lab) -> Evaluation:
    """All figures of both runs and of the baselines, with intervals over queries."""
    songs = crate_of(read_songs(data))
    return await measured(songs, questions(songs), lab)


async def measured(songs: Sequence[Song], asked: Sequence[Judged], lab: Lab) -> Evaluation:
    """The same for these queries."""
    ruler = Ruler(songs, asked, await anyio.to_thread.run_sync(lab.embedder.embed, [song.text for song in songs]))
    async with lab.scratch() as catalogue:
        crate = await crated(catalogue, lab, songs)
        shown, moods = await asked_of(crate, ruler), await crate.moods()
    async with lab.scratch() as catalogue:
        crate = await crated(catalogue, lab, songs, hidden=HIDDEN)
        inferred, inferred_moods = await asked_of(crate, ruler), await crate.moods()
    plain, plain_shown = ruler.of_kind(shown, "mood")
    mine = ruler.measured(shown, moods)
    mine += plain.measured(plain_shown, moods).named("plain")
    mine += ruler.measured(inferred, inferred_moods).named("hidden")
    vectors = await anyio.to_thread.run_sync(lab.embedder.embed, [one.question.text for one in asked])
    others = _others(ruler, vectors, shown, moods)
    return Evaluation(
        name="mood_queries",
        n=len(songs),
        metrics={"queries": len(ruler.asked), **mine.figures},
        baselines=others.figures,
        intervals=mine.intervals | others.intervals,
    )


def _others(ruler: Ruler, vectors: NDArray[np.float32], shown: Sequence[Shown], moods: NDArray[np.float64]) -> Measured:
    """The baselines' figures; their alignment is to the moods that find understood."""
    lists = baselines(ruler, vectors) | {"mood_only": [_nearest(moods, _point(one)) for one in shown]}
    found = Measured()
    for name, firsts in lists.items():
        alike = [replace(one, tracks=first) for one, first in zip(shown, firsts, strict=True)]
        found += ruler.measured(alike, moods).named(name)
    return found


def crate_of(songs: Sequence[Song]) -> list[Song]:
    """Each song once, of artists that the shipped head never learned from; all where those are too few."""
    different = list({song.key: song for song in reversed(songs) if song.artist}.values())[::-1]
    unheard = [song for song in different if not shipped().has_heard(song.artist)]
    return unheard if len(unheard) >= min(FEWEST_SONGS, len(different)) else different


@dataclass(frozen=True)
class Ruler:
    """What lists are measured against. texts: embeddings of the songs, (n, 384)."""

    songs: Sequence[Song]
    asked: Sequence[Judged]
    texts: NDArray[np.float32]

    def measured(self, shown: Sequence[Shown], moods: NDArray[np.float64]) -> Measured:
        """Every figure of one list a query; moods: where the product places the songs, (n, 2)."""
        whole = {"coverage": round(coverage([one.tracks for one in shown], len(self.songs)), 4)}
        return means(self.by_query(shown, moods)) + Measured(whole)

    def by_query(self, shown: Sequence[Shown], moods: NDArray[np.float64]) -> dict[str, list[float]]:
        """Figure -> its value for each query; alignment only for those that say a mood."""
        pairs = [(one.tracks, asked) for one, asked in zip(shown, self.asked, strict=True)]
        aimed = [(one, asked) for one, asked in zip(shown, self.asked, strict=True) if asked.question.has_mood]
        return {
            "precision_at_10": [precision(found, asked.relevant, k=10) for found, asked in pairs],
            "recall_at_50": [recall(found, asked.relevant, k=SHOWN) for found, asked in pairs],
            "ndcg_at_20": [ndcg(found, dict.fromkeys(asked.relevant, 1.0), k=20) for found, asked in pairs],
            "intra_list_diversity": [intra_list_diversity(self.texts[found[:20]]) for found, _ in pairs],
            "artist_diversity_at_50": [artist_diversity(self._artists(found), k=SHOWN) for found, _ in pairs],
            "mood_alignment": [mood_alignment(_point(one), moods[one.tracks[:20]]) for one, _ in aimed],
            "mood_alignment_bare": [mood_alignment(_point(one), moods[one.tracks[:20]], span=1.0) for one, _ in aimed],
            "mood_alignment_by_features": [
                mood_alignment(asked.centre, self._plane[one.tracks[:20]]) for one, asked in aimed
            ],
        }

    def of_kind(self, shown: Sequence[Shown], kind: str) -> tuple[Ruler, list[Shown]]:
        """The part of the queries of one kind, and what was shown for them."""
        at = [place for place, asked in enumerate(self.asked) if asked.question.kind == kind]
        return replace(self, asked=[self.asked[place] for place in at]), [shown[place] for place in at]

    @cached_property
    def _plane(self) -> NDArray[np.float64]:
        """Valence and energy as the data gives them, -1..1."""
        return np.array([[song.features.get(name, np.nan) for name in HIDDEN] for song in self.songs]) * 2.0 - 1.0

    def _artists(self, found: Sequence[int]) -> list[str | None]:
        return [fold(self.songs[at].artist) or None for at in found]


async def asked_of(crate: Crated, ruler: Ruler) -> list[Shown]:
    """What find shows for each query."""
    return await crate.shown([Request(query=one.question.text, top_k=SHOWN) for one in ruler.asked])


def baselines(ruler: Ruler, vectors: NDArray[np.float32]) -> dict[str, list[list[int]]]:
    """Name -> the first SHOWN for each query. vectors: embeddings of the queries."""
    draw = np.random.default_rng(SEED)
    lexical = Bm25([song.text for song in ruler.songs])
    popular = _first(np.array([song.popularity or 0.0 for song in ruler.songs]))
    return {
        "random": [draw.permutation(len(ruler.songs))[:SHOWN].tolist() for _ in ruler.asked],
        "popularity": [popular for _ in ruler.asked],
        "sbert_only": [_first(ruler.texts @ vector) for vector in vectors],
        "lexical": [_first(lexical.scores(one.question.text)) for one in ruler.asked],
    }


def _nearest(moods: NDArray[np.float64], point: NDArray[np.float64]) -> list[int]:
    return _first(-np.nan_to_num(np.hypot(*(moods - point).T), nan=np.inf))


def _first(scores: NDArray[np.floating]) -> list[int]:
    found: list[int] = np.argsort(-scores, kind="stable")[:SHOWN].tolist()
    return found


def _point(shown: Shown) -> NDArray[np.float64]:
    mood = shown.mood or NEUTRAL
    return np.array([mood.valence, mood.arousal])
