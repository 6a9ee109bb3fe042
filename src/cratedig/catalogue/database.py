"""The catalogue's connection: pool, transactions, schema."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Self

from sqlalchemy.ext.asyncio import AsyncSession


class Catalogue:
    """An open catalogue. The edge (a request, a command) opens a transaction and commits it; the middle never does."""

    @classmethod
    @asynccontextmanager
    async def open(cls, *, data_dir: Path, url: str | None, pool_size: int = 10, upgrade: bool = True) -> AsyncIterator[Self]:
        """Connects (starting the embedded server in `data_dir` when `url` is None) and brings the schema up to date."""
        raise NotImplementedError
        yield

    @asynccontextmanager
    async def begin(self) -> AsyncIterator[AsyncSession]:
        """One transaction: committed when the block ends, rolled back when it raises."""
        raise NotImplementedError
        yield

    @classmethod
    @asynccontextmanager
    async def scratch(cls, server_url: str) -> AsyncIterator[Self]:
        """A fresh, migrated, empty database on the same server, dropped at the end (evaluation, tests)."""
        raise NotImplementedError
        yield
