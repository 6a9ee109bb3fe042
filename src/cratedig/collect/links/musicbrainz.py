"""MusicBrainz: recordings by artist and title, and where they can be heard.

https://musicbrainz.org/doc/MusicBrainz_API: no key; a request a second; a User-Agent that names a contact.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from urllib.parse import urlencode

from cratedig.catalogue.recoveries import Lost
from cratedig.collect.links.found import SEARCH, Found, best_first, quoted
from cratedig.net import Manners, Net

ROOT = "https://musicbrainz.org/ws/2/recording"
MANNERS = Manners(interval_s=1.0, robots=False)
LIMIT = 5
MOST_LOOKED_UP = 2
HEARD_AT = frozenset({"free streaming", "streaming", "download for free", "purchase for download", "streaming page"})
"""Relationships between a recording and an address at which it is played or sold."""


class MusicBrainz:
    """The source `musicbrainz`."""

    name = "musicbrainz"
    strategy = SEARCH

    async def find(self, net: Net, lost: Lost) -> list[Found]:
        if not (lost.artist and lost.title):
            return []
        recordings = await self._search(net, lost.artist, lost.title)
        alike = best_first(lost, list(recordings.values()))[:MOST_LOOKED_UP]
        ids = {found.url: id_ for id_, found in recordings.items()}
        return [one for _, found in alike for one in await self._addresses(net, ids[found.url], found)]

    async def _search(self, net: Net, artist: str, title: str) -> dict[str, Found]:
        """id -> recording, whose url is its page at MusicBrainz."""
        query = f"recording:{quoted(title)} AND artist:{quoted(artist)}"
        asked = urlencode({"query": query, "fmt": "json", "limit": LIMIT})
        answer = await net.fetch(f"{ROOT}?{asked}", manners=MANNERS)
        rows = [row for row in _rows(answer.json(), "recordings") if isinstance(row.get("id"), str)]
        return {row["id"]: _recording(row) for row in rows}

    async def _addresses(self, net: Net, id_: str, found: Found) -> list[Found]:
        answer = await net.fetch(f"{ROOT}/{id_}?inc=url-rels&fmt=json", manners=MANNERS)
        return [
            Found(url, SEARCH, found.title, found.artist, found.duration_s)
            for row in _rows(answer.json(), "relations")
            if row.get("type") in HEARD_AT and not row.get("ended")
            if isinstance(url := (row.get("url") or {}).get("resource"), str)
        ]


def _recording(row: Mapping[str, Any]) -> Found:
    credits = _rows(row, "artist-credit")
    artist = "".join(f"{credit.get('name', '')}{credit.get('joinphrase', '')}" for credit in credits)
    length = row.get("length")
    seconds = length / 1000 if isinstance(length, int | float) else None
    return Found(f"https://musicbrainz.org/recording/{row['id']}", SEARCH, str(row.get("title", "")), artist, seconds)


def _rows(document: Any, name: str) -> list[dict[str, Any]]:
    """The objects of a list in an answer; none where it is not there."""
    found = document.get(name) if isinstance(document, Mapping) else None
    return [row for row in found if isinstance(row, dict)] if isinstance(found, list) else []
