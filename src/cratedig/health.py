"""The state of every part: what `doctor` prints and `/health` answers."""

from __future__ import annotations

import shutil
import time
from collections.abc import Awaitable, Callable
from dataclasses import asdict, dataclass, replace
from typing import Any, Literal

import anyio

from cratedig.catalogue import Catalogue, census
from cratedig.catalogue.schema import HEAD
from cratedig.errors import CratedigError
from cratedig.models.embedder import TextEmbedder
from cratedig.models.mood import MoodHead
from cratedig.settings import Settings
from cratedig.wiring import App, open_catalogue, open_embedder

State = Literal["ok", "degraded", "failed"]
LOW_DISK_BYTES = 1 << 30


@dataclass(frozen=True)
class Component:
    """One part. `advice` says what to do where it is not ok; `latency_ms` is how long asking it took."""

    name: str
    state: State
    detail: str
    advice: str = ""
    latency_ms: float = 0.0

    def as_dict(self) -> dict[str, Any]:
        return asdict(self)


async def of_app(app: App) -> list[Component]:
    """The parts of an open product."""
    return [*await _of_catalogue(app.catalogue), await _text_model(lambda: app.embedder), await _disk(app.settings)]


async def examine(settings: Settings) -> list[Component]:
    """The parts of a product that may not start at all: what fails is a component, never an error."""
    found = [Component("settings", "ok", f"data folder {settings.data_dir}")]
    try:
        async with open_catalogue(settings) as catalogue:
            found += await _of_catalogue(catalogue)
    except CratedigError as error:
        found.append(Component("database", "failed", error.message, error.hint))
    return [*found, await _text_model(lambda: open_embedder(settings)), await _mood_model(), await _disk(settings)]


async def _asked(name: str, ask: Callable[[], Awaitable[Component]]) -> Component:
    started = time.perf_counter()
    try:
        component = await ask()
    except CratedigError as error:
        component = Component(name, "failed", error.message, error.hint)
    return replace(component, latency_ms=round((time.perf_counter() - started) * 1000, 2))


async def _of_catalogue(catalogue: Catalogue) -> list[Component]:
    return [
        await _asked("database", lambda: _server(catalogue)),
        await _asked("schema", lambda: _schema(catalogue)),
        await _asked("catalogue", lambda: _contents(catalogue)),
    ]


async def _server(catalogue: Catalogue) -> Component:
    async with catalogue.begin() as session:
        server = await census.server(session)
    detail = f"PostgreSQL {server.postgres}, pgvector {server.pgvector}, {server.connections} connections"
    if server.pgvector is None:
        return Component("database", "failed", detail, "Install pgvector on the server.")
    if server.connections > 0.9 * server.max_connections:
        return Component("database", "degraded", detail, f"Raise max_connections (now {server.max_connections}).")
    return Component("database", "ok", detail)


async def _schema(catalogue: Catalogue) -> Component:
    revision = await catalogue.revision()
    if revision == HEAD:
        return Component("schema", "ok", f"revision {revision}")
    return Component("schema", "failed", f"revision {revision}, this program has {HEAD}", "Run `cratedig db upgrade`.")


async def _contents(catalogue: Catalogue) -> Component:
    async with catalogue.begin() as session:
        counted = await census.count(session)
    detail = f"{counted.tracks:,} tracks, {counted.texts:,} texts and {counted.moods:,} moods studied"
    if counted.tracks == 0:
        return Component("catalogue", "degraded", "empty", "Run `cratedig collect csv FILE`, or `cratedig up --demo`.")
    if counted.texts < counted.tracks:
        return Component("catalogue", "degraded", detail, "Run `cratedig study`.")
    return Component("catalogue", "ok", detail)


async def _text_model(give: Callable[[], TextEmbedder]) -> Component:
    async def ask() -> Component:
        def embed_one() -> str:
            embedder = give()
            embedder.embed(["a song"])
            return embedder.version

        return Component("text model", "ok", await anyio.to_thread.run_sync(embed_one))

    return await _asked("text model", ask)


async def _mood_model() -> Component:
    async def ask() -> Component:
        MoodHead.load()
        return Component("mood model", "ok", "hash as shipped")

    return await _asked("mood model", ask)


async def _disk(settings: Settings) -> Component:
    folder = next(path for path in (settings.data_dir, *settings.data_dir.parents) if path.exists())
    free = shutil.disk_usage(folder).free
    detail = f"{free / 1e9:.1f} GB free"
    if free < LOW_DISK_BYTES:
        return Component("disk", "degraded", detail, f"Free some space under {folder}.")
    return Component("disk", "ok", detail)
