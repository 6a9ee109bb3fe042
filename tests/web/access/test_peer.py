"""Where a request comes from, and which proxies are believed."""

from __future__ import annotations

from ipaddress import ip_network

import pytest

from cratedig.web.access.peer import came_from_our_page, peer_of

PROXIES = [ip_network("10.0.0.0/8"), ip_network("2001:db8::/32")]


def scope(address: str | None, **headers: str) -> dict[str, object]:
    named = [(name.replace("_", "-").encode(), value.encode()) for name, value in headers.items()]
    return {"type": "http", "scheme": "http", "client": (address, 1) if address else None, "headers": named}


@pytest.mark.parametrize("address", ["127.0.0.1", "127.8.8.8", "::1", "::ffff:127.0.0.1"])
def test_a_program_of_this_machine_is_near(address: str) -> None:
    assert peer_of(scope(address, host="localhost:8000")).near


@pytest.mark.parametrize("address", ["192.0.2.1", "::ffff:192.0.2.1", "fe80::1%eth0", "localhost", "testclient", None])
def test_everything_else_is_not(address: str | None) -> None:
    assert not peer_of(scope(address, host="localhost")).near


@pytest.mark.parametrize("header", ["x_forwarded_for", "forwarded", "x_real_ip", "via", "x_forwarded_host"])
def test_what_a_proxy_of_this_machine_relays_is_not_near(header: str) -> None:
    assert not peer_of(scope("127.0.0.1", host="localhost", **{header: "127.0.0.1"})).near


HERE = ["localhost", "localhost:8000", "LOCALHOST", "localhost.", "music.localhost", "127.0.0.1:80", "[::1]:8000"]
NOT_HERE = ["evil.example", "localhost.evil.example", "127.0.0.1.evil.example", "192.0.2.1", "", "[::1", "a b"]


@pytest.mark.parametrize("host", HERE)
def test_these_names_mean_this_machine(host: str) -> None:
    assert peer_of(scope("127.0.0.1", host=host)).asked_here


@pytest.mark.parametrize("host", NOT_HERE)
def test_these_do_not(host: str) -> None:
    assert not peer_of(scope("127.0.0.1", host=host)).asked_here


def test_two_hosts_are_none() -> None:
    two = {**scope("127.0.0.1"), "headers": [(b"host", b"localhost"), (b"host", b"evil.example")]}
    assert not peer_of(two).asked_here


def test_a_stranger_is_not_believed_about_whom_it_relays() -> None:
    told = scope("192.0.2.9", x_forwarded_for="127.0.0.1", x_forwarded_proto="https")
    assert peer_of(told, PROXIES) == peer_of(scope("192.0.2.9"))


@pytest.mark.parametrize(
    ("forwarded", "address"),
    [
        ("203.0.113.5", "203.0.113.5"),
        ("127.0.0.1, 203.0.113.5", "203.0.113.5"),  # the client wrote the first, our proxy the last
        ("203.0.113.5, 10.1.1.1, 2001:db8::7", "203.0.113.5"),
        ("nonsense", "10.0.0.1"),
        ("10.0.0.3", "10.0.0.1"),
    ],
)
def test_a_trusted_proxy_is_believed_about_the_last_address_that_is_none_of_ours(forwarded: str, address: str) -> None:
    peer = peer_of(scope("10.0.0.1", x_forwarded_for=forwarded, x_forwarded_proto="https"), PROXIES)
    assert (peer.id, peer.near, peer.https) == (f"address {address}", False, True)


def test_the_addresses_of_one_ipv6_subscriber_count_as_one() -> None:
    one, other, neighbour = (
        peer_of(scope(address)).id for address in ("2001:db8::1", "2001:db8::ffff:2", "2001:db8:0:1::1")
    )
    assert one == other != neighbour


@pytest.mark.parametrize(
    ("headers", "ours"),
    [
        ({}, True),
        ({"sec-fetch-site": "same-origin"}, True),
        ({"sec-fetch-site": "none"}, True),
        ({"sec-fetch-site": "same-site"}, False),  # another port of this machine
        ({"sec-fetch-site": "cross-site", "origin": "http://music.example"}, False),
        ({"origin": "http://music.example"}, True),
        ({"origin": "http://evil.example"}, False),
        ({"origin": "null"}, False),
        ({"origin": "http://[::1"}, False),
        ({"origin": "http://evil.example/@music.example"}, False),
        ({"origin": "https://friend.example", "sec-fetch-site": "cross-site"}, True),
    ],
)
def test_what_another_site_sent_is_known_by_what_the_browser_says(headers: dict[str, str], ours: bool) -> None:
    assert came_from_our_page({"host": "music.example", **headers}, ["https://friend.example"]) is ours
