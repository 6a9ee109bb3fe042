"""Fixtures every test may use: a real catalogue, and the shared data where it lies beside the repo."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import hypothesis
import pytest
from sqlalchemy import text

from cratedig.catalogue import Catalogue
from cratedig.catalogue.tables import Table
from cratedig.models.embedder import TextEmbedder
from cratedig.models.mood import MoodHead
from cratedig.settings import Settings
from cratedig.wiring import App
from redis_server import RedisServer, running_redis

QUEUE_TABLES = ("procrastinate_jobs", "procrastinate_events", "procrastinate_periodic_defers", "procrastinate_workers")
SHARED = Path(__file__).resolve().parents[2] / "shared" / "data"

hypothesis.settings.register_profile("unhurried", deadline=None)  # how long an example takes says how busy we are
hypothesis.settings.load_profile("unhurried")


@pytest.fixture(scope="session")
def shared() -> Path:
    """The folder of real data; a test that needs it is skipped where it is absent."""
    if not SHARED.is_dir():
        pytest.skip("the shared data is not beside this checkout (../shared/data)")
    return SHARED


@pytest.fixture(scope="session")
def server_dir(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The data folder of the embedded server: each worker of a run has a server of its own."""
    return tmp_path_factory.getbasetemp() / "server"


@pytest.fixture(scope="session")
async def worker_catalogue(server_dir: Path) -> AsyncIterator[Catalogue]:
    async with Catalogue.open(data_dir=server_dir, upgrade=False) as server, server.scratch() as catalogue:
        yield catalogue


@pytest.fixture
async def catalogue(worker_catalogue: Catalogue) -> AsyncIterator[Catalogue]:
    """An open, empty catalogue on a real PostgreSQL; emptied again afterwards."""
    yield worker_catalogue
    names = ", ".join([*QUEUE_TABLES, *(table.name for table in Table.metadata.sorted_tables)])
    async with worker_catalogue.begin() as session:
        await session.execute(text(f"truncate {names} restart identity cascade"))


@pytest.fixture(scope="session")
def embedder(server_dir: Path) -> TextEmbedder:
    """The real text embedder, built once a run."""
    return TextEmbedder.open(server_dir)


@pytest.fixture(scope="session")
def head() -> MoodHead:
    return MoodHead.load()


@pytest.fixture
def app(catalogue: Catalogue, embedder: TextEmbedder, head: MoodHead, tmp_path: Path) -> App:
    """The product on an empty catalogue."""
    return App(settings=Settings.load(data_dir=tmp_path), catalogue=catalogue, embedder=embedder, head=head)


@pytest.fixture
def redis_server() -> Iterator[RedisServer]:
    """A real Redis of its own, empty."""
    with running_redis() as server:
        yield server
