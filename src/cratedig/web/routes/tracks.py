"""One track: what is known of it, and why it fits a query."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any

from fastapi import APIRouter, Header, Path, Query, Request
from starlette.responses import Response, StreamingResponse

from cratedig.catalogue import browse, sounds
from cratedig.collect.lyrics.placing import SET_ASIDE
from cratedig.errors import NotFound
from cratedig.web import asking, playing
from cratedig.web.access.listener import TheListener
from cratedig.web.answers import as_json
from cratedig.web.deps import TheApp, TheMetrics
from cratedig.web.problems import documented
from cratedig.web.schemas import LARGEST_ID, MAX_TOP_K, Recommendation, Result, TrackShape
from cratedig.web.schemas import Query as AnyQuery

router = APIRouter(tags=["tracks"])

PathId = Annotated[int, Path(ge=1, le=LARGEST_ID, description="the `track_id` of a result", examples=[1])]


@router.get(
    "/track/{track_id}",
    response_model=TrackShape,
    responses=documented(404, 422, 503),
    summary="What is known of a track, with receipts",
)
async def track(track_id: PathId, app: TheApp) -> Response:
    async with app.catalogue.begin() as session:
        row = await browse.track(session, track_id)
    return as_json(as_shape(row))


_RENAMED = {"id", "url", "valence", "arousal", "lyrics"}


def as_shape(row: Mapping[str, Any]) -> dict[str, Any]:
    """A track's columns in the shape of results; the lyrics themselves, and what came as such, stay on the owner's own
    page."""
    mood = None if row["valence"] is None else {"valence": row["valence"], "arousal": row["arousal"]}
    return {
        "track_id": str(row["id"]),
        "permalink_url": row["url"],
        "mood": mood,
        **{name: value for name, value in row.items() if name not in _RENAMED},
        "audio_features": row["audio_features"] or {},
        "extra": {name: value for name, value in row["extra"].items() if name != SET_ASIDE},
        "lyrics_words": len((row["lyrics"] or "").split()),
    }


@router.get(
    "/track/{track_id}/audio",
    response_class=StreamingResponse,
    responses={
        200: {"description": "The sound", "content": {"audio/*": {}}},
        206: {"description": "The range of it that was asked for", "content": {"audio/*": {}}},
        **documented(404, 416, 422, 503),
    },
    summary="The sound of a track, whole or a range of its bytes",
)
async def audio(
    track_id: PathId,
    request: Request,
    app: TheApp,
    wanted: Annotated[str | None, Header(alias="Range", max_length=200, description="one range of bytes")] = None,
) -> Response:
    async with app.catalogue.begin() as session:
        known = await sounds.of_track(session, track_id)
    if known is None:
        raise NotFound(
            f"The track {track_id} has no sound here.", hint="`cratedig collect audio DIR` brings sounds in."
        )
    recordings: playing.Recordings = request.app.state.recordings
    found = await recordings.find(known.sound.at(app.settings.data_dir), known.sound.sha256)
    return playing.answer(found, wanted)


@router.get(
    "/track/{track_id}/why",
    response_model=Result,
    responses=documented(404, 422, 503),
    summary="One track's score for a query, with its reasons",
)
async def why(
    track_id: PathId, app: TheApp, listener: TheListener, query: Annotated[AnyQuery, Query()] = ""
) -> Response:
    return as_json(await asking.why(app, track_id, query, listener=listener))


@router.get(
    "/track/{track_id}/similar",
    response_model=Recommendation,
    responses=documented(404, 422, 503),
    summary="Tracks that sound, feel and read like this one, best first",
)
async def similar(
    track_id: PathId,
    app: TheApp,
    metrics: TheMetrics,
    top_k: Annotated[int, Query(ge=1, le=MAX_TOP_K)] = 20,
) -> Response:
    ready = await asking.similar(app, track_id, top_k)
    metrics.staged(ready.metadata.stages)
    return Response(ready.json, media_type="application/json")
