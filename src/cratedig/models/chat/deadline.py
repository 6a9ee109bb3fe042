"""One deadline over everything an answer takes."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable
from typing import TypeVar

from cratedig.models.chat.trouble import Trouble

T = TypeVar("T")

FAIR_S = 5.0
"""Who was given less than this, or than its own time-out, is not blamed for it."""


class Deadline:
    """seconds: from now. patient: waiting for a turn is not counted, which is how a batch waits for a limit."""

    def __init__(self, seconds: float, *, patient: bool = False) -> None:
        self._until = _now() + seconds
        self._patient = patient

    @property
    def left_s(self) -> float:
        """Seconds, never below 0."""
        return max(0.0, self._until - _now())

    async def answered(self, work: Awaitable[T], *, most_s: float) -> T:
        """What a provider answers within `most_s` and before the deadline. Raises Trouble."""
        given_s = min(most_s, self.left_s)
        try:
            async with asyncio.timeout(given_s):
                return await work
        except TimeoutError:
            raise Trouble("no answer in time", is_theirs=given_s >= min(most_s, FAIR_S)) from None

    async def waited(self, work: Awaitable[T]) -> T:
        """What waiting for a turn gives. Raises Trouble at the deadline, unless this is a patient one."""
        started = _now()
        try:
            async with asyncio.timeout(None if self._patient else self.left_s):
                return await work
        except TimeoutError:
            raise Trouble("its limits leave no turn in time", is_theirs=False) from None
        finally:
            if self._patient:
                self._until += _now() - started


def _now() -> float:
    return asyncio.get_running_loop().time()
