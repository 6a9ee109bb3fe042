"""A repeated POST has one effect: its answer and its effect are committed together, or neither is."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator

import httpx2
import pytest
from fastapi import FastAPI, HTTPException, Request
from sqlalchemy import text
from starlette.responses import Response
from starlette.types import ASGIApp, Receive, Scope, Send

from callers import client as client_of
from cratedig.catalogue import Session
from cratedig.web.access.caller import Caller
from cratedig.web.access.once import TheOnce
from cratedig.web.answers import as_json
from cratedig.wiring import App


class As:
    """Says who calls, as the gate does; the caller's name stands in a header."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        named = dict(scope["headers"]).get(b"x-caller", b"me").decode()
        scope.setdefault("state", {})["caller"] = Caller(named)
        await self.app(scope, receive, send)


class Shop:
    """Makes a track for every order, and can be told to wait or fail."""

    def __init__(self, app: App) -> None:
        self.app = app
        self.wait = asyncio.Event()
        self.wait.set()
        self.working = asyncio.Event()
        self.fails = False
        self.api = FastAPI()
        self.api.state.app = app
        self.api.post("/orders")(self.order)
        self.api.add_middleware(As)

    async def order(self, request: Request, once: TheOnce) -> Response:
        wish = (await request.body()).decode()

        async def work(session: Session) -> Response:
            made = await session.scalar(
                text("insert into tracks (title, source) values (:title, 'shop') returning id"), {"title": wish}
            )
            self.working.set()
            await self.wait.wait()
            if self.fails:
                raise HTTPException(503)
            return as_json({"made": made}, 202)

        return await once.answer(work)

    async def effects(self) -> int:
        async with self.app.catalogue.begin() as session:
            return await session.scalar(text("select count(*) from tracks")) or 0


@pytest.fixture
def shop(app: App) -> Shop:
    return Shop(app)


@pytest.fixture
async def buyer(shop: Shop) -> AsyncIterator[httpx2.AsyncClient]:
    async with client_of(shop.api) as client:
        yield client


KEY = {"Idempotency-Key": "order-1"}


async def test_the_same_request_again_gets_the_same_answer_and_does_nothing(
    shop: Shop, buyer: httpx2.AsyncClient
) -> None:
    first = await buyer.post("/orders", content=b"drum", headers=KEY)
    again = await buyer.post("/orders", content=b"drum", headers=KEY)
    assert (first.status_code, again.status_code) == (202, 202)
    assert first.content == again.content
    assert first.headers["Content-Type"] == again.headers["Content-Type"]
    assert "Idempotency-Replayed" not in first.headers
    assert again.headers["Idempotency-Replayed"] == "true"
    assert await shop.effects() == 1


async def test_without_a_key_every_request_counts(shop: Shop, buyer: httpx2.AsyncClient) -> None:
    for _ in range(2):
        assert (await buyer.post("/orders", content=b"drum")).status_code == 202
    assert await shop.effects() == 2


@pytest.mark.parametrize(("path", "body"), [("/orders", b"piano"), ("/orders?fast=1", b"drum")])
async def test_another_request_under_the_same_key_is_refused(
    shop: Shop, buyer: httpx2.AsyncClient, path: str, body: bytes
) -> None:
    await buyer.post("/orders", content=b"drum", headers=KEY)
    assert (await buyer.post(path, content=body, headers=KEY)).status_code == 422
    assert await shop.effects() == 1


async def test_another_caller_has_its_own_keys(shop: Shop, buyer: httpx2.AsyncClient) -> None:
    for who in ("me", "you"):
        answer = await buyer.post("/orders", content=b"drum", headers={**KEY, "X-Caller": who})
        assert "Idempotency-Replayed" not in answer.headers
    assert await shop.effects() == 2


async def test_while_the_first_still_runs_the_second_is_told_so(shop: Shop, buyer: httpx2.AsyncClient) -> None:
    shop.wait.clear()
    first = asyncio.create_task(buyer.post("/orders", content=b"drum", headers=KEY))
    await asyncio.wait_for(shop.working.wait(), 10)
    assert (await buyer.post("/orders", content=b"drum", headers=KEY)).status_code == 409
    shop.wait.set()
    assert (await first).status_code == 202
    assert (await buyer.post("/orders", content=b"drum", headers=KEY)).headers["Idempotency-Replayed"] == "true"
    assert await shop.effects() == 1


async def test_a_request_that_dies_halfway_left_nothing_and_may_be_sent_again(
    shop: Shop, buyer: httpx2.AsyncClient
) -> None:
    shop.wait.clear()
    dying = asyncio.create_task(buyer.post("/orders", content=b"drum", headers=KEY))
    await asyncio.wait_for(shop.working.wait(), 10)
    dying.cancel()
    with pytest.raises(asyncio.CancelledError):
        await dying
    assert await shop.effects() == 0
    shop.wait.set()
    assert (await buyer.post("/orders", content=b"drum", headers=KEY)).status_code == 202
    assert await shop.effects() == 1


async def test_an_error_is_not_kept(shop: Shop, buyer: httpx2.AsyncClient) -> None:
    shop.fails = True
    assert (await buyer.post("/orders", content=b"drum", headers=KEY)).status_code == 503
    assert await shop.effects() == 0
    shop.fails = False
    assert (await buyer.post("/orders", content=b"drum", headers=KEY)).status_code == 202


async def test_a_key_is_forgotten_after_a_day(shop: Shop, buyer: httpx2.AsyncClient) -> None:
    for n in range(2):
        await buyer.post("/orders", content=b"drum", headers={"Idempotency-Key": f"old-{n}"})
    async with shop.app.catalogue.begin() as session:
        await session.execute(text("update idempotent_answers set created_at = now() - interval '24 hours'"))
    again = await buyer.post("/orders", content=b"piano", headers={"Idempotency-Key": "old-0"})
    assert again.status_code == 202
    assert "Idempotency-Replayed" not in again.headers
    async with shop.app.catalogue.begin() as session:
        assert await session.scalar(text("select count(*) from idempotent_answers")) == 1


@pytest.mark.parametrize("key", ["", " ", "x" * 256, "a b", "\u00e4".encode("latin-1")])
async def test_a_key_is_a_word_of_bounded_length(shop: Shop, buyer: httpx2.AsyncClient, key: str | bytes) -> None:
    answer = await buyer.post("/orders", content=b"drum", headers={"Idempotency-Key": key})
    assert answer.status_code == 422
    assert await shop.effects() == 0
