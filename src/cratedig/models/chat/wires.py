"""Providers as pydantic-ai's models. The one module that knows how each of them is spoken to.

The libraries' own retries are off everywhere: with them a fallback would come seconds late, and requests would be sent
that the ledger never saw.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from pydantic_ai.settings import ModelSettings

if TYPE_CHECKING:
    from httpx2 import AsyncClient
    from openai import AsyncOpenAI
    from pydantic_ai.models import Model

    from cratedig.models.chat.provider import Provider
    from cratedig.models.chat.question import Room

_NO_KEY = "none"  # a local server asks for none, its library for something


def model(provider: Provider, http: AsyncClient) -> Model:
    """The model, spoken to through `http`, which stays the caller's to close."""
    return _MODELS[provider.wire](provider, http)


def settings(provider: Provider) -> ModelSettings:
    """Of every request: sent once, and as good as repeatable where a model can be told so."""
    told = ModelSettings(max_retries=0, thinking=False)
    if provider.wire in ("compatible", "ollama"):  # the others' newer models take no temperature
        told["temperature"] = 0.0
    return told


def room(given: Room) -> ModelSettings:
    """Of a request whose answer may take this much."""
    return ModelSettings(max_tokens=given.tokens, timeout=given.seconds)


def _speaker(provider: Provider, http: AsyncClient) -> AsyncOpenAI:
    from openai import AsyncOpenAI

    return AsyncOpenAI(base_url=provider.base_url, api_key=provider.api_key or _NO_KEY, http_client=http, max_retries=0)


def _openai(provider: Provider, http: AsyncClient) -> Model:
    from pydantic_ai.models.openai import OpenAIChatModel
    from pydantic_ai.providers.openai import OpenAIProvider

    return OpenAIChatModel(provider.model, provider=OpenAIProvider(openai_client=_speaker(provider, http)))


def _compatible(provider: Provider, http: AsyncClient) -> Model:
    from pydantic_ai.models.openai import OpenAIChatModel
    from pydantic_ai.providers.openai_compatible import OpenAICompatibleProvider

    compatible = OpenAICompatibleProvider(provider.name, openai_client=_speaker(provider, http))
    return OpenAIChatModel(provider.model, provider=compatible)


def _ollama(provider: Provider, http: AsyncClient) -> Model:
    from pydantic_ai.models.ollama import OllamaModel
    from pydantic_ai.providers.ollama import OllamaProvider

    return OllamaModel(provider.model, provider=OllamaProvider(openai_client=_speaker(provider, http)))


def _anthropic(provider: Provider, http: AsyncClient) -> Model:
    from anthropic import AsyncAnthropic
    from pydantic_ai.models.anthropic import AnthropicModel
    from pydantic_ai.providers.anthropic import AnthropicProvider

    speaker = AsyncAnthropic(base_url=provider.base_url, api_key=provider.api_key, http_client=http, max_retries=0)
    return AnthropicModel(provider.model, provider=AnthropicProvider(anthropic_client=speaker))


def _google(provider: Provider, http: AsyncClient) -> Model:
    from google.genai.types import HttpRetryOptions
    from pydantic_ai.models.google import GoogleModel
    from pydantic_ai.providers.google import GoogleProvider

    speaker = GoogleProvider(
        api_key=provider.api_key,
        base_url=provider.base_url,
        http_client=http,
        retry_options=HttpRetryOptions(attempts=1),
    )
    return GoogleModel(provider.model, provider=speaker)


_MODELS = {
    "openai": _openai,
    "compatible": _compatible,
    "ollama": _ollama,
    "anthropic": _anthropic,
    "google": _google,
}
