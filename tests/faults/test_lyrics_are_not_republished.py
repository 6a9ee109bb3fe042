"""Promise 18: outside a track's own pages no answer holds more than twelve words of its lyric in a row."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator
from html import unescape

import httpx2
import pytest
from fastapi import FastAPI

from callers import BROWSER
from callers import client as client_of
from cratedig.jobs.kinds import shipped
from cratedig.jobs.worker import Rhythm, working
from cratedig.jobs.workshop import Workshop
from cratedig.web.app import create_app
from cratedig.wiring import App
from small_crate import fill

MOST_WORDS = 12
LYRICS = {
    "Kitchen Floor": """[Verse 1]
The bass came up through the kitchen floor and shook the plates until the plaster fell,
half of the block had to prop up the door and nobody living there heard the bell,
auntie was dancing with flour on her hands and teaching the captain the steps and the plans,
somebody's cousin had brought a trombone and played it for hours on the landlord's phone""",
    "Folding Chairs": """They folded the chairs and they swept up the hall,
I cried by the stairs with my face to the wall,
the night was too quiet, I hated the cold, I never was lonely till I got this old""",
}
TAG = re.compile(r"<[^>]*>|\\[nrt]")
WORD = re.compile(r"[^\W_]+(?:'[^\W_]+)*")


def words(text: str) -> list[str]:
    return [word.lower() for word in WORD.findall(unescape(text))]


def longest_run(lyric: str, answer: str) -> int:
    """Words of the lyric that stand in the answer as they stand in it, one after the other."""
    sung, said = words(lyric), f" {' '.join(words(re.sub(TAG, ' ', answer)))} "
    longest = 0
    for at in range(len(sung)):
        while at + longest < len(sung) and f" {' '.join(sung[at : at + longest + 1])} " in said:
            longest += 1
    return longest


@pytest.fixture
def api(app: App) -> FastAPI:
    return create_app(app)


@pytest.fixture
async def ids(app: App) -> dict[str, int]:
    """Two songs, studied, their lyrics read."""
    songs = [
        {"title": title, "artist": "Ida Marrow", "lyrics": lyric, "tags": ["party"]} for title, lyric in LYRICS.items()
    ]
    return await fill(app, songs)


@pytest.fixture
async def program(api: FastAPI, app: App, ids: dict[str, int]) -> AsyncIterator[httpx2.AsyncClient]:
    """A program's client, once every lyric was read."""
    async with client_of(api) as client:
        task_id = (await client.post("/api/v1/study", json={"what": "lyrics"})).json()["task_id"]
        rhythm = Rhythm(heartbeat_s=0.5, stalled_after_s=5.0)
        async with working(Workshop(app.settings, app.catalogue, embedder=app.embedder), shipped(), rhythm):
            await client.get(f"/api/v1/task/{task_id}/events")
        yield client


def must_not_repeat(answer: httpx2.Response) -> None:
    assert answer.status_code < 400, answer.text
    for title, lyric in LYRICS.items():
        assert longest_run(lyric, answer.text) <= MOST_WORDS, (str(answer.url), title)


async def test_no_answer_of_the_api_holds_a_lyric(program: httpx2.AsyncClient, ids: dict[str, int]) -> None:
    ask = "nobody living there heard the bell when the plaster fell"
    for track_id in ids.values():
        for path in ("", "/why?query=party", "/similar", "/analysis"):
            must_not_repeat(await program.get(f"/api/v1/track/{track_id}{path}"))
        must_not_repeat(await program.post("/api/v1/analyze", json={"track_id": str(track_id)}))
    for path in ("search", "recommend"):
        must_not_repeat(await program.post(f"/api/v1/{path}", json={"query": ask}))
    filters = {"track_ids": [str(one) for one in ids.values()], "analyzer": "algorithmic"}
    must_not_repeat(await program.post("/api/v1/batch", json=filters))
    must_not_repeat(await program.get("/api/v1/tasks"))


async def test_pages_of_other_things_hold_a_line_at_most(
    program: httpx2.AsyncClient, api: FastAPI, ids: dict[str, int]
) -> None:
    async with client_of(api, headers=BROWSER) as browser:
        for address in ("/", "/?q=the+bass+came+up+through+the+kitchen+floor", "/yours", "/collection"):
            must_not_repeat(await browser.get(address))


async def test_a_tracks_own_pages_hold_all_of_it(api: FastAPI, ids: dict[str, int]) -> None:
    async with client_of(api, headers=BROWSER) as browser:
        for title, track_id in ids.items():
            for path in ("", "/lyric"):
                page = (await browser.get(f"/track/{track_id}{path}")).text
                assert longest_run(LYRICS[title], page) > MOST_WORDS, path


def test_a_run_of_words_would_be_seen() -> None:
    lyric = LYRICS["Folding Chairs"]
    assert longest_run(lyric, f"<p>{lyric.upper()}</p>") == len(words(lyric))
    assert longest_run(lyric, "they folded the <mark>chairs</mark> in the hall") == 4
