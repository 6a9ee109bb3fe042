"""The Internet Archive: sound items by creator and title.

https://archive.org/help/aboutsearch.htm: no key.

An item is an album as often as a song; only one named like the song counts.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from urllib.parse import quote, urlencode

from cratedig.catalogue.recoveries import Lost
from cratedig.collect.links.found import SEARCH, Found, quoted
from cratedig.net import Manners, Net

SEARCH_URL = "https://archive.org/advancedsearch.php"
MANNERS = Manners(interval_s=1.0, robots=False)
LIMIT = 5


class InternetArchive:
    """The source `internet_archive`."""

    name = "internet_archive"
    strategy = SEARCH

    async def find(self, net: Net, lost: Lost) -> list[Found]:
        if not (lost.artist and lost.title):
            return []
        query = f"title:{quoted(lost.title)} AND creator:{quoted(lost.artist)} AND mediatype:audio"
        fields = [("fl[]", name) for name in ("identifier", "title", "creator")]
        asked = urlencode([("q", query), *fields, ("rows", LIMIT), ("output", "json")])
        document = (await net.fetch(f"{SEARCH_URL}?{asked}", manners=MANNERS)).json()
        return [_item(row) for row in _items(document)]


def _items(document: Any) -> list[Mapping[str, Any]]:
    response = document.get("response") if isinstance(document, Mapping) else None
    found = response.get("docs") if isinstance(response, Mapping) else None
    rows = found if isinstance(found, list) else []
    return [row for row in rows if isinstance(row, Mapping) and isinstance(row.get("identifier"), str)]


def _item(row: Mapping[str, Any]) -> Found:
    url = f"https://archive.org/details/{quote(row['identifier'], safe='')}"
    return Found(url, SEARCH, _first(row.get("title")), _first(row.get("creator")))


def _first(value: Any) -> str:
    """A field may be repeated."""
    return str((value[0] if value else "") if isinstance(value, list) else value or "")
