"""Clients of the application as they come from here and from elsewhere, with keys and without."""

from __future__ import annotations

import httpx2
from starlette.types import ASGIApp

from cratedig.web.access.keys import NewKey, create
from cratedig.web.access.pepper import pepper_of
from cratedig.web.access.roles import Role
from cratedig.wiring import App

ELSEWHERE = "198.51.100.7"
BROWSER = {"Accept": "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"}


def client(
    api: ASGIApp,
    *,
    address: str = "127.0.0.1",
    url: str = "http://localhost",
    key: str | None = None,
    headers: dict[str, str] | None = None,
) -> httpx2.AsyncClient:
    """A client whose requests come from `address`, asked for as `url`."""
    sent = {**(headers or {}), **({"X-API-Key": key} if key else {})}
    transport = httpx2.ASGITransport(app=api, client=(address, 40_000))
    return httpx2.AsyncClient(transport=transport, base_url=url, headers=sent)


async def make_key(app: App, role: Role = Role.READER, *, days: float = 90) -> NewKey:
    async with app.catalogue.begin() as session:
        return await create(session, pepper=pepper_of(app.settings), name="test", role=role, days=days)
