"""One request, one transaction: what routes and pages ask of the finders, and what they found before."""

from __future__ import annotations

import time
from dataclasses import asdict, replace

import orjson
from pydantic import TypeAdapter

import cratedig
from cratedig.cache import RECOMMENDATION
from cratedig.catalogue import state
from cratedig.find import recommend as finder
from cratedig.find import travel
from cratedig.find.request import Filters, Request, Response, Result, SearchRequest, SearchResponse
from cratedig.music.mood import Mood
from cratedig.web import schemas
from cratedig.web.asked import Asked
from cratedig.wiring import App


def request_of(body: schemas.RecommendRequest) -> Request:
    """The API's request as the finders take it."""
    return Request(
        query=body.query,
        top_k=body.top_k,
        filters=filters_of(body.filters),
        mood=Mood(body.mood.valence, body.mood.arousal) if body.mood else None,
        like=tuple(body.like),
        unlike=tuple(body.unlike),
        exclude=tuple(body.exclude),
        seed=body.seed,
        variance=body.variance,
    )


def filters_of(body: schemas.Filters) -> Filters:
    return Filters(
        min_year=body.min_year,
        max_year=body.max_year,
        genres=tuple(body.genres),
        exclude_artists=tuple(body.exclude_artists),
    )


def request_of_page(asked: Asked) -> Request:
    """The page's question as the finders take it."""
    return Request(
        query=asked.query,
        top_k=asked.top_k,
        filters=Filters(
            min_year=asked.min_year, max_year=asked.max_year, genres=asked.genres, exclude_artists=asked.without
        ),
        mood=asked.mood,
        like=asked.like,
        exclude=asked.exclude,
    )


_RESPONSE = TypeAdapter(Response)


async def recommend(app: App, request: Request, *, fresh: bool = False) -> Response:
    """What was found before, as long as the catalogue is as it was then; `fresh` finds it again."""
    started = time.perf_counter()
    async with app.catalogue.begin() as session:
        stamp = await state.stamp(session)
    if stamp is None:
        return await _find(app, request)
    found = await app.cache.get_or_make(
        RECOMMENDATION,
        _key(request),
        lambda: _find(app, request),
        shape=_RESPONSE,
        version=f"{cratedig.__version__} {app.embedder.version} {stamp}",
        fresh=fresh,
    )
    return _handed_out(found.value, started) if found.kept else found.value


async def _find(app: App, request: Request) -> Response:
    async with app.catalogue.begin() as session:
        return await finder.recommend(session, app.embedder, app.head, request)


def _key(request: Request) -> str:
    """One for all requests that differ only in the order of their conditions, or in a seed that draws nothing."""
    filters = replace(
        request.filters,
        genres=tuple(sorted(request.filters.genres)),
        exclude_artists=tuple(sorted(request.filters.exclude_artists)),
    )
    seed = request.seed if request.variance > 0.0 else 0
    return orjson.dumps(
        asdict(replace(request, filters=filters, exclude=tuple(sorted(request.exclude)), seed=seed))
    ).decode()


def _handed_out(answer: Response, started: float) -> Response:
    elapsed_ms = round((time.perf_counter() - started) * 1000, 3)
    metadata = replace(answer.metadata, processing_time_ms=elapsed_ms, stages={"cache": elapsed_ms}, cached=True)
    return replace(answer, metadata=metadata)


async def why(app: App, track_id: int, query: str) -> Result:
    """One track's score for a query. Raises NotFound."""
    async with app.catalogue.begin() as session:
        return await finder.why(session, app.embedder, app.head, track_id=track_id, request=Request(query=query))


async def search(app: App, request: SearchRequest) -> SearchResponse:
    async with app.catalogue.begin() as session:
        return await finder.search(session, app.embedder, request)


def journey_of(body: schemas.JourneyRequest) -> travel.JourneyRequest:
    """The API's request as the finders take it."""
    return travel.JourneyRequest(
        through=tuple(_place(place) for place in (body.start, *body.via, body.end)),
        minutes=body.minutes,
        eased=body.eased,
        exclude=tuple(body.exclude),
        seed=body.seed,
    )


def _place(place: str | schemas.MoodPoint) -> travel.Place:
    return place if isinstance(place, str) else Mood(place.valence, place.arousal)


async def journey(app: App, request: travel.JourneyRequest) -> travel.Journey:
    async with app.catalogue.begin() as session:
        return await travel.journey(session, app.embedder, app.head, request)
