"""Listening: what you did with tracks, which moves what you are shown. Yours is nobody else's to see."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Path, Query
from starlette.responses import Response

from cratedig.catalogue import Session, listening
from cratedig.web import forgetting
from cratedig.web.access.listener import TheListener
from cratedig.web.access.once import TheOnce
from cratedig.web.answers import as_json
from cratedig.web.deps import TheApp
from cratedig.web.listened import (
    LARGEST_EVENT,
    MAX_EVENTS,
    MAX_SHOWN,
    EventList,
    EventShape,
    Forgotten,
    OneOrSeveral,
    event_of,
)
from cratedig.web.problems import documented
from cratedig.web.schemas import LARGEST_ID

router = APIRouter(tags=["listening"])

EventId = Annotated[int, Path(ge=1, le=LARGEST_EVENT, description="the `id` of an event", examples=[1])]
Cursor = Annotated[str | None, Query(pattern=r"^[1-9][0-9]{0,17}$", description="`next` of the answer before")]


@router.post(
    "/listening",
    status_code=201,
    response_model=EventList,
    responses=documented(400, 404, 409, 413, 422, 503),
    summary=f"Say what you did with a track, or with up to {MAX_EVENTS}",
)
async def add(body: OneOrSeveral, once: TheOnce, listener: TheListener) -> Response:
    """What you are shown next follows it at once. All of a list is written, or nothing."""
    events = [one.as_new() for one in (body if isinstance(body, list) else [body])]

    async def write(session: Session) -> Response:
        written = await listening.add(session, listener, events)
        return as_json({"events": [event_of(one) for one in written]}, 201)

    return await once.answer(write)


@router.get(
    "/listening", response_model=EventList, responses=documented(422, 503), summary="What you did, the newest first"
)
async def history(
    app: TheApp,
    listener: TheListener,
    limit: Annotated[int, Query(ge=1, le=MAX_SHOWN)] = 50,
    track_id: Annotated[int | None, Query(ge=1, le=LARGEST_ID, description="only with this track")] = None,
    cursor: Cursor = None,
) -> Response:
    before = int(cursor) if cursor else None
    async with app.catalogue.begin() as session:
        found = await listening.history(session, listener, limit=limit + 1, before=before, track_id=track_id)
    page = {"events": [event_of(one) for one in found[:limit]]}
    return as_json(page | {"next": str(found[limit - 1].id)} if len(found) > limit else page)


@router.post(
    "/listening/{event_id}/undo",
    response_model=EventShape,
    responses=documented(404, 422, 503),
    summary="Take an event back: it counts no more, as if it had not been",
)
async def undo(event_id: EventId, app: TheApp, listener: TheListener) -> Response:
    async with app.catalogue.begin() as session:
        return as_json(event_of(await listening.undo(session, listener, event_id)))


@router.delete(
    "/listening",
    response_model=Forgotten,
    responses=documented(503),
    summary="Forget all you did, also what was taken back",
)
async def forget(app: TheApp, listener: TheListener) -> Response:
    async with app.catalogue.begin() as session:
        return as_json({"forgotten": await forgetting.forget(session, listener)})
