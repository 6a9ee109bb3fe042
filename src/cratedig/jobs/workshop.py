"""What jobs work with: the catalogue, and models that are loaded when the first job needs them."""

from __future__ import annotations

import asyncio
import os

import anyio

from cratedig.catalogue import Catalogue
from cratedig.models.embedder import TextEmbedder
from cratedig.models.mood import MoodHead
from cratedig.settings import Settings
from cratedig.wiring import open_embedder


class Workshop:
    """One to a process. `computing` lets one job at a time use the process's cores."""

    def __init__(self, settings: Settings, catalogue: Catalogue, *, embedder: TextEmbedder | None = None) -> None:
        self.settings = settings
        self.catalogue = catalogue
        self.computing = anyio.CapacityLimiter(1)
        self._embedder = embedder
        self._head: MoodHead | None = None
        self._loading = asyncio.Lock()

    async def embedder(self) -> TextEmbedder:
        """The text embedder. Raises ModelUnavailable."""
        async with self._loading:
            if self._embedder is None:
                settings = _with_a_share_of_the_cores(self.settings)
                self._embedder = await anyio.to_thread.run_sync(open_embedder, settings)
            return self._embedder

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
