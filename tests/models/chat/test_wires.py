"""Each provider's own way of speaking, on a server of ours: an answer is understood, a failure is told, no retry."""

from __future__ import annotations

import orjson
import pytest

from cratedig.errors import NoModelAnswered
from cratedig.models.chat.provider import Provider
from tests.models.chat.asking import CLEAR, KEY, chain, question
from tests.models.chat.faulty import Fault, answer, faulty, said

ANTHROPIC = {
    "id": "msg_1",
    "type": "message",
    "role": "assistant",
    "model": "m",
    "content": [{"type": "text", "text": CLEAR.decode()}],
    "stop_reason": "end_turn",
    "stop_sequence": None,
    "usage": {"input_tokens": 100, "output_tokens": 20},
}
GOOGLE = {
    "candidates": [
        {"content": {"role": "model", "parts": [{"text": CLEAR.decode()}]}, "finishReason": "STOP", "index": 0}
    ],
    "usageMetadata": {"promptTokenCount": 100, "candidatesTokenCount": 20, "totalTokenCount": 120},
    "modelVersion": "m",
}
SPOKEN = {
    "openai": (answer(200, said(CLEAR.decode())), "/v1/chat/completions", "authorization: bearer "),
    "compatible": (answer(200, said(CLEAR.decode())), "/v1/chat/completions", "authorization: bearer "),
    "ollama": (answer(200, said(CLEAR.decode())), "/v1/chat/completions", "authorization: bearer "),
    "anthropic": (answer(200, orjson.dumps(ANTHROPIC)), "/v1/messages", "authorization: bearer "),
    "google": (answer(200, orjson.dumps(GOOGLE)), "/models/m:generatecontent", "x-goog-api-key: "),
}
NAMES = {"openai": "gpt-5-mini", "anthropic": "claude-opus-4-8", "google": "gemini-2.5-flash"}


def _provider(wire: str, base_url: str, model: str = "m") -> Provider:
    base_url = base_url if wire in ("openai", "compatible", "ollama") else base_url.removesuffix("/v1")
    return Provider(wire, wire, model, base_url, KEY, 1.0, 2.0)  # type: ignore[arg-type]


@pytest.mark.parametrize(("wire", "good", "path", "header"), [(wire, *spoken) for wire, spoken in SPOKEN.items()])
async def test_an_answer_is_understood_and_costs_what_the_provider_says(
    wire: str, good: Fault, path: str, header: str
) -> None:
    async with faulty(good) as site, chain(_provider(wire, site.base_url)) as models:
        answered = await models.ask(question())
    assert (answered.value.sky, answered.value.wind) == ("clear", 3.5)
    assert (answered.used.tokens_in, answered.used.tokens_out, answered.used.cost) == (100, 20, 140e-6)
    head = site.heads[0].lower()
    assert path in head.splitlines()[0]
    assert f"{header}{KEY.lower()}" in head
    assert "accept-encoding: identity" in head
    assert b"blue morning" in site.bodies[0]


@pytest.mark.parametrize("wire", SPOKEN)
@pytest.mark.parametrize(("status", "reason"), [(429, "too many requests"), (500, "it fails"), (401, "the key is not")])
async def test_a_failure_is_told_and_sent_once(wire: str, status: int, reason: str) -> None:
    body = orjson.dumps({"error": {"type": "error", "message": f"{KEY} is bad", "code": status, "status": "X"}})
    async with faulty(answer(status, body)) as site, chain(_provider(wire, site.base_url)) as models:
        with pytest.raises(NoModelAnswered, match=reason) as caught:
            await models.ask(question())
    assert site.requests == 1
    assert KEY not in str(caught.value)


@pytest.mark.parametrize(("wire", "model"), NAMES.items())
async def test_models_that_can_are_told_the_schema_as_such(wire: str, model: str) -> None:
    async with faulty(SPOKEN[wire][0]) as site, chain(_provider(wire, site.base_url, model)) as models:
        assert (await models.ask(question())).value.sky == "clear"
    asked = orjson.loads(site.bodies[0])
    assert {"response_format", "output_config", "output_format", "generationConfig"} & set(asked)
    assert b'"tools"' not in site.bodies[0]
