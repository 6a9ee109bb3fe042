"""A few connections for the small reads that every question makes: by the driver itself, prepared, no transaction.

Through a session such a read takes five turns to the server (is it there, begin, read, commit, reset) and a millisecond
of this process; here it takes one turn and a tenth of that. Each read sees what was committed before it.
"""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from typing import Any

import psycopg
from psycopg import AsyncConnection
from sqlalchemy import make_url

from cratedig.catalogue.trouble import translated
from cratedig.errors import CatalogueUnavailable

WAIT_S = 10.0
"""How long a read waits for a line at most."""

Row = tuple[Any, ...]
_Line = AsyncConnection[Row]


class Lines:
    """At most `size` connections of one event loop, opened when needed. given: as psycopg's connect takes it."""

    def __init__(self, url: str, given: Mapping[str, Any], *, size: int) -> None:
        self._address = make_url(url).set(drivername="postgresql").render_as_string(hide_password=False)
        self._given = given
        self._turn = asyncio.Semaphore(size)
        self._idle: list[_Line] = []
        self.in_use = 0

    async def rows(self, statement: str, given: Sequence[Any] = ()) -> list[Row]:
        """What a statement that reads gives, its parameters as %s.

        Raises CatalogueUnavailable when the server cannot be reached, is full, or took too long.
        """
        try:
            with translated():
                return await self._in_turn(statement.encode(), given)
        except CatalogueUnavailable as error:
            # as in Catalogue.begin: a connection that breaks while a cancellation is seen to raises in its place
            if (task := asyncio.current_task()) and task.cancelling():
                raise asyncio.CancelledError from error
            raise

    async def close(self) -> None:
        while self._idle:
            await self._idle.pop().close()

    async def _in_turn(self, statement: bytes, given: Sequence[Any]) -> list[Row]:
        await self._wait()
        self.in_use += 1
        try:
            return await self._read(statement, given)
        finally:
            self.in_use -= 1
            self._turn.release()

    async def _wait(self) -> None:
        if not self._turn.locked():  # nobody waits: taken at once
            await self._turn.acquire()
            return
        try:
            await asyncio.wait_for(self._turn.acquire(), WAIT_S)
        except TimeoutError as error:
            raise CatalogueUnavailable("All lines to the database are busy.", hint="Try again in a moment.") from error

    async def _read(self, statement: bytes, given: Sequence[Any]) -> list[Row]:
        while self._idle:
            line = self._idle.pop()
            try:
                return await self._asked(line, statement, given)
            except psycopg.OperationalError:
                if not line.broken:  # the server was there, and stopped it
                    raise
                await self.close()  # it was started again: the others are gone too
        return await self._asked(await self._opened(), statement, given)

    async def _opened(self) -> _Line:
        return await AsyncConnection.connect(self._address, autocommit=True, **self._given)

    async def _asked(self, line: _Line, statement: bytes, given: Sequence[Any]) -> list[Row]:
        try:
            async with line.cursor() as cursor:  # as text: a float of four bytes comes in as many digits as it has
                await cursor.execute(statement, given, prepare=True)
                found = await cursor.fetchall()
        except psycopg.DatabaseError:
            await self._kept_or_closed(line)
            raise
        except BaseException:  # cancelled, say: who knows what is on its way
            await line.close()
            raise
        self._idle.append(line)
        return found

    async def _kept_or_closed(self, line: _Line) -> None:
        if line.broken or line.closed:
            await line.close()
        else:
            self._idle.append(line)
