"""The finder processes beside the one that answers: kept running, asked in turn, done without where they fail."""

from __future__ import annotations

import asyncio
import time
from collections import Counter
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from typing import Literal, Self

from cratedig.find.processes.member import Lost, Member, Patience
from cratedig.find.processes.question import Question
from cratedig.find.ready import Ready
from cratedig.log import logger

LIVED_LONG_S = 10.0
SHORTEST_PAUSE_S, LONGEST_PAUSE_S = 0.1, 10.0
TRIES = 2
"""Finders that a question is asked of, one after the other, before it is found in this process."""

Outcome = Literal["found", "declined", "lost", "no finder"]
OUTCOMES: tuple[Outcome, ...] = ("found", "declined", "lost", "no finder")


@dataclass(frozen=True, slots=True)
class Standing:
    """size: how many there shall be now.  running: have said a word.  able: of those, what they hold can be asked for.
    ended: processes that ended since the start without being asked to."""

    size: int
    running: int
    able: int
    ended: int


@dataclass(eq=False)
class _Waiting:
    version: str
    given: asyncio.Future[Member | None] = field(default_factory=lambda: asyncio.get_running_loop().create_future())


class Finders:
    """`size` processes, one question at a time each; of one event loop.

    command: what starts one; it gets the number of its end of a channel as its last argument.  from_tracks: they start
    as soon as somebody is to find in a catalogue of so many; in a smaller one they would cost more than they give.
    """

    def __init__(
        self,
        size: int = 0,
        command: Sequence[str] = (),
        *,
        env: Mapping[str, str] | None = None,
        from_tracks: int = 0,
        patience: Patience | None = None,
    ) -> None:
        self.size = size
        self.from_tracks = from_tracks
        self.outcomes: Counter[Outcome] = Counter()
        self._command = list(command)
        self._env = dict(env or {})
        self._patience = patience or Patience()
        self._members: list[Member] = []
        self._waiting: list[_Waiting] = []
        self._places: list[asyncio.Task[None]] = []
        self._are_at_work = False
        self._ended = 0

    @asynccontextmanager
    async def at_work(self) -> AsyncIterator[Self]:
        """They may run while the block does."""
        self._are_at_work = True
        try:
            yield self
        finally:
            self._are_at_work = False
            for place in self._places:
                place.cancel()
            await asyncio.gather(*self._places, return_exceptions=True)

    def expect(self, tracks: int) -> None:
        """Starts them where they are worth it for a catalogue of so many tracks, and were not started before."""
        if self._are_at_work and not self._places and tracks >= self.from_tracks:
            self._places = [asyncio.create_task(self._keep_one()) for _ in range(self.size)]

    @property
    def standing(self) -> Standing:
        able = sum(bool(member.version) and not member.is_stuck for member in self._members)
        running = sum(member.is_running for member in self._members)
        return Standing(len(self._places), running, able, self._ended)

    async def find(self, question: Question) -> Ready | None:
        """What a finder finds that holds the very state the question names; None where it is to be found in this
        process: no finder does, it declines, or those that were asked were lost over it.

        Raises NotFound as `recommend` does.
        """
        for _ in range(TRIES if self._members else 0):
            member = await self._turn(question)
            if member is None:
                break
            try:
                ready = await member.ask(replace(question, alone=self._is_alone(member)))
            except Lost:
                self.outcomes["lost"] += 1
                continue
            self.outcomes["declined" if ready is None else "found"] += 1
            return ready
        self.outcomes["no finder"] += bool(self._places)
        return None

    async def _turn(self, question: Question) -> Member | None:
        """One that is free and able, once it is our turn, taken for us; None where none is able."""
        self._bring_up_to_date(question)
        able = self._able(question.version)
        free = next((member for member in able if not member.is_busy), None)
        if free is not None:
            free.is_busy = True
        if free is not None or not able:
            return free
        waiting = _Waiting(question.version)
        self._waiting.append(waiting)
        try:
            return await waiting.given
        except asyncio.CancelledError:
            self._give_back(waiting)
            raise
        finally:
            if waiting in self._waiting:
                self._waiting.remove(waiting)

    def _is_alone(self, member: Member) -> bool:
        return not any(other.is_busy for other in self._members if other is not member)

    def _bring_up_to_date(self, question: Question) -> None:
        for member in self._members:
            if member.version != question.version:
                member.catch_up(question.stamp)

    def _able(self, version: str) -> list[Member]:
        return [member for member in self._members if member.version == version and not member.is_stuck]

    def _give_back(self, waiting: _Waiting) -> None:
        """What was given to somebody who left at that moment."""
        given = waiting.given
        member = given.result() if given.done() and not given.cancelled() else None
        if member is not None:
            member.is_busy = False
            self._changed(member)

    def _changed(self, member: Member) -> None:
        """Gives it to whoever waits longest for it, and sends away who would wait in vain."""
        for waiting in list(self._waiting):
            if waiting.given.done():
                continue
            if member.version == waiting.version and not member.is_busy:
                member.is_busy = True
                waiting.given.set_result(member)
            elif not self._able(waiting.version):
                waiting.given.set_result(None)

    async def _keep_one(self) -> None:
        pause_s = SHORTEST_PAUSE_S
        while True:
            started = time.monotonic()
            reason = await self._one_life()
            self._ended += 1
            logger(__name__).warning("a finder process ended; starting another", reason=reason)
            lived_long = time.monotonic() - started > LIVED_LONG_S
            pause_s = SHORTEST_PAUSE_S if lived_long else min(LONGEST_PAUSE_S, pause_s * 2)
            await asyncio.sleep(pause_s)

    async def _one_life(self) -> str:
        """Why it ended; whatever goes wrong with one, the next is started."""
        member = Member(self._patience, self._changed)
        self._members.append(member)
        try:
            return await member.life(self._command, self._env)
        except OSError as error:
            return f"it cannot be started: {error.strerror}"
        except Exception as error:
            logger(__name__).exception("a finder process cannot be kept")
            return f"a fault: {type(error).__name__}"
        finally:
            self._members.remove(member)
            self._changed(member)
