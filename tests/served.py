"""The application served on loopback from a thread of its own, over a scratch catalogue, with a key for each role."""

from __future__ import annotations

import asyncio
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import uvicorn

from callers import make_key
from cratedig.catalogue import Catalogue
from cratedig.models.embedder import TextEmbedder
from cratedig.models.mood import MoodHead
from cratedig.settings import Settings
from cratedig.web.access.roles import Role
from cratedig.web.app import create_app
from cratedig.web.wire import Wire
from cratedig.wiring import App
from small_crate import fill


@dataclass
class Served:
    """Where it answers, keys that open it, the small crate's tracks by title."""

    url: str = ""
    keys: dict[Role, str] = field(default_factory=dict)
    ids: dict[str, int] = field(default_factory=dict)


class _Server(threading.Thread):
    def __init__(self, database_url: str, folder: Path, api: dict[str, Any]) -> None:
        super().__init__(daemon=True)
        self._database_url = database_url
        self._settings = Settings.load(data_dir=folder, api=api)
        self.served = Served()
        self.up = threading.Event()
        self.server: uvicorn.Server | None = None

    def run(self) -> None:
        asyncio.run(self._serve())

    async def _serve(self) -> None:
        folder = self._settings.data_dir
        async with (
            Catalogue.open(data_dir=folder, url=self._database_url, upgrade=False) as tests,
            tests.scratch() as catalogue,
        ):
            app = App(self._settings, catalogue, TextEmbedder.open(folder, threads=1), MoodHead.load())
            self.served.ids = await fill(app)
            self.served.keys = {role: (await make_key(app, role)).key for role in Role}
            config = uvicorn.Config(
                create_app(app), http=Wire, log_level="warning", lifespan="off", proxy_headers=False
            )
            self.server = uvicorn.Server(config)
            with socket.create_server(("127.0.0.1", 0)) as listener:
                self.served.url = f"http://127.0.0.1:{listener.getsockname()[1]}"
                self.up.set()  # whoever connects now waits in the socket's queue
                await self.server.serve(sockets=[listener])


@contextmanager
def served(database_url: str, folder: Path, **api: Any) -> Iterator[Served]:
    """`api`: settings of the API."""
    thread = _Server(database_url, folder, api)
    thread.start()
    assert thread.up.wait(90), "the server did not start"
    try:
        yield thread.served
    finally:
        assert thread.server is not None
        thread.server.should_exit = True
        thread.join(20)
