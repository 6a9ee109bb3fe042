"""A provider's model for the requests of one answer: each waits for its turn, is timed and entered with its cost."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

import orjson
from pydantic_ai.exceptions import ModelHTTPError
from pydantic_ai.messages import ModelMessagesTypeAdapter
from pydantic_ai.models.wrapper import WrapperModel

from cratedig.models.chat.deadline import Deadline
from cratedig.models.chat.ledger import Book, Budget, Call, begin
from cratedig.models.chat.provider import Provider
from cratedig.models.chat.question import Room, Used
from cratedig.models.chat.trouble import Trouble

if TYPE_CHECKING:
    from pydantic_ai.messages import ModelMessage, ModelResponse
    from pydantic_ai.models import Model, ModelRequestParameters
    from pydantic_ai.settings import ModelSettings

_LEASE_MARGIN_S = 10.0
_TEMPLATE_TOKENS = 1_000  # a chat template's and the schema's words around ours, at the most


@dataclass(frozen=True, slots=True)
class Gate:
    """What every request to one provider passes. places: those at once from this process, which spare the book the
    questions of the others."""

    provider: Provider
    book: Book
    budget: Budget
    places: asyncio.Semaphore


class Turns(WrapperModel):
    """Of one answer. `used` adds up what it took."""

    def __init__(self, model: Model, gate: Gate, deadline: Deadline, room: Room) -> None:
        super().__init__(model)
        self._gate = gate
        self._deadline = deadline
        self._room = room
        self.used = Used()

    async def request(
        self,
        messages: list[ModelMessage],
        model_settings: ModelSettings | None,
        model_request_parameters: ModelRequestParameters,
    ) -> ModelResponse:
        most_in = _most_tokens(messages, model_request_parameters)
        async with self._place():
            id = await self._deadline.waited(self._turn(most_in))
            tokens, failed = (most_in, self._room.tokens), True  # who hangs up may have been paid
            try:
                answering = super().request(messages, model_settings, model_request_parameters)
                answer = await self._deadline.answered(answering, most_s=self._room.seconds)
                tokens, failed = _used(answer, otherwise=tokens), False
            except ModelHTTPError:
                tokens = 0, 0  # an error costs nothing anywhere
                raise
            finally:
                await self._enter(id, tokens, failed=failed)
        return answer

    @contextlib.asynccontextmanager
    async def _place(self) -> AsyncIterator[None]:
        await self._deadline.waited(self._gate.places.acquire())
        try:
            yield
        finally:
            self._gate.places.release()

    async def _turn(self, most_in: int) -> int:
        provider = self._gate.provider
        call = Call(
            provider=provider.name,
            model=provider.model,
            most_cost=provider.cost(most_in, self._room.tokens),
            concurrency=provider.concurrency,
            requests_per_minute=provider.requests_per_minute,
            lease_s=self._room.seconds + _LEASE_MARGIN_S,
        )
        while True:
            verdict = await begin(self._gate.book, call, self._gate.budget)
            if verdict.refusal:
                raise Trouble(verdict.refusal, is_theirs=False)
            if verdict.id is not None:
                return verdict.id
            await asyncio.sleep(verdict.wait_s)

    async def _enter(self, id: int, tokens: tuple[int, int], *, failed: bool) -> None:
        """In the ledger, whoever is cancelled meanwhile: what was sent was sent."""
        cost = self._gate.provider.cost(*tokens)
        self.used.requests += 1
        self.used.tokens_in += tokens[0]
        self.used.tokens_out += tokens[1]
        self.used.cost += cost
        entering = asyncio.ensure_future(
            self._gate.book.end(id, tokens_in=tokens[0], tokens_out=tokens[1], cost=cost, failed=failed)
        )
        await asyncio.shield(entering)


def _most_tokens(messages: list[ModelMessage], parameters: ModelRequestParameters) -> int:
    """No tokenizer makes more tokens of a text than it has bytes."""
    schema = parameters.output_object.json_schema if parameters.output_object else {}
    return len(ModelMessagesTypeAdapter.dump_json(messages)) + 2 * len(orjson.dumps(schema)) + _TEMPLATE_TOKENS


def _used(answer: ModelResponse, *, otherwise: tuple[int, int]) -> tuple[int, int]:
    """What the provider says it took; the most it can have been where it does not say."""
    return answer.usage.input_tokens or otherwise[0], answer.usage.output_tokens or otherwise[1]
