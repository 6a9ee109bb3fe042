"""Where a request comes from: the address of the other end, or what a trusted proxy says of it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address, ip_network
from urllib.parse import urlsplit

from starlette.datastructures import Headers
from starlette.types import Scope

Address = IPv4Address | IPv6Address
Network = IPv4Network | IPv6Network

OF_A_PROXY = ("forwarded", "x-forwarded-for", "x-forwarded-host", "x-real-ip", "via")
OF_ONE_SUBSCRIBER = 64  # bits: whoever has one IPv6 address has at least this network (RFC 6177)


@dataclass(frozen=True)
class Peer:
    """The other end of a request.

    id: what its requests are counted under. near: a program of this machine, not relayed. named: the host by which it
    asked for us. https: the way to it is encrypted.
    """

    id: str
    near: bool
    named: str
    https: bool

    @property
    def asked_here(self) -> bool:
        """It named us as only this machine can. A page that makes its own name point here (DNS rebinding) did not."""
        return self.named == "localhost" or self.named.endswith(".localhost") or is_loopback(self.named)


def peer_of(scope: Scope, trusted: Sequence[Network] = ()) -> Peer:
    """The peer of a connection. A proxy is believed only where its address is among `trusted`."""
    headers = Headers(scope=scope)
    address = _address(scope["client"][0]) if scope.get("client") else None
    scheme = scope.get("scheme", "http")
    relayed = any(name in headers for name in OF_A_PROXY)
    if address is not None and _among(address, trusted):
        address = _first_untrusted(headers.getlist("x-forwarded-for"), trusted) or address
        scheme = headers.get("x-forwarded-proto", scheme)
    near = address is not None and address.is_loopback and not relayed
    return Peer(_id(address), near, _host(headers), scheme in {"https", "wss"})


def is_loopback(host: str) -> bool:
    """
    >>> [is_loopback(host) for host in ("127.0.0.1", "127.9.9.9", "::1", "192.0.2.1", "localhost", "")]
    [True, True, True, False, False, False]
    """
    address = _address(host)
    return address is not None and address.is_loopback


def came_from_our_page(headers: Mapping[str, str], origins: Sequence[str] = ()) -> bool:
    """False for what a browser says another site's page sent (Fetch Metadata; older ones: Origin, RFC 6454).

    What says nothing is no browser, or one that a person typed the address into.
    """
    origin = headers.get("origin")
    if origin in origins:
        return True
    site = headers.get("sec-fetch-site")
    if site is not None:
        return site in {"same-origin", "none"}
    return origin is None or origin.partition("://")[2] == headers.get("host")


def _first_untrusted(forwarded: Sequence[str], trusted: Sequence[Network]) -> Address | None:
    """From the right, where our own proxies write, the first address that is none of theirs."""
    for said in reversed([part.strip() for line in forwarded for part in line.split(",")]):
        address = _address(said)
        if address is None or not _among(address, trusted):
            return address
    return None


def _among(address: Address, networks: Sequence[Network]) -> bool:
    return any(address.version == network.version and address in network for network in networks)


def _address(text: str) -> Address | None:
    """The address as it is meant: ::ffff:127.0.0.1 is 127.0.0.1."""
    try:
        address = ip_address(text.partition("%")[0])
    except ValueError:
        return None
    return (address.ipv4_mapped or address) if isinstance(address, IPv6Address) else address


def _id(address: Address | None) -> str:
    if isinstance(address, IPv6Address) and not address.is_loopback:
        return f"address {ip_network((address, OF_ONE_SUBSCRIBER), strict=False)}"
    return f"address {address or 'unknown'}"


def _host(headers: Headers) -> str:
    """The name in Host, without port and brackets; "" where there is none, or more than one."""
    given = headers.getlist("host")
    if len(given) != 1:
        return ""
    try:
        return (urlsplit(f"//{given[0]}").hostname or "").rstrip(".")
    except ValueError:
        return ""
