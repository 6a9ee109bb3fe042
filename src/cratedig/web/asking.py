"""One request, one transaction: what routes and pages ask of the finders, and what they found before."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

import orjson

from cratedig.cache import RECOMMENDATION
from cratedig.catalogue import state
from cratedig.catalogue.lyric_facets import Asked as AskedOfLyrics
from cratedig.find import recommend as finder
from cratedig.find import search as search_door
from cratedig.find import travel
from cratedig.find.processes.question import Question, version_of
from cratedig.find.request import Filters, Request, Result, SearchRequest, SearchResponse
from cratedig.find.segment.snapshot import Snapshot
from cratedig.find.stopwatch import Stopwatch
from cratedig.find.taste.personal import Personal
from cratedig.music.mood import Mood
from cratedig.web import schemas
from cratedig.web.asked import Asked
from cratedig.web.kept import Keeping, Ready
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
        unheard=body.unheard,
    )


def filters_of(body: schemas.Filters) -> Filters:
    return Filters(
        min_year=body.min_year,
        max_year=body.max_year,
        genres=tuple(body.genres),
        exclude_artists=tuple(body.exclude_artists),
    )


def search_of(body: schemas.SearchRequest) -> SearchRequest:
    """The API's search as the finders take it; what is gone can still be looked up."""
    asked = body.filters
    return SearchRequest(
        query=body.query,
        top_k=body.top_k,
        filters=replace(filters_of(asked), dead_links=True),
        artists=tuple(asked.artists),
        lyrics=AskedOfLyrics(
            emotions=tuple(asked.emotions),
            themes=tuple(theme.lower() for theme in asked.themes),
            languages=tuple(asked.languages),
            min_rhyme_density=asked.min_rhyme_density,
        ),
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


_KEEPING = Keeping()


async def recommend(app: App, request: Request, *, listener: str | None = None, fresh: bool = False) -> Ready:
    """What was found before, as long as the catalogue, and what is known of the listener, are as they were then;
    `fresh` finds it again."""
    watch = Stopwatch()
    snapshot, request = await _now(app, request, listener)
    watch.lap("retrieval")  # what has changed in the catalogue was read
    app.finders.expect(snapshot.tracks)
    stamp = snapshot.stamp
    if stamp is None:
        return await _find_here(app, request, snapshot, watch)
    version = version_of(app.found_with, snapshot.version)

    async def find() -> Ready:
        question = Question.of(request, stamp=stamp, version=version, listener=listener, watch=watch)
        return await app.finders.find(question) or await _find_here(app, request, snapshot, watch)

    found = await app.cache.get_or_make(
        RECOMMENDATION, _key(request), find, shape=_KEEPING, version=version, fresh=fresh
    )
    return found.value.handed_out(watch.started) if found.kept else found.value


async def _now(app: App, request: Request, listener: str | None) -> tuple[Snapshot, Request]:
    """The catalogue as it is, and the request with what is known of its listener."""

    async def read() -> tuple[str | None, Personal | None]:
        stamp, mark = await state.stamp_and_mark(app.catalogue.lines, listener)
        return stamp, None if listener is None or mark is None else await _known_of(app, listener, mark, stamp)

    stamp, personal = await app.states.ask(listener, read)
    return await app.store.snapshot(stamp), replace(request, personal=personal)


async def _known_of(app: App, listener: str, mark: str, stamp: str | None) -> Personal | None:
    now = datetime.now(UTC)
    kept = app.tastes.kept(listener, mark, now=now, stamp=stamp)
    if kept is not None:
        return kept
    async with app.catalogue.begin() as session:
        return await app.tastes.of(session, listener, now=now, stamp=stamp)


async def _find_here(app: App, request: Request, snapshot: Snapshot, watch: Stopwatch) -> Ready:
    return Ready.of(await finder.recommend(app.finder, request, snapshot=snapshot, watch=watch))


def _key(request: Request) -> str:
    """One for all requests that differ only in the order of their conditions, or in a seed that draws nothing: neither
    surprises nor a bandit's arm."""
    filters = replace(
        request.filters,
        genres=tuple(sorted(request.filters.genres)),
        exclude_artists=tuple(sorted(request.filters.exclude_artists)),
    )
    draws = request.variance > 0.0 or (request.personal is not None and request.personal.chooser is not None)
    seed = request.seed if draws else 0
    plain = replace(request, filters=filters, exclude=tuple(sorted(request.exclude)), seed=seed, personal=None)
    return orjson.dumps([plain, request.personal.key if request.personal else None]).decode()


async def similar(app: App, track_id: int, top_k: int) -> Ready:
    """Tracks like this one, whoever listens. Raises NotFound."""
    return await recommend(app, Request(like=(track_id,), top_k=top_k))


async def why(app: App, track_id: int, query: str, *, listener: str | None = None) -> Result:
    """One track's score for a query. Raises NotFound."""
    _, request = await _now(app, Request(query=query), listener)
    return await finder.why(app.finder, track_id, request)


async def search(app: App, request: SearchRequest) -> SearchResponse:
    return await search_door.search(app.finder, request)


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
