"""Recommendations as the cache keeps them."""

from __future__ import annotations

from cratedig.cache import opened, sealed
from cratedig.find.ready import Ready

__all__ = ["Keeping", "Ready"]


class Keeping:
    """Ready answers as the cache keeps them: sealed, so that a damaged one is none."""

    def write(self, value: Ready) -> bytes:
        return sealed(value.packed())

    def read(self, raw: bytes) -> Ready | None:
        content = opened(raw)
        return None if content is None else Ready.unpacked(content)
