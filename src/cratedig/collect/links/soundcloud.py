"""SoundCloud's own interface: where a track of theirs lives now.

https://developers.soundcloud.com/docs/api/guide: a registered application's id and secret.

A token lasts an hour, and at most 50 are given out in 12 hours.
"""

from __future__ import annotations

import base64
import time
from collections.abc import Mapping
from typing import Any
from urllib.parse import quote, urlencode

from cratedig.catalogue.recoveries import Lost
from cratedig.collect.links.found import PLATFORM, Found
from cratedig.collect.links.verdict import site_of
from cratedig.errors import RemoteRefused
from cratedig.net import Answer, Manners, Net

_ASK_TOKEN = "https://secure.soundcloud.com/oauth/token"  # noqa: S105 - an address, not a token
ROOT = "https://api.soundcloud.com"
MANNERS = Manners(interval_s=1.0, robots=False)
LIMIT = 5
EARLY_S = 60.0
"""A token is renewed so long before it ends."""


class SoundCloud:
    """The source `soundcloud`. Only tracks whose address was there are asked for."""

    name = "soundcloud"
    strategy = PLATFORM

    def __init__(self, client_id: str, client_secret: str) -> None:
        self._basic = base64.b64encode(f"{client_id}:{client_secret}".encode()).decode()
        self._token, self._until = "", 0.0

    async def find(self, net: Net, lost: Lost) -> list[Found]:
        """By its id, which outlives a new name; by its old address; by artist and title."""
        if site_of(lost.url) != "soundcloud.com":
            return []
        if lost.source_id and lost.source_id.isdecimal():
            urn = quote(f"soundcloud:tracks:{lost.source_id}", safe="")
            if found := _tracks(await self._get(net, f"/tracks/{urn}"), has_same_id=True):
                return found
        if found := _tracks(await self._get(net, f"/resolve?{urlencode({'url': lost.url})}"), has_same_id=True):
            return found
        if not (lost.artist and lost.title):
            return []
        asked = urlencode({"q": f"{lost.artist} {lost.title}", "limit": LIMIT, "access": "playable,preview"})
        return _tracks(await self._get(net, f"/tracks?{asked}"), has_same_id=False)

    async def _get(self, net: Net, path: str) -> Answer:
        token = await self._valid_token(net)
        answer = await net.fetch(
            ROOT + path, headers={"Authorization": f"OAuth {token}", "Accept": "application/json"}, manners=MANNERS
        )
        if answer.status in (401, 403):
            self._token = ""
            raise RemoteRefused(f"SoundCloud answers {answer.status}.", hint="Check collect.soundcloud_client_id.")
        return answer

    async def _valid_token(self, net: Net) -> str:
        if self._token and time.monotonic() < self._until:
            return self._token
        answer = await net.fetch(
            _ASK_TOKEN,
            method="POST",
            headers={
                "Authorization": f"Basic {self._basic}",
                "Content-Type": "application/x-www-form-urlencoded",
                "Accept": "application/json",
            },
            content=b"grant_type=client_credentials",
            manners=MANNERS,
            keep=False,
        )
        document = answer.json() if answer.status == 200 else None
        token = document.get("access_token") if isinstance(document, Mapping) else None
        if not isinstance(token, str) or not token:
            raise RemoteRefused(
                f"SoundCloud gives no token (it answers {answer.status}).", hint="Check collect.soundcloud_client_id."
            )
        lasts = document.get("expires_in") if isinstance(document, Mapping) else None
        seconds = float(lasts) if isinstance(lasts, int | float) else 3600.0
        self._token, self._until = token, time.monotonic() + max(0.0, seconds - EARLY_S)
        return token


def _tracks(answer: Answer, *, has_same_id: bool) -> list[Found]:
    """The tracks of an answer: one object, a list, or a list in `collection`. None for any other status than 200."""
    if answer.status != 200:
        return []
    document = answer.json()
    if isinstance(document, Mapping):
        document = document.get("collection", [document])
    rows = document if isinstance(document, list) else []
    return [_track(row, has_same_id) for row in rows if isinstance(row, Mapping) and _is_track(row)]


def _is_track(row: Mapping[str, Any]) -> bool:
    return row.get("kind") == "track" and isinstance(row.get("permalink_url"), str)


def _track(row: Mapping[str, Any], has_same_id: bool) -> Found:
    user, length = row.get("user"), row.get("duration")
    artist = user.get("username") if isinstance(user, Mapping) else None
    seconds = length / 1000 if isinstance(length, int | float) else None
    return Found(row["permalink_url"], PLATFORM, str(row.get("title") or ""), str(artist or ""), seconds, has_same_id)
