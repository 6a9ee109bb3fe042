"""A crate for the web's tests: ten songs that differ in mood, and three that mean harm."""

from __future__ import annotations

from typing import Any

from sqlalchemy import insert

from cratedig.catalogue.tables import Track
from cratedig.understand.study import study_mood, study_text
from cratedig.wiring import App

SONGS: list[dict[str, Any]] = [
    {
        "title": "Half of the Bed",
        "artist": "Ida Marrow",
        "genre": "Soul",
        "year": 2014,
        "tags": ["heartbreak", "piano"],
        "lyrics": "I miss you since you left me\nI cry alone in the empty room\nthe tears will not stop",
        "url": "https://music.example/half-of-the-bed",
        "audio_features": {"tempo": 67.0, "energy": 0.2, "valence": 0.1, "danceability": 0.3},
    },
    {"title": "Letters I Never Sent", "artist": "Ida Marrow", "genre": "Soul", "year": 2016, "tags": ["heartbreak"]},
    {"title": "Grey Harbour", "artist": "The Low Tides", "genre": "Folk", "year": 2009, "tags": ["sad", "slow"]},
    {"title": "Sunday Parade", "artist": "Brass Kites", "genre": "Pop", "year": 2019, "tags": ["happy", "summer"]},
    {"title": "Dancing on the Roof", "artist": "Brass Kites", "genre": "Pop", "year": 2021, "tags": ["party", "joy"]},
    {"title": "Break Every Window", "artist": "Ruin Fair", "genre": "Metal", "year": 2005, "tags": ["angry", "loud"]},
    {"title": "Quiet Water", "artist": "Oriel", "genre": "Ambient", "year": 2012, "tags": ["calm", "sleep"]},
    {"title": "Still Lake at Dawn", "artist": "Oriel", "genre": "Ambient", "year": 2013, "tags": ["peaceful"]},
    {"title": "Neon Tram", "artist": "Kestrel Nine", "genre": "Electronic", "year": 2018, "tags": ["night", "drive"]},
    {"title": None, "artist": None, "genre": None, "year": None, "tags": ["rain"], "description": "rain on a window"},
]

HOSTILE = "<script>window.hacked=1</script><img src=x onerror=window.hacked=1>\"'><svg onload=window.hacked=1>"
HARMFUL: list[dict[str, Any]] = [
    {
        "title": HOSTILE,
        "artist": HOSTILE,
        "genre": HOSTILE,
        "album": HOSTILE,
        "description": HOSTILE,
        "tags": [HOSTILE, "{{ 7 * 7 }}"],
        "lyrics": f"I hate this storm\n{HOSTILE}\n" * 3,
        "url": "javascript:window.hacked=1",
        "year": 2001,
    },
    {"title": "Data Address", "artist": "Mallory", "url": "data:text/html,<script>window.hacked=1</script>"},
    {"title": 'Quote" onmouseover="window.hacked=1', "artist": "Mallory", "url": 'https://a.example/"><script>'},
]


async def fill(app: App, songs: list[dict[str, Any]] = SONGS) -> dict[str, int]:
    """Puts songs into the catalogue and studies them; title -> id."""
    async with app.catalogue.begin() as session:
        ids = {
            song["title"]: await session.scalar(insert(Track).values(source="test", **song).returning(Track.id))
            for song in songs
        }
    await study_text(app.catalogue, app.embedder)
    await study_mood(app.catalogue, app.embedder, app.head)
    return ids
