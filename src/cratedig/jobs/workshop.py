"""What jobs work with: the catalogue, models and the box, each made ready when the first job needs it."""

from __future__ import annotations

import asyncio
import os
from contextlib import AsyncExitStack
from types import TracebackType
from typing import Self

import anyio

from cratedig.box.box import Box
from cratedig.catalogue import Catalogue
from cratedig.models.embedder import TextEmbedder
from cratedig.models.mood import MoodHead
from cratedig.settings import Settings
from cratedig.understand.lyrics.analyzers import Analyzers
from cratedig.wiring import open_analyzers, open_box, open_embedder


class Workshop:
    """One to a process, as a block. `computing` lets one job at a time use the process's cores."""

    def __init__(
        self,
        settings: Settings,
        catalogue: Catalogue,
        *,
        embedder: TextEmbedder | None = None,
        analyzers: Analyzers | None = None,
    ) -> None:
        """embedder, analyzers: those that are open already; else made ready when they are needed."""
        self.settings = settings
        self.catalogue = catalogue
        self.analyzers = analyzers or open_analyzers(settings, self.embedder, catalogue=catalogue, patient=True)
        self.computing = anyio.CapacityLimiter(1)
        self._embedder = embedder
        self._head: MoodHead | None = None
        self._box: Box | None = None
        self._loading = asyncio.Lock()
        self._open = AsyncExitStack()

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.analyzers.close()
        await self._open.aclose()
        self._box = None

    async def embedder(self) -> TextEmbedder:
        """The text embedder. Raises ModelUnavailable."""
        async with self._loading:
            if self._embedder is None:
                settings = _with_a_share_of_the_cores(self.settings)
                self._embedder = await anyio.to_thread.run_sync(open_embedder, settings)
            return self._embedder

    async def box(self) -> Box:
        """Where files are decoded. Its children end with this process, or with the block."""
        async with self._loading:
            if self._box is None:
                self._box = await self._open.enter_async_context(open_box(self.settings))
            return self._box

    async def head(self) -> MoodHead:
        """The mood head."""
        async with self._loading:
            if self._head is None:
                self._head = await anyio.to_thread.run_sync(MoodHead.load)
            return self._head


def _with_a_share_of_the_cores(settings: Settings) -> Settings:
    """Several workers on one machine share its cores rather than each using all."""
    share = settings.text.threads or max(1, (os.cpu_count() or 1) // max(1, settings.jobs.workers))
    return settings.model_copy(update={"text": settings.text.model_copy(update={"threads": share})})
