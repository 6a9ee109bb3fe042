"""What goes wrong, at random: a worker, Redis or PostgreSQL is killed, or Redis hangs."""

from __future__ import annotations

import asyncio
import os
import random
import signal
import time
from collections import Counter
from collections.abc import Awaitable, Callable

import psutil

from redis_server import RedisServer
from running import Running, postmaster_of


class Strikes:
    """Strikes every few seconds until it is told to end; `counts` says how often and what."""

    def __init__(self, product: Running, redis: RedisServer, *, seed: int, pause_s: tuple[float, float]) -> None:
        self.counts: Counter[str] = Counter()
        self._product = product
        self._redis = redis
        self._rng = random.Random(seed)
        self._pause_s = pause_s

    async def run(self, until: float) -> None:
        deck: list[Callable[[], Awaitable[None]]] = []
        while time.monotonic() < until:
            if not deck:  # each kind comes in every round, so that a short run has them all
                deck = [self._kill_worker, self._kill_postgres, self._kill_redis, self._hang_redis]
                self._rng.shuffle(deck)
            await asyncio.sleep(self._rng.uniform(*self._pause_s))
            await deck.pop()()

    async def _kill_worker(self) -> None:
        workers = workers_of(self._product)
        if workers:
            self._rng.choice(workers).kill()
            self.counts["worker killed"] += 1

    async def _kill_postgres(self) -> None:
        postmaster = postmaster_of(self._product.data_dir)
        if postmaster is not None and psutil.pid_exists(postmaster):
            os.kill(postmaster, signal.SIGKILL)
            self.counts["PostgreSQL killed"] += 1

    async def _kill_redis(self) -> None:
        self._redis.kill()
        self.counts["Redis killed"] += 1
        await asyncio.sleep(self._rng.uniform(1.0, 3.0))
        await asyncio.to_thread(self._redis.start)

    async def _hang_redis(self) -> None:
        self._redis.hang()
        self.counts["Redis hung"] += 1
        await asyncio.sleep(self._rng.uniform(1.0, 3.0))
        self._redis.wake()


def workers_of(product: Running) -> list[psutil.Process]:
    """The worker processes that `up` runs."""
    found = []
    for child in psutil.Process(product.process.pid).children():
        try:
            if "worker" in child.cmdline():
                found.append(child)
        except psutil.Error:  # it ended while we looked
            continue
    return found
