"""The application over a real catalogue with a few studied tracks, spoken to without a socket."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import httpx2
import pytest
from fastapi import FastAPI

from cratedig.catalogue import Catalogue
from cratedig.log import configure
from cratedig.models.embedder import TextEmbedder
from cratedig.models.mood import MoodHead
from cratedig.settings import Settings
from cratedig.web.app import create_app
from cratedig.wiring import App
from small_crate import fill


@pytest.fixture(scope="session", autouse=True)
def _log() -> None:
    configure()  # as in the product; structlog's own default draws every local of a traceback


@pytest.fixture(scope="session")
def embedder(tmp_path_factory: pytest.TempPathFactory) -> TextEmbedder:
    return TextEmbedder.open(tmp_path_factory.mktemp("models"), threads=1)


@pytest.fixture
def app(catalogue: Catalogue, embedder: TextEmbedder, tmp_path: Path) -> App:
    return App(settings=Settings(data_dir=tmp_path), catalogue=catalogue, embedder=embedder, head=MoodHead.load())


@pytest.fixture
def api(app: App) -> FastAPI:
    return create_app(app)


@pytest.fixture
async def client(api: FastAPI) -> AsyncIterator[httpx2.AsyncClient]:
    """A program's client over an empty catalogue; add the `crate` fixture to have something in it."""
    transport = httpx2.ASGITransport(app=api)
    async with httpx2.AsyncClient(transport=transport, base_url="http://localhost") as client:
        yield client


@pytest.fixture
async def browser_client(api: FastAPI) -> AsyncIterator[httpx2.AsyncClient]:
    """What a browser sends when a person goes to an address."""
    transport = httpx2.ASGITransport(app=api)
    headers = {"Accept": "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"}
    async with httpx2.AsyncClient(transport=transport, base_url="http://localhost", headers=headers) as client:
        yield client


@pytest.fixture
async def crate(app: App) -> dict[str, int]:
    """A small studied crate: title -> track id."""
    return await fill(app)
