"""What one fetch may cost: bytes, headers, seconds. Nothing here is unlimited."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass

from cratedig.errors import RemoteTimeout


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """timeout_s: on the wire, over all hops and tries of a fetch. patience_s: with every wait for the site's sake."""

    timeout_s: float = 30.0
    patience_s: float = 300.0
    max_bytes: int = 10 * 1024 * 1024  # of a body, as it arrives and again after decoding
    max_ratio: int = 100  # decoded to received; text and JSON stay below 20, a bomb of zeros is 1,032
    ratio_from_bytes: int = 1024 * 1024  # below this a ratio harms nobody
    max_header_bytes: int = 64 * 1024
    max_headers: int = 128
    max_hops: int = 5

    def __post_init__(self) -> None:
        for name in ("timeout_s", "patience_s", "max_bytes", "max_ratio", "max_header_bytes", "max_headers"):
            if not getattr(self, name) > 0:
                raise ValueError(f"{name} {getattr(self, name)} is not above 0")
        if not 0 <= self.max_hops <= 5:
            raise ValueError(f"max_hops {self.max_hops} is outside 0..5")


class WireTime:
    """The seconds a fetch may still spend on the wire; every hop and every try draws on the same ones."""

    def __init__(self, timeout_s: float) -> None:
        self._given_s = timeout_s
        self._left_s = timeout_s

    @asynccontextmanager
    async def spending(self, whom: str) -> AsyncIterator[None]:
        """Runs the block against what is left. Raises RemoteTimeout when that is used up."""
        started = time.monotonic()
        try:
            async with asyncio.timeout(self._left_s):
                yield
        except TimeoutError as error:
            raise RemoteTimeout(f"{whom} took longer than {self._given_s:g} s; nothing of it was kept.") from error
        finally:
            self._left_s = max(0.0, self._left_s - (time.monotonic() - started))
