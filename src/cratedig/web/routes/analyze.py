"""Lyrics read: one of them now, many as a task, and what was read of a track."""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from typing import Annotated, Any

import orjson
from fastapi import APIRouter, Query
from starlette.responses import Response, StreamingResponse

from cratedig.catalogue import Session, batches, browse, findings, jobs
from cratedig.catalogue.batches import Answered, Meets
from cratedig.errors import NotFound
from cratedig.jobs.kinds import batch
from cratedig.web import analyzing, models_info
from cratedig.web.access.caller import TheCaller
from cratedig.web.access.once import TheOnce
from cratedig.web.answers import as_json
from cratedig.web.deps import TheApp
from cratedig.web.problems import documented
from cratedig.web.readings import (
    MAX_PASTED,
    MAX_TRACKS,
    Analysis,
    AnalyzeRequest,
    BatchRequest,
    Cursor,
    ModelsInfo,
    TrackAnalysis,
    TrackFilter,
)
from cratedig.web.routes.jobs import TaskId
from cratedig.web.routes.tracks import PathId
from cratedig.web.tasks import Task, task_of

router = APIRouter(tags=["lyrics"])

JSON_LINES = "application/jsonl"


@router.post(
    "/analyze",
    response_model=Analysis,
    responses=documented(400, 403, 404, 413, 422, 503),
    summary="What a lyric says: pasted, of which nothing is stored, or a track's",
)
async def analyze(body: AnalyzeRequest, app: TheApp, caller: TheCaller) -> Response:
    """Where the analyzer that was asked for cannot answer, the algorithmic one does, and `fallback` says why."""
    return Response(await analyzing.analyze(app, body, caller), media_type="application/json")


@router.get(
    "/track/{track_id}/analysis",
    response_model=TrackAnalysis,
    responses=documented(404, 422, 503),
    summary="What analyzers found in a track's lyric, with marks where it no longer holds",
)
async def analysis(track_id: PathId, app: TheApp) -> Response:
    versions = await app.analyzers.versions()
    async with app.catalogue.begin() as session:
        await browse.track(session, track_id)
        found = await findings.of_track(session, track_id, versions=versions)
    return as_json({"track_id": str(track_id), "findings": [analyzing.stored_shape(one) for one in found]})


@router.post(
    "/batch",
    status_code=202,
    response_model=Task,
    responses=documented(400, 404, 409, 413, 422, 503),
    summary=f"Up to {MAX_PASTED:,} pasted lyrics, or those of up to {MAX_TRACKS:,} tracks, read as a task",
)
async def ask_for_batch(body: BatchRequest, once: TheOnce) -> Response:
    """Its answers are at `/batch/{task_id}/results`, for a day after the task has ended. A pasted lyric is forgotten as
    soon as it is read."""

    async def ask(session: Session) -> Response:
        tracks = [] if body.lyrics else await _tracks(session, body)
        job_id = await batch.ask(session, body.analyzer, lyrics=body.lyrics, track_ids=tracks)
        return as_json(task_of(await jobs.get(session, job_id)), 202)

    return await once.answer(ask)


async def _tracks(session: Session, body: BatchRequest) -> Sequence[int]:
    """Raises NotFound where there is none of them."""
    if not body.track_ids:
        found = await batches.tracks_that_meet(session, _meets(body.filters), limit=body.limit)
        if not found:
            raise NotFound("No track with lyrics meets the filter.")
        return found
    wanted = list(dict.fromkeys(body.track_ids))
    missing = await batches.missing(session, wanted)
    if missing:
        raise NotFound(f"No track has the id {missing[0]}.", hint=f"{len(missing):,} of {len(wanted):,} are not here.")
    return wanted


def _meets(body: TrackFilter) -> Meets:
    return Meets(body.artists, body.genres, body.min_year, body.max_year)


@router.get(
    "/batch/{task_id}/results",
    response_class=StreamingResponse,
    responses={
        200: {"description": "One JSON object a line, in the order of the request", "content": {JSON_LINES: {}}},
        **documented(404, 422, 503),
    },
    summary="What was read so far: one JSON object a line",
)
async def results(
    task_id: TaskId,
    app: TheApp,
    cursor: Annotated[Cursor, Query(description="the `next` of the last line that was read")] = 0,
    limit: Annotated[int, Query(ge=1, le=MAX_TRACKS)] = MAX_TRACKS,
) -> Response:
    """Each line holds `number`, `track_id` (null where the lyric was pasted), `finding` or `error`, and `next`, the
    cursor of what follows. While the task goes on, the lines end at the first lyric that was not read yet."""
    async with app.catalogue.begin() as session:
        job = await jobs.get(session, task_id)
        if job.kind != batch.BATCH.name:
            raise NotFound(f"The task {task_id!r} is no batch.")
        if not await batches.items(session, task_id):
            raise NotFound(
                "The answers of this batch are forgotten.", hint=f"They are kept {batches.KEPT_HOURS} hours."
            )

    async def lines() -> AsyncIterator[bytes]:
        async with app.catalogue.begin() as session:
            async for one in batches.answered(session, task_id, start=cursor, limit=limit):
                yield _line(one)

    return StreamingResponse(lines(), media_type=JSON_LINES)


def _line(one: Answered) -> bytes:
    head: dict[str, Any] = {
        "number": one.number,
        "track_id": None if one.track_id is None else str(one.track_id),
        "next": one.number + 1,
    }
    return orjson.dumps(head)[:-1] + b"," + one.answer.encode()[1:] + b"\n"


@router.get(
    "/models/info", response_model=ModelsInfo, summary="What thinks here: analyzers, embedder, heads, chat models"
)
async def models(app: TheApp) -> Response:
    return as_json(await models_info.of_app(app))
