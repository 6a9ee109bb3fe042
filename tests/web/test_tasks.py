"""Tasks over HTTP: asked for, followed, listed, called off."""

from __future__ import annotations

import asyncio
import json
from typing import Any

import httpx2
import pytest
from pydantic import TypeAdapter

from cratedig.jobs.kind import Kind, by_name
from cratedig.jobs.kinds import shipped
from cratedig.jobs.queue import enqueue, enqueue_many
from cratedig.jobs.work import Work
from cratedig.jobs.worker import Rhythm, working
from cratedig.jobs.workshop import Workshop
from cratedig.web.following import LOOK_EVERY_S
from cratedig.web.tasks import Task, TaskList
from cratedig.wiring import App

RHYTHM = Rhythm(heartbeat_s=0.5, stalled_after_s=5.0)


def shop_of(app: App) -> Workshop:
    return Workshop(app.settings, app.catalogue, embedder=app.embedder)


def events_of(body: str) -> list[tuple[str, dict[str, Any]]]:
    found = []
    for block in body.split("\n\n"):
        fields = dict(line.split(": ", 1) for line in block.splitlines() if not line.startswith(":"))
        if fields:
            found.append((fields["event"], json.loads(fields["data"])))
    return found


async def test_a_study_asked_for_is_followed_to_its_end(
    client: httpx2.AsyncClient, app: App, crate: dict[str, int]
) -> None:
    asked = await client.post("/api/v1/study", json={"redo": True}, headers={"X-Request-ID": "who-asked"})
    assert asked.status_code == 202
    task = Task.model_validate(asked.json())
    assert (task.status, task.progress, task.request_id) == ("queued", 0, "who-asked")
    assert (await client.post("/api/v1/study", json={"redo": True})).json()["task_id"] == task.task_id
    async with working(shop_of(app), shipped(), RHYTHM):
        stream = await client.get(f"/api/v1/task/{task.task_id}/events")
    assert stream.headers["content-type"].startswith("text/event-stream")
    events = events_of(stream.text)
    assert [name for name, _ in events[-1:]] == ["end"]
    assert all(name == "progress" for name, _ in events[:-1])
    done = Task.model_validate(events[-1][1])
    assert (done.status, done.progress) == ("completed", 100)
    assert done.result["text"] == {"done": len(crate), "total": len(crate), "unread": 0}
    assert (await client.get(f"/api/v1/task/{task.task_id}")).json() == events[-1][1]


@pytest.mark.alone
async def test_progress_arrives_while_the_task_runs(client: httpx2.AsyncClient, app: App) -> None:
    async def steps(work: Work) -> None:
        for progress in (25, 75):
            await work.report(progress, step=f"at {progress}")
            await asyncio.sleep(4 * LOOK_EVERY_S)

    kind = Kind("steps", steps)
    async with app.catalogue.begin() as session:
        task_id = await enqueue(session, kind)
    async with working(shop_of(app), by_name(kind), RHYTHM):
        events = events_of((await client.get(f"/api/v1/task/{task_id}/events")).text)
    seen = [(one["status"], one.get("current_step"), one["progress"]) for _, one in events]
    assert ("in_progress", "at 25", 25) in seen
    assert ("in_progress", "at 75", 75) in seen
    assert seen[-1] == ("completed", None, 100)


async def test_tasks_are_listed_a_page_at_a_time(client: httpx2.AsyncClient, app: App) -> None:
    kind = Kind("tests.one", shop_of)  # type: ignore[arg-type]  # never runs
    async with app.catalogue.begin() as session:
        ids = await enqueue_many(session, kind, [{} for _ in range(7)])
    seen, address = [], "/api/v1/tasks?limit=3"
    while True:
        page = TypeAdapter(TaskList).validate_python((await client.get(address)).json())
        seen += [task.task_id for task in page.tasks]
        if page.next is None:
            break
        address = f"/api/v1/tasks?limit=3&cursor={page.next}"
    assert seen == ids[::-1]
    assert len((await client.get("/api/v1/tasks?status=queued&kind=tests.one")).json()["tasks"]) == 7
    assert (await client.get("/api/v1/tasks?status=completed")).json() == {"tasks": []}
    assert (await client.get("/api/v1/tasks?status=nonsense")).status_code == 422


async def test_a_waiting_task_is_called_off_at_once(client: httpx2.AsyncClient, app: App) -> None:
    task_id = (await client.post("/api/v1/study", json={})).json()["task_id"]
    cancelled = await client.post(f"/api/v1/task/{task_id}/cancel")
    assert (cancelled.status_code, cancelled.json()["status"]) == (200, "cancelled")
    assert (await client.post(f"/api/v1/task/{task_id}/cancel")).json()["status"] == "cancelled"


async def test_an_unknown_task_is_404_everywhere(client: httpx2.AsyncClient) -> None:
    for method, path in (("GET", ""), ("GET", "/events"), ("POST", "/cancel")):
        answer = await client.request(method, f"/api/v1/task/0d9c2f5e-unknown{path}")
        assert (answer.status_code, answer.json()["error"]) == (404, "not_found")
