"""Exact sliding windows: no 60 seconds [t, t + 60), wherever they begin, hold more than the limit.

A log of the admitted, in nanoseconds of a clock that never goes back. The `limits` library's moving window reads the
wall clock, which may be set while it runs, and takes 81 us a request where this takes 2 (docs/decisions/0012).
"""

from __future__ import annotations

import math
import time
from collections import OrderedDict, deque
from collections.abc import Callable
from dataclasses import dataclass

WINDOW_S = 60
_NS = 1_000_000_000
_SHARED = ""


@dataclass(frozen=True)
class Verdict:
    """Whether a request is admitted, and what is left.

    remaining: requests that would be admitted now. reset_s: seconds until the first of those counted is forgotten.
    wait_s: seconds until this request would be admitted; 0 where it is.
    """

    admitted: bool
    limit: int
    remaining: int
    reset_s: int
    wait_s: int = 0


class Windows:
    """One window a caller. Those beyond `most` at a time share one: memory is bounded, and the limit holds."""

    def __init__(
        self,
        *,
        limit: int,
        clock_ns: Callable[[], int] = time.monotonic_ns,
        most: int = 50_000,
        window_s: int = WINDOW_S,
    ) -> None:
        self.limit = limit
        self._clock_ns = clock_ns
        self._most = most
        self._window_ns = window_s * _NS
        self._logs: OrderedDict[str, deque[int]] = OrderedDict()

    def take(self, caller: str, cost: int = 1) -> Verdict:
        """Admits a request that counts as `cost`, where there is room for it."""
        return self._judge(caller, cost, spend=True)

    def look(self, caller: str, cost: int = 1) -> Verdict:
        """What `take` would say."""
        return self._judge(caller, cost, spend=False)

    def record(self, caller: str, cost: int = 1) -> None:
        """Counts a request that was admitted elsewhere."""
        self._log(caller).extend([self._clock_ns()] * cost)

    def _judge(self, caller: str, cost: int, *, spend: bool) -> Verdict:
        cost = min(cost, self.limit)
        now = self._clock_ns()
        self._forget(now)
        log = self._log(caller)
        while log and log[0] <= now - self._window_ns:
            log.popleft()
        admitted = len(log) + cost <= self.limit
        if admitted and spend:
            log.extend([now] * cost)
        remaining = max(0, self.limit - len(log))
        reset_s = self._seconds(log[0], now) if log else 0
        wait_s = 0 if admitted else self._seconds(log[len(log) + cost - self.limit - 1], now)
        return Verdict(admitted, self.limit, remaining, reset_s, wait_s)

    def _seconds(self, then: int, now: int) -> int:
        """Whole seconds until `then` is out of the window: at least 1."""
        return max(1, math.ceil((then + self._window_ns - now) / _NS))

    def _log(self, caller: str) -> deque[int]:
        if caller not in self._logs and (_SHARED in self._logs or len(self._logs) >= self._most):
            caller = _SHARED  # and so on until it is empty: a window of one's own would forget what was counted here
        log = self._logs.setdefault(caller, deque())
        self._logs.move_to_end(caller)
        return log

    def _forget(self, now: int) -> None:
        """Drops the callers least lately seen while their windows are empty."""
        while self._logs:
            caller, log = next(iter(self._logs.items()))
            if log and log[-1] > now - self._window_ns:
                return
            del self._logs[caller]
