"""A worker process with jobs no product should have: those that crash, hang, eat the memory or are killed.

Started by a crew (`--as ID`) or by itself. Its catalogue is CRATEDIG_DATABASE__URL.
"""

from __future__ import annotations

import argparse
import asyncio
import ctypes
import os
import resource
import signal
import sys
import threading
import time
from typing import Any

import anyio
from sqlalchemy import text

from cratedig import log
from cratedig.catalogue import Session
from cratedig.jobs.kind import COMPUTE, Kind, by_name
from cratedig.jobs.process import serve
from cratedig.jobs.work import Work
from cratedig.settings import Settings

MEMORY = 4 << 30  # of addresses; the libraries alone take 1.5 GiB of them


async def write(work: Work, *, word: str, wait_s: float = 0.0) -> dict[str, str]:
    """Two effects, each with its step, and time between them to be killed in."""

    async def effect(part: str) -> None:
        async def insert(session: Session) -> None:
            await session.execute(text("insert into effects values (:word)"), {"word": f"{word} {part}"})

        await work.once(part, insert)

    await effect("first")
    await asyncio.sleep(wait_s)
    await effect("second")
    return {"word": word}


async def eat(_work: Work) -> None:
    eaten = []
    while True:
        eaten.append(bytearray(256 << 20))


async def killed(_work: Work) -> None:
    """As the system does it that has no memory left."""
    os.kill(os.getpid(), signal.SIGKILL)
    await asyncio.sleep(10)


async def crash(_work: Work) -> None:
    ctypes.string_at(0)


async def hang(_work: Work) -> None:
    """In a thread, where nobody can stop it."""
    await anyio.to_thread.run_sync(_turn_for_ever)


def _turn_for_ever() -> None:
    while True:
        pass


async def block(_work: Work) -> None:
    """The event loop itself: no heartbeat, no signal, nothing."""
    threading.Event().wait(3600)


def _burn(cpu_s: float) -> int:
    began, turns = time.thread_time(), 0
    while time.thread_time() - began < cpu_s:
        turns += 1
    return turns


async def burn(work: Work, *, cpu_s: float) -> None:
    await work.compute(_burn, cpu_s)


async def tiny(_work: Work, **_arguments: Any) -> None:
    pass


WRITE = Kind("odd.write", write)
TINY = Kind("odd.tiny", tiny)
BURN = Kind("odd.burn", burn, queue=COMPUTE)
POISON = (
    Kind("odd.eat", eat),
    Kind("odd.crash", crash),
    Kind("odd.hang", hang, limit_s=0.5),
    Kind("odd.killed", killed),
    Kind("odd.block", block),
)


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--as", dest="worker_id", type=int)
    worker_id = parser.parse_args().worker_id
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    settings = Settings.load()
    log.configure(level="warning")
    code = asyncio.run(serve(settings, by_name(WRITE, TINY, BURN, *POISON), worker_id=worker_id))
    sys.stderr.flush()
    os._exit(code)


if __name__ == "__main__":
    main()
