"""Who is connected to the database, and whether all of us fit."""

from __future__ import annotations

from cratedig.catalogue import Catalogue, census
from cratedig.catalogue.census import Connections
from cratedig.catalogue.database import APPLICATION
from cratedig.errors import SettingsError
from cratedig.health.component import Component
from cratedig.settings import Settings
from cratedig.wiring import FINDER_CONNECTIONS, finder_processes

QUEUE_CONNECTIONS = 5  # what a worker needs besides its pool: the queue, one of them listening, and its crew
LONG_S = 60.0
IDLE_LONG_S = 10.0


async def check_room(settings: Settings, catalogue: Catalogue) -> None:
    """Raises SettingsError where the API and its workers could need more connections than the server gives them."""
    async with catalogue.begin() as session:
        found = await census.connections(session, application=APPLICATION)
    if needed(settings) > found.allowed - found.others:
        raise SettingsError(f"{_sum(settings, found)}.", hint=_advice(settings, found))


async def connections(settings: Settings, catalogue: Catalogue) -> list[Component]:
    """The pool, the states of all connections, and what lasts too long."""
    async with catalogue.begin() as session:
        found = await census.connections(session, application=APPLICATION)
    return [_room(settings, found), _states(found), _longest(found), _idle_in_transaction(found)]


def needed(settings: Settings) -> int:
    """At most, when every pool is full: the API's and each worker's, the queue's own, and those of the finders."""
    pools = settings.database.pool_size * (1 + settings.jobs.workers) + QUEUE_CONNECTIONS * settings.jobs.workers
    return pools + _of_finders(settings)


def _of_finders(settings: Settings) -> int:
    return FINDER_CONNECTIONS * finder_processes(settings)


def _room(settings: Settings, found: Connections) -> Component:
    if needed(settings) > found.allowed - found.others:
        return Component("pool", "failed", _sum(settings, found), _advice(settings, found))
    return Component("pool", "ok", _sum(settings, found))


def _sum(settings: Settings, found: Connections) -> str:
    return (
        f"1 + {settings.jobs.workers} processes x {settings.database.pool_size} connections, the queue's and the "
        f"finders' need {needed(settings)}; the database allows {found.allowed}, others hold {found.others}"
    )


def _advice(settings: Settings, found: Connections) -> str:
    processes = 1 + settings.jobs.workers
    rest = QUEUE_CONNECTIONS * settings.jobs.workers + _of_finders(settings)
    fits = (found.allowed - found.others - rest) // processes
    if fits < 1:
        return "Raise the server's max_connections, or run fewer workers (CRATEDIG_JOBS__WORKERS)."
    return f"Set CRATEDIG_DATABASE__POOL_SIZE to {fits}, or raise the server's max_connections."


def _states(found: Connections) -> Component:
    listed = ", ".join(f"{backends.count} {backends.state}" for backends in found.states)
    detail = f"{found.open} of {found.allowed} open: {listed}"
    if found.open > 0.9 * found.allowed:
        return Component("connections", "degraded", detail, "Lower the pools, or raise the server's max_connections.")
    return Component("connections", "ok", detail)


def _longest(found: Connections) -> Component:
    longest = found.of("active").longest_s
    detail = f"{longest:.1f} s"
    if longest > LONG_S:
        return Component(
            "longest running", "degraded", detail, "An import or a study may; else see pg_stat_activity, and end it."
        )
    return Component("longest running", "ok", detail)


def _idle_in_transaction(found: Connections) -> Component:
    idle = found.of("idle in transaction")
    detail = f"{idle.count}, the longest {idle.longest_s:.1f} s"
    if idle.longest_s > IDLE_LONG_S:
        return Component(
            "idle in transaction", "degraded", detail, "A program holds locks and does nothing: find and end it."
        )
    return Component("idle in transaction", "ok", detail)
