"""A provider of chat models: where it is, what it costs, how much of it we may use."""

from __future__ import annotations

import ipaddress
from dataclasses import dataclass, field, replace
from typing import Any, Final, Literal
from urllib.parse import urlsplit

from cratedig.errors import SettingsError

Wire = Literal["openai", "compatible", "ollama", "anthropic", "google"]
"""Whose way of speaking it is. `compatible`: OpenAI's, spoken by another."""


@dataclass(frozen=True, slots=True)
class Provider:
    """One provider and one model of it.

    price_in, price_out: US dollars for a million tokens; None = not known, which `checked` refuses.
    concurrency: requests at once. requests_per_minute: requests in any 60 s. Both hold over all processes.
    timeout_s: of one request. max_tokens: of one answer. suffix: what the model wants to read at a prompt's end.
    allow_http: unencrypted to a host that is not this machine.
    """

    name: str
    wire: Wire
    model: str
    base_url: str
    api_key: str = field(default="", repr=False)
    price_in: float | None = None
    price_out: float | None = None
    concurrency: int = 4
    requests_per_minute: int = 60
    timeout_s: float = 15.0
    max_tokens: int = 800
    suffix: str = ""
    allow_http: bool = False

    def cost(self, tokens_in: int, tokens_out: int) -> float:
        """US dollars.

        >>> Provider("p", "compatible", "m", "https://p.example", price_in=1.0, price_out=2.0).cost(500_000, 250_000)
        1.0
        """
        return (tokens_in * (self.price_in or 0.0) + tokens_out * (self.price_out or 0.0)) / 1e6

    @property
    def is_local(self) -> bool:
        """Whether it runs on this machine."""
        return _is_loopback(urlsplit(self.base_url).hostname or "")


# Prices as the providers' lists had them when this was written; docs/models.md says how to set yours.
PRESETS: Final = {
    provider.name: provider
    for provider in (
        Provider(
            name="qwen",
            wire="compatible",
            model="qwen/qwen3-4b-fp8",
            base_url="https://api.novita.ai/openai/v1",
            price_in=0.03,
            price_out=0.03,
            concurrency=20,
            suffix="/no_think",  # Qwen3's own switch; without it hundreds of tokens are thought before an answer
        ),
        Provider(
            name="gemma",
            wire="compatible",
            model="google/gemma-3-27b-it",
            base_url="https://api.novita.ai/openai/v1",
            price_in=0.119,
            price_out=0.2,
            concurrency=20,
        ),
        Provider(
            name="ollama",
            wire="ollama",
            model="llama3.1:8b",
            base_url="http://127.0.0.1:11434/v1",
            price_in=0.0,
            price_out=0.0,
            concurrency=2,
            requests_per_minute=600,
        ),
        Provider(name="openai", wire="openai", model="", base_url="https://api.openai.com/v1"),
        Provider(name="anthropic", wire="anthropic", model="", base_url="https://api.anthropic.com"),
        Provider(name="google", wire="google", model="", base_url="https://generativelanguage.googleapis.com"),
    )
}


def configured(name: str, *, api_key: str = "", **given: Any) -> Provider:
    """The provider of that name with what was set in the place of its defaults.

    Raises SettingsError where it cannot be asked with that.
    """
    said = {field: value for field, value in given.items() if value is not None}
    return checked(replace(PRESETS[name], api_key=api_key, **said))


def checked(provider: Provider) -> Provider:
    """The provider, if its model, prices, key and address will do. Raises SettingsError."""
    where = f"Setting models.providers.{provider.name}"
    if not provider.model:
        raise SettingsError(f"{where}.model is not set.", hint="See docs/models.md.")
    if provider.price_in is None or provider.price_out is None:
        raise SettingsError(
            f"{where}.price_in and price_out are not set, so no budget could be kept.", hint="See docs/models.md."
        )
    if not provider.api_key and not provider.is_local:
        raise SettingsError(f"{where}.api_key is not set.", hint="See docs/models.md.")
    _check_address(provider, where)
    return provider


def _check_address(provider: Provider, where: str) -> None:
    """A key must not travel in the clear, nor in an address that logs may quote."""
    try:
        parts = urlsplit(provider.base_url)
        host, _ = parts.hostname, parts.port
    except ValueError as error:
        raise SettingsError(f"{where}.base_url is not an address.", hint="See docs/models.md.") from error
    if not host or parts.username or parts.password or parts.query or parts.fragment:
        raise SettingsError(f"{where}.base_url must be scheme://host/path.", hint="The key belongs in api_key.")
    if parts.scheme == "https" or (parts.scheme == "http" and (provider.is_local or provider.allow_http)):
        return
    raise SettingsError(
        f"{where}.base_url is not https.", hint="http is for this machine only, unless allow_http is set as well."
    )


def _is_loopback(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"
