"""Whose listening a request is about: the holder of the key it came with, or whoever uses this machine without one."""

from __future__ import annotations

from typing import Annotated

from fastapi import Depends

from cratedig.catalogue.listening import LOCAL
from cratedig.web.access.caller import Caller, TheCaller


def listener_of(caller: Caller) -> str:
    """The key under which a caller's listening is kept."""
    return LOCAL if caller.is_address else caller.id


async def _listener(caller: TheCaller) -> str:
    return listener_of(caller)


TheListener = Annotated[str, Depends(_listener)]
