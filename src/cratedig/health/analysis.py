"""How far the studies have come."""

from __future__ import annotations

from cratedig.catalogue import Catalogue, census, findings, styles
from cratedig.catalogue.census import Coverage
from cratedig.catalogue.findings import Progress
from cratedig.health.component import Component
from cratedig.understand import drummers
from cratedig.understand.lyrics.analyzers import CHEAP, Analyzers


async def coverage(catalogue: Catalogue, analyzers: Analyzers) -> list[Component]:
    """One component an analyzer: how many of its tracks it has done, and what of that no longer holds; and one of
    drummers, where there are any."""
    versions = await analyzers.versions()
    async with catalogue.begin() as session:
        studied = await census.coverage(session)
        read = await findings.progress(session, versions)
        lyrics = await findings.with_lyrics(session)
        artists = (await styles.census(session))["total"]
    waiting = len(await drummers.due(catalogue)) if artists else 0
    begun = {one.analyzer for one in read}
    not_begun = [Progress(name, lyrics, 0, 0, None) for name in CHEAP if lyrics and name not in begun]
    drumming = [_drumming(artists, waiting)] if artists else []
    return [*map(_studied, studied), *map(_read, [*not_begun, *read]), *drumming]


def _studied(one: Coverage) -> Component:
    detail = _detail(one.done, one.tracks, one.typical_ms)
    return _component(one.analyzer, detail, is_done=one.done >= one.tracks, advice="Run `cratedig study`.")


def _read(one: Progress) -> Component:
    stale = f"; {one.stale:,} stale: the analyzer or the lyric changed since" if one.stale else ""
    detail = _detail(one.fresh, one.tracks, one.typical_ms) + stale
    advice = f"Run `cratedig study lyrics --analyzer {one.analyzer}`."
    return _component(one.analyzer, detail, is_done=one.fresh >= one.tracks, advice=advice)


def _drumming(artists: int, waiting: int) -> Component:
    detail = f"{artists - waiting:,} of {artists:,} artists"
    return _component("drums", detail, is_done=not waiting, advice="Run `cratedig study drums`.")


def _detail(done: int, tracks: int, typical_ms: float | None) -> str:
    percent = round(100.0 * done / tracks, 2) if tracks else 100.0
    speed = "" if typical_ms is None else f", {typical_ms:.1f} ms a track"
    return f"{done:,} of {tracks:,} tracks, {percent} %{speed}"


def _component(name: str, detail: str, *, is_done: bool, advice: str) -> Component:
    return Component(name, "ok", detail) if is_done else Component(name, "degraded", detail, advice)
