"""Sources, by answers in the shape of their documentation; no network."""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import replace
from typing import Any
from urllib.parse import quote

import orjson
import pytest

from cratedig.catalogue.recoveries import Lost
from cratedig.collect.links.found import BY_ID, BY_NAME, BY_NAME_AND_LENGTH, Found, Source, best_first, confidence
from cratedig.collect.links.internet_archive import InternetArchive
from cratedig.collect.links.musicbrainz import MusicBrainz
from cratedig.collect.links.soundcloud import SoundCloud
from cratedig.collect.links.sources import NAMES, named
from cratedig.errors import Refused, UsageError
from cratedig.net import Net
from cratedig.net.recorded import Recorded, RecordedTransport
from tests.net.site import MovedClock

LOST = Lost(7, "https://soundcloud.com/ana/rain", "Rain", "Ana", None, 183.0, "soundcloud", "123456789")
MBID = "b1a9c0e9-d987-4042-ae91-78d6a3267d69"


def recorded(url: str, document: Any, *, status: int = 200, method: str = "GET") -> Recorded:
    return Recorded(url, method, status, {"content-type": "application/json"}, orjson.dumps(document))


@asynccontextmanager
async def net_of(answers: Sequence[Recorded]) -> AsyncIterator[Net]:
    async with Net.open(wire=RecordedTransport(answers), clock=MovedClock(), contact="me@example.org") as net:
        yield net


async def found_by(source: Source, lost: Lost, *answers: Recorded) -> list[Found]:
    async with net_of(answers) as net:
        return await source.find(net, lost)


def musicbrainz(recordings: Any, relations: Any) -> list[Recorded]:
    query = quote('recording:"Rain" AND artist:"Ana"', safe="").replace("%20", "+")
    root = "https://musicbrainz.org/ws/2/recording"
    return [
        recorded(f"{root}?query={query}&fmt=json&limit=5", recordings),
        recorded(f"{root}/{MBID}?inc=url-rels&fmt=json", relations),
    ]


RECORDINGS = {
    "count": 2,
    "recordings": [
        {
            "id": MBID,
            "score": 100,
            "title": "Rain",
            "length": 184000,
            "artist-credit": [{"name": "Ana", "joinphrase": "", "artist": {"id": "x", "name": "Ana"}}],
        },
        {"id": "another", "score": 90, "title": "Rain (live)", "artist-credit": [{"name": "Ana"}]},
    ],
}
RELATIONS = {
    "id": MBID,
    "relations": [
        {"type": "free streaming", "ended": False, "url": {"resource": "https://ana.bandcamp.example/track/rain"}},
        {"type": "free streaming", "ended": True, "url": {"resource": "https://old.example/rain"}},
        {"type": "lyrics", "ended": False, "url": {"resource": "https://words.example/rain"}},
    ],
}


async def test_musicbrainz_names_where_the_recording_can_be_heard() -> None:
    found = await found_by(MusicBrainz(), LOST, *musicbrainz(RECORDINGS, RELATIONS))
    assert [(one.url, one.title, one.artist, one.duration_s) for one in found] == [
        ("https://ana.bandcamp.example/track/rain", "Rain", "Ana", 184.0)
    ]


@pytest.mark.parametrize(
    "odd", [[], {}, {"recordings": "x"}, {"recordings": [1, {"id": 3}, {"id": "y", "artist-credit": 1}]}]
)
async def test_answers_of_another_shape_are_no_answers(odd: Any) -> None:
    assert await found_by(MusicBrainz(), LOST, *musicbrainz(odd, {})) == []


def archive(document: Any) -> Recorded:
    query = quote('title:"Rain" AND creator:"Ana" AND mediatype:audio', safe="").replace("%20", "+")
    fields = "".join(f"&fl%5B%5D={name}" for name in ("identifier", "title", "creator"))
    return recorded(f"https://archive.org/advancedsearch.php?q={query}{fields}&rows=5&output=json", document)


async def test_the_archive_names_its_items() -> None:
    rows = [{"identifier": "ana-rain", "title": "Rain", "creator": ["Ana", "Bo"]}, {"title": "no id"}]
    found = await found_by(InternetArchive(), LOST, archive({"response": {"docs": rows}}))
    assert [(one.url, one.artist) for one in found] == [("https://archive.org/details/ana-rain", "Ana")]


TOKEN = recorded(
    "https://secure.soundcloud.com/oauth/token", {"access_token": "t0ken", "expires_in": 3599}, method="POST"
)
BY_URN = "https://api.soundcloud.com/tracks/soundcloud%3Atracks%3A123456789"
RESOLVED = "https://api.soundcloud.com/resolve?url=https%3A%2F%2Fsoundcloud.com%2Fana%2Frain"
TRACK = {
    "kind": "track",
    "title": "Rain (out now)",
    "duration": 183000,
    "permalink_url": "https://soundcloud.com/ana-music/rain",
    "user": {"username": "Ana"},
}


async def test_soundcloud_knows_a_track_by_its_id_under_a_new_name() -> None:
    found = await found_by(SoundCloud("id", "s3cret"), LOST, TOKEN, recorded(BY_URN, TRACK))
    assert [one.url for one in found] == ["https://soundcloud.com/ana-music/rain"]
    assert best_first(LOST, found) == [(BY_ID, found[0])]


async def test_soundcloud_is_asked_for_the_old_address_and_then_by_name() -> None:
    search = "https://api.soundcloud.com/tracks?q=Ana+Rain&limit=5&access=playable%2Cpreview"
    none = [recorded(BY_URN, {}, status=404), recorded(RESOLVED, {}, status=404)]
    found = await found_by(SoundCloud("id", "s3cret"), LOST, TOKEN, *none, recorded(search, [TRACK, {"kind": "user"}]))
    assert [(one.url, one.has_same_id) for one in found] == [("https://soundcloud.com/ana-music/rain", False)]


async def test_soundcloud_is_not_asked_about_other_sites() -> None:
    assert await found_by(SoundCloud("id", "s3cret"), replace(LOST, url="https://b.example/x")) == []


async def test_wrong_credentials_are_a_refusal_without_them() -> None:
    refused = recorded("https://secure.soundcloud.com/oauth/token", {}, status=401, method="POST")
    with pytest.raises(Refused, match="401") as caught:
        await found_by(SoundCloud("id", "s3cret"), LOST, refused)
    assert "s3cret" not in str(caught.value)


async def test_a_token_is_asked_for_once() -> None:
    """A second answer for the token is one that refuses: it is never heard."""
    refused = recorded("https://secure.soundcloud.com/oauth/token", {}, status=401, method="POST")
    source = SoundCloud("id", "s3cret")
    async with net_of([TOKEN, refused, recorded(BY_URN, TRACK)]) as net:
        assert await source.find(net, LOST)
        assert await source.find(net, LOST)


NAMED = Found("https://b.example/rain", "search", "Rain", "Ana", 183.5)


@pytest.mark.parametrize(
    ("found", "sure"),
    [
        (NAMED, BY_NAME_AND_LENGTH),
        (replace(NAMED, duration_s=None), BY_NAME),
        (replace(NAMED, title="rain - Remastered 2011", artist="ANA"), BY_NAME_AND_LENGTH),
        (replace(NAMED, title="Rain (Live)"), 0.0),
        (replace(NAMED, title="Rain (Bo Remix)"), 0.0),
        (replace(NAMED, artist="Bo"), 0.0),
        (replace(NAMED, duration_s=300.0), 0.0),
        (replace(NAMED, title="", artist=""), 0.0),
        (replace(NAMED, has_same_id=True, title="New name"), BY_ID),
        (replace(NAMED, has_same_id=True, title="Podcast 3", artist="Somebody"), 0.0),
    ],
)
def test_only_the_same_recording_is_believed(found: Found, sure: float) -> None:
    assert confidence(LOST, found) == pytest.approx(sure)


def test_an_address_that_is_the_dead_one_is_no_recovery() -> None:
    assert best_first(LOST, [replace(NAMED, url=LOST.url)]) == []


def test_sources_are_named_in_settings_and_soundcloud_wants_credentials() -> None:
    assert [one.name for one in named(NAMES, soundcloud=("id", "secret"))] == list(NAMES)
    assert named([]) == []
    with pytest.raises(UsageError, match="soundcloud"):
        named(["soundcloud"])
