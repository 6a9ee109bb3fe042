"""The book of the chat models' ledger (cratedig.models.chat.ledger) that all processes share.

Every step is a transaction of its own, committed at once: what was sent was sent, whatever becomes of the work it was
for. One lock orders the entries, so no two processes take the last place, or the last cent. Time is the database's.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from cratedig.catalogue.database import Catalogue

_LOCK = text("select pg_advisory_xact_lock(hashtextextended('cratedig.model_calls', 0))")
# clock_timestamp, not now: a transaction begins before it waits for the lock
_PAGE = text("""
    with clock as materialized (
        select clock_timestamp() as at, (clock_timestamp() at time zone 'utc')::date as day
    ), gone as (
        delete from model_calls using clock
        where provider = :provider and coalesce(ended_at, lease_until) <= clock.at - interval '60 s'
    ), spent as (
        select coalesce(sum(cost) filter (where s.day = clock.day), 0) as today, coalesce(sum(cost), 0) as this_month
        from model_spending s, clock where s.day >= date_trunc('month', clock.day)
    )
    select clock.day, spent.today, spent.this_month,
        count(c.id) filter (where c.ended_at is null and c.lease_until > clock.at) as running,
        count(c.id) as recent,
        coalesce(60 - extract(epoch from clock.at - min(coalesce(c.ended_at, c.lease_until))), 0)::float8 as frees_in_s
    from clock cross join spent left join model_calls c
        on c.provider = :provider and coalesce(c.ended_at, c.lease_until) > clock.at - interval '60 s'
    group by clock.at, clock.day, spent.today, spent.this_month
""")
_ENTER = text("""
    with booked as (
        insert into model_spending (day, provider, model, calls, failures, tokens_in, tokens_out, cost)
        values (:day, :provider, :model, 1, 0, 0, 0, :most_cost)
        on conflict (day, provider, model)
        do update set calls = model_spending.calls + 1, cost = model_spending.cost + excluded.cost
    )
    insert into model_calls (provider, model, day, most_cost, lease_until)
    values (:provider, :model, :day, :most_cost, clock_timestamp() + make_interval(secs => :lease_s))
    returning id
""")
# one statement, and the same if it is sent again over a new connection: so it needs no transaction around it
_END = """
    with ended as (
        update model_calls set ended_at = clock_timestamp() where id = %s and ended_at is null
        returning day, provider, model, most_cost
    )
    update model_spending s set cost = s.cost + %s::float8 - e.most_cost, tokens_in = s.tokens_in + %s::bigint,
        tokens_out = s.tokens_out + %s::bigint, failures = s.failures + %s::int
    from ended e where (s.day, s.provider, s.model) = (e.day, e.provider, e.model)
    returning s.day
"""
_SPENT = text("""
    select provider, model, sum(calls)::bigint as calls, sum(failures)::bigint as failures,
        sum(tokens_in)::bigint as tokens_in, sum(tokens_out)::bigint as tokens_out, sum(cost) as cost
    from model_spending where day >= date_trunc(:since, (clock_timestamp() at time zone 'utc')::date)
    group by provider, model order by provider, model
""")


@dataclass(frozen=True, slots=True)
class Spent:
    """By one model of one provider. cost: US dollars; what runs, and what never ended, counts as it might at most."""

    provider: str
    model: str
    calls: int
    failures: int
    tokens_in: int
    tokens_out: int
    cost: float


class ModelBook:
    """The book in this catalogue."""

    def __init__(self, catalogue: Catalogue) -> None:
        self._catalogue = catalogue

    @asynccontextmanager
    async def page(self, provider: str) -> AsyncIterator[Page]:
        """One provider's page, with nobody else at the book until the block ends. Raises CatalogueUnavailable."""
        async with self._catalogue.begin() as session:
            await session.execute(_LOCK)
            row = (await session.execute(_PAGE, {"provider": provider})).one()
            yield Page(session, provider, *row)

    async def end(self, id: int, *, tokens_in: int, tokens_out: int, cost: float, failed: bool) -> None:
        """Puts what a request cost in the place of what it might have. Ending one twice changes nothing."""
        await self._catalogue.lines.rows(_END, (id, cost, tokens_in, tokens_out, int(failed)))

    async def spent(self) -> tuple[Sequence[Spent], Sequence[Spent]]:
        """Today's and this month's (UTC), by provider and model."""
        async with self._catalogue.begin() as session:
            today, month = [(await session.execute(_SPENT, {"since": since})).all() for since in ("day", "month")]
        return [Spent(*row) for row in today], [Spent(*row) for row in month]


class Page:
    """running: requests under way; recent: with those of the last minute; frees_in_s: until the first of these counts
    no more. today, this_month: US dollars of all providers."""

    def __init__(
        self,
        session: AsyncSession,
        provider: str,
        day: object,
        today: float,
        this_month: float,
        running: int,
        recent: int,
        frees_in_s: float,
    ) -> None:
        self._session, self._provider, self._day = session, provider, day
        self.today, self.this_month = today, this_month
        self.running, self.recent, self.frees_in_s = running, recent, frees_in_s

    async def enter(self, model: str, *, most_cost: float, lease_s: float) -> int:
        """A request that will be sent. Returns its id."""
        said = {"day": self._day, "provider": self._provider, "model": model}
        id = await self._session.scalar(_ENTER, {**said, "most_cost": most_cost, "lease_s": lease_s})
        return int(id)
