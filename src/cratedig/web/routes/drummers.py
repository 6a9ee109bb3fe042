"""The drummers' page: choose who plays, shape the part, hear it, take it."""

from __future__ import annotations

from typing import Annotated, Any

import anyio
from fastapi import APIRouter, Path, Query, Request
from pydantic import ValidationError
from starlette.responses import RedirectResponse, Response

from cratedig.catalogue import styles
from cratedig.create import compose
from cratedig.create.drums.request import MOST_BARS, MOST_VARIATIONS, PROVIDERS
from cratedig.create.drums.starters import starters
from cratedig.errors import CratedigError
from cratedig.music.drums.style import StyleProfile
from cratedig.web.deps import TheApp, ThePages
from cratedig.web.drums import form, page
from cratedig.web.drums.shapes import MAX_NAME_CHARS, METERS
from cratedig.web.invalid import in_words
from cratedig.wiring import App

router = APIRouter()

SIMILAR = 5


@router.get("/drummers")
async def drummers(
    app: TheApp, pages: ThePages, artist: Annotated[str, Query(max_length=MAX_NAME_CHARS)] = ""
) -> Response:
    if not artist.strip():
        return pages.page("drummers.html", await _context(app))
    try:
        profile = await compose.profile_of(app.studio, artist)
    except CratedigError as error:
        context = await _context(app) | {"problem": str(error), "wish": form.read({"artist": artist})}
        return pages.page("drummers.html", context, status=error.status)
    return pages.page("drummers.html", await _context(app, profile) | {"wish": form.read({"artist": profile.artist})})


@router.post("/drummers")
async def play(request: Request, app: TheApp, pages: ThePages) -> Response:
    """To the page of what was made; with what was wrong, the form again."""
    given = form.read(await request.form())
    try:
        made = await compose.compose(app.studio, form.request_of(given).commission())
    except (ValidationError, CratedigError) as error:
        problem = _in_words(error) if isinstance(error, ValidationError) else str(error)
        status = 422 if isinstance(error, ValidationError) else error.status
        return pages.page("drummers.html", await _context(app) | {"problem": problem, "wish": given}, status=status)
    return RedirectResponse(f"/drummers/{made.id}#made", status_code=303)


@router.get("/drummers/{groove_id}")
async def made(groove_id: Annotated[int, Path(ge=1, le=2**31 - 1)], app: TheApp, pages: ThePages) -> Response:
    made = await compose.made(app.studio, groove_id)
    context = await _context(app, made.profile, alike=made.commission.blend is None)

    def draw() -> Response:
        told = {"made": page.made_of(made), "wish": form.of(made.commission)}
        return pages.page("drummers.html", context | told)

    return await anyio.to_thread.run_sync(draw)  # 4 MB where all is asked for


async def _context(app: App, profile: StyleProfile | None = None, *, alike: bool = True) -> dict[str, Any]:
    """alike: whether to say who plays like the profile; of a blend, which has no name of its own, nobody can."""
    async with app.catalogue.begin() as session:
        names = await styles.names(session)
    known = sorted({*names, *starters()}, key=str.casefold)
    similar = (await compose.similar(app.studio, profile.artist, limit=SIMILAR))[1] if profile and alike else ()
    return {
        "known": known,
        "meters": METERS,
        "providers": PROVIDERS,
        "most_bars": MOST_BARS,
        "most_variations": MOST_VARIATIONS,
        "wish": form.EMPTY,
        "style": page.style_of(profile) if profile else None,
        "similar": similar,
        "made": None,
        "problem": "",
    }


def _in_words(error: ValidationError) -> str:
    """The first thing that is wrong, by the field's name."""
    first = error.errors()[0]
    field = ".".join(str(part) for part in first["loc"])
    return f"{field} {in_words(first)}".strip()
