"""Periodic work: asked for once in its time, however many workers look after it."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass

from cratedig.catalogue import Catalogue, Session, jobs
from cratedig.jobs.kind import Kind
from cratedig.jobs.queue import enqueue


async def _always(_session: Session) -> bool:
    return True


@dataclass(frozen=True, slots=True)
class Tick:
    """A job of `kind` every `every_s` seconds, where `is_wanted` then; never a second one beside an unfinished one."""

    kind: Kind
    every_s: float
    is_wanted: Callable[[Session], Awaitable[bool]] = _always
    once_key: str | None = None
    """What it shares with the same work that somebody asked for."""


async def tick_all(catalogue: Catalogue, ticks: Sequence[Tick]) -> list[str]:
    """Asks for what is due. Returns the names of the kinds asked for."""
    asked = []
    for one in ticks:
        async with catalogue.begin() as session:
            if await jobs.tick(session, one.kind.name, every_s=one.every_s) and await one.is_wanted(session):
                await enqueue(session, one.kind, once_key=one.once_key or f"tick {one.kind.name}")
                asked.append(one.kind.name)
    return asked
