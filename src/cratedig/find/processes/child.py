"""Inside a finder process: it answers questions in the state of the catalogue that they name, or declines them."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import Coroutine
from dataclasses import replace
from typing import Any

import orjson

from cratedig.errors import CratedigError, NotFound
from cratedig.find.beside import in_line
from cratedig.find.finder import Finder
from cratedig.find.processes.frames import BUFFER_BYTES, Frame, Garbled, Kind, frames
from cratedig.find.processes.question import Listener, Question, version_of
from cratedig.find.ready import Ready
from cratedig.find.recommend import recommend
from cratedig.find.request import Request
from cratedig.find.segment.snapshot import Snapshot
from cratedig.find.taste.tastes import Tastes
from cratedig.log import logger


class Declined(Exception):
    """Somebody else has to find this: here the catalogue, or the listener, is known in another state."""


class Child:
    """One finder process, on its end of the channel. found_with: as `version_of` takes it."""

    def __init__(self, finder: Finder, tastes: Tastes, found_with: str) -> None:
        self._finder = finder
        self._in_line = replace(finder, beside=in_line)
        self._tastes = tastes
        self._found_with = found_with
        self._tasks: set[asyncio.Task[None]] = set()

    async def serve(self, channel: socket.socket) -> None:
        """Answers until the other end is closed, or talks nonsense; whoever held it is gone then."""
        reader, self._writer = await asyncio.open_unix_connection(sock=channel, limit=BUFFER_BYTES)
        try:
            async for frame in frames(reader):
                self._take(frame)
        except Garbled as garbled:
            logger(__name__).error("a finder was asked in a way it does not know", reason=str(garbled))
        finally:
            for task in self._tasks:
                task.cancel()
            await asyncio.gather(*self._tasks, return_exceptions=True)
            self._writer.close()

    def _take(self, frame: Frame) -> None:
        match frame.kind:
            case Kind.BEAT:
                self._send(Frame(Kind.BEAT))
            case Kind.STATE:
                self._begin(self._catch_up(frame.payload.decode()))
            case Kind.QUESTION:
                self._begin(self._reply(frame))
            case kind:
                raise Garbled(f"a frame of kind {kind.name}")

    def _begin(self, work: Coroutine[Any, Any, None]) -> None:
        task = asyncio.create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    def _send(self, frame: Frame) -> None:
        self._writer.write(frame.packed())

    async def _catch_up(self, stamp: str) -> None:
        version = ""
        try:
            version = self._version(await self._finder.store.snapshot(stamp or None))
        except CratedigError as error:
            logger(__name__).warning("a finder cannot read the catalogue", reason=str(error))
        self._send(Frame(Kind.STATE, version.encode()))

    def _version(self, snapshot: Snapshot) -> str:
        return version_of(self._found_with, snapshot.version)

    async def _reply(self, frame: Frame) -> None:
        try:
            ready = await self._answer(Question.unpacked(frame.payload))
            self._send(Frame(Kind.ANSWER, ready.packed(), frame.number))
        except NotFound as error:
            self._send(Frame(Kind.NOT_FOUND, orjson.dumps([error.message, error.hint]), frame.number))
        except (Declined, CratedigError) as error:
            self._decline(frame.number, str(error))
        except Exception:
            logger(__name__).exception("a finder failed in a way nobody foresaw")
            self._decline(frame.number, "a fault")

    def _decline(self, number: int, reason: str) -> None:
        self._send(Frame(Kind.DECLINED, reason.encode(), number))

    async def _answer(self, question: Question) -> Ready:
        """Raises Declined, and what `recommend` does."""
        snapshot = await self._finder.store.snapshot(question.stamp)
        if self._version(snapshot) != question.version:
            raise Declined("The catalogue is in another state here.")
        request = await self._with_taste(question.request, question.listener, question.stamp)
        finder = self._finder if question.alone else self._in_line
        return Ready.of(await recommend(finder, request, snapshot=snapshot, watch=question.watch()))

    async def _with_taste(self, request: Request, listener: Listener | None, stamp: str) -> Request:
        if listener is None:
            return request
        personal = self._tastes.keyed(listener.name, listener.key)
        if personal is None:
            async with self._finder.store.catalogue.begin() as session:
                personal = await self._tastes.of(session, listener.name, now=listener.now, stamp=stamp)
        if personal is None or personal.key != listener.key:
            raise Declined("The listener is known in another state here.")
        return replace(request, personal=personal)
