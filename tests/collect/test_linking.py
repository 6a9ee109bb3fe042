"""`check_links` from the catalogue over real sockets and back."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from typing import Any

import pytest
from sqlalchemy import text

from cratedig.catalogue import Catalogue, links
from cratedig.collect.linking import LinksAccount, check_links
from cratedig.collect.links.verdict import NO_HOST
from cratedig.lab.crate import fill
from cratedig.net import Limits, Net
from tests.collect.links.scripted import AT_ONCE, Scripted, net_for, says, scripted, slow
from tests.net.site import MovedClock, ScriptedNames


async def crate(catalogue: Catalogue, urls: Sequence[str | None], **columns: Any) -> list[int]:
    tracks = [{"title": f"Song {n}", "artist": "Ana", "url": url, **columns} for n, url in enumerate(urls)]
    return await fill(catalogue, tracks, source="test")


async def rows(catalogue: Catalogue) -> list[Mapping[str, Any]]:
    async with catalogue.begin() as session:
        found = await session.execute(
            text("select id, url, url_status, url_checked_at, receipts, extra from tracks order by id")
        )
        return [dict(row) for row in found.mappings()]


async def stood_in(catalogue: Catalogue) -> list[tuple[Any, ...]]:
    async with catalogue.begin() as session:
        found = await session.execute(
            text("select track_id, strategy, original_url, recovered_url from link_recoveries order by track_id")
        )
        return [tuple(row) for row in found]


async def check(catalogue: Catalogue, *sites: Scripted, **given: Any) -> LinksAccount:
    async with net_for(*sites) as net:
        return await check_links(catalogue, net, manners=AT_ONCE, **given)


async def test_every_link_gets_an_outcome_a_time_and_a_receipt(catalogue: Catalogue) -> None:
    pages = {"/a": says(200), "/b": says(404), "/c": says(403), "/d": says(500)}
    async with scripted(pages) as site:
        await crate(catalogue, [site.url(path) for path in pages] + [None])
        account = await check(catalogue, site)
    found = await rows(catalogue)
    assert [row["url_status"] for row in found] == ["VALID", "DEAD", "REQUIRES_AUTH", "UNKNOWN", None]
    assert [row["url_checked_at"] is not None for row in found] == [True, True, True, True, False]
    assert found[1]["receipts"]["url_status"] == {
        "source": "the link itself",
        "method": "answers 404",
        "confidence": 0.95,
        "kind": "measured",
    }
    assert (account.total, account.links, account.tracks, account.left) == (4, 4, 4, 0)
    assert account.outcomes == {"VALID": 1, "DEAD": 1, "REQUIRES_AUTH": 1, "UNKNOWN": 1}


async def test_an_address_of_several_tracks_is_asked_for_once(catalogue: Catalogue) -> None:
    async with scripted({"/a": says(200)}) as site:
        await crate(catalogue, [site.url("/a")] * 7)
        account = await check(catalogue, site)
    assert [asked for asked in site.asked if asked[1] == "/a"] == [("HEAD", "/a")]
    assert (account.links, account.tracks) == (1, 7)


async def test_what_was_looked_at_is_not_asked_for_again_until_it_is_old(catalogue: Catalogue) -> None:
    async with scripted({"/a": says(200), "/b": says(404)}) as site:
        await crate(catalogue, [site.url("/a"), site.url("/b")])
        await check(catalogue, site)
        assert (await check(catalogue, site)).total == 0
        async with catalogue.begin() as session:
            await session.execute(text("update tracks set url_checked_at = now() - interval '9 days' where id = 1"))
            before = await links.days_ago(session, 7)
        assert (await check(catalogue, site, before=before)).total == 1


async def test_a_link_that_could_not_be_looked_at_is_tried_again_the_next_day(catalogue: Catalogue) -> None:
    async with scripted({"/a": says(503)}) as site:
        await crate(catalogue, [site.url("/a")])
        await check(catalogue, site)
        assert (await check(catalogue, site)).total == 0
        async with catalogue.begin() as session:
            await session.execute(text("update tracks set url_checked_at = now() - interval '25 hours'"))
        site.pages["/a"] = says(200)
        assert (await check(catalogue, site)).outcomes == {"VALID": 1}
    assert "link_try" not in (await rows(catalogue))[0]["extra"]


@pytest.mark.parametrize("known", ["VALID", "DEAD"])
async def test_a_look_that_tells_nothing_leaves_what_was_known(catalogue: Catalogue, known: str) -> None:
    async with scripted({"/a": says(500)}) as site:
        await crate(catalogue, [site.url("/a")], url_status=known, receipts={"url_status": {"source": "before"}})
        account = await check(catalogue, site)
    (row,) = await rows(catalogue)
    assert (row["url_status"], row["receipts"]["url_status"]["source"]) == (known, "before")
    assert row["extra"]["link_try"] == "answers 500"
    assert row["url_checked_at"] is not None
    assert account.outcomes == {"UNKNOWN": 1}


async def test_a_link_that_moved_on_its_site_becomes_the_new_one_and_the_old_one_is_kept(catalogue: Catalogue) -> None:
    async with scripted({"/a": says(301, location="/b"), "/b": says(200)}) as site:
        (track,) = await crate(catalogue, [site.url("/a")])
        await check(catalogue, site)
        (row,) = await rows(catalogue)
        assert (row["url"], row["url_status"]) == (site.url("/b"), "MOVED")
        assert row["receipts"]["url"]["source"] == site.url("/a")
        assert await stood_in(catalogue) == [(track, "moved", site.url("/a"), site.url("/b"))]
        site.pages |= {"/b": says(308, location="/c"), "/c": says(200)}
        async with catalogue.begin() as session:
            now = await links.days_ago(session, 0)
        await check(catalogue, site, before=now)
    assert (await rows(catalogue))[0]["url"] == site.url("/c")
    assert await stood_in(catalogue) == [(track, "moved", site.url("/a"), site.url("/c"))]


async def test_a_link_that_moved_to_another_site_keeps_its_address(catalogue: Catalogue) -> None:
    async with scripted({"/b": says(200)}, "127.0.0.2") as other, scripted({}) as site:
        site.pages["/a"] = says(301, location=other.url("/b"))
        (track,) = await crate(catalogue, [site.url("/a")])
        await check(catalogue, site, other)
    (row,) = await rows(catalogue)
    assert (row["url"], row["url_status"]) == (site.url("/a"), "MOVED")
    assert await stood_in(catalogue) == [(track, "moved", site.url("/a"), other.url("/b"))]


async def test_a_track_whose_address_changes_meanwhile_is_passed_over(catalogue: Catalogue) -> None:
    changed = asyncio.Event()

    async def late(_method: str, _writer: asyncio.StreamWriter) -> bool:
        await changed.wait()
        return False

    async with scripted({"/a": late}) as site:
        await crate(catalogue, [site.url("/a")])
        looking = asyncio.create_task(check(catalogue, site))
        async with asyncio.timeout(60):
            while not site.busy:  # noqa: ASYNC110 - a site in this loop is looked at
                await asyncio.sleep(0.01)
        async with catalogue.begin() as session:
            await session.execute(text("update tracks set url = 'https://a.example/new'"))
        changed.set()
        assert (await looking).tracks == 0
    assert (await rows(catalogue))[0]["url_status"] is None


async def test_a_name_that_leads_nowhere_is_dead_on_the_second_day(catalogue: Catalogue) -> None:
    async with scripted({"/a": says(200)}) as site:
        await crate(catalogue, ["http://gone.example/a"])

        async def look() -> LinksAccount:
            async with Net.open(allowed=site.allowed, resolver=ScriptedNames(), clock=MovedClock()) as net:
                return await check_links(catalogue, net)

        assert (await look()).outcomes == {"UNKNOWN": 1}
        assert (await rows(catalogue))[0]["extra"]["link_try"] == NO_HOST
        async with catalogue.begin() as session:
            await session.execute(text("update tracks set url_checked_at = now() - interval '2 days'"))
        assert (await look()).outcomes == {"UNKNOWN": 1}, "nobody answers: it may be our own line that is down"
        async with catalogue.begin() as session:
            await session.execute(text("update tracks set url_checked_at = now() - interval '2 days'"))
        await crate(catalogue, [site.url("/a")])
        await look()
    assert [row["url_status"] for row in await rows(catalogue)] == ["DEAD", "VALID"]


async def test_a_site_that_fails_on_end_is_left_and_nothing_of_it_is_called_dead(catalogue: Catalogue) -> None:
    async with scripted({"*": says(503)}) as site:
        await crate(catalogue, [site.url(f"/{n}") for n in range(50)])
        account = await check(catalogue, site)
    assert account.outcomes == {"UNKNOWN": 50}
    assert len(site.asked) <= 12


async def test_requests_under_way_are_counted_over_all_sites(catalogue: Catalogue) -> None:
    async with (
        scripted({"*": slow(0.05)}, "127.0.0.2") as one,
        scripted({"*": slow(0.05)}, "127.0.0.3") as two,
        scripted({"*": slow(0.05)}, "127.0.0.4") as three,
    ):
        sites = (one, two, three)
        await crate(catalogue, [site.url(f"/{n}") for site in sites for n in range(4)])
        busy: list[int] = []

        async def count() -> None:
            while True:
                busy.append(sum(site.busy for site in sites))
                await asyncio.sleep(0.005)

        counting = asyncio.create_task(count())
        account = await check(catalogue, *sites, in_flight=2)
        counting.cancel()
    assert account.links == 12
    assert 1 <= max(busy) <= 2
    assert max(site.most_busy for site in sites) == 1


async def test_stopped_anywhere_the_next_run_goes_on_and_no_link_is_asked_for_twice(catalogue: Catalogue) -> None:
    """What was under way when it stopped is asked for again; what was answered is not."""

    def ours(site: Scripted) -> list[str]:
        return [path for method, path in site.asked if path.startswith("/n/") and "nothing" not in path]

    async with scripted({f"/n/{n}": says(200) for n in range(400)}) as site:
        await crate(catalogue, [site.url(f"/n/{n}") for n in range(400)])
        for stop in (1, 2):
            running = asyncio.create_task(check(catalogue, site))
            while len(ours(site)) < 60 * stop:  # noqa: ASYNC110 - a site in this loop is looked at
                await asyncio.sleep(0.001)
            running.cancel()
            with pytest.raises(asyncio.CancelledError):
                await running
        account = await check(catalogue, site)
        assert 0 < account.total < 400 - 60
    assert {row["url_status"] for row in await rows(catalogue)} == {"VALID"}
    assert len(ours(site)) - len(set(ours(site))) <= 2


async def test_when_time_is_up_the_rest_is_left_for_the_next_run(catalogue: Catalogue) -> None:
    async with scripted({"*": says(404)}) as site:
        await crate(catalogue, [site.url(f"/{n}") for n in range(5)])
        account = await check(catalogue, site, for_s=0.0)
        assert (account.links, account.left) == (0, 5)
        assert (await check(catalogue, site, limit=3)).links == 3
        assert (await check(catalogue, site)).links == 2


async def test_politeness_holds_for_each_site_and_none_waits_for_another(catalogue: Catalogue) -> None:
    clock = MovedClock()
    async with scripted({"*": says(404)}, "127.0.0.2") as one, scripted({"*": says(404)}, "127.0.0.3") as two:
        await crate(catalogue, [site.url(f"/{n}") for site in (one, two) for n in range(4)])
        began = clock.now()
        async with Net.open(allowed=one.allowed | two.allowed, clock=clock, limits=Limits(patience_s=900.0)) as net:
            await check_links(catalogue, net)
        requests = max(len(one.asked), len(two.asked))
    assert clock.now() - began >= requests - 1
