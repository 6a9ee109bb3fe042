"""How often a caller may ask: one limit over all processes while Redis answers, else one in each."""

from __future__ import annotations

import math

from cratedig.cache import RedisLink
from cratedig.web.access.caller import is_address
from cratedig.web.access.window import WINDOW_S, Verdict, Windows

_SHARED = """
local clock = redis.call('time')
local now = clock[1] * 1000000 + clock[2]
local limit, cost, window = tonumber(ARGV[1]), tonumber(ARGV[2]), tonumber(ARGV[3])
local oldest = redis.call('lindex', KEYS[1], 0)
while oldest and tonumber(oldest) <= now - window do
  redis.call('lpop', KEYS[1])
  oldest = redis.call('lindex', KEYS[1], 0)
end
local used = redis.call('llen', KEYS[1])
if used + cost <= limit then
  for _ = 1, cost do redis.call('rpush', KEYS[1], string.format('%.0f', now)) end
  redis.call('pexpire', KEYS[1], math.ceil(window / 1000) + 1000)
  return {1, used + cost, (tonumber(oldest) or now) + window - now, 0}
end
local frees = tonumber(redis.call('lindex', KEYS[1], used + cost - limit - 1))
return {0, used, oldest + window - now, frees + window - now}
"""
"""The same log in Redis, in microseconds of its clock: admitted, used, until the oldest leaves, until there is room."""


class Limits:
    """The limit of every caller.

    What is admitted is counted here too: when Redis goes, this process goes on where it stood, and a caller that this
    process has filled up is refused without asking Redis. Anybody may come from many addresses, keys are made by us:
    each have windows of their own, so that no crowd of addresses makes the holders of keys share one.
    """

    def __init__(self, *, addresses: Windows, keys: Windows, redis: RedisLink | None = None) -> None:
        self._addresses = addresses
        self._keys = keys
        self._redis = redis

    async def take(self, caller: str, cost: int = 1) -> Verdict:
        """Admits a request that counts as `cost`, or says when it would be. Never fails because of Redis."""
        windows = self._addresses if is_address(caller) else self._keys
        cost = min(cost, windows.limit)
        here = windows.look(caller, cost)
        if not here.admitted:
            return here
        shared = await self._shared(caller, cost, windows.limit)
        if shared is None:
            return windows.take(caller, cost)
        if shared.admitted:
            windows.record(caller, cost)
        return shared

    async def _shared(self, caller: str, cost: int, limit: int) -> Verdict | None:
        if self._redis is None:
            return None
        name = f"cratedig:limit:{caller}"
        said = await self._redis.attempt(lambda it: it.eval(_SHARED, 1, name, limit, cost, WINDOW_S * 1_000_000))
        if said is None:
            return None
        admitted, used, reset_us, wait_us = (int(number) for number in said)
        return Verdict(
            bool(admitted), limit, max(0, limit - used), _seconds(reset_us), _seconds(wait_us) if wait_us else 0
        )


def _seconds(microseconds: int) -> int:
    return max(1, math.ceil(microseconds / 1_000_000))
