"""The one table of networks that no request may reach, and the IPv4 addresses that hide inside IPv6 ones.

Own table, because `ipaddress.is_private` and `is_global` leave out what matters here (multicast, 6to4, an address
inside NAT64, a provider's metadata on a public address) and change between releases of Python. IPv6 is decided the
other way round: only global unicast (2000::/3) is open, less the blocks below.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_network

Address = IPv4Address | IPv6Address


@dataclass(frozen=True, slots=True)
class Block:
    """A forbidden network, what it is, and who says so."""

    network: IPv4Network | IPv6Network
    why: str
    source: str


def _blocks(*rows: tuple[str, str, str]) -> tuple[Block, ...]:
    return tuple(Block(ip_network(network), why, source) for network, why, source in rows)


# IANA's special-purpose registries (RFC 6890 and its successors), multicast, and what providers keep for themselves.
FORBIDDEN = _blocks(
    ("0.0.0.0/8", "this network", "RFC 791, section 3.2"),
    ("10.0.0.0/8", "private", "RFC 1918"),
    ("100.64.0.0/10", "shared by a carrier's customers", "RFC 6598"),  # Alibaba's metadata, 100.100.100.200, too
    ("127.0.0.0/8", "loopback", "RFC 1122, section 3.2.1.3"),
    ("168.63.129.16/32", "Azure's machine agent", "Azure: what is IP address 168.63.129.16"),
    ("169.254.0.0/16", "link-local and metadata", "RFC 3927"),
    ("172.16.0.0/12", "private", "RFC 1918"),
    ("192.0.0.0/24", "IETF protocols", "RFC 6890"),  # Oracle's metadata, 192.0.0.192, too
    ("192.0.2.0/24", "documentation", "RFC 5737"),
    ("192.88.99.0/24", "6to4 relays, withdrawn", "RFC 7526"),
    ("192.168.0.0/16", "private", "RFC 1918"),
    ("198.18.0.0/15", "benchmarks", "RFC 2544"),
    ("198.51.100.0/24", "documentation", "RFC 5737"),
    ("203.0.113.0/24", "documentation", "RFC 5737"),
    ("224.0.0.0/4", "multicast", "RFC 5771"),
    ("240.0.0.0/4", "reserved", "RFC 1112, section 4"),  # 255.255.255.255 too
    ("::/128", "unspecified", "RFC 4291"),
    ("::1/128", "loopback", "RFC 4291"),
    ("::/96", "IPv4-compatible", "RFC 4291"),
    ("::ffff:0:0/96", "IPv4-mapped", "RFC 4291"),
    ("::ffff:0:0:0/96", "IPv4-translated", "RFC 2765"),
    ("64:ff9b:1::/48", "local translation", "RFC 8215"),
    ("100::/64", "discard", "RFC 6666"),
    ("2001::/23", "IETF protocols, Teredo, ORCHID", "RFC 2928, RFC 4380, RFC 7343"),
    ("2001:db8::/32", "documentation", "RFC 3849"),
    ("2002::/16", "6to4", "RFC 3056, RFC 7526"),
    ("3fff::/20", "documentation", "RFC 9637"),
    ("5f00::/16", "segment routing", "RFC 9602"),
    ("fc00::/7", "private", "RFC 4193"),  # metadata of AWS (fd00:ec2::254) and Google (fd20:ce::254) too
    ("fe80::/10", "link-local", "RFC 4291"),
    ("fec0::/10", "site-local", "RFC 3879"),
    ("ff00::/8", "multicast", "RFC 4291"),
)

_GLOBAL_UNICAST = IPv6Network("2000::/3")  # RFC 3587, section 2
_NAT64 = IPv6Network("64:ff9b::/96")  # RFC 6052: how a network without IPv4 reaches IPv4
_TEREDO = IPv6Network("2001::/32")
_SIX_TO_FOUR = IPv6Network("2002::/16")
_LOW_32_BITS = tuple(IPv6Network(text) for text in ("::/96", "::ffff:0:0/96", "::ffff:0:0:0/96", "64:ff9b::/96"))
_ISATAP = frozenset({0x0000_5EFE, 0x0200_5EFE})  # RFC 5214, section 6.1


def forbidden(address: Address) -> str | None:
    """Why no request may go to `address`: "127.0.0.1 is loopback"; None where it may."""
    for block in FORBIDDEN:
        if address.version == block.network.version and address in block.network:
            return f"{address} is {block.why}"
    if isinstance(address, IPv4Address):
        return None
    for inner in embedded(address):
        if (reason := forbidden(inner)) is not None:
            return f"{address} holds {inner}: {reason}"
    if address in _GLOBAL_UNICAST or address in _NAT64:
        return None
    return f"{address} is not global unicast"


def embedded(address: IPv6Address) -> Iterator[IPv4Address]:
    """The IPv4 addresses a packet to `address` may end at: mapped, compatible, 6to4, NAT64, Teredo, ISATAP."""
    bits = int(address)
    if any(address in network for network in _LOW_32_BITS) or (bits >> 32 & 0xFFFF_FFFF) in _ISATAP:
        yield IPv4Address(bits & 0xFFFF_FFFF)
    if address in _SIX_TO_FOUR:
        yield IPv4Address(bits >> 80 & 0xFFFF_FFFF)
    if address in _TEREDO:  # the server, and the client with every bit turned
        yield IPv4Address(bits >> 64 & 0xFFFF_FFFF)
        yield IPv4Address(~bits & 0xFFFF_FFFF)
