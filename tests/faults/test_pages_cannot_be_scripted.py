"""Promise 16: whatever stands in the data or the question, no page has a node that runs it."""

from __future__ import annotations

from typing import Any
from urllib.parse import quote

import httpx2
import pytest
from fastapi import FastAPI

from callers import BROWSER, ELSEWHERE, make_key
from callers import client as client_of
from cratedig.catalogue import findings, lyrics
from cratedig.catalogue.findings import Read, Reader
from cratedig.music.finding import Finding, Theme
from cratedig.web.app import create_app
from cratedig.web.envelope import SECURITY_HEADERS
from cratedig.wiring import App
from scripts import PAYLOADS, executable
from small_crate import fill


def song(number: int, payload: str) -> dict[str, Any]:
    """A song that tries it with every field."""
    return {
        "title": f"{payload} {number}",
        "artist": payload,
        "album": payload,
        "genre": payload,
        "description": payload,
        "tags": [payload, "rain"],
        "lyrics": f"rain on the window\n{payload}\n",
        "url": payload,
        "year": 2001,
        "audio_features": {"energy": 0.5, payload: 0.5},
        "source_id": str(number),
        "extra": {payload: payload, "file": f"{payload}.mp3"},
        "receipts": {"genre": {"source": payload, "method": payload, "confidence": 0.5, "kind": "imputed"}},
    }


@pytest.fixture
async def ids(app: App) -> dict[str, int]:
    return await fill(app, [song(number, payload) for number, payload in enumerate(PAYLOADS)])


@pytest.fixture
def api(app: App) -> FastAPI:
    return create_app(app)


def addresses(ids: dict[str, int]) -> list[str]:
    """Every page, with the payloads wherever a page takes something from the one who asks."""
    some = next(iter(ids.values()))
    asked = [quote(payload, safe="") for payload in PAYLOADS]
    return [
        "/",
        "/?q=rain&k=100",
        *(f"/track/{track_id}?q=rain" for track_id in ids.values()),
        *(f"/track/{track_id}/lyric" for track_id in ids.values()),
        "/analyze",
        *(f"/?q={word}&genre={word}&without={word}&from={word}&mood={word}&like={word}" for word in asked),
        *(f"/track/{some}?q={word}" for word in asked),
        *(f"/track/{word}" for word in asked),
        *(f"/{word}" for word in asked),
        *(f"/login?then={word}" for word in asked),
        *(f"/static/{word}" for word in asked),
    ]


def must_be_inert(answer: httpx2.Response) -> None:
    where = str(answer.url)
    assert answer.status_code < 500, where
    assert answer.headers["Content-Security-Policy"] == SECURITY_HEADERS["Content-Security-Policy"], where
    assert answer.headers["X-Content-Type-Options"] == "nosniff", where
    kind = answer.headers["Content-Type"].partition(";")[0]
    assert kind in {"text/html", "application/json", "text/plain"}, where
    if kind == "text/html":
        assert executable(answer.text) == [], where


async def test_no_page_has_a_node_that_runs_what_the_data_says(api: FastAPI, ids: dict[str, int]) -> None:
    async with client_of(api, headers=BROWSER) as browser:
        pages = [await browser.get(address) for address in addresses(ids)]
    for page in pages:
        must_be_inert(page)
    assert sum(page.headers["Content-Type"].startswith("text/html") for page in pages) > 5 * len(PAYLOADS)


async def test_no_form_for_a_key_runs_what_it_was_sent(app: App, api: FastAPI) -> None:
    await make_key(app)
    async with client_of(api, address=ELSEWHERE, headers=BROWSER) as browser:
        for payload in PAYLOADS:
            must_be_inert(await browser.get(f"/?q={quote(payload)}"))
            must_be_inert(await browser.post("/login", data={"key": payload, "then": payload}))


async def test_a_pasted_lyric_stays_text(api: FastAPI) -> None:
    """In its box, in its lines with the rhymes marked, in what was cleaned off it, and in what nobody could read."""
    async with client_of(api, headers=BROWSER) as browser:
        for payload in PAYLOADS:
            lyric = f"[Verse 1: {payload}]\nrain on the window\n{payload} pain\n(x2)"
            for given in ({"lyrics": lyric}, {"lyrics": payload}, {"lyrics": lyric, "analyzer": payload[:40]}):
                must_be_inert(await browser.post("/analyze/lyric", data=given))


async def test_findings_that_tell_of_scripts_stay_text(app: App, api: FastAPI, ids: dict[str, int]) -> None:
    """A model's answer, and what a rule says it cleaned off, on the page of a lyric."""
    async with app.catalogue.begin() as session:
        lyrics_read = await findings.of_tracks(session, list(ids.values()))
        for payload, (track_id, unread) in zip(PAYLOADS, lyrics_read.items(), strict=False):
            change = {"rule": payload, "count": 2, "line": 1, "before": payload, "after": payload}
            await lyrics.save(session, [lyrics.LyricText(track_id, unread.digest, changes=[change])])
            await findings.save(session, Reader(payload, payload, payload), [Read(unread, told(payload))])
    async with client_of(api, headers=BROWSER) as browser:
        for track_id in lyrics_read:
            page = await browser.get(f"/track/{track_id}/lyric")
            assert "Who reads it how" in page.text
            must_be_inert(page)


def told(payload: str) -> Finding:
    """A finding that tries it with everything that is text."""
    stretch = {"kind": payload, "label": payload, "valence": 0.1, "emotions": {"joy": 0.5}}
    arc = [stretch | {"start": at / 2, "end": (at + 1) / 2} for at in range(2)]
    apart = [{"field": payload, "says": {payload: payload, "b": [payload]}, "apart": 1.0}]
    data = {"arc": arc, "disagreements": apart, "reason": payload}
    return Finding("qwen", payload, "negative", -0.5, 0.5, (Theme(payload, 0.5),), 0.5, data=data, fallback=payload)


async def test_no_answer_of_the_api_is_a_page(api: FastAPI, ids: dict[str, int]) -> None:
    """Even where a browser asks for one: data goes out as JSON that no browser guesses to be something else."""
    async with client_of(api, headers=BROWSER) as browser:
        for payload in PAYLOADS:
            for path in ("recommend", "search"):
                for body in ({"query": payload}, {payload: payload}):
                    answer = await browser.post(f"/api/v1/{path}", json=body)
                    assert answer.headers["Content-Type"] == "application/json"
                    must_be_inert(answer)
            answer = await browser.get(f"/api/v1/track/{quote(payload, safe='')}")
            assert answer.headers["Content-Type"] == "application/json"
            must_be_inert(answer)


def test_the_policy_lets_no_inline_script_or_style_run() -> None:
    policy = SECURITY_HEADERS["Content-Security-Policy"]
    assert "unsafe" not in policy
    assert "default-src 'self'" in policy
    assert "object-src 'none'" in policy
    assert "base-uri 'none'" in policy


def test_the_parser_would_see_them() -> None:
    seen = [
        payload for payload in PAYLOADS if executable(f"<p>{payload}</p>") or executable(f'<a href="{payload}">x</a>')
    ]
    assert len(seen) >= 28
