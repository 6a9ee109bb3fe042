"""Whose listening a request is about: the holder of the key it came with, or whoever uses this machine without one."""

from __future__ import annotations

from typing import Annotated

from fastapi import Depends

from cratedig.catalogue.listening import LOCAL
from cratedig.web.access.caller import TheCaller


async def _listener(caller: TheCaller) -> str:
    return LOCAL if caller.is_address else caller.id


TheListener = Annotated[str, Depends(_listener)]
