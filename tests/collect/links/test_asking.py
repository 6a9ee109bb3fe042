"""Links of a scripted site: what it does, and what is made of it."""

from __future__ import annotations

import asyncio

import pytest

from cratedig.collect.links.asking import Asker
from cratedig.collect.links.verdict import Outcome, Verdict
from cratedig.net import Net

from .scripted import AT_ONCE, Behaviour, Scripted, babble, hang_up, net_for, says, scripted, slow


def asker(net: Net) -> Asker:
    return Asker(net, AT_ONCE, asyncio.Semaphore(8))


async def looked_at(behaviour: Behaviour, **others: Behaviour) -> tuple[Verdict, Scripted]:
    pages = {"/ana/rain": behaviour, **{f"/{name}": page for name, page in others.items()}}
    async with scripted(pages) as site, net_for(site) as net:
        return await asker(net).verdict(site.url("/ana/rain")), site


CASES = {
    "it is there": (says(200), Outcome.VALID),
    "it is there and empty": (says(204, body=b""), Outcome.VALID),
    "a range of an empty page": (says(416, head=405), Outcome.VALID),
    "HEAD is not allowed": (says(200, head=405), Outcome.VALID),
    "HEAD is not implemented": (says(206, head=501), Outcome.VALID),
    "HEAD is refused": (says(200, head=403), Outcome.VALID),
    "HEAD says it is not there": (says(200, head=404), Outcome.VALID),
    "HEAD says it is gone": (says(206, head=410), Outcome.VALID),
    "HEAD breaks the server": (says(200, head=500), Outcome.VALID),
    "HEAD is not answered in HTTP": (babble, Outcome.VALID),
    "it is not there": (says(404), Outcome.DEAD),
    "it is gone": (says(410), Outcome.DEAD),
    "only GET knows that it is gone": (says(410, head=405), Outcome.DEAD),
    "for members": (says(401), Outcome.REQUIRES_AUTH),
    "for those who pay": (says(402), Outcome.REQUIRES_AUTH),
    "forbidden": (says(403), Outcome.REQUIRES_AUTH),
    "unavailable here for legal reasons": (says(451), Outcome.UNKNOWN),
    "too many requests": (says(429), Outcome.UNKNOWN),
    "it failed": (says(500), Outcome.UNKNOWN),
    "it is being repaired": (says(503), Outcome.UNKNOWN),
    "a bad gateway": (says(502), Outcome.UNKNOWN),
    "no method will do": (says(405), Outcome.UNKNOWN),
    "it does not answer": (slow(2.0), Outcome.UNKNOWN),
    "it hangs up": (hang_up, Outcome.UNKNOWN),
    "a loop": (says(302, location="/ana/rain"), Outcome.UNKNOWN),
    "a permanent loop": (says(301, location="/ana/rain"), Outcome.UNKNOWN),
    "an inner address": (says(302, location="http://10.0.0.1/"), Outcome.UNKNOWN),
    "moved": (says(301, location="/moved"), Outcome.MOVED),
    "moved, by 308": (says(308, location="/moved"), Outcome.MOVED),
    "elsewhere for now": (says(302, location="/moved"), Outcome.VALID),
    "elsewhere for now, by 307": (says(307, location="/moved"), Outcome.VALID),
    "moved to where nothing is": (says(301, location="/nothing"), Outcome.DEAD),
    "sent to the home page": (says(302, location="/"), Outcome.DEAD),
    "sent to the home page for good": (says(301, location="/"), Outcome.DEAD),
    "sent to log in": (says(302, location="/login"), Outcome.REQUIRES_AUTH),
}
OTHERS = {"moved": says(200), "login": says(200), "": says(200)}


@pytest.mark.parametrize("case", CASES)
async def test_every_behaviour_has_its_outcome(case: str) -> None:
    behaviour, outcome = CASES[case]
    verdict, _ = await looked_at(behaviour, **OTHERS)
    assert verdict.outcome is outcome, verdict


async def test_a_link_that_moved_names_its_new_address() -> None:
    verdict, site = await looked_at(says(301, location="/moved"), **OTHERS)
    assert verdict.address == site.url("/moved")


async def test_where_head_tells_enough_nothing_else_is_asked() -> None:
    _, site = await looked_at(says(200))
    assert [asked for asked in site.asked if asked[1] != "/robots.txt"] == [("HEAD", "/ana/rain")]


@pytest.mark.parametrize("status", [429, 503])
async def test_a_site_that_has_enough_is_not_asked_again(status: int) -> None:
    _, site = await looked_at(says(status, retry_after="1"))
    assert [asked for asked in site.asked if asked[1] != "/robots.txt"] == [("HEAD", "/ana/rain")]


async def test_of_a_page_a_get_reads_one_byte() -> None:
    huge = says(200, head=405, body=b"x" * 30_000_000)
    verdict, _ = await asyncio.wait_for(looked_at(huge), 5)
    assert verdict.outcome is Outcome.VALID


async def test_what_robots_txt_closes_is_unknown_and_not_asked_for() -> None:
    rules = says(200, body=b"User-agent: *\nDisallow: /ana/\n", content_type="text/plain")
    async with scripted({"/robots.txt": rules, "/ana/rain": says(404)}) as site, net_for(site) as net:
        verdict = await asker(net).verdict(site.url("/ana/rain"))
    assert (verdict.outcome, verdict.reason) == (Outcome.UNKNOWN, "disallowed by robots")
    assert site.asked == [("GET", "/robots.txt")]


@pytest.mark.parametrize("url", ["http://127.0.0.1/x", "http://intranet/x", "ftp://a.example/x", "no link", ""])
async def test_an_address_that_may_not_be_asked_for_is_unknown(url: str) -> None:
    async with net_for() as net:
        assert (await asker(net).verdict(url)).outcome is Outcome.UNKNOWN


async def test_a_site_that_says_yes_to_everything_has_said_nothing() -> None:
    async with scripted({"*": says(200)}) as site, net_for(site) as net:
        ours = asker(net)
        await ours.get_acquainted(site.url("/ana/rain"))
        verdict = await ours.verdict(site.url("/ana/rain"))
    assert ours.habits.says_yes
    assert verdict.outcome is Outcome.UNKNOWN


async def test_where_made_up_addresses_lead_there_is_nothing() -> None:
    pages = {"/ana/rain": says(200), "/ana/gone": says(302, location="/start"), "/start": says(200)}
    async with scripted({**pages, "*": says(302, location="/start")}) as site, net_for(site) as net:
        ours = asker(net)
        await ours.get_acquainted(site.url("/ana/rain"))
        found = [(await ours.verdict(site.url(path))).outcome for path in ("/ana/rain", "/ana/gone")]
    assert ours.habits.absent == site.url("/start")
    assert found == [Outcome.VALID, Outcome.DEAD]


async def test_a_site_whose_head_lies_is_asked_by_get_alone() -> None:
    pages = {"/ana/rain": says(200), "/ana/gone": says(404, head=200)}
    async with scripted({**pages, "*": says(404, head=200)}) as site, net_for(site) as net:
        ours = asker(net)
        await ours.get_acquainted(site.url("/ana/rain"))
        found = [(await ours.verdict(site.url(path))).outcome for path in ("/ana/rain", "/ana/gone")]
    assert ours.habits.head_lies
    assert found == [Outcome.VALID, Outcome.DEAD]
    assert ("HEAD", "/ana/rain") not in site.asked


async def test_an_honest_site_is_asked_one_question_more() -> None:
    async with scripted({"/ana/rain": says(200)}) as site, net_for(site) as net:
        ours = asker(net)
        await ours.get_acquainted(site.url("/ana/rain"))
    assert [method for method, path in site.asked if path != "/robots.txt"] == ["HEAD"]
    assert not ours.habits.head_lies
