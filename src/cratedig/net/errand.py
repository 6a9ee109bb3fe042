"""What one fetch carries from hop to hop, and what it brings back."""

from __future__ import annotations

import codecs
from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any

import httpx2
import orjson

from cratedig.errors import RemoteMalformed
from cratedig.net.limits import WireTime
from cratedig.net.manners import Manners
from cratedig.net.target import Target

_KEY = "cratedig.hop"
# the names of Python's codecs for what the web uses; others (punycode, unicode_escape) are not for strangers' text
_CHARACTER_SETS = ("utf", "ascii", "iso8859", "cp", "koi8", "mac", "big5", "gb", "euc", "shift_jis", "iso2022", "johab")


@dataclass(frozen=True, slots=True)
class Errand:
    """cut: keep the first `max_bytes` of a longer body. kept: the answer may come from the disk and be left there.

    tries: at most so many for each hop.
    """

    manners: Manners
    max_bytes: int
    wire_time: WireTime
    cut: bool = False
    kept: bool = False
    tries: int = 1


@dataclass(frozen=True, slots=True)
class Redirect:
    """One step of the way: the site answered `status` and sent us on to `url`."""

    status: int
    url: str

    @property
    def is_permanent(self) -> bool:
        """True where the old address is not to be used again (RFC 9110, sections 15.4.2 and 15.4.9)."""
        return self.status in (301, 308)


@dataclass(frozen=True, slots=True)
class Answer:
    """What a site said. url: where it was said, after `hops` redirects. headers: lower-case names."""

    url: str
    status: int
    headers: Mapping[str, str]
    body: bytes
    hops: int
    from_cache: bool
    redirects: tuple[Redirect, ...] = ()

    @property
    def text(self) -> str:
        """The body in the charset the site names, else UTF-8; what cannot be read becomes U+FFFD."""
        head = httpx2.Response(200, headers={"content-type": self.headers.get("content-type", "")})
        return self.body.decode(_charset(head.charset_encoding), "replace")

    def json(self) -> Any:
        """The body as JSON. Raises RemoteMalformed when it is none."""
        try:
            return orjson.loads(self.body)
        except orjson.JSONDecodeError as error:
            raise RemoteMalformed(f"{self.url.partition('?')[0][:120]} did not answer with JSON.") from error


def _charset(named: str | None) -> str:
    """The codec to read text with: the named one where it is a character set, else UTF-8."""
    try:
        codec = codecs.lookup(named or "utf-8")
    except (LookupError, ValueError):
        return "utf-8"
    return codec.name if codec.name.startswith(_CHARACTER_SETS) else "utf-8"


def carried(target: Target, errand: Errand) -> dict[str, Any]:
    """The extensions of a request: where it goes and on what errand."""
    return {_KEY: (target, errand)}


def hop_of(request: httpx2.Request) -> tuple[Target, Errand]:
    """What `carried` put into a request."""
    target, errand = request.extensions[_KEY]
    return target, errand


def plain(headers: httpx2.Headers) -> Mapping[str, str]:
    """Headers that nobody can change; repeated ones joined by ", " (RFC 9110, section 5.3)."""
    return MappingProxyType(dict(headers.items()))
