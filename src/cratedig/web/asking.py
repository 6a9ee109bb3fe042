"""One request, one transaction: what routes and pages ask of the finders."""

from __future__ import annotations

from cratedig.find import recommend as finder
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


async def recommend(app: App, request: Request) -> Response:
    async with app.catalogue.begin() as session:
        return await finder.recommend(session, app.embedder, app.head, request)


async def why(app: App, track_id: int, query: str) -> Result:
    """One track's score for a query. Raises NotFound."""
    async with app.catalogue.begin() as session:
        return await finder.why(session, app.embedder, app.head, track_id=track_id, request=Request(query=query))


async def search(app: App, request: SearchRequest) -> SearchResponse:
    async with app.catalogue.begin() as session:
        return await finder.search(session, app.embedder, request)
