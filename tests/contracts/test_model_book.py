"""One contract for every book of the chat models' ledger: nobody sends what limits and budget have no room for."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass

import pytest
from sqlalchemy import text

from cratedig.catalogue import Catalogue
from cratedig.catalogue.model_calls import ModelBook
from cratedig.models.chat.ledger import Book, Budget, Call, begin
from cratedig.models.chat.own_book import OwnBook


@dataclass
class Kept:
    """A book and a way to let time pass. again: the same book as another process has it."""

    book: Book
    again: Book
    forward: Callable[[float], Awaitable[None]]


@pytest.fixture(params=["own", "catalogue"])
def kept(request: pytest.FixtureRequest) -> Kept:
    if request.param == "own":
        passed = [1000.0]

        async def later(seconds: float) -> None:
            passed[0] += seconds

        own = OwnBook(now=lambda: passed[0])
        return Kept(own, own, later)
    catalogue: Catalogue = request.getfixturevalue("catalogue")

    async def earlier(seconds: float) -> None:
        """What is written there moves into the past instead."""
        ago = "- :ago * interval '1 s'"
        moved = f"update model_calls set lease_until = lease_until {ago}, ended_at = ended_at {ago}"
        async with catalogue.begin() as session:
            await session.execute(text(moved), {"ago": seconds})

    return Kept(ModelBook(catalogue), ModelBook(catalogue), earlier)


def call(provider: str = "p", *, cost: float = 0.01, concurrency: int = 100, minute: int = 1000) -> Call:
    return Call(provider, "m", cost, concurrency, minute, lease_s=30.0)


async def sent(book: Book, wanted: Call, budget: Budget = Budget()) -> int:  # noqa: B008 - frozen
    verdict = await begin(book, wanted, budget)
    assert verdict.id is not None, verdict
    return verdict.id


async def ended(book: Book, id: int, cost: float = 0.0) -> None:
    await book.end(id, tokens_in=10, tokens_out=5, cost=cost, failed=False)


async def test_no_more_run_at_once_than_may(kept: Kept) -> None:
    ids = [await sent(kept.book, call(concurrency=2)) for _ in range(2)]
    assert (await begin(kept.again, call(concurrency=2), Budget())).wait_s > 0
    assert (await begin(kept.again, call("other", concurrency=2), Budget())).id is not None
    await ended(kept.book, ids[0])
    await sent(kept.again, call(concurrency=2))
    assert (await begin(kept.book, call(concurrency=2), Budget())).id is None


async def test_a_request_counts_until_a_minute_after_it_ended(kept: Kept) -> None:
    first = await sent(kept.book, call(minute=2))
    await kept.forward(20)
    await ended(kept.book, first)
    second = await sent(kept.book, call(minute=2))
    await ended(kept.book, second)
    await kept.forward(59)
    verdict = await begin(kept.again, call(minute=2), Budget())
    assert verdict.id is None
    assert 0 < verdict.wait_s <= 1.0
    await kept.forward(1.5)
    await sent(kept.again, call(minute=2))


async def test_one_that_never_ended_frees_its_place_and_stays_paid(kept: Kept) -> None:
    await sent(kept.book, call(concurrency=1, cost=0.5))
    await kept.forward(31)
    await sent(kept.again, call(concurrency=1, cost=0.25))
    today, month = await kept.again.spent()
    assert [(spent.provider, spent.model, spent.calls, spent.cost) for spent in today] == [("p", "m", 2, 0.75)]
    assert [spent.cost for spent in month] == [0.75]


@pytest.mark.parametrize("budget", [Budget(per_day=1.0), Budget(per_month=1.0), Budget(2.0, 1.0)])
async def test_what_would_exceed_the_budget_is_refused_before_it_is_sent(kept: Kept, budget: Budget) -> None:
    first = await sent(kept.book, call(cost=0.75), budget)
    refused = await begin(kept.again, call("other", cost=0.5), budget)
    assert refused.id is None
    assert "is spent" in refused.refusal
    await sent(kept.again, call("local", cost=0.0), budget)
    await ended(kept.book, first, cost=0.25)  # it was cheaper than it might have been
    await sent(kept.again, call("other", cost=0.5), budget)
    assert (await begin(kept.book, call(cost=0.5), budget)).refusal


async def test_a_request_that_ended_twice_is_entered_once(kept: Kept) -> None:
    id = await sent(kept.book, call(cost=1.0))
    await kept.book.end(id, tokens_in=100, tokens_out=20, cost=0.5, failed=True)
    await kept.again.end(id, tokens_in=100, tokens_out=20, cost=0.5, failed=True)
    (spent,), _ = await kept.again.spent()
    assert (spent.calls, spent.failures, spent.tokens_in, spent.tokens_out, spent.cost) == (1, 1, 100, 20, 0.5)


async def test_among_many_at_one_moment_no_limit_is_exceeded(kept: Kept) -> None:
    async def ask(book: Book) -> bool:
        return (await begin(book, call(concurrency=7, cost=0.1), Budget(per_day=1.0))).id is not None

    passed = await asyncio.gather(*(ask(book) for _ in range(15) for book in (kept.book, kept.again)))
    assert sum(passed) == 7
    paid = await asyncio.gather(
        *(begin(book, call("q", cost=0.1), Budget(per_day=1.05)) for _ in range(5) for book in (kept.book, kept.again))
    )
    assert sum(verdict.id is not None for verdict in paid) == 3
