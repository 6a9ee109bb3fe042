"""How far the studies have come."""

from __future__ import annotations

from cratedig.catalogue import Catalogue, census
from cratedig.catalogue.census import Coverage
from cratedig.health.component import Component


async def coverage(catalogue: Catalogue) -> list[Component]:
    """One component an analyzer: how many of its tracks it has done."""
    async with catalogue.begin() as session:
        return [_component(one) for one in await census.coverage(session)]


def _component(one: Coverage) -> Component:
    speed = "" if one.typical_ms is None else f", {one.typical_ms:.0f} ms a track"
    detail = f"{one.done:,} of {one.tracks:,} tracks, {one.percent} %{speed}"
    if one.done < one.tracks:
        return Component(one.analyzer, "degraded", detail, "Run `cratedig study`.")
    return Component(one.analyzer, "ok", detail)
