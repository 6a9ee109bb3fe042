"""The page of your listening, and the buttons of tracks, which need no script."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Form
from starlette.responses import RedirectResponse, Response

from cratedig.catalogue import Session, listening
from cratedig.catalogue.listening import Listened
from cratedig.web import forgetting, verdicts
from cratedig.web.access.listener import TheListener
from cratedig.web.deps import TheApp, TheOverviews, ThePages
from cratedig.web.listened import ListeningEvent
from cratedig.web.routes.listening import Cursor, EventId
from cratedig.web.routes.login import SEE_OTHER, here
from cratedig.web.routes.tracks import PathId
from cratedig.web.templating import Pages

router = APIRouter()

SHOWN = 50

Back = Annotated[str, Form(max_length=8000)]
Part = Annotated[bool, Form(description="answer with the buttons alone, for a page that stays where it is")]


@router.get("/yours")
async def show(
    app: TheApp, pages: ThePages, overviews: TheOverviews, listener: TheListener, cursor: Cursor = None
) -> Response:
    async with app.catalogue.begin() as session:
        found = await listening.history(session, listener, limit=SHOWN + 1, before=int(cursor) if cursor else None)
    overview = await overviews.current()
    return pages.page("yours.html", verdicts.page(found, shown=SHOWN, counts=overview.counts))


@router.post("/yours/track/{track_id}")
async def judge(
    track_id: PathId,
    kind: Annotated[verdicts.Verdict, Form()],
    app: TheApp,
    pages: ThePages,
    listener: TheListener,
    weighed: Annotated[str, Form(max_length=2000)] = "",
    back: Back = "/yours",
    part: Part = False,
) -> Response:
    """A like takes the place of a dislike, and the other way round."""
    event = ListeningEvent(track_id=track_id, kind=kind, weighed=verdicts.weighed_of(weighed))
    async with app.catalogue.begin() as session:
        await _take_back_the_other(session, listener, track_id)
        written = (await listening.add(session, listener, [event.as_new()]))[0]
    return _buttons(pages, written, track_id, back, weighed) if part else RedirectResponse(here(back), SEE_OTHER)


@router.post("/yours/undo/{event_id}")
async def undo(
    event_id: EventId,
    app: TheApp,
    pages: ThePages,
    listener: TheListener,
    weighed: Annotated[str, Form(max_length=2000)] = "",
    back: Back = "/yours",
    part: Part = False,
) -> Response:
    async with app.catalogue.begin() as session:
        gone = await listening.undo(session, listener, event_id)
        left = (await listening.stances(session, listener, [gone.track_id])).get(gone.track_id)
    return _buttons(pages, left, gone.track_id, back, weighed) if part else RedirectResponse(here(back), SEE_OTHER)


@router.post("/yours/forget")
async def forget(app: TheApp, listener: TheListener) -> Response:
    async with app.catalogue.begin() as session:
        await forgetting.forget(session, listener)
    return RedirectResponse("/yours", SEE_OTHER)


async def _take_back_the_other(session: Session, listener: str, track_id: int) -> None:
    before = (await listening.stances(session, listener, [track_id])).get(track_id)
    if before is not None and before.kind != "skip":
        await listening.undo(session, listener, before.id)


def _buttons(pages: Pages, stance: Listened | None, track_id: int, back: str, weighed: str) -> Response:
    context = {"track_id": track_id, "stance": stance, "back": here(back), "weighed": weighed}
    return pages.page("_verdict.html", context)
