"""Questions asked together: who asks while the same is being asked for others is answered by the next question.

So every answer is as new as its question, and however many ask at once, one asks at a time.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Hashable
from typing import Generic, TypeVar
from weakref import WeakValueDictionary

T = TypeVar("T")


class Together(Generic[T]):
    """Of one event loop."""

    def __init__(self) -> None:
        self._turns: WeakValueDictionary[Hashable, asyncio.Lock] = WeakValueDictionary()
        self._next: dict[Hashable, asyncio.Task[T]] = {}

    async def ask(self, key: Hashable, question: Callable[[], Awaitable[T]]) -> T:
        """What `question` gives when it is asked after this call. Raises what it raises, to all who wait for it."""
        if key not in self._next:
            self._next[key] = asyncio.create_task(self._in_turn(key, question))
            self._next[key].add_done_callback(_heard)
        return await asyncio.shield(self._next[key])

    async def _in_turn(self, key: Hashable, question: Callable[[], Awaitable[T]]) -> T:
        turn = self._turns.setdefault(key, asyncio.Lock())
        async with turn:
            del self._next[key]  # who comes now may know of something that this question does not see
            return await question()


def _heard(task: asyncio.Task[T]) -> None:
    """Takes the error of a question nobody waits for any more."""
    if not task.cancelled():
        task.exception()
