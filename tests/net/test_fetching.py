"""Net.fetch against real sockets on loopback."""

from __future__ import annotations

import asyncio
import gzip
import ssl
import subprocess
import time
import zlib
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from pathlib import Path

import httpcore2
import httpx2
import pytest

from cratedig.errors import (
    CircuitOpen,
    ForbiddenAddress,
    NotYet,
    RemoteMalformed,
    RemoteRefused,
    RemoteTimeout,
    RemoteTooLarge,
    RemoteUnavailable,
    UnknownHost,
    UsageError,
)
from cratedig.net import Answer, Limits, Manners, Net
from cratedig.net.guard import Guard
from cratedig.net.pinned import PinnedBackend, PinnedTransport
from tests.net.site import MovedClock, ScriptedNames, Site, answer, serving

AT_ONCE = Manners(interval_s=0.0, robots=False)
FAST_S = 0.001  # the first wait between tries, in these tests


async def test_an_answer_is_what_the_site_said() -> None:
    said = answer(200, "grüße".encode("latin-1"), content_type="text/plain; charset=latin-1", x_one="1")
    async with serving({"/a?b=c": said}) as site, Net.open(allowed=site.allowed, contact="me@example.org") as net:
        got = await net.fetch(site.url("/a?b=c#part"), manners=AT_ONCE, headers={"Accept": "text/plain"})
    assert (got.status, got.text, got.hops, got.from_cache) == (200, "grüße", 0, False)
    assert got.headers["x-one"] == "1"
    asked = site.asked[0]
    assert asked.path == "/a?b=c"
    assert asked.headers["user-agent"].startswith("cratedig/")
    assert asked.headers["user-agent"].endswith("(+me@example.org)")
    assert asked.headers["accept"] == "text/plain"


@pytest.mark.parametrize(
    "charset", ["nonsense", "punycode", "idna", "unicode_escape", "base64", "rot13", "undefined", ""]
)
def test_text_is_utf_8_where_the_charset_is_none(charset: str) -> None:
    said = Answer("http://a.example/", 200, {"content-type": f"text/html; charset={charset}"}, "ü".encode(), 0, False)
    assert said.text == "ü"


def test_json_is_read_or_refused() -> None:
    assert Answer("http://a.example/", 200, {}, b'{"a": 1}', 0, False).json() == {"a": 1}
    with pytest.raises(RemoteMalformed, match="did not answer with JSON"):
        Answer("http://a.example/?token=x", 200, {}, b"<html>", 0, False).json()


async def test_compressed_answers_are_decoded() -> None:
    text = b"the same words " * 1000
    pages = {
        "/gzip": answer(200, gzip.compress(text), content_encoding="gzip"),
        "/deflate": answer(200, zlib.compress(text), content_encoding="deflate"),
    }
    async with serving(pages) as site, Net.open(allowed=site.allowed) as net:
        for path in pages:
            assert (await net.fetch(site.url(path), manners=AT_ONCE)).body == text


async def test_redirects_are_followed_up_to_five() -> None:
    pages = {f"/{n}": answer(302, location=f"/{n - 1}") for n in range(1, 7)} | {"/0": answer(200, b"there")}
    async with serving(pages) as site, Net.open(allowed=site.allowed) as net:
        got = await net.fetch(site.url("/5"), manners=AT_ONCE)
        assert (got.body, got.hops, got.url) == (b"there", 5, site.url("/0"))
        with pytest.raises(RemoteMalformed, match="more than 5 redirects"):
            await net.fetch(site.url("/6"), manners=AT_ONCE)


async def test_credentials_stay_with_the_origin_they_were_given_to() -> None:
    async with serving({"/": answer(200)}) as other:
        pages = {"/same": answer(307, location="/away"), "/away": answer(307, location=other.url("/", "other.example"))}
        names = ScriptedNames({"one.example": [["127.0.0.1"]], "other.example": [["127.0.0.1"]]})
        async with serving(pages) as site, Net.open(allowed=site.allowed | other.allowed, resolver=names) as net:
            await net.fetch(
                site.url("/same", "one.example"),
                headers={"Authorization": "Bearer s3cret", "X-Api-Key": "k", "Accept": "a/b"},
                manners=AT_ONCE,
            )
    assert [asked.headers.get("authorization") for asked in site.asked] == ["bearer s3cret"] * 2
    assert not {"authorization", "x-api-key", "cookie"} & other.asked[0].headers.keys()
    assert other.asked[0].headers["accept"] == "a/b"


async def test_what_is_posted_is_asked_again_as_get_or_not_sent_elsewhere() -> None:
    async with serving({"/": answer(200)}) as other:
        pages = {"/see": answer(303, location="/"), "/": answer(200), "/away": answer(308, location=other.url())}
        async with serving(pages) as site, Net.open(allowed=site.allowed | other.allowed) as net:
            await net.fetch(site.url("/see"), method="POST", content=b"x", manners=AT_ONCE)
            with pytest.raises(RemoteMalformed, match="another site"):
                await net.fetch(site.url("/away"), method="POST", content=b"x", manners=AT_ONCE)
    assert [asked.method for asked in site.asked] == ["POST", "GET", "POST"]
    assert other.connections == 0


@pytest.mark.parametrize("status", [429, 500, 503])
async def test_an_idempotent_request_is_tried_four_times(status: int) -> None:
    async with (
        serving({"/": answer(status), "/once": [answer(status), answer(200)]}) as site,
        Net.open(allowed=site.allowed, retry_base_s=FAST_S) as net,
    ):
        assert (await net.fetch(site.url("/once"), manners=AT_ONCE)).status == 200
        with pytest.raises(RemoteRefused if status == 429 else RemoteUnavailable, match=str(status)):
            await net.fetch(site.url("/"), manners=AT_ONCE)
    assert site.paths() == ["/once"] * 2 + ["/"] * 4


async def test_a_post_is_sent_once() -> None:
    async with serving({"/": answer(503)}) as site, Net.open(allowed=site.allowed, retry_base_s=FAST_S) as net:
        with pytest.raises(RemoteUnavailable):
            await net.fetch(site.url(), method="POST", content=b"x", manners=AT_ONCE)
    assert len(site.asked) == 1


async def test_waits_between_tries_double_with_jitter() -> None:
    base_s = 0.05
    async with serving({"/": answer(500)}) as site, Net.open(allowed=site.allowed, retry_base_s=base_s) as net:
        started = time.monotonic()
        with pytest.raises(RemoteUnavailable):
            await net.fetch(site.url(), manners=AT_ONCE)
        took_s = time.monotonic() - started
    assert 7 * base_s <= took_s < 7 * base_s + 3 * base_s / 2 + 2.0


@pytest.mark.parametrize("as_date", [False, True])
async def test_retry_after_is_honoured(as_date: bool) -> None:
    said = format_datetime(datetime.now(UTC) + timedelta(seconds=61), usegmt=True) if as_date else "60"
    clock = MovedClock()
    async with (
        serving({"/": [answer(429, retry_after=said), answer(200)]}, clock=clock) as site,
        Net.open(allowed=site.allowed, clock=clock, retry_base_s=FAST_S) as net,
    ):
        assert (await net.fetch(site.url(), manners=AT_ONCE)).status == 200
    assert 50 <= site.asked[1].at - site.asked[0].at <= 61


async def test_a_pause_longer_than_our_patience_is_said_at_once() -> None:
    clock = MovedClock()
    async with (
        serving({"/": answer(429, retry_after="86400")}, clock=clock) as site,
        Net.open(allowed=site.allowed, clock=clock, retry_base_s=FAST_S) as net,
    ):
        with pytest.raises(NotYet, match="3,600 s"):
            await net.fetch(site.url(), manners=AT_ONCE)
    assert len(site.asked) == 1


async def test_the_circuit_opens_after_five_failures_and_one_probe_closes_it() -> None:
    clock = MovedClock()
    async with (
        serving({"/": answer(500), "/ok": answer(200)}, clock=clock) as site,
        Net.open(allowed=site.allowed, clock=clock, retry_base_s=FAST_S) as net,
    ):
        for expected in (RemoteUnavailable, CircuitOpen, CircuitOpen):
            with pytest.raises(expected):
                await net.fetch(site.url(), manners=AT_ONCE)
        assert len(site.asked) == 5
        await clock.sleep(31)
        assert (await net.fetch(site.url("/ok"), manners=AT_ONCE)).status == 200
        assert (await net.fetch(site.url("/ok"), manners=AT_ONCE)).status == 200


async def test_a_failed_probe_leaves_the_circuit_open() -> None:
    clock = MovedClock()
    async with (
        serving({"/": answer(500)}, clock=clock) as site,
        Net.open(allowed=site.allowed, clock=clock, retry_base_s=FAST_S) as net,
    ):
        for expected in (RemoteUnavailable, CircuitOpen):
            with pytest.raises(expected):
                await net.fetch(site.url(), manners=AT_ONCE)
        await clock.sleep(31)
        with pytest.raises(CircuitOpen):
            await net.fetch(site.url(), manners=AT_ONCE)
    assert len(site.asked) == 6


async def test_a_connection_that_is_refused_is_tried_again() -> None:
    async with serving() as site:
        pass
    async with Net.open(allowed=site.allowed, retry_base_s=FAST_S) as net:
        with pytest.raises(RemoteUnavailable, match="cannot be reached"):
            await net.fetch(site.url(), manners=AT_ONCE)


@pytest.mark.alone
async def test_the_deadline_is_one_for_all_hops_and_tries() -> None:
    async def slow(writer: asyncio.StreamWriter) -> None:
        await asyncio.sleep(0.2)
        writer.write(answer(302, location="/"))
        await writer.drain()

    limits = Limits(timeout_s=0.5)
    async with serving({"/": slow}) as site, Net.open(allowed=site.allowed, limits=limits) as net:
        started = time.monotonic()
        with pytest.raises(RemoteTimeout, match=r"longer than 0\.5 s"):
            await net.fetch(site.url(), manners=AT_ONCE)
        assert time.monotonic() - started < 1.5


async def test_a_name_is_looked_up_once_for_a_connection_and_told_to_the_site() -> None:
    names = ScriptedNames({"music.example": [["127.0.0.1"]]})
    async with serving({"/": answer(200)}) as site, Net.open(allowed=site.allowed, resolver=names) as net:
        await net.fetch(site.url("/", "MUSIC.example."), manners=AT_ONCE)
    assert names.looked_up == ["music.example"]
    assert site.asked[0].headers["host"] == f"music.example:{site.port}"


async def test_an_unknown_name_is_refused() -> None:
    async with Net.open(resolver=ScriptedNames()) as net:
        with pytest.raises(UnknownHost, match=r"nowhere\.example"):
            await net.fetch("http://nowhere.example/", manners=AT_ONCE)


@pytest.mark.parametrize("headers", [{"Host": "a.example"}, {"X": "a\r\nY: b"}, {"Transfer-Encoding": "chunked"}])
async def test_a_caller_cannot_say_what_only_net_says(headers: dict[str, str]) -> None:
    async with Net.open() as net:
        with pytest.raises(UsageError):
            await net.fetch("http://a.example/", headers=headers)


async def test_no_message_repeats_a_secret() -> None:
    secret = "s3cr3t-c4n4ry"
    async with (
        serving({f"/?token={secret}": answer(500)}) as site,
        Net.open(allowed=site.allowed, retry_base_s=FAST_S) as net,
    ):
        for url in (f"http://user:{secret}@a.example/", site.url(f"/?token={secret}"), f"ftp://a/?key={secret}"):
            with pytest.raises((ForbiddenAddress, RemoteUnavailable)) as raised:
                await net.fetch(url, manners=AT_ONCE)
            error: BaseException | None = raised.value
            while error is not None:
                assert secret not in f"{error} {error!r}"
                error = error.__cause__


async def test_too_many_headers_are_refused() -> None:
    many = answer(200, **{f"x_{n}": "y" for n in range(200)})
    async with serving({"/": many}) as site, Net.open(allowed=site.allowed) as net:
        with pytest.raises(RemoteTooLarge, match="headers"):
            await net.fetch(site.url(), manners=AT_ONCE)


async def test_a_coding_that_was_not_asked_for_is_refused() -> None:
    pages = {
        "/br": answer(200, b"x", content_encoding="br"),
        "/twice": answer(200, b"x", content_encoding="gzip, gzip"),
    }
    pages["/broken"] = answer(200, b"no gzip", content_encoding="gzip")
    async with serving(pages) as site, Net.open(allowed=site.allowed) as net:
        for path in pages:
            with pytest.raises(RemoteMalformed):
                await net.fetch(site.url(path), manners=AT_ONCE)


def _certified(name: str, folder: Path) -> tuple[Path, ssl.SSLContext]:
    """A certificate for `name` made just now, and a server's context with it."""
    key, certificate = folder / "key.pem", folder / "certificate.pem"
    command = [
        "openssl",
        "req",
        "-x509",
        "-newkey",
        "ec",
        "-pkeyopt",
        "ec_paramgen_curve:P-256",
        "-nodes",
        "-days",
        "2",
    ]
    command += ["-subj", f"/CN={name}", "-addext", f"subjectAltName=DNS:{name}"]
    subprocess.run([*command, "-keyout", key, "-out", certificate], check=True, capture_output=True)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate, key)
    return certificate, context


def _holds(folder: Path, text: bytes) -> bool:
    return any(text in file.read_bytes() for file in folder.rglob("*") if file.is_file())


async def test_tls_names_and_checks_the_host_while_the_address_is_pinned(tmp_path: Path) -> None:
    certificate, theirs = _certified("music.example", tmp_path)
    heard: list[str | None] = []
    theirs.sni_callback = lambda _socket, name, _context: heard.append(name)
    ours = ssl.create_default_context(cafile=str(certificate))
    names = ScriptedNames({"music.example": [["127.0.0.1"]], "other.example": [["127.0.0.1"]]})
    async with (
        serving({"/": answer(200, b"safe")}, tls=theirs) as site,
        Net.open(allowed=site.allowed, resolver=names, tls=ours, retry_base_s=FAST_S) as net,
    ):
        got = await net.fetch(f"https://music.example:{site.port}/", manners=AT_ONCE)
        assert got.body == b"safe"
        with pytest.raises(RemoteUnavailable, match="certificate"):
            await net.fetch(f"https://other.example:{site.port}/", manners=AT_ONCE)
    assert heard[0] == "music.example"
    assert site.paths() == ["/"]


async def test_https_is_not_left_for_http() -> None:
    wire = httpx2.MockTransport(lambda request: httpx2.Response(301, headers={"location": "http://a.example/"}))
    async with Net.open(wire=wire) as net:
        with pytest.raises(ForbiddenAddress, match="from https to http"):
            await net.fetch("https://a.example/", manners=AT_ONCE)


async def test_answers_are_kept_by_the_rules_of_http(tmp_path: Path) -> None:
    pages = {
        "/fresh": answer(200, gzip.compress(b"fresh"), cache_control="max-age=60", content_encoding="gzip"),
        "/never": answer(200, b"never", cache_control="no-store"),
        "/etag": [answer(200, b"same", cache_control="no-cache", etag='"1"'), answer(304, etag='"1"')],
    }
    async with serving(pages) as site, Net.open(allowed=site.allowed, folder=tmp_path) as net:
        for path in pages:
            first, second = [await net.fetch(site.url(path), manners=AT_ONCE) for _ in range(2)]
            assert first.body == second.body == path.strip("/").replace("etag", "same").encode()
            assert (first.from_cache, second.from_cache) == (False, path != "/never")
    assert site.paths() == ["/fresh", "/never", "/never", "/etag", "/etag"]
    assert site.asked[-1].headers["if-none-match"] == '"1"'
    async with Net.open(allowed=site.allowed, folder=tmp_path) as net:
        assert (await net.fetch(site.url("/fresh"), manners=AT_ONCE)).body == b"fresh"


async def test_what_may_hold_credentials_is_not_left_on_disk(tmp_path: Path) -> None:
    public = answer(200, b"canary-answer", cache_control="public, max-age=60")
    async with (
        serving({"/": public, "/?api_key=canary": public}) as site,
        Net.open(allowed=site.allowed, folder=tmp_path) as net,
    ):
        await net.fetch(site.url(), manners=AT_ONCE, headers={"Authorization": "canary"})
        await net.fetch(site.url("/?api_key=canary"), manners=AT_ONCE)
        await net.fetch(site.url(), manners=AT_ONCE, keep=False)
    assert not _holds(tmp_path, b"canary")


async def test_a_damaged_store_of_answers_does_not_stop_a_fetch(tmp_path: Path) -> None:
    (tmp_path / "answers.sqlite").write_bytes(b"this is no database" * 100)
    async with (
        serving({"/": answer(200, b"x", cache_control="max-age=60")}) as site,
        Net.open(allowed=site.allowed, folder=tmp_path) as net,
    ):
        for _ in range(2):
            assert (await net.fetch(site.url(), manners=AT_ONCE)).body == b"x"


async def test_two_processes_of_one_machine_share_turns(tmp_path: Path) -> None:
    manners = Manners(interval_s=0.3, robots=False)
    async with (
        serving({"/": answer(200)}) as site,
        Net.open(allowed=site.allowed, folder=tmp_path) as one,
        Net.open(allowed=site.allowed, folder=tmp_path) as two,
    ):
        started = time.monotonic()
        await asyncio.gather(*(net.fetch(site.url(), manners=manners) for net in (one, two, one)))
        assert time.monotonic() - started >= 0.55


async def test_more_connections_are_used_where_a_source_states_them() -> None:
    async def slow(writer: asyncio.StreamWriter) -> None:
        await asyncio.sleep(0.05)
        writer.write(answer(200))
        await writer.drain()

    for connections in (1, 3):
        manners = Manners(interval_s=0, connections=connections, robots=False)
        async with serving({"/": slow}) as site, Net.open(allowed=site.allowed) as net:
            await asyncio.gather(*(net.fetch(site.url(), manners=manners) for _ in range(6)))
        assert site.most_busy == connections


class _Redirecting(httpcore2.AsyncNetworkBackend):
    """A dialler behind which every address leads to one site, as a hostile network might."""

    def __init__(self, site: Site) -> None:
        self._site = site
        self.dialled: list[str] = []

    async def connect_tcp(self, host: str, port: int, **rest: object) -> httpcore2.AsyncNetworkStream:
        self.dialled.append(host)
        return await httpcore2.AnyIOBackend().connect_tcp("127.0.0.1", self._site.port)


async def test_the_peer_that_was_reached_is_checked_too() -> None:
    async with serving({"/": answer(200)}) as site:
        dial = _Redirecting(site)
        guard = Guard(ScriptedNames({"music.example": [["93.184.216.34"]]}))
        async with Net.open(wire=PinnedTransport(PinnedBackend(guard, dial))) as net:
            with pytest.raises(ForbiddenAddress, match=r"ended at 127\.0\.0\.1"):
                await net.fetch("http://music.example/", manners=AT_ONCE)
    assert dial.dialled == ["93.184.216.34"]
    assert site.asked == []
