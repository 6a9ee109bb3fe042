"""What one fetch carries from hop to hop, and what it brings back."""

from __future__ import annotations

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
class Answer:
    """What a site said. url: where it was said, after `hops` redirects. headers: lower-case names."""

    url: str
    status: int
    headers: Mapping[str, str]
    body: bytes
    hops: int
    from_cache: bool

    @property
    def text(self) -> str:
        """The body in the charset the site names, else UTF-8; what cannot be read becomes U+FFFD."""
        charset = httpx2.Response(200, headers={"content-type": self.headers.get("content-type", "")}).charset_encoding
        try:
            return self.body.decode(charset or "utf-8", "replace")
        except LookupError:
            return self.body.decode("utf-8", "replace")

    def json(self) -> Any:
        """The body as JSON. Raises RemoteMalformed when it is none."""
        try:
            return orjson.loads(self.body)
        except orjson.JSONDecodeError as error:
            raise RemoteMalformed(f"{self.url.partition('?')[0][:120]} did not answer with JSON.") from error


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
