"""A question to a chat model and what comes of it. Nothing here knows what is asked."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Generic, TypeVar

from pydantic import BaseModel

from cratedig.models.chat.fence import Fence

T = TypeVar("T", bound=BaseModel)


@dataclass(frozen=True, slots=True)
class Prompt:
    """instructions: ours alone. text: what is to be judged, put there by the fence."""

    instructions: str
    text: str
    fence: Fence


@dataclass(frozen=True, slots=True)
class Room:
    """What an answer may take that is longer than most: tokens of its own, seconds of one request."""

    tokens: int
    seconds: float


@dataclass(frozen=True, slots=True)
class Question(Generic[T]):
    """purpose: what it is for ("lyrics"). version: of prompt and schema; key: a digest of the text and of
    whatever else the answer depends on. Purpose, version, key and model together are what an answer is kept under.

    prompt: makes the prompt, with a fence of its own each time. schema: what the answer must be.
    check: raises ValueError, in words the model may read, where an answer that fits the schema will not do.
    room: None for an answer of a few sentences, which the provider's own settings allow for.
    """

    purpose: str
    version: str
    key: str
    prompt: Callable[[], Prompt]
    schema: type[T]
    check: Callable[[T], None]
    room: Room | None = None


@dataclass(frozen=True, slots=True)
class Tried:
    """A provider that did not answer, and why, in words of ours."""

    provider: str
    reason: str


@dataclass(slots=True)
class Used:
    """By all requests of one answer, those with answers that would not do included. cost: US dollars."""

    tokens_in: int = 0
    tokens_out: int = 0
    cost: float = 0.0
    requests: int = 0


@dataclass(frozen=True, slots=True)
class Answer(Generic[T]):
    """provider, model: who answered. tried: who was asked before. kept: it was known already and cost nothing."""

    value: T
    provider: str
    model: str
    tried: tuple[Tried, ...] = ()
    kept: bool = False
    used: Used = field(default_factory=Used)


class Validated(Generic[T]):
    """How answers are kept: as JSON, and read only where they would still do (a shape of cratedig.cache)."""

    def __init__(self, question: Question[T]) -> None:
        self._question = question

    def write(self, value: T) -> bytes:
        return value.model_dump_json().encode()

    def read(self, raw: bytes) -> T | None:
        try:
            value = self._question.schema.model_validate_json(raw)
            self._question.check(value)
        except ValueError:  # pydantic's own is one
            return None
        return value
