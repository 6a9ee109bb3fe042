"""Bytes kept in this process for a while: the least used go first when there is no room."""

from __future__ import annotations

import time
from collections import OrderedDict
from collections.abc import Callable

OVERHEAD_BYTES = 200  # of an entry besides its key and value: measured with sys.getsizeof


class MemoryStore:
    """A bounded LRU with lifetimes. Not for several threads."""

    def __init__(
        self, *, max_bytes: int = 64 * 1024 * 1024, max_entries: int = 50_000, clock: Callable[[], float] | None = None
    ) -> None:
        if max_bytes < 1 or max_entries < 1:
            raise ValueError(f"{max_bytes} bytes and {max_entries} entries leave no room")
        self.max_bytes = max_bytes
        self.max_entries = max_entries
        self.size = 0
        self._clock = clock or time.monotonic
        self._kept: OrderedDict[str, tuple[float, bytes]] = OrderedDict()

    def __len__(self) -> int:
        return len(self._kept)

    def get(self, key: str) -> bytes | None:
        entry = self._kept.get(key)
        if entry is None:
            return None
        until, value = entry
        if self._clock() >= until:
            self._drop(key)
            return None
        self._kept.move_to_end(key)
        return value

    def put(self, key: str, value: bytes, *, lifetime_s: float | None) -> None:
        """Keeps `value`; what is larger than a quarter of the room is not kept, lest it drive everything else out."""
        if key in self._kept:
            self._drop(key)
        if _size(key, value) > self.max_bytes // 4:
            return
        until = float("inf") if lifetime_s is None else self._clock() + lifetime_s
        self._kept[key] = (until, value)
        self.size += _size(key, value)
        while self.size > self.max_bytes or len(self._kept) > self.max_entries:
            self._drop(next(iter(self._kept)))

    def _drop(self, key: str) -> None:
        _, value = self._kept.pop(key)
        self.size -= _size(key, value)


def _size(key: str, value: bytes) -> int:
    return len(key) + len(value) + OVERHEAD_BYTES
