"""`recover_links`: what stands in for dead links."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

import pytest
from sqlalchemy import text

from cratedig.catalogue import Catalogue, recoveries
from cratedig.catalogue.recoveries import Lost, Recovery
from cratedig.collect.links.found import Found
from cratedig.collect.links.stand_in import SAME_RECORDING
from cratedig.collect.recovering import RecoveryAccount, recover_links
from cratedig.errors import CratedigError, RemoteRefused, RemoteUnavailable
from cratedig.lab.crate import fill
from cratedig.models.embedder import TextEmbedder
from cratedig.music.recording import match_key
from cratedig.net import Net
from cratedig.understand.study import study_text
from tests.collect.links.scripted import net_for, says, scripted

DEAD = "https://gone.example/x"


def track(title: str, artist: str, url: str | None, status: str | None = None, **more: object) -> dict[str, object]:
    return {
        "title": title,
        "artist": artist,
        "url": url,
        "url_status": status,
        "match_key": match_key(artist, title),
    } | more


@dataclass
class Told:
    """A source that names what a test wants. fails_after: so many questions it answers before it fails."""

    urls: Sequence[str] = ()
    name: str = "told"
    strategy: str = "search"
    error: CratedigError | None = None
    fails_after: int = 0
    asked: list[str] = field(default_factory=list)

    async def find(self, net: Net, lost: Lost) -> list[Found]:
        self.asked.append(lost.url)
        if self.error is not None and len(self.asked) > self.fails_after:
            raise self.error
        return [Found(url, self.strategy, lost.title or "", lost.artist or "") for url in self.urls]


async def of_track(catalogue: Catalogue, track_id: int) -> list[Recovery]:
    async with catalogue.begin() as session:
        return await recoveries.of_track(session, track_id)


async def test_the_same_recording_under_another_address_stands_in_first(
    catalogue: Catalogue, embedder: TextEmbedder
) -> None:
    lost, same, *_ = await fill(
        catalogue,
        [
            track("Rain", "Ana", DEAD, "DEAD", genre="folk"),
            track("Rain - Remastered 2011", "ANA", "https://b.example/rain", "VALID", genre="folk"),
            track("Rain (Live)", "Ana", "https://b.example/live", "VALID", genre="folk"),
            track("Rain", "Ana", "https://c.example/rain", "DEAD", genre="folk"),
        ],
        source="test",
    )
    await study_text(catalogue, embedder)
    account = await recover_links(catalogue)
    assert await of_track(catalogue, lost) == [
        Recovery(lost, DEAD, "nearest track", pytest.approx(SAME_RECORDING), "https://b.example/rain", same)  # type: ignore[arg-type]
    ]
    assert account.sought == {"nearest track": 2}


async def test_else_the_nearest_living_track_stands_in_with_less_confidence(
    catalogue: Catalogue, embedder: TextEmbedder
) -> None:
    lost, near, *_ = await fill(
        catalogue,
        [
            track("Slow river song", "Ana", DEAD, "DEAD", genre="folk"),
            track("Slow river ballad", "Ana", "https://b.example/near", "VALID", genre="folk"),
            track("Slow river tune", "Ana", "https://b.example/dead", "DEAD", genre="folk"),
            track("Slow river hymn", "Ana", None, genre="folk"),
            track("Hammer drill", "Klang", "https://b.example/far", "VALID", genre="industrial techno"),
        ],
        source="test",
    )
    await study_text(catalogue, embedder)
    await recover_links(catalogue)
    (found,) = await of_track(catalogue, lost)
    assert (found.stand_in_id, found.recovered_url) == (near, None)
    assert 0 < found.confidence < SAME_RECORDING


async def test_a_stand_in_that_dies_is_replaced_and_one_is_sought_once(
    catalogue: Catalogue, embedder: TextEmbedder
) -> None:
    lost, one, two = await fill(
        catalogue,
        [
            track("Rain", "Ana", DEAD, "DEAD"),
            track("Rain", "Ana", "https://b.example/1", "VALID"),
            track("Rain", "Ana", "https://b.example/2", None),
        ],
        source="test",
    )
    await study_text(catalogue, embedder)
    await recover_links(catalogue)
    assert [found.stand_in_id for found in await of_track(catalogue, lost)] == [one]
    assert (await recover_links(catalogue)).sought == {}
    async with catalogue.begin() as session:
        await session.execute(text("update tracks set url_status = 'DEAD' where id = :id"), {"id": one})
    await recover_links(catalogue, limit=1)
    assert [found.stand_in_id for found in await of_track(catalogue, lost)] == [two]


async def test_what_a_source_names_is_looked_at_before_it_is_kept(catalogue: Catalogue) -> None:
    (lost,) = await fill(catalogue, [track("Rain", "Ana", DEAD, "DEAD")], source="test")
    async with scripted({"/alive": says(200), "/dead": says(404)}) as site, net_for(site) as net:
        source = Told([site.url("/dead"), site.url("/alive")])
        account = await recover_links(catalogue, net, sources=[source])
        assert [(one.strategy, one.recovered_url) for one in await of_track(catalogue, lost)] == [
            ("search", site.url("/alive"))
        ]
    assert account.recovered == {"search": 1}


async def test_a_source_is_not_asked_again_about_what_it_does_not_know(catalogue: Catalogue) -> None:
    await fill(catalogue, [track("Rain", "Ana", DEAD, "DEAD")], source="test")
    source = Told()
    async with net_for() as net:
        for _ in range(2):
            await recover_links(catalogue, net, sources=[source])
    assert source.asked == [DEAD]


@pytest.mark.parametrize("error", [RemoteRefused("No."), RemoteUnavailable("Not now.")])
async def test_a_source_that_fails_is_passed_over_and_the_others_go_on(
    catalogue: Catalogue, error: CratedigError
) -> None:
    tracks = [track(f"Rain {n}", "Ana", f"{DEAD}/{n}", "DEAD") for n in range(4)]
    await fill(catalogue, tracks, source="test")
    failing, other = Told(error=error, fails_after=1, name="failing"), Told(name="other")
    async with net_for() as net:
        account = await recover_links(catalogue, net, sources=[failing, other])
    assert account.passed_over == {"failing": error.message}
    assert (len(failing.asked), len(other.asked)) == (2, 4)
    async with catalogue.begin() as session:
        assert await recoveries.count_lost(session, "search") == 3, "those it did not answer for are sought again"


async def test_nothing_is_sought_for_links_that_live_or_are_unknown(catalogue: Catalogue) -> None:
    states = ("VALID", "MOVED", "REQUIRES_AUTH", "UNKNOWN", None)
    await fill(catalogue, [track(f"Rain {s}", "Ana", f"{DEAD}/{s}", s) for s in states], source="test")
    assert await recover_links(catalogue) == RecoveryAccount()
