"""What the tests of the chain share: a schema, a question, a chain over a stand-in."""

from __future__ import annotations

import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from typing import Any, Literal

from pydantic import BaseModel, Field

from cratedig.cache import Cache
from cratedig.cache.counts import Counts, OwnCounts
from cratedig.models.chat.chain import Chain
from cratedig.models.chat.fence import Fence
from cratedig.models.chat.ledger import Book, Budget
from cratedig.models.chat.own_book import OwnBook
from cratedig.models.chat.provider import Provider, configured
from cratedig.models.chat.question import Prompt, Question
from cratedig.models.chat.scripted import Asked


class Now:
    """The real clock, as counters want it."""

    def now(self) -> float:
        return time.monotonic()


class Weather(BaseModel):
    """What the tests ask for."""

    sky: Literal["clear", "cloudy"]
    wind: float = Field(ge=0, le=12)


KEY = "kEy-of-the-tests"  # plain words, which a text may hold: more is needed to keep it in
CLEAR = b'{"sky": "clear", "wind": 3.5}'


def weather(asked: Asked) -> str:
    """A model that answers well."""
    return CLEAR.decode()


def question(
    text: str = "a blue morning", *, key: str = "", check: Callable[[Weather], None] = lambda value: None
) -> Question[Weather]:
    def prompt() -> Prompt:
        fence = Fence()
        return Prompt(f"Say what the weather is. {fence.rule}", fence.put("report", text, most_chars=1000), fence)

    return Question("weather", "1", key or text, prompt, Weather, check)


def provider(base_url: str, name: str = "qwen", **given: Any) -> Provider:
    """One on this machine, with limits that stand in nobody's way unless they are given."""
    given = {"requests_per_minute": 100_000, "concurrency": 50, "model": "m", "price_in": 1.0, "price_out": 2.0} | given
    return configured(name, base_url=base_url, api_key=KEY, **given)


@asynccontextmanager
async def chain(
    *providers: Provider,
    book: Book | None = None,
    budget: Budget = Budget(),  # noqa: B008 - frozen
    deadline_s: float = 20.0,
    cache: Cache | None = None,
    counts: Counts | None = None,
) -> AsyncIterator[Chain]:
    made = Chain(
        providers,
        book=book or OwnBook(),
        counts=counts or OwnCounts(Now()),
        budget=budget,
        deadline_s=deadline_s,
        cache=cache,
    )
    try:
        yield made
    finally:
        await made.close()
