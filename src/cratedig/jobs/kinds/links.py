"""Looking at links as a job: slices of some thousand, one after the other, then what stands in for the dead ones.

A slice takes one place of a worker, however many sites it asks, and is over in minutes, so that others get their turn.
What it found is written as it comes: started again, a slice goes on with what is left.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

from cratedig.catalogue import Session
from cratedig.catalogue import links as rows
from cratedig.jobs.kind import Kind, Split
from cratedig.jobs.queue import enqueue
from cratedig.jobs.work import Work
from cratedig.settings import Settings
from cratedig.wiring import link_sources, open_link_net, open_redis

SLICE = 5000
SLICE_S = 600.0
RECOVERY_S = 3000.0
LOOK_SHARE = 90.0
"""Per cent of the job that looking is; the rest is seeking."""


async def ask(
    session: Session, *, limit: int | None = None, older_than_days: int | None = None, recover: bool = True
) -> str:
    """Asks for a look at the links; returns the job's id, or that of the one under way."""
    arguments = {"limit": limit, "older_than_days": older_than_days, "recover": recover}
    return await enqueue(session, LINKS, arguments, once_key="links")


async def _links(
    work: Work, *, limit: int | None = None, older_than_days: int | None = None, recover: bool = True
) -> dict[str, Any] | Split:
    """Hands out slices until nothing wants a look any more, or a slice could not look at anything."""
    await work.check_parts()
    days = work.shop.settings.collect.links_every_days if older_than_days is None else older_than_days

    async def count(session: Session) -> dict[str, Any]:
        before = await rows.days_ago(session, days if older_than_days is not None or days else None)
        found = await rows.count_wanted(session, before=before)
        return {"total": found if limit is None else min(found, limit), "before": before and before.isoformat()}

    wanted = await work.once("count", count)
    looked = (await work.sums()).get(LOOK.name, {})
    left = wanted["total"] - looked.get("links", 0)
    if left > 0 and not looked.get("idle"):
        await work.report(step="looking at links")
        share = LOOK_SHARE / wanted["total"]
        span = (share * looked.get("links", 0), share * (looked.get("links", 0) + min(SLICE, left)))
        return Split(LOOK, [{"limit": min(SLICE, left), "before": wanted["before"]}], then=LINKS, span=span)
    return {**_counted(looked), "left": max(0, left), "recovery": await _recovered(work) if recover else None}


def _counted(looked: dict[str, int]) -> dict[str, Any]:
    outcomes = {name: count for name, count in looked.items() if name.isupper()}
    return {"links": looked.get("links", 0), "tracks": looked.get("tracks", 0), "outcomes": outcomes}


async def _look(work: Work, *, limit: int, before: str | None) -> dict[str, int]:
    from cratedig.collect.linking import check_links  # with net, 0.1 s

    settings = work.shop.settings
    then = datetime.fromisoformat(before) if before else None
    async with open_redis(settings) as redis, open_link_net(settings, redis) as net:
        account = await check_links(work.catalogue, net, limit=limit, before=then, for_s=SLICE_S)
    return {"links": account.links, "tracks": account.tracks, "idle": int(account.links == 0), **account.outcomes}


async def _recovered(work: Work) -> dict[str, Any]:
    from cratedig.collect.recovering import recover_links

    settings = work.shop.settings
    await work.report(LOOK_SHARE, step="seeking what stands in for dead links")
    async with open_redis(settings) as redis, open_link_net(settings, redis) as net:
        account = await recover_links(work.catalogue, net, sources=link_sources(settings), for_s=RECOVERY_S / 3)
    return account.as_dict()


def is_periodic(settings: Settings) -> bool:
    """True where links are to be looked at again by themselves."""
    return settings.collect.links_every_days > 0


LINKS = Kind("links", _links, limit_s=RECOVERY_S + SLICE_S)
LOOK = Kind("links.look", _look, limit_s=3 * SLICE_S)
KINDS = (LINKS, LOOK)
