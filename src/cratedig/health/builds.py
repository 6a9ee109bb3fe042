"""The builds that finding reads: whether they are there, and how much of the catalogue lies over them."""

from __future__ import annotations

from cratedig.catalogue import Catalogue, index_builds
from cratedig.find.builds import NAMES
from cratedig.health.component import Component


async def component(catalogue: Catalogue) -> Component:
    """One component for all of them. Nothing has to be built for an answer: it is as right without, and slower."""
    async with catalogue.begin() as session:
        live = await index_builds.live(session)
        due = [name for name in NAMES if await index_builds.is_due(session, name)]
        failed = {one.space for one in await index_builds.listed(session) if one.state == "failed"}
    lost = sorted(failed - live.keys())
    if lost:
        return Component("indices", "degraded", f"damaged or not built: {', '.join(lost)}", _ADVICE)
    if due:
        return Component("indices", "degraded", f"much changed since they were built: {', '.join(due)}", _ADVICE)
    detail = ", ".join(f"{name} {one.tracks or 0:,}" for name, one in sorted(live.items()))
    return Component("indices", "ok", detail or "none is needed yet")


_ADVICE = "A worker builds them when the catalogue is quiet; `cratedig index build` does at once."
