"""A batch of lyrics for a chat model: how long it takes, and whether any request was over the provider's limits.

    python benchmarks/chat.py [--lyrics 1000] [--concurrency 20] [--delay-s 0.6]

The provider is the product's own stand-in in a process of its own, each of whose answers takes the delay; it notes when
each request arrived and how many were there at once, and it is these notes that are held against the limits. Money and
limits are counted in PostgreSQL, as they are by workers. `throttled` is a shorter batch whose limit of requests per
minute it runs into: `most in 60 s` may not exceed that limit, by the stand-in's clock.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import random
import sys
import tempfile
import time
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import orjson
from machine import machine

from cratedig.catalogue import Catalogue
from cratedig.errors import CratedigError
from cratedig.models.chat.scripted import Asked, Scripted, smallest
from cratedig.music.lyric import Lyric
from cratedig.settings import Settings
from cratedig.understand.lyrics.chat.analyzer import ChatAnalyzer
from cratedig.understand.lyrics.chat.runs import estimate, many
from cratedig.wiring import chat_providers, open_chat

RESULT = Path(__file__).parent / "results" / "chat.json"
THROTTLED = {"lyrics": 150, "requests_per_minute": 100}
WORDS = ("night", "river", "lamp", "walk", "cold", "home", "street", "money", "mother", "train", "snow", "window")


def verses(count: int, *, seed: int = 1) -> list[Lyric]:
    """Lyrics of some 2,000 characters, no two alike."""
    chance = random.Random(seed)
    return [
        Lyric.of("\n".join(" ".join(chance.choices(WORDS, k=8)) for _ in range(48)) + f"\nsong {number}")
        for number in range(count)
    ]


def said(asked: Asked) -> str:
    answer = smallest(asked.schema)
    return orjson.dumps({**answer, "sentiment": "neutral", "summary": "Nothing much happens."}).decode()


async def stub(delay_s: float) -> None:
    """Until its input ends; then its notes."""
    async with Scripted(said, delay_s=delay_s) as provider:
        print(provider.base_url, flush=True)
        await asyncio.to_thread(sys.stdin.read)
        times = sorted(asked.at_s for asked in provider.asked)
        print(json.dumps({"requests": len(times), "most_at_once": provider.most_at_once, "times": times}), flush=True)


def most_within(times: Sequence[float], window_s: float = 60.0) -> int:
    """The most arrivals in any window, wherever it begins."""
    most = first = 0
    for last, at in enumerate(times):
        while at - times[first] >= window_s:
            first += 1
        most = max(most, last - first + 1)
    return most


@asynccontextmanager
async def provider(delay_s: float) -> AsyncIterator[tuple[str, asyncio.subprocess.Process]]:
    process = await asyncio.create_subprocess_exec(
        sys.executable, __file__, "--stub", str(delay_s), stdin=asyncio.subprocess.PIPE, stdout=asyncio.subprocess.PIPE
    )
    assert process.stdout is not None
    try:
        yield (await process.stdout.readline()).decode().strip(), process
    finally:
        if process.returncode is None:
            process.kill()
        await process.wait()


async def notes(process: asyncio.subprocess.Process) -> dict[str, Any]:
    out, _ = await process.communicate(b"")
    found: dict[str, Any] = json.loads(out)
    return found


async def batch(
    catalogue: Catalogue, *, lyrics: Sequence[Lyric], concurrency: int, delay_s: float, requests_per_minute: int
) -> dict[str, Any]:
    async with provider(delay_s) as (base_url, process):
        limits = {"concurrency": concurrency, "requests_per_minute": requests_per_minute}
        settings = Settings(
            models={"providers": {"qwen": {"base_url": base_url, "api_key": "none", "timeout_s": 15.0, **limits}}}
        )
        async with open_chat(settings, catalogue=catalogue) as chain:
            analyzer = ChatAnalyzer("qwen", chain, patient=True)
            await analyzer.analyze(Lyric.of("warm the libraries up"))
            started = time.perf_counter()
            found = [answer async for _, answer in many(analyzer, lyrics, at_once=concurrency)]
            seconds = time.perf_counter() - started
            _, month = await chain.book.spent()
        seen = await notes(process)
    (qwen,) = chat_providers(settings)
    return {
        "lyrics": len(lyrics),
        "concurrency": concurrency,
        "requests_per_minute": requests_per_minute,
        "seconds": round(seconds, 2),
        "least_s": round(len(lyrics) * delay_s / concurrency, 2),
        "failed": sum(isinstance(answer, CratedigError) for answer in found),
        "most_at_once": seen["most_at_once"],
        "most_in_60_s": most_within(seen["times"]),
        "over_the_limit": max(0, seen["most_at_once"] - concurrency)
        + max(0, most_within(seen["times"]) - requests_per_minute),
        "usd": round(sum(each.cost for each in month), 6),
        "usd_estimated": round(estimate(qwen, [len(lyric.marked_text) for lyric in lyrics]).usd, 6),
    }


async def measured(folder: Path, lyrics: int, concurrency: int, delay_s: float) -> dict[str, Any]:
    async with Catalogue.open(data_dir=folder) as catalogue:
        common = {"concurrency": concurrency, "delay_s": delay_s}
        whole = await batch(catalogue, lyrics=verses(lyrics), requests_per_minute=lyrics + 1, **common)
        async with catalogue.scratch() as other:
            few = verses(THROTTLED["lyrics"])
            throttled = await batch(other, lyrics=few, requests_per_minute=THROTTLED["requests_per_minute"], **common)
    return {"batch": whole, "throttled": throttled}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("data", nargs="?", help="not used: every benchmark is given the data folder")
    parser.add_argument("--lyrics", type=int, default=1000)
    parser.add_argument("--concurrency", type=int, default=20)
    parser.add_argument("--delay-s", type=float, default=0.6)
    parser.add_argument("--stub", type=float)
    asked = parser.parse_args()
    if asked.stub is not None:
        asyncio.run(stub(asked.stub))
        return
    on = machine()
    started = time.perf_counter()
    with tempfile.TemporaryDirectory(dir="/var/tmp", prefix="cratedig-bench-") as folder:
        Path(folder).chmod(0o755)  # the embedded server runs as another user
        found = asyncio.run(measured(Path(folder) / "data", asked.lyrics, asked.concurrency, asked.delay_s))
    result = {"benchmark": "chat", "machine": on, "seconds": round(time.perf_counter() - started), **found}
    RESULT.write_text(json.dumps(result, indent=2) + "\n", encoding="utf-8")
    print(json.dumps(result, indent=2))


if __name__ == "__main__":
    main()
