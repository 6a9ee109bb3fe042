"""Who a request comes from: the holder of a key or of a session, else this machine while no key was ever made."""

from __future__ import annotations

from starlette.exceptions import HTTPException
from starlette.requests import HTTPConnection

from cratedig.web.access.caller import Caller
from cratedig.web.access.keys import KeyRefused, Keyring
from cratedig.web.access.peer import Peer
from cratedig.web.access.refusals import KEY_HEADER, NotKnown, TooMany
from cratedig.web.access.roles import Role
from cratedig.web.access.window import Windows

COOKIE = "cratedig_session"
WRONG_KEYS_PER_MINUTE = 20


class Door:
    """Finds the caller of a request."""

    def __init__(self, keyring: Keyring) -> None:
        self._keyring = keyring
        self._wrong = Windows(limit=WRONG_KEYS_PER_MINUTE)

    async def caller(self, asked: HTTPConnection, peer: Peer) -> Caller:
        """Raises NotKnown, TooMany, HTTPException 421, CatalogueUnavailable."""
        key = asked.headers.get(KEY_HEADER)
        if key is not None:
            return await self.holder_of(key, peer)
        if COOKIE in asked.cookies:
            return await self._holder_of_session(asked.cookies[COOKIE])
        if not peer.near or await self._keyring.any_created():
            return Caller(peer.id)
        if not peer.asked_here:
            raise HTTPException(421, f"No key was made yet, so this answers to localhost only, not to {peer.named!r}")
        return Caller(peer.id, Role.ADMIN)

    async def holder_of(self, key: str, peer: Peer) -> Caller:
        """The holder of a key. Too many wrong ones from one address are answered with 429; a right one never is."""
        try:
            holder = await self._keyring.holder_of(key)
        except KeyRefused as refused:
            verdict = self._wrong.take(peer.id)
            if not verdict.admitted:
                raise TooMany(verdict, "Too many wrong keys from this address") from refused
            raise NotKnown(str(refused)) from refused
        return Caller(holder.id, holder.role)

    async def _holder_of_session(self, token: str) -> Caller:
        try:
            holder = await self._keyring.holder_of_session(token)
        except KeyRefused as refused:
            raise NotKnown(str(refused)) from refused
        return Caller(holder.id, holder.role)
