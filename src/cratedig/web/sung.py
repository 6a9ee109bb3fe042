"""Lines of lyrics that say what was asked, each with its song: what the Find page shows beside its results."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from cratedig.find.request import Filters, Hit, SearchRequest
from cratedig.web import asking
from cratedig.web.asked import Asked
from cratedig.wiring import App

LOOKED_AT: Final = 12
SHOWN: Final = 4


@dataclass(frozen=True, slots=True)
class Sung:
    """words: at most 12 of a lyric, as they stand there. url: of that line on the lyric's page."""

    words: str
    title: str
    artist: str
    url: str


async def lines_that_say(app: App, asked: Asked) -> list[Sung]:
    """The first few songs found with lines that match, best first; none where nothing was asked in words."""
    if not asked.query.strip():
        return []
    filters = Filters(
        min_year=asked.min_year, max_year=asked.max_year, genres=asked.genres, exclude_artists=asked.without
    )
    found = await asking.search(app, SearchRequest(asked.query, LOOKED_AT, filters))
    said = [
        _sung(hit) for hit in found.results if hit.span_field == "lyrics" and int(hit.track_id) not in asked.exclude
    ]
    return said[:SHOWN]


def _sung(hit: Hit) -> Sung:
    return Sung(
        words=hit.span or "",
        title=hit.title or "untitled",
        artist=hit.artist or "unknown artist",
        url=f"/track/{int(hit.track_id)}/lyric#line-{hit.span_line or 1}",
    )
