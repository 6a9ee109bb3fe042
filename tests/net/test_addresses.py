"""The table of forbidden networks, and every way of writing an address."""

from __future__ import annotations

from ipaddress import IPv4Address, IPv6Address, ip_address, ip_network

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cratedig.errors import ForbiddenAddress
from cratedig.net.addresses import FORBIDDEN, embedded, forbidden
from cratedig.net.guard import Guard
from cratedig.net.target import canonical_host, parsed, without_secrets

FORBIDDEN_V4 = [block.network for block in FORBIDDEN if block.network.version == 4]


@st.composite
def private_v4(draw: st.DrawFn) -> IPv4Address:
    network = draw(st.sampled_from(FORBIDDEN_V4))
    return IPv4Address(int(network.network_address) + draw(st.integers(0, network.num_addresses - 1)))


def _number(value: int, how: str) -> str:
    return {"decimal": f"{value}", "octal": f"0{value:o}", "hex": f"0x{value:x}", "long hex": f"0X{value:08X}"}[how]


@st.composite
def spelled(draw: st.DrawFn, address: IPv4Address) -> str:
    """One of the ways in which inet_aton and browsers read an address: 1 to 4 numbers, each in its own base."""
    octets, parts = list(address.packed), draw(st.integers(1, 4))
    numbers = [*octets[: parts - 1], int.from_bytes(bytes(octets[parts - 1 :]), "big")]
    hows = [draw(st.sampled_from(["decimal", "octal", "hex", "long hex"])) for _ in numbers]
    return ".".join(_number(*pair) for pair in zip(numbers, hows, strict=True)) + draw(st.sampled_from(["", "."]))


@st.composite
def carrying(draw: st.DrawFn, address: IPv4Address) -> IPv6Address:
    """An IPv6 address behind which `address` is reached."""
    inner, rest = int(address), draw(st.integers(0, 2**64 - 1))
    form = draw(st.sampled_from(["mapped", "compatible", "translated", "6to4", "NAT64", "Teredo", "ISATAP"]))
    if form == "6to4":
        return IPv6Address(0x2002 << 112 | inner << 80 | rest)
    if form == "Teredo":
        return IPv6Address(0x20010000 << 96 | (rest & 0xFFFF_FFFF) << 64 | (inner ^ 0xFFFF_FFFF))
    if form == "ISATAP":
        return IPv6Address(0x2600 << 112 | (rest & 0xFFFF) << 64 | 0x5EFE << 32 | inner)
    prefix = {"mapped": "::ffff:0:0", "compatible": "::", "translated": "::ffff:0:0:0", "NAT64": "64:ff9b::"}[form]
    return IPv6Address(int(IPv6Address(prefix)) | inner)


@given(st.data())
def test_every_spelling_of_a_forbidden_address_is_refused(data: st.DataObject) -> None:
    address = data.draw(private_v4())
    text = data.draw(spelled(address))
    assert canonical_host(text) == str(address)
    with pytest.raises(ForbiddenAddress):
        Guard().target(f"http://{text}/")


@pytest.mark.parametrize("url", ["http://[::1%é]/", "http://[fe80::1%25é]/", "http://a.example/\ud800", "\ud800"])
def test_what_no_parser_can_spell_is_refused(url: str) -> None:
    with pytest.raises(ForbiddenAddress):
        Guard().target(url)


@given(st.data())
def test_a_forbidden_address_inside_an_ipv6_one_is_refused(data: st.DataObject) -> None:
    inner = data.draw(private_v4())
    outer = data.draw(carrying(inner))
    assert inner in set(embedded(outer))
    assert forbidden(outer) is not None
    with pytest.raises(ForbiddenAddress):
        Guard().target(f"https://[{outer}]/")


@given(st.ip_addresses())
def test_nothing_is_open_that_python_calls_private_multicast_or_reserved(address: IPv4Address | IPv6Address) -> None:
    closed = address.is_private or address.is_multicast or address.is_reserved or address.is_unspecified
    nat64 = address.version == 6 and address in ip_network("64:ff9b::/96")  # open where the address inside is
    if closed and not nat64:
        assert forbidden(address) is not None


@given(st.text(max_size=60) | st.from_regex(r"https?:[/\\\\]{0,3}[][@:.%#?/a0x1-]{0,20}"))
def test_whatever_is_given_is_a_public_target_or_refused(text: str) -> None:
    guard = Guard()
    for base in (None, parsed("http://a.example/b")):
        try:
            target = guard.target(text, base=base)
        except ForbiddenAddress:
            continue
        assert parsed(target.url) == target
        assert target.address is None or forbidden(target.address) is None


@given(st.ip_addresses())
def test_a_host_has_one_spelling(address: IPv4Address | IPv6Address) -> None:
    once = canonical_host(str(address))
    assert ip_address(once) == address
    assert canonical_host(once) == once


@pytest.mark.parametrize(
    "address",
    ["8.8.8.8", "1.1.1.1", "100.63.255.255", "100.128.0.0", "172.15.0.1", "172.32.0.1", "192.169.0.1",
     "223.255.255.255", "2606:4700:4700::1111", "2a00:1450:4001::1", "64:ff9b::808:808"],
)  # fmt: skip
def test_the_public_internet_is_open(address: str) -> None:
    assert forbidden(ip_address(address)) is None


def test_the_edges_of_every_block_are_inside_it() -> None:
    for block in FORBIDDEN:
        assert forbidden(block.network[0]) is not None
        assert forbidden(block.network[-1]) is not None
        assert block.source
        assert block.why


@pytest.mark.parametrize(
    ("given_url", "read"),
    [
        ("HTTP://Example.COM", "http://example.com/"),
        ("https://example.com:443/a?b#c", "https://example.com/a?b"),
        ("http://example.com.:8080/", "http://example.com:8080/"),
        ("http://bücher.example/ü", "http://xn--bcher-kva.example/%C3%BC"),
        ("http://0x08.8.2056/", "http://8.8.8.8/"),
        ("http://[2606:4700::0001]/", "http://[2606:4700::1]/"),
    ],
)
def test_a_url_has_one_spelling(given_url: str, read: str) -> None:
    assert parsed(given_url).url == read


def test_a_message_shows_no_query() -> None:
    assert str(parsed("http://a.example/b?token=c")) == "http://a.example/b"


def test_secrets_are_taken_out_of_a_url() -> None:
    assert without_secrets("http://u:p@a.example/b?keyword=x&api_key=y&c=d#e") == "http://a.example/b?keyword=x&c=d"
