"""Forgetting a listener: what they did, the answers that repeat it, and what was learned from it."""

from __future__ import annotations

from cratedig.catalogue import Session, listening, published, repeats
from cratedig.jobs.kinds import taste

NEAR = ("address 127.0.0.1", "address ::1")
"""As whom this machine's own requests without a key are counted."""


async def forget(session: Session, listener: str) -> int:
    """Deletes all events of a listener, and the answers kept for their repeated requests; returns how many events.

    Where a space of listeners was published, a new one is asked for, which has learned nothing from them.
    """
    forgotten = await listening.forget(session, listener)
    for caller in NEAR if listener == listening.LOCAL else (listener,):
        await repeats.forget(session, caller)
    if forgotten and await published.newest(session, "taste") is not None:
        await taste.ask(session)
    return forgotten
