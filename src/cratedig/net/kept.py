"""Answers kept on disk, by the rules of RFC 9111. hishel decides; this gives it a disk that cannot fail a fetch."""

from __future__ import annotations

import asyncio
import sqlite3
import uuid
from collections.abc import AsyncIterator, Iterator
from dataclasses import replace
from pathlib import Path

import hishel
import httpx2
from hishel.httpx2 import AsyncCacheTransport

from cratedig.log import logger

MOST_BYTES = 256 * 1024 * 1024  # of the file; the answers used longest ago go first
MOST_BODY_BYTES = 4 * 1024 * 1024


def keeping(line: httpx2.AsyncBaseTransport, path: Path) -> AsyncCacheTransport:
    """A transport that answers from `path` what may still be answered from there, and asks `line` for the rest.

    It is a shared cache: several processes use the file, and what is meant for one user is not in it.
    """
    return AsyncCacheTransport(line, DiskStorage(path), rfc=hishel.CacheOptions(shared=True))


class DiskStorage(hishel.AsyncBaseStorage):
    """hishel's SQLite file, worked in threads. A file that is damaged, full or another's is as good as empty."""

    def __init__(self, path: Path, *, max_bytes: int = MOST_BYTES) -> None:
        super().__init__()
        self._disk = hishel.SqliteStorage(
            database_path=path, max_size=max_bytes, max_stream_size=min(MOST_BODY_BYTES, max_bytes)
        )

    async def create_entry(
        self,
        request: hishel.Request,
        response: hishel.Response,
        key: str,
        *,
        ttl: float | None = None,
        tti: float | None = None,
    ) -> hishel.Entry:
        assert isinstance(response.stream, AsyncIterator)
        body = b"".join([part async for part in response.stream])
        held = replace(response, stream=iter([body]))
        try:
            await asyncio.to_thread(self._save, request, held, key, ttl, tti)
        except (RuntimeError, sqlite3.Error, OSError) as error:
            _lost("kept", error)
        return hishel.Entry(uuid.uuid4(), request, replace(response, stream=_one(body)))

    def _save(
        self, request: hishel.Request, response: hishel.Response, key: str, ttl: float | None, tti: float | None
    ) -> None:
        entry = self._disk.create_entry(request, response, key, ttl=ttl, tti=tti)
        assert isinstance(entry.response.stream, Iterator)
        for _ in entry.response.stream:  # hishel writes as it is read
            pass

    async def get_entries(self, key: str) -> list[hishel.Entry]:
        try:
            return await asyncio.to_thread(self._load, key)
        except (RuntimeError, sqlite3.Error, OSError) as error:
            _lost("looked up", error)
            return []

    def _load(self, key: str) -> list[hishel.Entry]:
        found = self._disk.get_entries(key)
        return [replace(entry, response=replace(entry.response, stream=_one(_body(entry)))) for entry in found]

    async def update_headers(self, id: uuid.UUID, headers: hishel.Headers) -> None:
        await asyncio.to_thread(self._disk.update_headers, id, headers)

    async def remove_entry(self, id: uuid.UUID) -> None:
        await asyncio.to_thread(self._disk.remove_entry, id)

    async def close(self) -> None:
        await asyncio.to_thread(self._disk.close)


def _body(entry: hishel.Entry) -> bytes:
    assert isinstance(entry.response.stream, Iterator)
    return b"".join(entry.response.stream)


async def _one(body: bytes) -> AsyncIterator[bytes]:
    yield body


def _lost(what: str, error: Exception) -> None:
    logger(__name__).warning(f"an answer could not be {what} on disk", reason=str(error)[:200])
