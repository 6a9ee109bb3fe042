"""A crate whose songs have lyrics that were cleaned and read, for the pages that show it."""

from __future__ import annotations

from typing import Any

from sqlalchemy import update

from browser.window import Site
from cratedig.catalogue import findings, lyrics
from cratedig.catalogue.findings import Read
from cratedig.catalogue.tables import Track
from cratedig.collect.lyrics.clean import clean
from cratedig.understand.lyrics.analyzers import CHEAP
from cratedig.understand.lyrics.choice import read
from cratedig.understand.reading import reader_of
from cratedig.wiring import App

SONG = "Kitchen Floor"
PAGE = """Kitchen Floor Lyrics
[Verse 1]
The bass came up through the kitchen floor,
Half of the block had to prop up the door,
Auntie was dancing with flour on her hands,
Teaching the DJ the steps and the plans,
Somebody's cousin had brought a trombone,
Playing it down on the landlord's phone

[Chorus]
I'm so glad that we stayed up late, (x2)
I love every crack in the garden gate

[Verse 2]
They folded the chairs and they swept up the hall,
I cried by the stairs with my face to the wall,
The night was too quiet, I hated the cold,
I never was lonely till I got this old

[Chorus]
I'm so glad that we stayed up late,
I love every crack in the garden gate
12Embed
"""
SONGS: list[dict[str, Any]] = [
    {"title": SONG, "artist": "Ida Marrow", "genre": "Hip Hop", "year": 2019, "tags": ["party"], "lyrics": PAGE},
    {"title": "Unread", "artist": "Oriel", "lyrics": "Nothing is older than light,\nNight is a room to write"},
    {"title": "Wordless", "artist": "Oriel", "tags": ["calm"]},
]


async def read_it(app: App, site: Site) -> None:
    """Cleans the first song's lyric and has it read by every analyzer that costs only time."""
    track_id = site.ids[SONG]
    cleaned = clean(PAGE)
    about = lyrics.LyricText(
        track_id, lyrics.digest(cleaned.text), changes=[change.as_dict() for change in cleaned.changes]
    )
    async with app.catalogue.begin() as session:
        await session.execute(update(Track).where(Track.id == track_id).values(lyrics=cleaned.text))
        await lyrics.save(session, [about])
        unread = (await findings.of_tracks(session, [track_id]))[track_id]
        for name in CHEAP:
            reader = reader_of(await app.analyzers.get(name))
            found = await read(app.analyzers, name, cleaned.lyric)
            await findings.save(session, reader, [Read(unread, found)])
