"""The pages: find, and one track. Addresses that answer JSON to programs answer a page to browsers."""

from __future__ import annotations

from fastapi import APIRouter, Request
from starlette.responses import Response

from cratedig.catalogue import browse, sounds
from cratedig.web import asking, shown, verdicts
from cratedig.web.access.listener import TheListener
from cratedig.web.asked import Asked
from cratedig.web.deps import TheApp, TheMetrics, TheOverviews, ThePages, TheSpreads
from cratedig.web.problems import wants_page
from cratedig.web.routes import tracks
from cratedig.web.routes.tracks import PathId
from cratedig.web.schemas import MAX_QUERY_CHARS
from cratedig.web.sung import lines_that_say

router = APIRouter()

SIMILAR = 8


@router.get("/")
async def find(
    request: Request,
    app: TheApp,
    pages: ThePages,
    overviews: TheOverviews,
    metrics: TheMetrics,
    listener: TheListener,
) -> Response:
    asked = Asked.read(request.query_params)
    overview = await overviews.current()
    if asked.nothing or not overview.counts.tracks:
        return pages.page("find.html", shown.opening(asked, overview))
    async with app.catalogue.begin() as session:
        named = await browse.titles(session, [*asked.like, *asked.exclude])
    ready = await asking.recommend(app, asking.request_of_page(asked.only_known(named)), listener=listener)
    answer = ready.answer
    metrics.staged(answer.metadata.stages)
    tracks_shown = [one.track_id for one in answer.results]
    weighed = answer.metadata.weighed
    judged = await verdicts.of_tracks(app.catalogue, listener, tracks_shown, back=asked.url(), weighed=weighed)
    sung = {"sung": await lines_that_say(app, asked)}
    return pages.page("find.html", shown.answered(asked, answer, overview, named) | judged | sung)


@router.get("/track/{track_id}")
async def track(
    track_id: PathId,
    request: Request,
    app: TheApp,
    pages: ThePages,
    overviews: TheOverviews,
    spreads: TheSpreads,
    listener: TheListener,
) -> Response:
    if not wants_page(request):
        answer = await tracks.track(track_id, app)
        answer.headers["Vary"] = "Accept"
        return answer
    query = Asked.read(request.query_params).query[:MAX_QUERY_CHARS]
    async with app.catalogue.begin() as session:
        row = await browse.track(session, track_id)
        known = await sounds.of_track(session, track_id)
    why = await asking.why(app, track_id, query, listener=listener) if query else None
    similar = await asking.similar(app, track_id, SIMILAR)
    context = shown.track_page(
        row,
        await overviews.current(),
        query=query,
        why=why,
        similar=similar.answer.results,
        known=known,
        spread=await spreads.current(),
    )
    judged = await verdicts.of_tracks(app.catalogue, listener, [track_id], back=f"/track/{track_id}")
    return pages.page("track.html", context | judged)
