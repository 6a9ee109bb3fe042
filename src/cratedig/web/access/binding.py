"""Where the API may listen."""

from __future__ import annotations

from cratedig.catalogue import Catalogue, keys
from cratedig.errors import UsageError
from cratedig.web.access.peer import is_loopback


async def require_key(catalogue: Catalogue, address: str) -> None:
    """Raises UsageError where other machines could reach `address` and no living key guards it."""
    if is_loopback(address):
        return
    async with catalogue.begin() as session:
        if any(proof.state == "living" for proof in await keys.proofs(session)):
            return
    raise UsageError(
        f"Other machines can reach {address}, and there is no key to keep them out.",
        hint="Make one first: `cratedig keys create NAME --role admin`.",
    )
