"""Answers recorded once, given again without a network."""

from __future__ import annotations

from pathlib import Path

import orjson
import pytest

from cratedig.errors import InputRejected, NotRecorded
from cratedig.net import Manners, Net
from cratedig.net.guard import Guard
from cratedig.net.pinned import PinnedBackend, PinnedTransport
from cratedig.net.recorded import RecordedTransport, RecordingTransport
from tests.net.site import MovedClock, answer, serving

AT_ONCE = Manners(interval_s=0, robots=False)


async def test_what_was_recorded_is_given_again(tmp_path: Path) -> None:
    pages = {
        "/text": answer(200, "grün".encode(), content_type="text/plain", set_cookie="id=canary"),
        "/bytes": answer(200, b"\xff\x00", content_type="image/x"),
        "/moved": answer(301, location="/text"),
        "/none?q=1&token=canary": answer(404, b"none"),
    }
    async with serving(pages) as site:
        recording = RecordingTransport(PinnedTransport(PinnedBackend(Guard(allowed=site.allowed))))
        async with Net.open(wire=recording, allowed=site.allowed) as net:
            live = [await net.fetch(site.url(path), manners=AT_ONCE) for path in pages]
        recording.save(tmp_path / "site.json")
    assert b"canary" not in (tmp_path / "site.json").read_bytes()
    async with Net.open(wire=RecordedTransport.read(tmp_path), allowed=site.allowed) as net:
        again = [await net.fetch(site.url(path), manners=AT_ONCE) for path in pages]
    for before, after in zip(live, again, strict=True):
        assert (before.url, before.status, before.body, before.hops) == (
            after.url, after.status, after.body, after.hops
        )  # fmt: skip


async def test_an_address_without_an_answer_is_named() -> None:
    async with Net.open(wire=RecordedTransport([]), clock=MovedClock()) as net:
        with pytest.raises(NotRecorded, match=r"GET https://a\.example/b\?c=d"):
            await net.fetch("https://a.example/b?c=d&token=canary")


async def test_answers_to_one_address_come_in_turn_and_the_last_stays(tmp_path: Path) -> None:
    rows = [{"url": "https://a.example/", "body": body} for body in ("one", "two")]
    (tmp_path / "a.json").write_bytes(orjson.dumps(rows))
    async with Net.open(wire=RecordedTransport.read(tmp_path / "a.json"), clock=MovedClock()) as net:
        assert [(await net.fetch("https://a.example/")).text for _ in range(3)] == ["one", "two", "two"]


@pytest.mark.parametrize(
    "text", ["", "{}x", "[1]", '[{"body": "no url"}]', '[{"url": "https://a.example/", "body": 1}]']
)
def test_a_file_that_holds_no_answers_is_named(tmp_path: Path, text: str) -> None:
    file = tmp_path / "odd.json"
    file.write_text(text)
    with pytest.raises(InputRejected, match=r"odd\.json"):
        RecordedTransport.read(file)
