"""Who may send what, and what it cost: one ledger settles budget, requests per minute and requests at once, before a
request is sent.

Its book is kept in PostgreSQL, so all processes share it (cratedig.catalogue.model_calls); `OwnLedger` keeps the same
book for one process without a catalogue. A request counts towards the minute until 60 s after it *ended*, so no 60 s of
the provider's clock hold more than the limit, however long requests travel.
"""

from __future__ import annotations

import itertools
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from typing import Protocol

MINUTE_S = 60.0
BUSY_S = 0.05  # until we look again while all places are taken
LONGEST_WAIT_S = 1.0  # a request that runs may end at any moment


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
    purpose: str
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


@dataclass(frozen=True, slots=True)
class Spent:
    """By one model of one provider since the beginning of today or of this month (UTC). cost: US dollars."""

    provider: str
    model: str
    calls: int = 0
    failures: int = 0
    tokens_in: int = 0
    tokens_out: int = 0
    cost: float = 0.0


class Ledger(Protocol):
    """Commits by itself: what was sent was sent, whatever becomes of the work it was for."""

    async def begin(self, call: Call, budget: Budget) -> Verdict: ...

    async def end(self, id: int, *, tokens_in: int, tokens_out: int, cost: float, failed: bool) -> None:
        """Puts what a request cost in the place of what it might have. Ending one twice changes nothing."""
        ...

    async def spent(self) -> tuple[Sequence[Spent], Sequence[Spent]]:
        """Today's and this month's, by provider and model. What runs just now counts as it might cost at the most."""
        ...


@dataclass(slots=True)
class _Running:
    call: Call
    started: float
    day: str
    ended: float | None = None

    def frees_at(self) -> float:
        return self.started + self.call.lease_s if self.ended is None else self.ended


@dataclass(slots=True)
class OwnLedger:
    """The book of one process, in memory."""

    now: Callable[[], float] = time.monotonic
    today: Callable[[], str] = lambda: datetime.now(UTC).date().isoformat()
    _calls: dict[int, _Running] = field(default_factory=dict)
    _ids: itertools.count[int] = field(default_factory=lambda: itertools.count(1))
    _book: dict[tuple[str, str, str], Spent] = field(default_factory=dict)

    async def begin(self, call: Call, budget: Budget) -> Verdict:
        now, day = self.now(), self.today()
        self._calls = {
            id: held for id, held in self._calls.items() if held.ended is None or held.ended > now - MINUTE_S
        }
        if refusal := budget.refusal(today=self._cost(day), this_month=self._cost(day[:7]), cost=call.most_cost):
            return Verdict(refusal=refusal)
        theirs = [held for held in self._calls.values() if held.call.provider == call.provider]
        recent = sorted(held.frees_at() for held in theirs if held.frees_at() > now - MINUTE_S)
        running = sum(1 for held in theirs if held.ended is None and held.frees_at() > now)
        if len(recent) >= call.requests_per_minute:
            frees_s = recent[len(recent) - call.requests_per_minute] + MINUTE_S - now
            return Verdict(wait_s=min(LONGEST_WAIT_S, max(BUSY_S, frees_s)))
        if running >= call.concurrency:
            return Verdict(wait_s=BUSY_S)
        id = next(self._ids)
        self._calls[id] = _Running(call, now, day)
        self._add(day, call, calls=1, cost=call.most_cost)
        return Verdict(id=id)

    async def end(self, id: int, *, tokens_in: int, tokens_out: int, cost: float, failed: bool) -> None:
        held = self._calls.get(id)
        if held is None or held.ended is not None:
            return
        held.ended = self.now()
        spent = {"tokens_in": tokens_in, "tokens_out": tokens_out, "failures": int(failed)}
        self._add(held.day, held.call, cost=cost - held.call.most_cost, **spent)

    async def spent(self) -> tuple[Sequence[Spent], Sequence[Spent]]:
        day = self.today()
        return self._since(day), self._since(day[:7])

    def _add(self, day: str, call: Call, *, cost: float, **more: int) -> None:
        key = day, call.provider, call.model
        held = self._book.get(key, Spent(call.provider, call.model))
        self._book[key] = replace(
            held, cost=held.cost + cost, **{name: getattr(held, name) + by for name, by in more.items()}
        )

    def _cost(self, since: str) -> float:
        return sum(spent.cost for (day, *_), spent in self._book.items() if day.startswith(since))

    def _since(self, since: str) -> list[Spent]:
        found: dict[tuple[str, str], Spent] = {}
        for (day, provider, model), spent in self._book.items():
            if day.startswith(since):
                held = found.get((provider, model), Spent(provider, model))
                found[provider, model] = replace(
                    held,
                    calls=held.calls + spent.calls,
                    failures=held.failures + spent.failures,
                    tokens_in=held.tokens_in + spent.tokens_in,
                    tokens_out=held.tokens_out + spent.tokens_out,
                    cost=held.cost + spent.cost,
                )
        return [found[key] for key in sorted(found)]
