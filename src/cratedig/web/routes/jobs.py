"""Tasks: work that takes longer than a request, how far it is, and calling it off."""

from __future__ import annotations

from collections.abc import AsyncIterable
from typing import Annotated

import orjson
from fastapi import APIRouter, Depends, Path, Query, Request
from fastapi.sse import EventSourceResponse, ServerSentEvent
from starlette.responses import Response

from cratedig.catalogue import Session, jobs
from cratedig.catalogue.jobs import Job
from cratedig.jobs.kinds import heal, study
from cratedig.web.access.caller import TheCaller
from cratedig.web.access.once import TheOnce
from cratedig.web.answers import as_json
from cratedig.web.deps import TheApp
from cratedig.web.following import Following
from cratedig.web.problems import documented
from cratedig.web.tasks import MAX_TASKS, OURS, HealRequest, StudyRequest, Task, TaskList, TaskStatus, task_of

router = APIRouter(tags=["tasks"])

TaskId = Annotated[str, Path(max_length=64, pattern=r"^[0-9A-Za-z-]+$")]
Cursor = Annotated[str | None, Query(pattern=r"^[1-9][0-9]{0,17}$", description="`next` of the answer before")]
KindName = Annotated[str | None, Query(max_length=100, pattern=r"^[a-z_.]+$", description="only of this kind")]


async def _job(task_id: TaskId, app: TheApp) -> Job:
    async with app.catalogue.begin() as session:
        return await jobs.get(session, task_id)


TheJob = Annotated[Job, Depends(_job)]


@router.get("/task/{task_id}", response_model=Task, responses=documented(404, 422, 503), summary="How a task stands")
async def task(job: TheJob) -> Response:
    return as_json(task_of(job))


@router.get("/tasks", response_model=TaskList, responses=documented(422, 503), summary="Tasks, the newest first")
async def tasks(
    app: TheApp,
    limit: Annotated[int, Query(ge=1, le=MAX_TASKS)] = 50,
    status: Annotated[TaskStatus | None, Query(description="only those that stand so")] = None,
    kind: KindName = None,
    cursor: Cursor = None,
) -> Response:
    async with app.catalogue.begin() as session:
        found = await jobs.listed(
            session,
            limit=limit + 1,
            before=int(cursor) if cursor else None,
            statuses=[OURS[status]] if status else [],
            kind=kind,
        )
    page = {"tasks": [task_of(job) for job in found[:limit]]}
    return as_json(page | {"next": str(found[limit - 1].seq)} if len(found) > limit else page)


@router.post(
    "/task/{task_id}/cancel",
    response_model=Task,
    responses=documented(404, 422, 503),
    summary="Call a task off: at once while it waits, at its next step while it runs",
)
async def cancel(task_id: TaskId, app: TheApp) -> Response:
    async with app.catalogue.begin() as session:
        return as_json(task_of(await jobs.cancel(session, task_id)))


async def _following(request: Request, caller: TheCaller) -> Following:
    following: Following = request.app.state.following
    following.check_room(caller.id)
    return following


@router.get(
    "/task/{task_id}/events",
    response_class=EventSourceResponse,
    responses=documented(404, 422, 503),
    summary="A task as it goes on, as server-sent events, until it has ended",
)
async def events(
    job: TheJob, caller: TheCaller, following: Annotated[Following, Depends(_following)]
) -> AsyncIterable[ServerSentEvent]:
    """`progress` whenever something changes, `end` at last; each with the task as its data."""
    async for seen in following.follow(job, caller.id):
        name = "end" if seen.is_finished else "progress"
        yield ServerSentEvent(event=name, raw_data=orjson.dumps(task_of(seen)).decode())


@router.post(
    "/study",
    status_code=202,
    response_model=Task,
    responses=documented(400, 409, 413, 422, 503),
    summary="Work out the words, the meaning, the mood and the lyrics' findings of the tracks that have none yet",
)
async def ask_for_study(body: StudyRequest, once: TheOnce) -> Response:
    """The same study that is under way already is answered with its task."""

    async def ask(session: Session) -> Response:
        analyzer = body.analyzer if body.what == "lyrics" else None
        job_id = await study.ask(session, what=body.what, analyzer=analyzer, limit=body.limit, redo=body.redo)
        return as_json(task_of(await jobs.get(session, job_id)), 202)

    return await once.answer(ask)


@router.post(
    "/heal",
    status_code=202,
    response_model=Task,
    responses=documented(400, 409, 413, 422, 503),
    summary="Fill in what is missing, from what is there, with a receipt for every value",
)
async def ask_for_healing(body: HealRequest, once: TheOnce) -> Response:
    """The same healing that is under way already is answered with its task."""

    async def ask(session: Session) -> Response:
        job_id = await heal.ask(session, only=list(body.only), limit=body.limit, redo=body.redo)
        return as_json(task_of(await jobs.get(session, job_id)), 202)

    return await once.answer(ask)
