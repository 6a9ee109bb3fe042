"""The pages of lyrics: a track's, with what is stored of it, and one that is pasted, of which nothing is stored."""

from __future__ import annotations

from functools import partial
from typing import Annotated, Any

import anyio
import orjson
from fastapi import APIRouter, Form, Query
from pydantic import ValidationError
from starlette.responses import Response

from cratedig.catalogue import browse, findings, lyrics
from cratedig.collect.lyrics.clean import clean
from cratedig.errors import CratedigError
from cratedig.understand.lyrics.analyzers import AUTO, CHEAP, HYBRID, KNOWN
from cratedig.web import analyzing
from cratedig.web.access.caller import Caller, TheCaller
from cratedig.web.deps import TheApp, ThePages
from cratedig.web.lyric import page
from cratedig.web.readings import MAX_LYRIC_CHARS, AnalyzeRequest
from cratedig.web.routes.tracks import PathId
from cratedig.wiring import App

router = APIRouter()

UNSAID = "Paste a lyric of 1 to {:,} characters, with words in it."
NOT_KEPT = {"Cache-Control": "no-store"}

Sensitivity = Annotated[float, Query(ge=0.0, le=1.0)]


@router.get("/track/{track_id}/lyric")
async def of_track(track_id: PathId, app: TheApp, pages: ThePages, sensitivity: Sensitivity = 0.5) -> Response:
    versions = await app.analyzers.versions()
    async with app.catalogue.begin() as session:
        track = await browse.track(session, track_id)
        lyric = await lyrics.lyric_of(session, track_id)
        about = await lyrics.about(session, track_id)
        stored = await findings.of_track(session, track_id, versions=versions)

    def draw() -> page.Reading | None:
        changes = about.changes if about else ()
        return page.of_track(lyric, stored, changes, sensitivity=sensitivity) if lyric else None

    context = {
        "track_id": track_id,
        "title": track["title"] or "untitled",
        "artist": track["artist"] or "unknown artist",
        "reading": await anyio.to_thread.run_sync(draw),
        "unread": not stored,
        "sensitivity": sensitivity,
    }
    return await anyio.to_thread.run_sync(pages.page, "lyric.html", context)


@router.get("/analyze")
async def form(app: TheApp, pages: ThePages) -> Response:
    return pages.page("analyze.html", await _form(app))


@router.post("/analyze/lyric")
async def read(
    app: TheApp,
    pages: ThePages,
    caller: TheCaller,
    lyrics: Annotated[str, Form()] = "",
    analyzer: Annotated[str, Form(max_length=40)] = AUTO,
    sensitivity: Annotated[float, Form(ge=0.0, le=1.0)] = 0.5,
) -> Response:
    """The page with what was read, or with why it could not be; what was pasted stays in its box, and nowhere else."""
    context = await _form(app) | {"pasted": lyrics, "analyzer": analyzer, "sensitivity": sensitivity}
    try:
        context["reading"] = await _read(app, caller, lyrics, analyzer, sensitivity)
    except ValidationError:
        context["problem"] = UNSAID.format(MAX_LYRIC_CHARS)
    except CratedigError as error:
        context["problem"] = str(error)
    status = 422 if context["problem"] else 200
    return await anyio.to_thread.run_sync(partial(pages.page, "analyze.html", context, status=status, headers=NOT_KEPT))


async def _read(app: App, caller: Caller, lyrics: str, analyzer: str, sensitivity: float) -> page.Reading:
    """By whoever was asked for; where that is everyone, by each of those that cost only time as well.

    Raises ValidationError, InputRejected, Unavailable, and HTTPException 403 (analyzing.analyze).
    """
    beside = [name for name in await _there(app) if name in CHEAP] if analyzer in (AUTO, HYBRID) else []
    asked = [AnalyzeRequest.model_validate({"lyrics": lyrics, "analyzer": name}) for name in (*beside, analyzer)]
    found = [orjson.loads(await analyzing.analyze(app, one, caller)) for one in asked]

    def draw() -> page.Reading:
        cleaned = clean(lyrics)
        changes = [change.as_dict() for change in cleaned.changes]
        return page.pasted(cleaned.lyric, found, changes, sensitivity=sensitivity)

    return await anyio.to_thread.run_sync(draw)


async def _there(app: App) -> list[str]:
    return [state.known.name for state in await app.analyzers.states() if state.is_available]


async def _form(app: App) -> dict[str, Any]:
    return {
        "analyzers": [(AUTO, "what is there, combined")] + [(name, KNOWN[name].summary) for name in await _there(app)],
        "analyzer": AUTO,
        "sensitivity": 0.5,
        "most_chars": MAX_LYRIC_CHARS,
        "pasted": "",
        "problem": "",
        "reading": None,
    }
