"""The line to one provider: a question goes out, and comes back as an answer that will do or as a trouble."""

from __future__ import annotations

import asyncio
from typing import Any

from pydantic_ai import Agent, ModelRetry, NativeOutput, PromptedOutput, RunContext

from cratedig.models.chat import wires
from cratedig.models.chat.connection import client
from cratedig.models.chat.deadline import Deadline
from cratedig.models.chat.ledger import Book, Budget
from cratedig.models.chat.provider import Provider
from cratedig.models.chat.question import Prompt, Question, Room, T, Used
from cratedig.models.chat.trouble import named
from cratedig.models.chat.turns import Gate, Turns

MOST_RETRIES = 2
"""Times a model is told what is wrong with its answer."""
TEMPLATE = "Answer with one JSON object of this schema and nothing else, without code marks:\n{schema}"


class Line:
    """Of one provider and one event loop."""

    def __init__(self, provider: Provider, *, book: Book, budget: Budget) -> None:
        self._gate = Gate(provider, book, budget, asyncio.Semaphore(provider.concurrency))
        self._http = client(provider.base_url, concurrency=provider.concurrency, timeout_s=provider.timeout_s)
        self._model = wires.model(provider, self._http)
        self._settings = wires.settings(provider)
        self._agents: dict[type[Any], Agent[Any, Any]] = {}

    async def ask(self, question: Question[T], deadline: Deadline) -> tuple[T, Used]:
        """An answer that will do. Raises Trouble."""
        prompt = question.prompt()
        room = question.room or Room(self._gate.provider.max_tokens, self._gate.provider.timeout_s)
        turns = Turns(self._model, self._gate, deadline, room)
        try:
            ran = await self._agent(question.schema).run(
                f"{prompt.text}\n{self._gate.provider.suffix}".rstrip(),
                instructions=prompt.instructions,
                model=turns,
                model_settings=wires.room(room),
                deps=lambda value: self._check(question, prompt, value),
            )
        except Exception as error:
            trouble = named(error)
            if trouble is None:
                raise
            raise trouble from None  # what it was may quote the prompt
        return ran.output, turns.used

    def _check(self, question: Question[T], prompt: Prompt, value: T) -> None:
        """Raises ValueError where an answer will not do: what only we and the provider know is in none that will."""
        words = value.model_dump_json()
        key = self._gate.provider.api_key
        if prompt.fence.leaked_in(words) or (key and key in words):
            raise ValueError("says what it must not")
        question.check(value)

    async def close(self) -> None:
        await self._http.aclose()

    def _agent(self, schema: type[T]) -> Agent[Any, T]:
        """Made once for each schema. Without tools: whatever a text talks a model into, it can only answer."""
        if schema not in self._agents:
            self._agents[schema] = Agent(
                self._model,
                output_type=self._output(schema),
                retries=MOST_RETRIES,
                model_settings=self._settings,
                name=self._gate.provider.name,
            )
            self._agents[schema].output_validator(_checked)
        return self._agents[schema]

    def _output(self, schema: type[T]) -> Any:
        """As the provider's own structured output where it has one; else the schema is told."""
        if self._gate.provider.wire != "compatible" and self._model.profile.get("supports_json_schema_output"):
            return NativeOutput(schema)
        return PromptedOutput(schema, template=TEMPLATE)


def _checked(ctx: RunContext[Any], output: T) -> T:
    try:
        ctx.deps(output)
    except ValueError as error:
        raise ModelRetry(str(error)) from error
    return output
