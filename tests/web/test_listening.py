"""Listening over HTTP: it moves the next answer, an undo restores it to the byte, and nobody else sees any of it."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import UTC, datetime
from html import unescape
from typing import Any

import httpx2
import numpy as np
import pytest
from fastapi import FastAPI
from sqlalchemy import text

from callers import BROWSER, client, make_key
from cratedig.catalogue import jobs, listening, published
from cratedig.find.taste.bandit import WEIGHINGS
from cratedig.find.taste.learned import write
from cratedig.find.taste.listeners import ListenersSpace
from cratedig.settings import FindSettings
from cratedig.web.access.roles import Role
from cratedig.web.app import create_app
from cratedig.wiring import App

QUERY = {"query": "sad songs", "top_k": 10}


@pytest.fixture
async def ann(app: App, api: FastAPI, crate: dict[str, int]) -> AsyncIterator[httpx2.AsyncClient]:
    async with client(api, key=(await make_key(app)).key) as ann:
        yield ann


@pytest.fixture
async def bob(app: App, api: FastAPI) -> AsyncIterator[httpx2.AsyncClient]:
    async with client(api, key=(await make_key(app, Role.READER)).key) as bob:
        yield bob


async def found(client: httpx2.AsyncClient) -> list[dict[str, Any]]:
    answer = await client.post("/api/v1/recommend", json=QUERY)
    assert answer.status_code == 200, answer.text
    results: list[dict[str, Any]] = answer.json()["results"]
    return results


async def say(client: httpx2.AsyncClient, track_id: int | str, kind: str, **more: Any) -> int:
    answer = await client.post("/api/v1/listening", json={"track_id": int(track_id), "kind": kind, **more})
    assert answer.status_code == 201, answer.text
    return int(answer.json()["events"][0]["id"])


def places(results: list[dict[str, Any]]) -> dict[str, int]:
    return {result["title"]: at for at, result in enumerate(results)}


def scores(results: list[dict[str, Any]]) -> dict[str, float]:
    return {result["title"]: result["score"] for result in results}


async def in_one_hour(ask: Any) -> Any:
    """What `ask` gives, asked again where the hour changed meanwhile: taste fades by the hour."""
    while True:
        hour = datetime.now(UTC).hour
        given = await ask()
        if datetime.now(UTC).hour == hour:
            return given


async def test_a_like_lifts_a_track_and_a_dislike_sinks_it(ann: httpx2.AsyncClient) -> None:
    before = await found(ann)
    worst, best = before[-1], before[0]
    await say(ann, worst["track_id"], "like")
    await say(ann, best["track_id"], "dislike")
    after = await found(ann)
    assert places(after)[worst["title"]] < places(before)[worst["title"]]
    assert places(after)[best["title"]] > places(before)[best["title"]]
    for result in after:
        assert "taste" in {term["term"] for term in result["why"]}
        assert sum(term["contribution"] for term in result["why"]) == pytest.approx(result["score"], abs=1e-9)


async def test_a_skip_pushes_down_less_than_a_dislike(ann: httpx2.AsyncClient, bob: httpx2.AsyncClient) -> None:
    first = (await found(ann))[0]
    await say(ann, first["track_id"], "skip")
    await say(bob, first["track_id"], "dislike")
    assert scores(await found(bob))[first["title"]] < scores(await found(ann))[first["title"]] < first["score"]


async def test_taking_everything_back_restores_the_answer_to_the_byte(ann: httpx2.AsyncClient) -> None:
    before = await found(ann)
    ids = [await say(ann, before[-1]["track_id"], "like"), await say(ann, before[0]["track_id"], "dislike")]
    assert await found(ann) != before
    for one in ids:
        assert (await ann.post(f"/api/v1/listening/{one}/undo")).status_code == 200
    assert await found(ann) == before


async def test_taking_one_thing_back_restores_what_the_rest_gave(ann: httpx2.AsyncClient) -> None:
    start = await found(ann)
    await say(ann, start[3]["track_id"], "like")

    async def before_and_after() -> tuple[Any, Any, Any]:
        before = await found(ann)
        one = await say(ann, start[-1]["track_id"], "like")
        between = await found(ann)
        await ann.post(f"/api/v1/listening/{one}/undo")
        return before, between, await found(ann)

    before, between, after = await in_one_hour(before_and_after)
    assert between != before
    assert after == before


async def test_another_listener_sees_nothing_of_it(ann: httpx2.AsyncClient, bob: httpx2.AsyncClient) -> None:
    before = await found(bob)
    one = await say(ann, before[-1]["track_id"], "like")
    await say(ann, before[0]["track_id"], "dislike")
    assert await found(bob) == before
    assert (await bob.get("/api/v1/listening")).json() == {"events": []}
    assert (await bob.post(f"/api/v1/listening/{one}/undo")).status_code == 404
    assert (await bob.delete("/api/v1/listening")).json() == {"forgotten": 0}
    assert len((await ann.get("/api/v1/listening")).json()["events"]) == 2


async def test_why_a_track_fits_agrees_with_the_list(ann: httpx2.AsyncClient) -> None:
    first = (await found(ann))[0]
    await say(ann, first["track_id"], "dislike")

    async def both() -> tuple[float, float]:
        answer = await ann.get(f"/api/v1/track/{first['track_id']}/why", params={"query": QUERY["query"]})
        return answer.json()["score"], scores(await found(ann))[first["title"]]

    alone, listed = await in_one_hour(both)
    assert alone == pytest.approx(listed, abs=1e-9)


async def test_the_unheard_are_what_was_not_listened_to(ann: httpx2.AsyncClient) -> None:
    first = (await found(ann))[0]
    await say(ann, first["track_id"], "play")
    answer = await ann.post("/api/v1/recommend", json={**QUERY, "unheard": True})
    assert first["track_id"] not in {result["track_id"] for result in answer.json()["results"]}


async def test_a_list_is_written_whole_or_not_at_all(ann: httpx2.AsyncClient, crate: dict[str, int]) -> None:
    good = {"track_id": crate["Quiet Water"], "kind": "play", "at": "2026-03-04T21:30:00+05:30"}
    answer = await ann.post("/api/v1/listening", json=[good, {"track_id": 2**31 - 1, "kind": "play"}])
    assert answer.status_code == 404
    assert (await ann.get("/api/v1/listening")).json() == {"events": []}
    answer = await ann.post("/api/v1/listening", json=[good, {**good, "kind": "skip"}])
    assert answer.status_code == 201
    assert [event["at"] for event in answer.json()["events"]] == ["2026-03-04T21:30:00+05:30"] * 2


@pytest.mark.parametrize(
    ("said", "written"),
    [
        ("1999-03-04T21:30:00-05:00", "1999-03-04T21:30:00-05:00"),
        ("0001-01-01T00:00:00+14:00", "1970-01-02T14:00:00+14:00"),
        ("9999-12-31T23:59:59-23:59", None),
    ],
)
async def test_a_time_is_kept_within_reason(
    ann: httpx2.AsyncClient, crate: dict[str, int], said: str, written: str | None
) -> None:
    before = datetime.now(UTC)
    await say(ann, crate["Quiet Water"], "play", at=said)
    at = (await ann.get("/api/v1/listening")).json()["events"][0]["at"]
    assert at == written if written else before <= datetime.fromisoformat(at) <= datetime.now(UTC)


async def test_the_same_request_sent_twice_is_one_event(ann: httpx2.AsyncClient, crate: dict[str, int]) -> None:
    body, headers = {"track_id": crate["Quiet Water"], "kind": "like"}, {"Idempotency-Key": "once"}
    first, second = [await ann.post("/api/v1/listening", json=body, headers=headers) for _ in range(2)]
    assert first.content == second.content
    assert len((await ann.get("/api/v1/listening")).json()["events"]) == 1


async def test_history_pages_by_its_cursor(ann: httpx2.AsyncClient, crate: dict[str, int]) -> None:
    events = [{"track_id": track_id, "kind": "play"} for track_id in crate.values()]
    written = (await ann.post("/api/v1/listening", json=events)).json()["events"]
    seen: list[int] = []
    cursor: dict[str, str] = {}
    while True:
        page = (await ann.get("/api/v1/listening", params={"limit": 4, **cursor})).json()
        seen += [event["id"] for event in page["events"]]
        if "next" not in page:
            break
        cursor = {"cursor": page["next"]}
    assert seen == [event["id"] for event in written][::-1]


@pytest.mark.parametrize(
    "body",
    [
        {},
        [],
        "like",
        None,
        {"kind": "like"},
        {"track_id": 1},
        {"track_id": 0, "kind": "like"},
        {"track_id": 2**31, "kind": "like"},
        {"track_id": "one", "kind": "like"},
        {"track_id": 1, "kind": "love"},
        {"track_id": 1, "kind": "like", "more": 1},
        {"track_id": 1, "kind": "like", "at": "2026-03-04T21:30:00"},
        {"track_id": 1, "kind": "like", "at": 1e300},
        {"track_id": 1, "kind": "like", "weighed": {"query_type": "mood", "arm": "a", "chance": 0, "context": []}},
        {"track_id": 1, "kind": "like", "weighed": {"query_type": "x", "arm": "a", "chance": 1, "context": []}},
        {"track_id": 1, "kind": "like", "weighed": {"query_type": "mood", "arm": "\x00", "chance": 1, "context": []}},
        [{"track_id": 1, "kind": "like"}] * 101,
        [[{"track_id": 1, "kind": "like"}]],
    ],
)
async def test_odd_input_is_told_what_is_wrong(ann: httpx2.AsyncClient, body: Any) -> None:
    answer = await ann.post("/api/v1/listening", json=body)
    assert answer.status_code == 422, answer.text
    told = answer.json()["details"]
    assert told
    assert not any("ListeningEvent" in one["field"] for one in told)


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [
        ("POST", "/api/v1/listening/999999/undo", 404),
        ("POST", f"/api/v1/listening/{2**63}/undo", 422),
        ("POST", "/api/v1/listening/0/undo", 422),
        ("POST", "/api/v1/listening/x/undo", 422),
        ("GET", "/api/v1/listening?cursor=x", 422),
        ("GET", "/api/v1/listening?limit=0", 422),
        ("GET", "/api/v1/listening?track_id=4294967296", 422),
    ],
)
async def test_odd_addresses_are_told_what_is_wrong(
    ann: httpx2.AsyncClient, method: str, path: str, status: int
) -> None:
    assert (await ann.request(method, path)).status_code == status


async def test_forgetting_leaves_nothing(ann: httpx2.AsyncClient, app: App, crate: dict[str, int]) -> None:
    before = await found(ann)
    body = {"track_id": crate["Quiet Water"], "kind": "like"}
    await ann.post("/api/v1/listening", json=body, headers={"Idempotency-Key": "kept"})
    await say(ann, crate["Neon Tram"], "dislike")
    assert (await ann.delete("/api/v1/listening")).json() == {"forgotten": 2}
    async with app.catalogue.begin() as session:
        assert await session.scalar(text("select count(*) from listening")) == 0
        assert await session.scalar(text("select count(*) from idempotent_answers")) == 0
    assert await found(ann) == before


async def test_without_a_key_the_machine_is_the_listener(client: httpx2.AsyncClient, crate: dict[str, int]) -> None:
    await say(client, crate["Quiet Water"], "like")
    assert (await client.delete("/api/v1/listening")).json() == {"forgotten": 1}


async def test_forgetting_has_the_space_of_listeners_learned_anew(
    ann: httpx2.AsyncClient, app: App, crate: dict[str, int]
) -> None:
    async with app.catalogue.begin() as session:
        space = write(ListenersSpace(np.array([1]), np.ones((1, 2), dtype=np.float32)), app.settings.data_dir)
        await published.record(session, space, kind="taste", data_dir=app.settings.data_dir)
    await ann.delete("/api/v1/listening")
    async with app.catalogue.begin() as session:
        assert await jobs.listed(session, limit=9) == []
    await say(ann, crate["Quiet Water"], "like")
    await ann.delete("/api/v1/listening")
    async with app.catalogue.begin() as session:
        assert [job.kind for job in await jobs.listed(session, limit=9)] == ["taste"]


@pytest.fixture
async def gambler(app: App, crate: dict[str, int]) -> AsyncIterator[httpx2.AsyncClient]:
    """A listener of a server whose bandit is on."""
    settings = app.settings.model_copy(update={"find": FindSettings(bandit="thompson")})
    async with client(create_app(replace(app, settings=settings))) as gambler:
        yield gambler


async def weighed(client: httpx2.AsyncClient, **wish: Any) -> Any:
    return (await client.post("/api/v1/recommend", json={**QUERY, **wish})).json()["metadata"]["weighed"]


async def test_a_bandits_arm_goes_out_with_the_answer_and_comes_back_with_what_came_of_it(
    gambler: httpx2.AsyncClient, app: App, crate: dict[str, int]
) -> None:
    assert await weighed(gambler) is None, "nobody is known yet"
    await say(gambler, crate["Quiet Water"], "like")

    async def twice() -> tuple[Any, Any]:
        return await weighed(gambler), await weighed(gambler)

    first, second = await in_one_hour(twice)
    assert first == second
    assert first["arm"] in WEIGHINGS
    assert 0.0 < first["chance"] <= 1.0
    await say(gambler, crate["Neon Tram"], "skip", weighed=first)
    async with app.catalogue.begin() as session:
        kept = (await listening.counted(session, "local"))[-1].weighed
    assert kept is not None
    assert (kept.arm, kept.query_type) == (first["arm"], first["query_type"])
    assert kept.context == pytest.approx(first["context"], abs=1e-6)


async def test_every_seed_draws_its_own_arm_and_draws_it_again(
    gambler: httpx2.AsyncClient, crate: dict[str, int]
) -> None:
    await say(gambler, crate["Quiet Water"], "like")

    async def drawn() -> list[list[Any]]:
        return [[await weighed(gambler, seed=seed) for seed in range(12)] for _ in range(2)]

    first, again = await in_one_hour(drawn)
    assert first == again
    assert len({one["arm"] for one in first}) > 1


async def test_a_page_sends_the_arm_along(gambler: httpx2.AsyncClient, app: App, crate: dict[str, int]) -> None:
    await say(gambler, crate["Quiet Water"], "like")
    shown = (await gambler.get("/?q=calm", headers=BROWSER)).text
    sent = unescape(re.findall(r'name="weighed" value="([^"]*)"', shown)[0])
    await gambler.post(f"/yours/track/{crate['Neon Tram']}", data={"kind": "skip", "weighed": sent})
    await gambler.post(f"/yours/track/{crate['Neon Tram']}", data={"kind": "skip", "weighed": "{"})
    async with app.catalogue.begin() as session:
        written = await listening.counted(session, "local")
    assert [one.weighed is None for one in written] == [True, False, True]


# the pages


@pytest.fixture
async def page(app: App, api: FastAPI, crate: dict[str, int]) -> AsyncIterator[httpx2.AsyncClient]:
    async with client(api, headers=BROWSER) as page:
        yield page


async def test_the_buttons_work_without_script_and_lead_back(page: httpx2.AsyncClient, crate: dict[str, int]) -> None:
    track = crate["Quiet Water"]
    answer = await page.post(f"/yours/track/{track}", data={"kind": "like", "back": "/?q=calm"})
    assert (answer.status_code, answer.headers["location"]) == (303, "/?q=calm")
    shown = (await page.get("/?q=calm")).text
    assert shown.count('aria-pressed="true"') == 1
    answer = await page.post(f"/yours/track/{track}", data={"kind": "dislike", "back": "//evil.example"})
    assert answer.headers["location"] == "/"
    events = (await page.get("/api/v1/listening")).json()["events"]
    assert [(event["kind"], event["undone_at"] is None) for event in events] == [("dislike", True), ("like", False)]
    answer = await page.post(f"/yours/undo/{events[0]['id']}", data={})
    assert answer.headers["location"] == "/yours"
    assert 'aria-pressed="true"' not in (await page.get(f"/track/{track}")).text


async def test_a_page_that_stays_gets_the_buttons_alone(page: httpx2.AsyncClient, crate: dict[str, int]) -> None:
    answer = await page.post(f"/yours/track/{crate['Quiet Water']}", data={"kind": "skip", "part": "true"})
    assert answer.status_code == 200
    assert "<html" not in answer.text
    assert answer.text.count("<form") == 3
    assert "/yours/undo/" in answer.text


async def test_your_listening_lists_what_you_did(page: httpx2.AsyncClient, crate: dict[str, int]) -> None:
    assert "Nothing yet" in (await page.get("/yours")).text
    await page.post(f"/yours/track/{crate['Quiet Water']}", data={"kind": "like"})
    shown = (await page.get("/yours")).text
    assert "Quiet Water" in shown
    assert "liked" in shown
    assert (await page.post("/yours/forget")).headers["location"] == "/yours"
    assert "Nothing yet" in (await page.get("/yours")).text


@pytest.mark.parametrize(
    ("path", "data", "status"),
    [
        ("/yours/track/999999", {"kind": "like"}, 404),
        ("/yours/track/1", {"kind": "love"}, 422),
        ("/yours/track/1", {}, 422),
        ("/yours/undo/12345", {}, 404),
    ],
)
async def test_an_odd_form_is_told_what_is_wrong(
    page: httpx2.AsyncClient, path: str, data: dict[str, str], status: int
) -> None:
    assert (await page.post(path, data=data)).status_code == status
