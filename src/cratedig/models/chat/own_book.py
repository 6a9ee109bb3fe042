"""The ledger's book for one process without a catalogue: gone with the process, and so is what it limits."""

from __future__ import annotations

import itertools
import time
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime

from cratedig.models.chat.ledger import MINUTE_S


@dataclass(frozen=True, slots=True)
class OwnSpent:
    """By one model of one provider. cost: US dollars."""

    provider: str
    model: str
    calls: int = 0
    failures: int = 0
    tokens_in: int = 0
    tokens_out: int = 0
    cost: float = 0.0

    def plus(self, other: OwnSpent) -> OwnSpent:
        return OwnSpent(
            self.provider,
            self.model,
            calls=self.calls + other.calls,
            failures=self.failures + other.failures,
            tokens_in=self.tokens_in + other.tokens_in,
            tokens_out=self.tokens_out + other.tokens_out,
            cost=self.cost + other.cost,
        )


@dataclass(slots=True)
class _Entry:
    provider: str
    model: str
    day: str
    most_cost: float
    lease_until: float
    ended: float | None = None

    def last(self) -> float:
        return self.lease_until if self.ended is None else self.ended


@dataclass(slots=True)
class OwnBook:
    """now: monotonic seconds; today: the day of UTC, as 2026-11-21."""

    now: Callable[[], float] = time.monotonic
    today: Callable[[], str] = lambda: datetime.now(UTC).date().isoformat()
    _entries: dict[int, _Entry] = field(default_factory=dict)
    _ids: itertools.count[int] = field(default_factory=lambda: itertools.count(1))
    _days: dict[tuple[str, str, str], OwnSpent] = field(default_factory=dict)

    @asynccontextmanager
    async def page(self, provider: str) -> AsyncIterator[_Page]:
        """Nothing waits between looking and entering, so nobody comes between."""
        yield _Page(self, provider)

    async def end(self, id: int, *, tokens_in: int, tokens_out: int, cost: float, failed: bool) -> None:
        entry = self._entries.get(id)
        if entry is None or entry.ended is not None:
            return
        entry.ended = self.now()
        self._add(
            entry.day,
            OwnSpent(
                entry.provider,
                entry.model,
                failures=int(failed),
                tokens_in=tokens_in,
                tokens_out=tokens_out,
                cost=cost - entry.most_cost,
            ),
        )

    async def spent(self) -> tuple[Sequence[OwnSpent], Sequence[OwnSpent]]:
        day = self.today()
        return self._since(day), self._since(day[:7])

    def _since(self, since: str) -> list[OwnSpent]:
        found: dict[tuple[str, str], OwnSpent] = {}
        for (day, *key), spent in self._days.items():
            if day.startswith(since):
                named = key[0], key[1]
                found[named] = found[named].plus(spent) if named in found else spent
        return [found[key] for key in sorted(found)]

    def _add(self, day: str, spent: OwnSpent) -> None:
        key = day, spent.provider, spent.model
        self._days[key] = self._days[key].plus(spent) if key in self._days else spent


class _Page:
    def __init__(self, book: OwnBook, provider: str) -> None:
        now = book.now()
        book._entries = {id: held for id, held in book._entries.items() if held.last() > now - MINUTE_S}
        theirs = [held for held in book._entries.values() if held.provider == provider]
        self.recent = len(theirs)
        self.running = sum(held.ended is None and held.lease_until > now for held in theirs)
        self.frees_in_s = min((held.last() for held in theirs), default=now) + MINUTE_S - now
        day = book.today()
        self.today = sum(spent.cost for spent in book._since(day))
        self.this_month = sum(spent.cost for spent in book._since(day[:7]))
        self._book, self._provider, self._day = book, provider, day

    async def enter(self, model: str, *, most_cost: float, lease_s: float) -> int:
        book = self._book
        id = next(book._ids)
        book._entries[id] = _Entry(self._provider, model, self._day, most_cost, book.now() + lease_s)
        book._add(self._day, OwnSpent(self._provider, model, calls=1, cost=most_cost))
        return id
