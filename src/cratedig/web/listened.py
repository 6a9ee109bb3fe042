"""Listening as the API takes and shows it."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, AwareDatetime, BaseModel, ConfigDict, Discriminator, Field, Tag

from cratedig.catalogue.listening import Listened, New, Weighed
from cratedig.find.query import QueryType
from cratedig.find.taste.listening import Kind
from cratedig.web.schemas import Request, TrackId

MAX_EVENTS = 100
MAX_SHOWN = 200
LARGEST_EVENT = 2**63 - 1
MAX_CONTEXT = 32
EARLIEST = datetime(1970, 1, 2, tzinfo=UTC)


def within_reason(at: datetime) -> datetime:
    """A time that lies ahead is now, by a clock that is fast; one before EARLIEST is EARLIEST.

    >>> within_reason(datetime(1, 1, 1, tzinfo=UTC)).year
    1970
    """
    return max(EARLIEST, min(at, datetime.now(UTC))).astimezone(at.tzinfo)


class WeighedShape(BaseModel):
    """How the bandit weighed an answer: `metadata.weighed` of a recommendation, sent back with what came of it."""

    query_type: QueryType
    arm: str = Field(min_length=1, max_length=100, pattern=r"^[ -~]+$")
    chance: float = Field(gt=0.0, le=1.0, allow_inf_nan=False, description="with which the arm was drawn")
    context: list[Annotated[float, Field(ge=-1.0, le=1.0, allow_inf_nan=False)]] = Field(max_length=MAX_CONTEXT)

    def as_weighed(self) -> Weighed:
        return Weighed(self.query_type, self.arm, self.chance, tuple(self.context))


class ListeningEvent(Request):
    """What you did with a track."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"track_id": 1, "kind": "like"}]})

    track_id: TrackId
    kind: Kind
    at: Annotated[AwareDatetime, AfterValidator(within_reason)] | None = Field(
        default=None, description="with its offset from UTC, by your clock; now where it is absent or lies ahead"
    )
    weighed: WeighedShape | None = None

    def as_new(self) -> New:
        at = self.at or datetime.now().astimezone()
        return New(self.track_id, self.kind, at, self.weighed.as_weighed() if self.weighed else None)


def _one_or_several(body: Any) -> str:
    return "list" if isinstance(body, list) else "event"


OneOrSeveral = Annotated[
    Annotated[ListeningEvent, Tag("event")]
    | Annotated[list[ListeningEvent], Field(min_length=1, max_length=MAX_EVENTS), Tag("list")],
    Discriminator(_one_or_several),
]
"""Told apart first, so that what is wrong is said of the one that was meant."""


class EventShape(BaseModel):
    """An event as it was written."""

    id: int
    track_id: str
    kind: Literal["play", "skip", "like", "dislike", "add_to_playlist"]
    at: datetime = Field(description="by your clock at that time")
    undone_at: datetime | None = Field(description="when it was taken back; it counts no more then")
    title: str | None
    artist: str | None


class EventList(BaseModel):
    """The newest first. `next` is the cursor of those that follow; absent at the end."""

    events: list[EventShape]
    next: str | None = None


class Forgotten(BaseModel):
    forgotten: int = Field(description="how many events there were")


def event_of(one: Listened) -> dict[str, Any]:
    """An event in the shape of EventShape."""
    return {
        "id": one.id,
        "track_id": str(one.track_id),
        "kind": one.kind,
        "at": one.at,
        "undone_at": one.undone_at,
        "title": one.title,
        "artist": one.artist,
    }
