"""A URL as it will be used: one spelling of its host, nothing in it that two parsers could read in two ways."""

from __future__ import annotations

import re
from dataclasses import dataclass
from ipaddress import IPv4Address, IPv6Address
from urllib.parse import parse_qsl, urlencode, urljoin, urlsplit, urlunsplit

import httpx2

from cratedig.errors import ForbiddenAddress
from cratedig.net.addresses import Address

DEFAULT_PORTS = {"http": 80, "https": 443}
MOST_URL_CHARS = 8192  # what RFC 9110, section 4.1 asks every server to take
MOST_SHOWN_CHARS = 120
_LABEL = re.compile(r"[a-z0-9_]([a-z0-9_-]{0,61}[a-z0-9_])?", re.ASCII)
# RFC 6761, 6762, 7686, 8375; ICANN 2024 for .internal: names that mean something on this network only, or nowhere
_LOCAL_NAMES = ("localhost", "local", "internal", "home.arpa", "onion", "invalid", "test", "localdomain")

SECRET_NAME = re.compile(
    r"(?:^|[._-])(?:key|sig|code|auth|pass)$|api_?key|access_?key|token|secret|signature|password|session",
    re.IGNORECASE,
)
"""A query's parameter that may hold a credential."""


@dataclass(frozen=True, slots=True)
class Target:
    """Where one request goes. host: lower case, ASCII, without brackets and without a last dot."""

    scheme: str
    host: str
    port: int
    path: str

    @property
    def address(self) -> Address | None:
        """The address the host is, where it is not a name."""
        return _literal(self.host)

    @property
    def origin(self) -> str:
        host = f"[{self.host}]" if ":" in self.host else self.host
        port = "" if self.port == DEFAULT_PORTS[self.scheme] else f":{self.port}"
        return f"{self.scheme}://{host}{port}"

    @property
    def url(self) -> str:
        return self.origin + self.path

    def __str__(self) -> str:
        """For messages and logs: without the query, which may hold a token."""
        return f"{self.origin}{self.path.partition('?')[0]}"[:MOST_SHOWN_CHARS]

    def joined(self, location: str) -> Target:
        """Where a Location header leads from here. Raises ForbiddenAddress as `parsed` does."""
        try:
            return parsed(urljoin(self.url, location))
        except ValueError as error:
            raise ForbiddenAddress(f"{self} leads to what is not a URL.") from error


def parsed(url: str) -> Target:
    """Reads an absolute http or https URL. Raises ForbiddenAddress for any other, and for user names and odd hosts."""
    if len(url) > MOST_URL_CHARS:
        raise ForbiddenAddress(f"An address of {len(url):,} characters is not followed.")
    try:
        read = httpx2.URL(url.strip(" "))
        host, netloc = read.raw_host.decode("ascii"), read.netloc.decode("ascii")
    except (httpx2.InvalidURL, UnicodeError) as error:  # half of a surrogate pair, a letter in [::1%é]
        raise ForbiddenAddress("The address is not a URL.") from error
    if read.scheme not in DEFAULT_PORTS:
        raise ForbiddenAddress(f"Only http and https are fetched, not {read.scheme[:20]!r}.")
    if read.userinfo or "@" in netloc:
        raise ForbiddenAddress("An address with a user name is not fetched.", hint="Give credentials as a header.")
    port = DEFAULT_PORTS[read.scheme] if read.port is None else read.port
    return Target(read.scheme, canonical_host(host), port, read.raw_path.decode("ascii"))


def canonical_host(text: str) -> str:
    """One spelling for a host: "127.1", "0x7f000001" and "127.0.0.1." are "127.0.0.1", names are lower case.

    Numbers are read as browsers and getaddrinfo read them (WHATWG URL Standard, section 3.5). Raises ForbiddenAddress
    for what is neither an address nor a name that the public DNS may hold.
    """
    host = text.lower().removeprefix("[").removesuffix("]")
    if ":" in host:
        return str(_ipv6(host))
    host = host.removesuffix(".")
    if _ends_in_number(host):
        return str(_ipv4(host))
    return _name(host)


def without_secrets(url: str) -> str:
    """The URL without its user name, fragment and every parameter whose name speaks of a secret."""
    parts = urlsplit(url)
    asked = parse_qsl(parts.query, keep_blank_values=True)
    public = [(name, value) for name, value in asked if not SECRET_NAME.search(name)]
    query = parts.query if len(public) == len(asked) else urlencode(public)
    return urlunsplit((parts.scheme, parts.netloc.rpartition("@")[2], parts.path, query, ""))


def _literal(host: str) -> Address | None:
    if ":" in host:
        return IPv6Address(host)
    return IPv4Address(host) if _ends_in_number(host) else None


def _name(host: str) -> str:
    if len(host) > 253 or not all(_LABEL.fullmatch(label) for label in host.split(".")):
        raise ForbiddenAddress(f"{host[:60]!r} is not the name of a host.")
    if "." not in host or any(f".{host}".endswith(f".{local}") for local in _LOCAL_NAMES):
        raise ForbiddenAddress(f"{host!r} is a name of the local network only.")
    return host


def _ipv6(host: str) -> IPv6Address:
    try:
        if "%" in host:
            raise ValueError("a zone means an interface of this machine")
        return IPv6Address(host)
    except ValueError as error:
        raise ForbiddenAddress(f"{host[:60]!r} is not an address that can be fetched from.") from error


def _ends_in_number(host: str) -> bool:
    last = host.rpartition(".")[2]
    return bool(re.fullmatch(r"[0-9]+|0x[0-9a-f]*", last, re.ASCII))


def _ipv4(host: str) -> IPv4Address:
    try:
        *first, last = (_number(part) for part in host.split("."))
        if len(first) > 3 or any(part > 255 for part in first) or last >= 256 ** (4 - len(first)):
            raise ValueError("out of range")
        return IPv4Address(sum(part << 8 * (3 - place) for place, part in enumerate(first)) + last)
    except ValueError as error:
        raise ForbiddenAddress(f"{host[:60]!r} is not an address that can be fetched from.") from error


def _number(text: str) -> int:
    """Decimal; octal after "0", hexadecimal after "0x" (which alone is zero)."""
    if not re.fullmatch(r"[0-9a-fx]+", text, re.ASCII):
        raise ValueError(f"{text!r} is no number")
    if text.startswith("0x"):
        return int(text[2:] or "0", 16)
    return int(text, 8 if text.startswith("0") else 10)
