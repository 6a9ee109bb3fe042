"""Who may send what, and what it cost: one ledger settles budget, requests per minute and requests at once, before a
request is sent.

Its book lies in PostgreSQL, so all processes share it (cratedig.catalogue.model_calls); `OwnBook` is one process's. A
request counts towards the minute until 60 s after it *ended*, so no 60 s of the provider's clock hold more than the
limit, however long requests travel.
"""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass
from typing import Protocol

MINUTE_S = 60.0
BUSY_S = 0.05  # until we look again while all places are taken
LONGEST_WAIT_S = 1.0  # the same while the minute is full: a budget or a limit may be another one by then


@dataclass(frozen=True, slots=True)
class Budget:
    """US dollars of all providers together, by the days and months of UTC. None: no limit."""

    per_day: float | None = None
    per_month: float | None = None

    def refusal(self, *, today: float, this_month: float, cost: float) -> str:
        """Why a request of at most `cost` would be too much; "" where it would not. What is free is never too much."""
        for name, limit, spent in (("day", self.per_day, today), ("month", self.per_month, this_month)):
            if cost > 0 and limit is not None and spent + cost > limit:
                return f"the budget of the {name} ({limit:g} US dollars) is spent"
        return ""


@dataclass(frozen=True, slots=True)
class Call:
    """A request that is about to be sent. most_cost: US dollars, what it may cost at the most.

    lease_s: how long it may take; one that never ended counts as running so long, and as paid for ever.
    """

    provider: str
    model: str
    most_cost: float
    concurrency: int
    requests_per_minute: int
    lease_s: float


@dataclass(frozen=True, slots=True)
class Verdict:
    """id: the request is entered and may be sent. Else wait_s: seconds until it is worth asking again, or refusal:
    why it will not be sent."""

    id: int | None = None
    wait_s: float = 0.0
    refusal: str = ""


class Page(Protocol):
    """One provider's page, and nobody else at the book.

    today, this_month: US dollars of all providers. running: requests under way; recent: with those that ended in the
    last minute. frees_in_s: seconds until the first of the ended ones counts no more.
    """

    @property
    def today(self) -> float: ...
    @property
    def this_month(self) -> float: ...
    @property
    def running(self) -> int: ...
    @property
    def recent(self) -> int: ...
    @property
    def frees_in_s(self) -> float: ...

    async def enter(self, model: str, *, most_cost: float, lease_s: float) -> int:
        """A request that will be sent. Returns its id."""
        ...


class Spent(Protocol):
    """By one model of one provider in a time. cost: US dollars; what runs counts as it might cost at the most."""

    @property
    def provider(self) -> str: ...
    @property
    def model(self) -> str: ...
    @property
    def calls(self) -> int: ...
    @property
    def failures(self) -> int: ...
    @property
    def tokens_in(self) -> int: ...
    @property
    def tokens_out(self) -> int: ...
    @property
    def cost(self) -> float: ...


class Book(Protocol):
    """Keeps what it is told at once: what was sent was sent, whatever becomes of the work it was for."""

    def page(self, provider: str) -> AbstractAsyncContextManager[Page]: ...

    async def end(self, id: int, *, tokens_in: int, tokens_out: int, cost: float, failed: bool) -> None:
        """Puts what a request cost in the place of what it might have. Ending one twice changes nothing."""
        ...

    async def spent(self) -> tuple[Sequence[Spent], Sequence[Spent]]:
        """Today's and this month's (UTC), by provider and model."""
        ...


async def begin(book: Book, call: Call, budget: Budget) -> Verdict:
    """Enters the request, if budget and limits have room for it."""
    async with book.page(call.provider) as page:
        if refusal := budget.refusal(today=page.today, this_month=page.this_month, cost=call.most_cost):
            return Verdict(refusal=refusal)
        if page.recent >= call.requests_per_minute:
            return Verdict(wait_s=min(LONGEST_WAIT_S, max(BUSY_S, page.frees_in_s)))
        if page.running >= call.concurrency:
            return Verdict(wait_s=BUSY_S)
        return Verdict(id=await page.enter(call.model, most_cost=call.most_cost, lease_s=call.lease_s))
