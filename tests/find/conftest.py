"""A small crate of ten invented tracks, studied."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from cratedig.catalogue import Catalogue, browse
from cratedig.find.arrangement import ranked
from cratedig.find.finder import Finder
from cratedig.find.recommend import judge, recommend, why
from cratedig.find.request import Request, Response, Result
from cratedig.find.spaces.shelf import leave_to_the_tick
from cratedig.find.store import Store
from cratedig.lab.crate import fill
from cratedig.models.embedder import TextEmbedder
from cratedig.models.mood import MoodHead
from cratedig.understand.study import study_mood, study_text

CALM = {"energy": 0.15, "valence": 0.6, "tempo": 70.0, "acousticness": 0.9, "danceability": 0.3, "loudness": -18.0}
WILD = {"energy": 0.95, "valence": 0.8, "tempo": 150.0, "acousticness": 0.05, "danceability": 0.8, "loudness": -4.0}
SAD = {"energy": 0.2, "valence": 0.08, "tempo": 80.0, "acousticness": 0.7, "danceability": 0.3, "loudness": -14.0}

TRACKS: list[dict[str, Any]] = [
    {"title": "Glass Harbour", "artist": "The Lantern Club", "genre": "Ambient", "year": 2016, "audio_features": CALM},
    {"title": "Paper Boats", "artist": "The Lantern Club", "genre": "Ambient", "year": 2018, "audio_features": CALM},
    {"title": "Slow River", "artist": "The Lantern Club", "genre": "Ambient", "year": 2019, "audio_features": CALM},
    {"title": "Concrete Sun", "artist": "Mara Voss", "genre": "House", "year": 1994, "audio_features": WILD},
    {"title": "Neon Stampede", "artist": "Mara Voss", "genre": "House", "year": 1996, "audio_features": WILD},
    {
        "title": "Without You the Rain",
        "artist": "Ilse Brandt",
        "genre": "Folk",
        "year": 2011,
        "audio_features": SAD,
        "lyrics": "I miss you in the rain tonight\nthe empty street, the fading light\nand nobody to hold",
    },
    {"title": "Last Letter", "artist": "Ilse Brandt", "genre": "Folk", "year": 2012, "audio_features": SAD},
    {"title": "Drum Circle at Dawn", "artist": "Happy", "tags": ["drums"], "year": 2001, "playback_count": 90_000_000},
    {"title": "Gone Link", "artist": "Nobody Known", "genre": "House", "year": 1995, "url_status": "DEAD"},
    {"title": "Only a Title"},
]


async def crate(catalogue: Catalogue, tracks: list[dict[str, Any]]) -> dict[str, int]:
    """Writes tracks into an empty catalogue; title -> id."""
    ids = await fill(catalogue, tracks, source="test")
    dead = [track_id for track_id, track in zip(ids, tracks, strict=True) if track.get("url_status") == "DEAD"]
    await mark_dead(catalogue, dead)
    return {str(track["title"]): track_id for track_id, track in zip(ids, tracks, strict=True)}


async def mark_dead(catalogue: Catalogue, ids: list[int]) -> None:
    from sqlalchemy import text

    async with catalogue.begin() as session:
        await session.execute(text("update tracks set url_status = 'DEAD' where id = any(:ids)"), {"ids": ids})


@pytest.fixture
async def studied(catalogue: Catalogue, embedder: TextEmbedder, head: MoodHead) -> dict[str, int]:
    """Title -> id of the crate, with words, embeddings and moods."""
    ids = await crate(catalogue, TRACKS)
    await study_text(catalogue, embedder)
    await study_mood(catalogue, embedder, head)
    return ids


class Door:
    """The door with its parts in hand."""

    def __init__(self, catalogue: Catalogue, finder: Finder) -> None:
        self.catalogue, self.finder = catalogue, finder

    async def __call__(self, query: str = "", **wish: Any) -> Response:
        return await recommend(self.finder, Request(query=query, **wish))

    async def why(self, track_id: int, query: str = "", **wish: Any) -> Result:
        return await why(self.finder, track_id, Request(query=query, **wish))

    async def titles(self, query: str = "", **wish: Any) -> list[str | None]:
        return [result.title for result in (await self(query, **wish)).results]

    async def ranking(self, query: str) -> list[str | None]:
        """Every candidate by score, before anything is arranged."""
        judged = await judge(self.finder, Request(query=query))
        ids = judged.found.ids[ranked(judged.found, judged.blend.scores)].tolist()
        async with self.catalogue.begin() as session:
            titles = await browse.titles(session, ids)
        return [titles[one] for one in ids]


@pytest.fixture
def find(catalogue: Catalogue, embedder: TextEmbedder, head: MoodHead, tmp_path: Path) -> Door:
    return Door(catalogue, Finder(Store(catalogue, tmp_path, leave_to_the_tick), embedder, head))
