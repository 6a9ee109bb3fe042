"""The HTTP application: an open App in, an ASGI application out."""

from __future__ import annotations

from typing import Any

from fastapi import FastAPI
from starlette.responses import Response
from starlette.staticfiles import StaticFiles
from starlette.types import Scope

import cratedig
from cratedig.web import described, problems
from cratedig.web.collection import Reports
from cratedig.web.drain import Drain, Draining
from cratedig.web.following import Following
from cratedig.web.layers import surround
from cratedig.web.metrics import Metrics
from cratedig.web.overview import Overviews
from cratedig.web.playing import Recordings
from cratedig.web.routes import (
    analyze,
    cache,
    collection,
    drummers,
    drums,
    jobs,
    journey,
    listening,
    login,
    lyric,
    pages,
    recommend,
    search,
    system,
    tracks,
    yours,
)
from cratedig.web.spreads import Spreads
from cratedig.web.templating import STATIC, Pages
from cratedig.wiring import App

DESCRIPTION = """Finds what fits, and says why: every score is a sum of named terms, every worked-out value carries a
receipt. Paths without `/api/v1` are aliases of the same operations."""

ROOMS = (recommend, search, journey, tracks, analyze, listening, jobs, cache)
"""The operations of the API; each answers under /api/v1 and without it."""


class Api(FastAPI):
    """FastAPI, whose description also says what the gate asks."""

    def openapi(self) -> dict[str, Any]:
        if not self.openapi_schema:
            self.openapi_schema = described.complete(super().openapi())
        return self.openapi_schema


def create_app(app: App) -> FastAPI:
    """The API and the pages over `app`, which the caller opened and closes. Raises Unlisted: a route without a role."""
    api = Api(
        title="Cratedig",
        version=cratedig.__version__,
        description=DESCRIPTION,
        docs_url=None,  # FastAPI's page loads its parts from elsewhere; ours brings them along
        redoc_url=None,
        openapi_tags=[
            {"name": "find", "description": "What fits, by meaning, mood and words"},
            {"name": "tracks", "description": "One track, its receipts, and why it fits a query"},
            {"name": "lyrics", "description": "What lyrics say, by rules, by heads and by chat models"},
            {"name": "drums", "description": "Drum parts in somebody's manner, as MIDI"},
            {"name": "listening", "description": "What you did with tracks, which moves what you are shown"},
            {"name": "tasks", "description": "Work that takes longer than a request"},
            {"name": "system", "description": "Is it up, how fast, how much"},
        ],
    )
    api.state.app = app
    api.state.metrics = Metrics(app.cache, app.finders)
    api.state.overviews = Overviews(app.catalogue)
    api.state.recordings = Recordings()
    api.state.reports = Reports(app.catalogue)
    api.state.spreads = Spreads(app.catalogue)
    api.state.following = Following(app.catalogue)
    api.state.pages = Pages()
    api.state.drain = Drain()
    problems.install(api)
    for room in ROOMS:
        api.include_router(room.router, prefix="/api/v1")
    api.include_router(drums.router, prefix="/api/v1")  # /generate by itself is for lyrics
    api.include_router(system.router)
    api.include_router(login.router, include_in_schema=False)
    api.include_router(collection.router, include_in_schema=False)
    api.include_router(yours.router, include_in_schema=False)
    api.include_router(lyric.router, include_in_schema=False)
    api.include_router(drummers.router, include_in_schema=False)
    api.include_router(pages.router, include_in_schema=False)  # before the aliases: /track/{id} is a page to browsers
    for room in ROOMS:
        api.include_router(room.router, include_in_schema=False)
    api.mount("/static", _Files(directory=STATIC), name="static")
    surround(api, app)
    api.add_middleware(Draining, drain=api.state.drain)
    return api


class _Files(StaticFiles):
    """Static files. An address that carries the hash of the content may be kept for good, any other is asked again."""

    async def get_response(self, path: str, scope: Scope) -> Response:
        answer = await super().get_response(path, scope)
        hashed = scope["query_string"].startswith(b"v=")
        answer.headers["Cache-Control"] = "public, max-age=31536000, immutable" if hashed else "no-cache"
        return answer
