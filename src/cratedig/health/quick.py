"""Every part at a glance."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path

import anyio

from cratedig.box import box
from cratedig.cache import RedisLink
from cratedig.errors import CratedigError
from cratedig.health import builds, chat, database, finders
from cratedig.health.component import Component, asked
from cratedig.models.embedder import TextEmbedder
from cratedig.models.mood import MoodHead
from cratedig.settings import Settings
from cratedig.wiring import App, open_catalogue, open_embedder, open_redis

LOW_DISK_BYTES = 1 << 30


async def of_app(app: App) -> list[Component]:
    """The parts of an open product."""
    return [
        *await database.parts(app.catalogue),
        await asked("indices", lambda: builds.component(app.catalogue)),
        await asked(chat.NAME, lambda: chat.component(app.settings, app.catalogue, app.redis)),
        finders.component(app.finders),
        _redis(app.redis),
        await _text_model(lambda: app.embedder),
        _disk(app.settings.data_dir),
    ]


async def examine(settings: Settings) -> list[Component]:
    """The parts of a product that may not start at all: what fails is a component, never an error."""
    found = [Component("settings", "ok", f"data folder {settings.data_dir}")]
    try:
        async with open_catalogue(settings) as catalogue:
            found += await database.parts(catalogue)
            found.append(await asked("indices", lambda: builds.component(catalogue)))
            found.append(await asked(chat.NAME, lambda: chat.component(settings, catalogue)))
    except CratedigError as error:
        found.append(Component("database", "failed", error.message, error.hint))
    return [
        *found,
        await asked("redis", lambda: _configured_redis(settings)),
        await _text_model(lambda: open_embedder(settings)),
        await asked("mood model", _mood_model),
        await asked("box", _box),
        _disk(settings.data_dir),
    ]


async def _configured_redis(settings: Settings) -> Component:
    async with open_redis(settings) as link:
        return _redis(link)


def _redis(link: RedisLink | None) -> Component:
    if link is None:
        return Component("redis", "ok", "not configured: every process keeps its own cache and limits")
    if link.state.up:
        return Component("redis", "ok", "answers")
    detail = f"down for {link.state.since_s:.0f} s, going on without it: {link.state.reason}"
    return Component("redis", "degraded", detail, "Check CRATEDIG_REDIS__URL and the server it names.")


async def _text_model(give: Callable[[], TextEmbedder]) -> Component:
    async def ask() -> Component:
        def embed_one() -> str:
            embedder = give()
            embedder.embed(["a song"])
            return embedder.version

        return Component("text model", "ok", await anyio.to_thread.run_sync(embed_one))

    return await asked("text model", ask)


async def _mood_model() -> Component:
    MoodHead.load()
    return Component("mood model", "ok", "hash as shipped")


async def _box() -> Component:
    isolation = await box.isolation()
    if isolation.is_complete:
        return Component("box", "ok", str(isolation))
    return Component("box", "degraded", str(isolation), "See docs/security.md: what a hostile file could reach here.")


def _disk(data_dir: Path) -> Component:
    folder = next(path for path in (data_dir, *data_dir.parents) if path.exists())
    free = shutil.disk_usage(folder).free
    detail = f"{free / 1e9:.1f} GB free"
    if free < LOW_DISK_BYTES:
        return Component("disk", "degraded", detail, f"Free some space under {folder}.")
    return Component("disk", "ok", detail)
