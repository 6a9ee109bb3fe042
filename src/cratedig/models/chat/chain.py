"""The one provider chain: each question goes to the first provider that answers it well, within one deadline.

The order is ours to walk, not pydantic-ai's `FallbackModel`: that one goes on when a request fails, but not when a
model's answers never fit the schema, and it knows neither breakers nor budgets (docs/decisions).
"""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

import anyio

from cratedig.cache import ANALYSIS, Cache
from cratedig.cache.breaker import Breaker, Cooling
from cratedig.cache.counts import Counts
from cratedig.errors import CircuitOpen, NoModelAnswered
from cratedig.log import logger
from cratedig.models.chat.deadline import Deadline
from cratedig.models.chat.ledger import Book, Budget
from cratedig.models.chat.provider import Provider
from cratedig.models.chat.question import Answer, Question, T, Tried, Validated
from cratedig.models.chat.trouble import Trouble

if TYPE_CHECKING:
    from cratedig.models.chat.line import Line

DEADLINE_S = 20.0
COOLING = Cooling(first_s=2.0, most_s=8.0, jitter=0.2, probe_s=DEADLINE_S)
_NO_BUDGET = Budget()
MOST_PAUSES = 3  # times a provider that asks for a moment is given one, for one question


class Chain:
    """Of one event loop. providers: in the order in which they are asked.

    Nothing heavy is imported and no connection opened before the first question.
    """

    def __init__(
        self,
        providers: Sequence[Provider],
        *,
        book: Book,
        counts: Counts,
        cache: Cache | None = None,
        budget: Budget = _NO_BUDGET,
        deadline_s: float = DEADLINE_S,
    ) -> None:
        self.providers = tuple(providers)
        self.book = book
        self.budget = budget
        self.breaker = Breaker(counts, COOLING)
        self._cache = cache
        self._deadline_s = deadline_s
        self._lines: dict[str, Line] = {}
        self._paused: dict[str, float] = {}
        self._opening = asyncio.Lock()

    async def ask(self, question: Question[T], *, first: Sequence[str] = (), patient: bool = False) -> Answer[T]:
        """The answer of the first provider that gives one that will do. first: those to begin with, in that order.

        patient: waiting for a provider's limits is not counted towards the deadline, as in a batch.
        Raises NoModelAnswered, with what each provider's trouble was.
        """
        await self._open()
        longest_s = max(self._deadline_s, question.room.seconds if question.room else 0.0)
        deadline = Deadline(longest_s, patient=patient)
        tried: list[Tried] = []
        for provider in self._in_order(first):
            try:
                answer = await self._kept_or_asked(provider, question, deadline)
            except Trouble as trouble:
                tried.append(Tried(provider.name, trouble.reason))
                logger(__name__).info("a model did not answer", provider=provider.name, reason=trouble.reason)
            else:
                return replace(answer, tried=tuple(tried))
        raise _no_answer(tried)

    def _in_order(self, first: Sequence[str]) -> list[Provider]:
        ranks = {name: rank for rank, name in enumerate(first)}
        return sorted(self.providers, key=lambda provider: ranks.get(provider.name, len(ranks)))

    async def close(self) -> None:
        """Closes every connection."""
        for line in self._lines.values():
            await line.close()

    async def _kept_or_asked(self, provider: Provider, question: Question[T], deadline: Deadline) -> Answer[T]:
        if self._cache is None:
            return await self._asked(provider, question, deadline)
        made: list[Answer[T]] = []

        async def make() -> T:
            made.append(await self._asked(provider, question, deadline))
            return made[0].value

        found = await self._cache.get_or_make(
            ANALYSIS,
            f"{question.purpose}\0{question.key}",
            make,
            shape=Validated(question),
            version=f"{question.version}\0{provider.name}\0{provider.model}",
        )
        return made[0] if made else Answer(found.value, provider.name, provider.model, kept=True)

    async def _asked(self, provider: Provider, question: Question[T], deadline: Deadline) -> Answer[T]:
        """Raises Trouble. A provider that asks for a pause is given it, while the deadline allows."""
        await self._admitted(provider)
        pauses = 0
        while True:
            await self._pause(provider, deadline)
            try:
                value, used = await self._lines[provider.name].ask(question, deadline)
            except Trouble as trouble:
                if trouble.is_theirs:
                    await self.breaker.failed(provider.name)
                if not self._may_pause(provider, trouble, deadline) or pauses == MOST_PAUSES:
                    raise
                pauses += 1
            else:
                await self.breaker.succeeded(provider.name)
                return Answer(value, provider.name, provider.model, used=used)

    def _may_pause(self, provider: Provider, trouble: Trouble, deadline: Deadline) -> bool:
        """Whether the provider said when to ask it again, and that is in time. Nobody asks it before."""
        if trouble.retry_after_s is None:
            return False
        self._paused[provider.name] = _now() + trouble.retry_after_s
        return trouble.retry_after_s <= deadline.left_s

    async def _admitted(self, provider: Provider) -> None:
        try:
            await self.breaker.admit(provider.name)
        except CircuitOpen:
            raise Trouble("it failed again and again and is left alone for a while", is_theirs=False) from None

    async def _pause(self, provider: Provider, deadline: Deadline) -> None:
        """Until the provider may be asked again. Raises Trouble where that is after the deadline."""
        wait_s = self._paused.get(provider.name, 0.0) - _now()
        if wait_s > deadline.left_s:
            raise Trouble(f"it asked for a pause of {wait_s:.0f} s", is_theirs=False)
        if wait_s > 0:
            await asyncio.sleep(wait_s)

    async def _open(self) -> None:
        """Every line, the first time: before the deadline begins, since libraries take seconds to be imported."""
        async with self._opening:
            for provider in self.providers:
                if provider.name not in self._lines:
                    self._lines[provider.name] = await anyio.to_thread.run_sync(self._opened, provider)

    def _opened(self, provider: Provider) -> Line:
        from cratedig.models.chat.line import Line  # pydantic-ai and the providers' libraries

        return Line(provider, book=self.book, budget=self.budget)


def _no_answer(tried: Sequence[Tried]) -> NoModelAnswered:
    if not tried:
        return NoModelAnswered("No chat model is configured.", hint="See docs/models.md.")
    reasons = "; ".join(f"{each.provider}: {each.reason}" for each in tried)
    return NoModelAnswered(f"No chat model answered ({reasons}).", hint="See /models/info and docs/models.md.")


def _now() -> float:
    return asyncio.get_running_loop().time()
