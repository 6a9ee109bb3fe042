"""One finder process as it is seen by who asks it: started, asked, watched, and ended."""

from __future__ import annotations

import asyncio
import contextlib
import os
import socket
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from itertools import count

import orjson

from cratedig.errors import NotFound
from cratedig.find.processes.frames import BUFFER_BYTES, Frame, Garbled, Kind, frames
from cratedig.find.processes.question import Question
from cratedig.find.ready import Ready


class Lost(Exception):
    """The process that was asked is gone, or does not answer in time."""


@dataclass(frozen=True, slots=True)
class Patience:
    """How long a finder may be silent, counted in beats, so that nobody is given up because we stood still ourselves.

    overdue_s: a question that takes longer is asked of another.  silent: beats without a word, after which a process is
    ended; `starting` until its first word.  hung: beats on one question.  leaving_s: to end by itself.
    """

    beat_s: float = 1.0
    overdue_s: float = 3.0
    silent: int = 5
    starting: int = 60
    hung: int = 30
    leaving_s: float = 3.0


class Member:
    """Alive while `life` runs. version: in what it finds now, "" before it says.  is_stuck: what it was asked is
    overdue.  changed: is told whenever it may take a question now, or none any more."""

    def __init__(self, patience: Patience, changed: Callable[[Member], None]) -> None:
        self.version = ""
        self.is_busy = False
        self.is_stuck = False
        self._patience = patience
        self._changed = changed
        self._numbers = count(1)
        self._replies: dict[int, asyncio.Future[Ready | None]] = {}
        self._catching_up: str | None = None
        self._busy_beats = 0
        self._has_spoken = self._was_heard = False
        self._writer: asyncio.StreamWriter | None = None

    @property
    def is_running(self) -> bool:
        """It has said a word."""
        return self._has_spoken

    async def life(self, command: Sequence[str], env: Mapping[str, str]) -> str:
        """From the start of its process to its end; says why it ended. Raises OSError where it cannot be started.

        Cancelled, it lets the process end by itself. command: gets the number of its end of the channel.
        """
        ours, theirs = socket.socketpair()
        reader, self._writer = await asyncio.open_unix_connection(sock=ours, limit=BUFFER_BYTES)
        try:
            with theirs:
                process = await _started(command, theirs.fileno(), env)
            return await self._until_it_ends(process, reader)
        finally:
            self._writer.close()

    async def ask(self, question: Question) -> Ready | None:
        """Who asks has set `is_busy`; it is free again once it replies. None where it declines.

        Raises Lost, and NotFound where `recommend` does.
        """
        if not self.version:
            raise Lost("it has ended")
        number = next(self._numbers)
        reply: asyncio.Future[Ready | None] = asyncio.get_running_loop().create_future()
        self._replies[number] = reply
        self._busy_beats = 0
        self._send(Frame(Kind.QUESTION, question.packed(), number))
        try:
            async with asyncio.timeout(self._patience.overdue_s):
                return await reply
        except TimeoutError as error:
            self.is_stuck = True
            self._changed(self)
            raise Lost("it takes too long") from error

    def catch_up(self, stamp: str) -> None:
        """Has it read the state of the catalogue with this stamp, where it was not asked to already."""
        if self._catching_up != stamp and self._has_spoken:
            self._catching_up = stamp
            self._send(Frame(Kind.STATE, stamp.encode()))

    def _send(self, frame: Frame) -> None:
        """To one that is gone nothing is said: its end is heard elsewhere."""
        if self._writer is not None and not self._writer.is_closing():
            self._writer.write(frame.packed())

    async def _until_it_ends(self, process: asyncio.subprocess.Process, reader: asyncio.StreamReader) -> str:
        try:
            return await self._watched(reader)
        except asyncio.CancelledError:
            await self._ended_by_itself(process)
            raise
        finally:
            await _killed(process)

    async def _watched(self, reader: asyncio.StreamReader) -> str:
        watching = [asyncio.create_task(self._listen(reader)), asyncio.create_task(self._beat())]
        self._send(Frame(Kind.STATE))
        try:
            done, _ = await asyncio.wait(watching, return_when=asyncio.FIRST_COMPLETED)
            return done.pop().result()
        finally:
            self._close()
            for task in watching:
                task.cancel()
            await asyncio.gather(*watching, return_exceptions=True)

    async def _listen(self, reader: asyncio.StreamReader) -> str:
        try:
            async for frame in frames(reader):
                self._hear(frame)
        except (Garbled, ValueError) as error:
            return f"it talks nonsense: {error}"
        return "it ended"

    def _hear(self, frame: Frame) -> None:
        self._has_spoken = self._was_heard = True
        match frame.kind:
            case Kind.BEAT:
                return
            case Kind.STATE:
                self.version = frame.payload.decode()
                self._catching_up = self._catching_up if self.version else None
            case Kind.ANSWER | Kind.NOT_FOUND | Kind.DECLINED:
                self._free(frame)
            case kind:
                raise Garbled(f"a frame of kind {kind.name}")
        self._changed(self)

    def _free(self, frame: Frame) -> None:
        reply = self._replies.get(frame.number)
        if reply is None:
            raise Garbled(f"a reply to question {frame.number}, which was not asked")
        _answered(reply, frame)
        del self._replies[frame.number]  # not before: who asked is still to hear that what came is no answer
        self.is_busy = self.is_stuck = False

    async def _beat(self) -> str:
        silent = 0
        while True:
            await asyncio.sleep(self._patience.beat_s)
            silent = 0 if self._was_heard else silent + 1
            self._was_heard = False
            self._busy_beats = self._busy_beats + 1 if self.is_busy else 0
            if silent >= (self._patience.silent if self._has_spoken else self._patience.starting):
                return "it says nothing"
            if self._busy_beats >= self._patience.hung:
                return "a question hangs in it"
            self._send(Frame(Kind.BEAT))

    def _close(self) -> None:
        """Nobody is answered by it any more."""
        self.version = ""
        if self._writer is not None:
            self._writer.close()
        for reply in self._replies.values():
            if not reply.done():
                reply.set_exception(Lost("it has ended"))
        self._changed(self)

    async def _ended_by_itself(self, process: asyncio.subprocess.Process) -> None:
        """It does when its channel ends."""
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(self._patience.leaving_s):
                await process.wait()


def _answered(reply: asyncio.Future[Ready | None], frame: Frame) -> None:
    """Raises ValueError where the frame does not hold what it should."""
    ready = Ready.unpacked(frame.payload) if frame.kind is Kind.ANSWER else None
    refusal = _not_found(frame.payload) if frame.kind is Kind.NOT_FOUND else None
    if reply.done():  # who asked has not waited
        return
    if refusal is None:
        reply.set_result(ready)
    else:
        reply.set_exception(refusal)


def _not_found(payload: bytes) -> NotFound:
    message, hint = orjson.loads(payload)
    return NotFound(str(message), hint=str(hint))


async def _started(command: Sequence[str], channel: int, env: Mapping[str, str]) -> asyncio.subprocess.Process:
    return await asyncio.create_subprocess_exec(
        *(*command, str(channel)),
        pass_fds=(channel,),
        stdin=asyncio.subprocess.DEVNULL,
        stdout=asyncio.subprocess.DEVNULL,
        env=os.environ | env,
        start_new_session=True,  # a Ctrl-C meant for us reaches it through us
    )


async def _killed(process: asyncio.subprocess.Process) -> None:
    with contextlib.suppress(ProcessLookupError):
        process.kill()
    await process.wait()
