"""The gate as a caller meets it: from this machine, from elsewhere, from another site's page, too often, too slow."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator, Callable
from dataclasses import replace
from typing import Any, cast

import httpx2
import pytest
from fastapi import FastAPI
from starlette.responses import StreamingResponse

from callers import BROWSER, ELSEWHERE, make_key
from callers import client as client_of
from cratedig.catalogue import Catalogue, keys
from cratedig.settings import Settings
from cratedig.web import problems
from cratedig.web.access.door import WRONG_KEYS_PER_MINUTE, Door
from cratedig.web.access.gate import Directory, Gate
from cratedig.web.access.keys import Keyring
from cratedig.web.access.limits import Limits
from cratedig.web.access.pepper import pepper_of
from cratedig.web.access.roles import Guarded, Role, Row
from cratedig.web.access.window import Windows
from cratedig.web.app import create_app
from cratedig.web.envelope import Envelope
from cratedig.web.metrics import Metrics
from cratedig.web.templating import Pages
from cratedig.wiring import App

ASK = "/api/v1/search"
BODY = {"query": "rain"}


@pytest.fixture
def api_with(app: App) -> Callable[..., FastAPI]:
    """The application with other settings of `api`."""

    def made(**api: Any) -> FastAPI:
        return create_app(replace(app, settings=Settings.load(data_dir=app.settings.data_dir, api=api)))

    return made


class TestWhileNoKeyWasMade:
    async def test_this_machine_may_do_everything(self, api: FastAPI) -> None:
        async with client_of(api) as here:
            assert (await here.post(ASK, json=BODY)).status_code == 200
            assert (await here.get("/metrics")).status_code == 200

    async def test_elsewhere_may_not(self, api: FastAPI) -> None:
        async with client_of(api, address=ELSEWHERE) as there:
            answer = await there.post(ASK, json=BODY)
        assert answer.status_code == 401
        assert answer.headers["WWW-Authenticate"].startswith("ApiKey ")
        assert "X-API-Key" in answer.json()["message"]

    @pytest.mark.parametrize("path", [ASK, "/"])
    async def test_a_name_that_was_pointed_here_is_refused(self, api: FastAPI, path: str) -> None:
        async with client_of(api, url="http://evil.example") as rebound:
            answer = await rebound.request("POST" if path == ASK else "GET", path)
        assert (answer.status_code, answer.json()["error"]) == (421, "wrong_host")
        assert "localhost" in answer.json()["message"]

    async def test_what_a_proxy_relays_is_not_this_machine(self, api: FastAPI) -> None:
        async with client_of(api, headers={"X-Forwarded-For": "127.0.0.1"}) as relayed:
            assert (await relayed.post(ASK, json=BODY)).status_code == 401


class TestOnceAKeyWasMade:
    async def test_this_machine_needs_it_too(self, app: App, api: FastAPI) -> None:
        new = await make_key(app)
        async with client_of(api) as here, client_of(api, key=new.key, address=ELSEWHERE) as holder:
            assert (await here.post(ASK, json=BODY)).status_code == 401
            assert (await holder.post(ASK, json=BODY)).status_code == 200

    async def test_one_that_has_ended_opens_nothing_again(self, app: App, api: FastAPI) -> None:
        new = await make_key(app, days=0)
        async with client_of(api) as here, client_of(api, key=new.key) as holder:
            assert (await here.post(ASK, json=BODY)).status_code == 401
            told = await holder.post(ASK, json=BODY)
        assert (told.status_code, told.json()["message"]) == (401, "This key is expired")

    async def test_a_lower_role_is_told_which_is_needed(self, app: App) -> None:
        gate = gate_of(app, Row(Role.EDITOR))
        reader, editor = await make_key(app, Role.READER), await make_key(app, Role.EDITOR)
        for new, status in ((reader, 403), (editor, 200)):
            async with client_of(gate, key=new.key) as holder:
                assert (await holder.get("/stream")).status_code == status

    async def test_wrong_keys_are_counted_and_right_ones_always_open(self, app: App, api: FastAPI) -> None:
        new = await make_key(app)
        wrong = new.key[:-1] + ("A" if new.key[-1] != "A" else "B")
        async with client_of(api, address=ELSEWHERE, key=wrong) as guesser:
            statuses = [(await guesser.get("/metrics")).status_code for _ in range(WRONG_KEYS_PER_MINUTE + 5)]
            last = await guesser.get("/metrics")
        assert statuses == [401] * WRONG_KEYS_PER_MINUTE + [429] * 5
        assert int(last.headers["Retry-After"]) > 0
        async with client_of(api, address=ELSEWHERE, key=new.key) as holder:
            assert (await holder.get("/metrics")).status_code == 200


class TestProbes:
    @pytest.mark.parametrize("path", ["/live", "/ready", "/static/style.css"])
    async def test_are_open_and_not_counted(self, app: App, api_with: Callable[..., FastAPI], path: str) -> None:
        await make_key(app)
        async with client_of(api_with(requests_per_minute=1), address=ELSEWHERE) as there:
            for _ in range(3):
                answer = await there.get(path)
                assert answer.status_code == 200
                assert "RateLimit-Limit" not in answer.headers

    async def test_health_tells_a_stranger_only_the_states(self, app: App, api: FastAPI) -> None:
        new = await make_key(app)
        async with client_of(api, address=ELSEWHERE) as there, client_of(api, key=new.key) as holder:
            shown, full = (await there.get("/health")).json(), (await holder.get("/health")).json()
        assert {part["name"] for part in shown["components"]} == {part["name"] for part in full["components"]}
        assert {part["detail"] + part["advice"] for part in shown["components"]} == {""}
        assert any(part["detail"] for part in full["components"])


class TestPagesOfOtherSites:
    @pytest.mark.parametrize("headers", [{"Sec-Fetch-Site": "cross-site"}, {"Origin": "http://evil.example"}])
    @pytest.mark.parametrize("path", [ASK, "/login", "/logout"])
    async def test_may_not_send_what_changes_something(self, api: FastAPI, headers: dict[str, str], path: str) -> None:
        async with client_of(api, headers=headers) as page:
            assert (await page.post(path, json=BODY)).status_code == 403

    async def test_may_link_here(self, api: FastAPI) -> None:
        async with client_of(api, headers={"Sec-Fetch-Site": "cross-site"}) as page:
            assert (await page.get("/docs")).status_code == 200

    async def test_on_the_list_may_call_with_a_key(self, app: App, api_with: Callable[..., FastAPI]) -> None:
        new = await make_key(app)
        friend = {"Origin": "https://friend.example", "Sec-Fetch-Site": "cross-site"}
        async with client_of(api_with(cors_origins=[friend["Origin"]]), headers=friend) as page:
            asked = {"Access-Control-Request-Method": "POST", "Access-Control-Request-Headers": "x-api-key"}
            allowed = await page.options(ASK, headers=asked)
            assert allowed.headers["Access-Control-Allow-Origin"] == friend["Origin"]
            answer = await page.post(ASK, json=BODY, headers={"X-API-Key": new.key})
        assert answer.status_code == 200
        assert "RateLimit-Remaining" in answer.headers["Access-Control-Expose-Headers"]

    async def test_off_the_list_get_no_leave_to_read(self, api_with: Callable[..., FastAPI]) -> None:
        origin = {"Origin": "https://other.example"}
        for api in (api_with(), api_with(cors_origins=["https://friend.example"])):
            async with client_of(api, headers=origin) as page:
                assert "Access-Control-Allow-Origin" not in (await page.get("/docs")).headers


class TestLimits:
    async def test_the_headers_count_down_and_429_says_when(self, api_with: Callable[..., FastAPI]) -> None:
        async with client_of(api_with(requests_per_minute=2)) as here:
            answers = [await here.get("/health") for _ in range(3)]
        assert [answer.status_code for answer in answers] == [200, 200, 429]
        assert [answer.headers["RateLimit-Remaining"] for answer in answers] == ["1", "0", "0"]
        assert {answer.headers["RateLimit-Limit"] for answer in answers} == {"2"}
        assert 1 <= int(answers[2].headers["Retry-After"]) <= 60
        assert answers[2].json()["error"] == "too_many_requests"

    async def test_each_key_has_its_own(self, app: App, api_with: Callable[..., FastAPI]) -> None:
        api = api_with(requests_per_minute=1)
        for new in (await make_key(app), await make_key(app)):
            async with client_of(api, key=new.key) as holder:
                assert [(await holder.get("/metrics")).status_code for _ in range(2)] == [200, 429]

    async def test_a_batch_counts_as_eight(self, api_with: Callable[..., FastAPI]) -> None:
        async with client_of(api_with(requests_per_minute=10)) as here:
            answer = await here.post("/api/v1/recommend/batch", json=[{"query": "rain"}])
        assert answer.headers["RateLimit-Remaining"] == "2"

    async def test_refused_requests_count_too(self, app: App, api_with: Callable[..., FastAPI]) -> None:
        await make_key(app)
        async with client_of(api_with(requests_per_minute=3), address=ELSEWHERE) as there:
            paths = ["/metrics", "/nothing", "/metrics", "/metrics"]
            assert [(await there.get(path)).status_code for path in paths] == [401, 404, 401, 429]


class TestABrowser:
    async def test_comes_in_by_a_key_once(self, app: App, api: FastAPI) -> None:
        new = await make_key(app)
        async with client_of(api, address=ELSEWHERE, headers=BROWSER) as browser:
            asked = await browser.get("/?q=rain")
            assert asked.status_code == 401
            assert 'name="key"' in asked.text
            assert 'value="/?q=rain"' in asked.text
            wrong = await browser.post("/login", data={"key": "wrong", "then": "/?q=rain"})
            assert (wrong.status_code, "not known" in wrong.text) == (401, True)
            come = await browser.post("/login", data={"key": f" {new.key}\n", "then": "/?q=rain"})
            assert (come.status_code, come.headers["Location"]) == (303, "/?q=rain")
            assert "HttpOnly" in come.headers["Set-Cookie"]
            assert "SameSite=strict" in come.headers["Set-Cookie"]
            assert "Secure" not in come.headers["Set-Cookie"]
            assert new.key not in come.headers["Set-Cookie"]
            assert (await browser.get("/")).status_code == 200
            await browser.post("/logout")
            assert (await browser.get("/")).status_code == 401

    async def test_keeps_its_cookie_to_https_where_it_came_by_it(self, app: App, api: FastAPI) -> None:
        new = await make_key(app)
        async with client_of(api, url="https://music.example") as browser:
            answer = await browser.post("/login", data={"key": new.key})
        assert "Secure" in answer.headers["Set-Cookie"]
        assert answer.headers["Strict-Transport-Security"]

    async def test_is_not_told_to_use_https_where_it_does_not(self, client: httpx2.AsyncClient) -> None:
        assert "Strict-Transport-Security" not in (await client.get("/live")).headers


def gate_of(app: App, row: Row, *, timeout_s: float = 30.0, most: int = 5) -> FastAPI:
    """An application of one route, a stream of ticks, behind a gate. `state.ticked`: their times, in seconds."""
    api = FastAPI()
    api.state.pages = Pages()
    api.state.ticked = []
    problems.install(api)

    async def ticks() -> AsyncIterator[bytes]:
        for _ in range(most if row.endless else 1):
            api.state.ticked.append(time.monotonic())
            yield b"tick "
            await asyncio.sleep(0.1)

    @api.get("/stream")
    async def stream() -> StreamingResponse:
        return StreamingResponse(ticks())

    @api.get("/slow")
    async def slow() -> None:
        await asyncio.sleep(60)

    keyring = Keyring(app.catalogue, lambda: pepper_of(app.settings))
    routes = [Guarded("GET", "/stream", row), Guarded("GET", "/slow", Row(None))]
    api.add_middleware(
        Gate,
        directory=Directory(routes),
        keyring=keyring,
        door=Door(keyring),
        limits=Limits(addresses=Windows(limit=1000), keys=Windows(limit=1000)),
        timeout_s=timeout_s,
        origins=[],
    )
    api.add_middleware(Envelope, metrics=Metrics(app.cache, app.finders), max_body_bytes=1024)
    return api


async def test_a_request_that_takes_too_long_is_ended_with_503(app: App) -> None:
    api = gate_of(app, Row(None), timeout_s=0.2)
    async with client_of(api) as here:
        answer = await here.get("/slow")
    assert answer.status_code == 503
    assert int(answer.headers["Retry-After"]) > 0
    assert "0.2 s" in answer.json()["message"]


async def test_a_stream_may_take_longer(app: App) -> None:
    api = gate_of(app, Row(None, endless=True), timeout_s=0.2)
    async with client_of(api) as here:
        assert (await here.get("/stream")).text == "tick " * 5


@pytest.mark.alone
async def test_a_stream_ends_within_a_second_of_its_key(app: App) -> None:
    api = gate_of(app, Row(Role.READER, endless=True), most=600)
    ticked: list[float] = api.state.ticked
    new = await make_key(app)
    async with client_of(api, key=new.key) as holder:
        streaming = asyncio.create_task(holder.get("/stream"))
        async with asyncio.timeout(60):
            while len(ticked) < 2:  # noqa: ASYNC110 - the stream is looked at
                await asyncio.sleep(0.01)
        async with app.catalogue.begin() as session:
            await keys.revoke(session, new.row.id)
        revoked = time.monotonic()
        await streaming
    assert ticked[-1] - revoked <= 1.0
    assert len(ticked) < 600


async def test_what_is_open_stays_open_without_a_database(app: App) -> None:
    class Gone:
        def begin(self) -> None:
            raise AssertionError("a probe asked the database")

    api = create_app(replace(app, catalogue=cast(Catalogue, Gone())))
    async with client_of(api) as here:
        assert (await here.get("/live")).status_code == 200
