"""What you said of tracks, as the pages show it: the buttons' state and the list of your listening."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal

import orjson
from pydantic import ValidationError

from cratedig.catalogue import Catalogue, listening
from cratedig.catalogue.listening import Listened, Weighed
from cratedig.web.listened import WeighedShape
from cratedig.web.overview import Counts

Verdict = Literal["like", "dislike", "skip"]
"""What the buttons say."""
WORDS = {
    "play": "played",
    "skip": "skipped",
    "like": "liked",
    "dislike": "not for you",
    "add_to_playlist": "put into a playlist",
}


@dataclass(frozen=True, slots=True)
class Line:
    """One event of the list."""

    event_id: int
    track_id: int
    title: str
    artist: str
    words: str
    at: datetime
    is_undone: bool


async def of_tracks(
    catalogue: Catalogue, listener: str, track_ids: Iterable[str | int], *, back: str, weighed: Weighed | None = None
) -> dict[str, Any]:
    """What the buttons of these tracks need in a page's context. back: where a page without script goes on."""
    async with catalogue.begin() as session:
        stances = await listening.stances(session, listener, [int(one) for one in track_ids])
    return {"stances": stances, "back": back, "weighed": orjson.dumps(weighed).decode() if weighed else ""}


def weighed_of(sent: str) -> WeighedShape | None:
    """What a page sends back of how its answer was weighed; None where it was not, or cannot be read."""
    try:
        return WeighedShape.model_validate_json(sent) if sent else None
    except ValidationError:
        return None


def page(found: Sequence[Listened], *, shown: int, counts: Counts) -> dict[str, Any]:
    """The page of your listening. found: one more than is shown where there are more."""
    more = len(found) > shown
    return {
        "counts": counts,
        "lines": [_line(one) for one in found[:shown]],
        "more_url": f"/yours?cursor={found[shown - 1].id}" if more else None,
    }


def _line(one: Listened) -> Line:
    return Line(
        event_id=one.id,
        track_id=one.track_id,
        title=one.title or "untitled",
        artist=one.artist or "unknown artist",
        words=WORDS[one.kind],
        at=one.at,
        is_undone=one.undone_at is not None,
    )
