"""Whoever finds, this process or one beside it, finds the same: byte for byte, but for the time it took."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator
from dataclasses import asdict, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import text

from cratedig.cache import Cache
from cratedig.catalogue import Catalogue, listening
from cratedig.cli import finder
from cratedig.errors import NotFound
from cratedig.find.processes.finders import Finders
from cratedig.find.request import Filters, Request
from cratedig.find.segment.build import build as build_segment
from cratedig.find.spaces.build import build as build_space
from cratedig.find.spaces.space import SPACES
from cratedig.models.embedder import TextEmbedder
from cratedig.models.mood import MoodHead
from cratedig.music.mood import Mood
from cratedig.settings import FindSettings, Settings
from cratedig.web import asking
from cratedig.wiring import App, finders_of
from running import SLOW_S
from small_crate import fill

REQUESTS = (
    Request("i miss my ex"),
    Request("songs like brass kites but calmer", top_k=3),
    Request("", top_k=5),
    Request("dancing", filters=Filters(min_year=2010, genres=("Pop", "Soul"), exclude_artists=("Oriel",))),
    Request("night", mood=Mood(0.4, -0.3)),
    Request("surprise me", variance=0.8, seed=7),
    Request('雨 \N{MUSICAL SYMBOL G CLEF} \x00 "quoted"', top_k=1000),
)


@pytest.fixture(scope="module")
def settings(embedder: TextEmbedder, server_dir: Path, tmp_path_factory: pytest.TempPathFactory) -> Settings:
    """A data folder whose text model is the one of the run."""
    folder = tmp_path_factory.mktemp("data")
    (folder / "models").symlink_to(server_dir / "models")
    return Settings.load(data_dir=folder, find=FindSettings(processes=2, bandit="thompson"))


@pytest.fixture(scope="module")
async def finders(settings: Settings, worker_catalogue: Catalogue) -> AsyncIterator[Finders]:
    """Two processes, in which one test's catalogue follows the other's."""
    async with finders_of(settings, worker_catalogue, finder.command()).at_work() as finders:
        finders.expect(0)
        yield finders


@pytest.fixture
def here(settings: Settings, catalogue: Catalogue, embedder: TextEmbedder, head: MoodHead) -> App:
    """The product that finds by itself."""
    return App(settings, catalogue, embedder, head)


@pytest.fixture
def beside(here: App, finders: Finders) -> App:
    return replace(here, finders=finders, cache=Cache())


@pytest.fixture
async def crate(here: App) -> dict[str, int]:
    return await fill(here)


async def _told(app: App, request: Request, listener: str | None) -> tuple[bytes, dict[str, Any]]:
    ready = await asking.recommend(app, request, listener=listener, fresh=True)
    plain = asdict(replace(ready.metadata, processing_time_ms=0.0, stages=dict.fromkeys(ready.metadata.stages, 0.0)))
    return ready.front, plain


async def _told_beside(app: App, request: Request, listener: str | None) -> tuple[bytes, dict[str, Any]]:
    """What a finder process says, once one holds the state that is asked for."""
    deadline = time.monotonic() + SLOW_S
    while True:
        found = app.finders.outcomes["found"]
        told = await _told(app, request, listener)
        if app.finders.outcomes["found"] > found:
            return told
        assert time.monotonic() < deadline, (app.finders.standing, app.finders.outcomes)
        await asyncio.sleep(0.02)


async def _agree(here: App, beside: App, *requests: Request, listener: str | None = None) -> None:
    for request in requests:
        assert await _told_beside(beside, request, listener) == await _told(here, request, listener)


async def test_a_finder_process_finds_what_this_one_finds(here: App, beside: App, crate: dict[str, int]) -> None:
    liking = Request(
        "rain", like=(crate["Neon Tram"],), unlike=(crate["Quiet Water"],), exclude=(crate["Grey Harbour"],)
    )
    await _agree(here, beside, *REQUESTS, liking)
    for app in (here, beside):
        with pytest.raises(NotFound, match="There is no track 999999"):
            await asking.recommend(app, Request(like=(999_999,)))


async def test_many_at_once_are_told_what_each_alone_is(here: App, beside: App, crate: dict[str, int]) -> None:
    """Where all cores have work the parts of a question are computed in line, not beside each other."""
    await _agree(here, beside, REQUESTS[0])
    found = beside.finders.outcomes["found"]
    told = await asyncio.gather(*(_told(beside, request, None) for request in REQUESTS))
    assert beside.finders.outcomes["found"] == found + len(REQUESTS)
    assert told == [await _told(here, request, None) for request in REQUESTS]


async def test_changes_and_builds_are_seen_at_once(here: App, beside: App, crate: dict[str, int]) -> None:
    await _agree(here, beside, Request("calm"))
    for statement in (
        "delete from tracks where title = 'Quiet Water'",
        "update tracks set valence = -valence, title = title || ' (live)' where id % 2 = 0",
    ):
        async with here.catalogue.begin() as session:
            await session.execute(text(statement))
        now = await _told(beside, Request("calm"), None)
        assert now == await _told(here, Request("calm"), None)  # whoever found it
        await _agree(here, beside, *REQUESTS)
    for space in SPACES.values():
        await build_space(here.catalogue, space, data_dir=here.settings.data_dir)
    await build_segment(here.catalogue, data_dir=here.settings.data_dir)
    await _agree(here, beside, *REQUESTS)


async def test_a_listeners_taste_moves_both_alike(here: App, beside: App, crate: dict[str, int]) -> None:
    for title, kind in (("Half of the Bed", "like"), ("Sunday Parade", "dislike"), ("Grey Harbour", "play")):
        async with here.catalogue.begin() as session:
            await listening.add(session, "ann", [listening.New(crate[title], kind, datetime.now(UTC))])
        await _agree(here, beside, Request("songs"), Request("songs", unheard=True), listener="ann")
    await _agree(here, beside, Request("songs"), listener="nobody")
