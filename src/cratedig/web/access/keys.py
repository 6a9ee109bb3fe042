"""API keys: 256 random bits shown once, kept as an HMAC under a pepper, checked against what the database says now.

A key is `cd_<id>_<secret>`: the prefix lets secret scanners find one that was committed somewhere; the id is public.
"""

from __future__ import annotations

import hashlib
import hmac
import re
import secrets
import time
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import timedelta
from functools import cached_property

import anyio

from cratedig.catalogue import Catalogue, Session, keys
from cratedig.catalogue.keys import KeyRow, Proof
from cratedig.errors import CatalogueUnavailable, UsageError
from cratedig.web.access.roles import Role

FORM = re.compile(r"cd_([0-9a-f]{12})_[A-Za-z0-9_-]{43}")
FRESH_S = 0.5  # a revoked key is refused within this and one query, in every process
DEFAULT_DAYS = 90
MAX_NAME_CHARS = 100
SESSION_S = 7 * 86_400
_NOBODY = Proof("", "reader", bytes(32), "living")  # no HMAC is 32 zeros: what an unknown id is compared with


class KeyRefused(Exception):
    """A key or session that lets nobody in; says why only to who holds the right secret."""


@dataclass(frozen=True)
class NewKey:
    """A key as it is shown, this once."""

    key: str
    row: KeyRow


def digest_of(key: str, pepper: bytes) -> bytes:
    """HMAC-SHA256 (RFC 2104). The key has 256 random bits: nothing slower is needed against guessing."""
    return hmac.digest(pepper, key.encode(), hashlib.sha256)


async def create(session: Session, *, pepper: bytes, name: str, role: Role, days: float = DEFAULT_DAYS) -> NewKey:
    """Makes a key; it can never be shown again. Raises UsageError for a name that is no line of text."""
    if not name.strip() or not name.isprintable() or len(name) > MAX_NAME_CHARS:
        raise UsageError(f"A key's name is 1 to {MAX_NAME_CHARS} printable characters.", hint="Say whose key it is.")
    id = secrets.token_hex(6)
    key = f"cd_{id}_{secrets.token_urlsafe(32)}"
    row = await keys.add(
        session,
        id=id,
        name=name,
        role=role.name.lower(),
        digest=digest_of(key, pepper),
        lifetime=timedelta(days=days),
    )
    return NewKey(key, row)


@dataclass(frozen=True)
class Holder:
    """Whose key it is."""

    id: str
    role: Role


class Keyring:
    """What this process knows of the keys: all of them, at most FRESH_S old.

    One query serves every request of half a second, also those with keys that do not exist: whoever guesses costs
    the database nothing, and learns nothing from the time it takes.
    """

    def __init__(
        self,
        catalogue: Catalogue,
        pepper: Callable[[], bytes],
        *,
        clock: Callable[[], float] = time.monotonic,
        now: Callable[[], float] = time.time,
    ) -> None:
        self._catalogue = catalogue
        self._give_pepper = pepper
        self._clock = clock
        self._now = now
        self._lock = anyio.Lock()
        self._proofs: Mapping[str, Proof] = {}
        self._read_at = float("-inf")
        self._noted: dict[str, float] = {}

    async def any_created(self) -> bool:
        """Whether a key was ever made; one that has ended counts. Raises CatalogueUnavailable."""
        return bool(await self._current())

    async def holder_of(self, key: str) -> Holder:
        """Raises KeyRefused, CatalogueUnavailable."""
        found = FORM.fullmatch(key)
        proof = (await self._current()).get(found[1] if found else "", _NOBODY)
        if not hmac.compare_digest(digest_of(key, self._pepper), proof.digest):
            raise KeyRefused("This key is not known here")
        return await self._let_in(proof)

    async def session_for(self, holder: Holder) -> str:
        """A token for a browser's cookie: it stands for the key while the key lives, SESSION_S at most."""
        until = int(self._now()) + SESSION_S
        proof = (await self._current())[holder.id]
        return f"{holder.id}.{until}.{self._session_mac(proof, until)}"

    async def holder_of_session(self, token: str) -> Holder:
        """Raises KeyRefused, CatalogueUnavailable."""
        id, _, rest = token.partition(".")
        until, _, mac = rest.partition(".")
        proof = (await self._current()).get(id, _NOBODY)
        ends = int(until) if until.isascii() and until.isdigit() and len(until) < 12 else 0
        if not hmac.compare_digest(self._session_mac(proof, ends).encode(), mac.encode()) or ends <= self._now():
            raise KeyRefused("This session has ended")
        return await self._let_in(proof)

    async def lives(self, id: str) -> bool:
        proof = (await self._current()).get(id)
        return proof is not None and proof.state == "living"

    async def _let_in(self, proof: Proof) -> Holder:
        if proof.state != "living":
            raise KeyRefused(f"This key is {proof.state}")
        await self._note_use(proof.id)
        return Holder(proof.id, Role[proof.role.upper()])

    async def _current(self) -> Mapping[str, Proof]:
        if self._clock() - self._read_at < FRESH_S:
            return self._proofs
        async with self._lock:
            if self._clock() - self._read_at >= FRESH_S:
                asked_at = self._clock()
                async with self._catalogue.begin() as session:
                    self._proofs = {proof.id: proof for proof in await keys.proofs(session)}
                self._read_at = asked_at
            return self._proofs

    async def _note_use(self, id: str) -> None:
        """Writes the last use, at most once a minute; a database that takes no writes keeps nobody out."""
        if self._clock() - self._noted.get(id, float("-inf")) < keys.USE_WRITTEN_EVERY_S:
            return
        self._noted[id] = self._clock()
        with suppress(CatalogueUnavailable):
            async with self._catalogue.begin() as session:
                await keys.note_use(session, [id])

    def _session_mac(self, proof: Proof, until: int) -> str:
        message = b"\0".join([b"session", proof.id.encode(), str(until).encode(), proof.digest])
        return hmac.digest(self._pepper, message, hashlib.sha256).hex()

    @cached_property
    def _pepper(self) -> bytes:
        return self._give_pepper()
