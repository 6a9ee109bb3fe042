"""Who asks."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated

from fastapi import Depends, Request

from cratedig.web.access.roles import Role


@dataclass(frozen=True)
class Caller:
    """Someone a request comes from. id: what limits and stored answers are kept under: a key's id, or an address.

    role: None for one who showed no key and is not let in as this machine.
    """

    id: str
    role: Role | None = None

    @property
    def is_address(self) -> bool:
        return is_address(self.id)


def is_address(caller_id: str) -> bool:
    """Whether a caller is counted by where it comes from, rather than by a key that we made."""
    return " " in caller_id


async def _caller(request: Request) -> Caller:
    caller: Caller = request.state.caller
    return caller


TheCaller = Annotated[Caller, Depends(_caller)]
