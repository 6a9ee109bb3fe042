"""Promise 15: a stolen database gives no keys; an ended key opens nothing; every route has its row in the matrix."""

from __future__ import annotations

import asyncio
import time
from itertools import product

import pytest
from fastapi import FastAPI
from fastapi.routing import iter_route_contexts
from sqlalchemy import text

from callers import ELSEWHERE, make_key
from callers import client as client_of
from cratedig.catalogue import Catalogue, keys
from cratedig.catalogue.tables import Table
from cratedig.web.access.keys import Keyring
from cratedig.web.access.pepper import pepper_of
from cratedig.web.access.roles import MATRIX, Guarded, Role, Unlisted, guarded, row_of
from cratedig.web.app import create_app
from cratedig.web.layers import surround
from cratedig.wiring import App


async def dump(catalogue: Catalogue) -> str:
    """Every row of every table, bytes in hexadecimal as PostgreSQL shows them."""
    lines = []
    async with catalogue.begin() as session:
        for table in Table.metadata.sorted_tables:
            rows = await session.execute(text(f"select t::text from {table.name} t"))
            lines += [row[0] for row in rows]
    return "\n".join(lines)


async def test_the_database_holds_no_byte_of_a_key_or_the_pepper(app: App) -> None:
    made = [await make_key(app, role) for role in Role for _ in range(3)]
    api = create_app(app)
    async with client_of(api, address=ELSEWHERE) as browser:  # what a key does leaves nothing either
        for new in made:
            headers = {"X-API-Key": new.key, "Idempotency-Key": f"once-{new.row.id}"}
            await browser.post("/api/v1/search", json={"query": "rain"}, headers=headers)
            await browser.post("/login", data={"key": new.key})
    stolen = await dump(app.catalogue)
    assert all(new.row.id in stolen for new in made)
    secrets = [new.key.split("_", 2)[2] for new in made] + [pepper_of(app.settings).decode()]
    for secret in secrets:
        for start in range(len(secret) - 11):
            part = secret[start : start + 12]
            assert part not in stolen
            assert part.encode().hex() not in stolen


async def test_what_the_database_holds_opens_nothing_without_the_pepper(app: App) -> None:
    new = await make_key(app)
    thief = Keyring(app.catalogue, lambda: b"another pepper of 32 characters.")
    with pytest.raises(Exception, match="not known"):
        await thief.holder_of(new.key)


@pytest.mark.alone
async def test_a_revoked_key_is_refused_within_a_second_in_every_process(app: App) -> None:
    new = await make_key(app)
    processes = [create_app(app), create_app(app)]

    async def seconds_until_refused(api: FastAPI) -> float:
        async with client_of(api, key=new.key) as holder:
            assert (await holder.get("/metrics")).status_code == 200
            await let_in.wait()
            await revoked.wait()
            began = time.monotonic()
            for _ in range(1000):
                answer = await holder.get("/metrics")
                if answer.status_code != 200:
                    assert answer.json()["message"] == "This key is revoked"
                    break
                await asyncio.sleep(0.01)
        return time.monotonic() - began

    let_in, revoked = asyncio.Barrier(len(processes) + 1), asyncio.Event()
    waiting = [asyncio.create_task(seconds_until_refused(api)) for api in processes]
    await let_in.wait()
    async with app.catalogue.begin() as session:
        await keys.revoke(session, new.row.id)
    revoked.set()
    assert max(await asyncio.gather(*waiting)) <= 1.0


async def test_a_key_ends_by_itself(app: App) -> None:
    api, lives_s = create_app(app), 2.0
    new = await make_key(app, days=lives_s / 86_400)
    async with client_of(api, key=new.key) as holder:
        assert (await holder.get("/metrics")).status_code == 200
        await asyncio.sleep(lives_s + 0.6)
        answer = await holder.get("/metrics")
    assert (answer.status_code, answer.json()["message"]) == (401, "This key is expired")


def concrete(path: str) -> str:
    return path.replace("{track_id}", "1").replace("{job_id}", "1").replace("{task_id}", "1")


def expected(row_role: Role | None, role: Role | None) -> set[int]:
    """Statuses that say the gate did as the matrix has it."""
    if row_role is None or (role is not None and role >= row_role):
        return set(range(200, 600)) - {401, 403, 421}
    return {401} if role is None else {403}


async def test_every_route_asks_of_every_role_what_the_matrix_says(app: App) -> None:
    api = create_app(app)
    holders = {role: (await make_key(app, role)).key for role in Role}
    wrong = []
    for route, role in product(_plain(api), [None, *Role]):
        async with client_of(api, address=ELSEWHERE, key=holders[role] if role else None) as caller:
            answer = await caller.request(route.method, concrete(route.path))
        if answer.status_code not in expected(route.row.role, role):
            wrong.append((route.method, route.path, role, answer.status_code))
    assert wrong == []


def _plain(api: FastAPI) -> list[Guarded]:
    """Without the key's form, which answers 401 to a form without a key, and event streams, which do not end."""
    return [route for route in guarded(api.routes) if route.path != "/login" and not route.row.endless]


async def test_a_method_no_route_has_is_refused_before_it(app: App) -> None:
    api = create_app(app)
    there = {(concrete(route.path), route.method) for route in _plain(api) if not route.prefix}
    asked = product(sorted({path for path, _ in there}), ["PUT", "DELETE", "PATCH", "TRACE", "FOO"])
    async with client_of(api, key=(await make_key(app, Role.ADMIN)).key) as caller:
        for path, method in (one for one in asked if one not in there):
            assert (await caller.request(method, path)).status_code == 405, (method, path)


async def test_the_matrix_has_a_row_for_every_route_and_no_other(app: App) -> None:
    api = create_app(app)
    rows = {f"{route.method} {route.path}".replace(":path}", "}") for route in guarded(api.routes)}
    assert set(MATRIX) <= rows
    assert all(context.path for context in iter_route_contexts(api.routes))


@pytest.mark.parametrize("kind", ["route", "websocket", "mount"])
def test_an_application_with_a_route_without_a_row_does_not_start(app: App, kind: str) -> None:
    api = FastAPI(docs_url=None, redoc_url=None)
    if kind == "route":
        api.add_api_route("/api/v1/unheard-of", lambda: None, methods=["POST"])
    elif kind == "websocket":
        api.add_api_websocket_route("/api/v1/unheard-of", lambda: None)
    else:
        api.mount("/unheard-of", FastAPI())
    with pytest.raises(Unlisted, match="unheard-of"):
        surround(api, app)


async def test_a_route_added_behind_the_gates_back_is_not_reached(app: App) -> None:
    api = create_app(app)

    @api.get("/late")
    async def late() -> str:
        return "reached"

    async with client_of(api, key=(await make_key(app, Role.ADMIN)).key) as caller:
        assert (await caller.get("/late")).status_code == 404


def test_what_starts_work_needs_more_than_a_reader() -> None:
    reads = {"/recommend", "/recommend/batch", "/search", "/journey", "/analyze", "/analyze/lyric", "/login", "/logout"}
    own = {"listening", "yours"}  # a reader's, and nobody else's
    for line in MATRIX:
        method, path = line.split()
        row = row_of(method, path)
        assert row is not None
        inner = path.removeprefix("/api/v1")
        if method != "GET" and inner not in reads and inner.split("/")[1] not in own:
            assert row.role is not None and row.role >= Role.EDITOR, line  # noqa: PT018
