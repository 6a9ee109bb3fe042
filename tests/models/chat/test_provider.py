"""A provider that cannot be asked safely is refused before anything is sent."""

from __future__ import annotations

from typing import Any

import pytest

from cratedig.errors import SettingsError
from cratedig.models.chat.provider import PRESETS, configured
from cratedig.settings import ProviderName, Settings
from cratedig.wiring import chat_providers


@pytest.mark.parametrize(
    ("name", "given", "why"),
    [
        ("qwen", {"api_key": ""}, "api_key is not set"),
        ("openai", {"price_in": 1.0, "price_out": 1.0}, "model is not set"),
        ("openai", {"model": "m"}, "no budget could be kept"),
        ("qwen", {"base_url": "http://example.org/v1"}, "not https"),
        ("qwen", {"base_url": "ftp://example.org"}, "not https"),
        ("qwen", {"base_url": "https://u:p@example.org"}, "must be scheme"),
        ("qwen", {"base_url": "https://example.org?key=1"}, "must be scheme"),
        ("qwen", {"base_url": "https://[::1"}, "not an address"),
        ("ollama", {"base_url": "http://192.168.1.9:11434/v1"}, "not https"),
    ],
)
def test_what_will_not_do_is_told_by_its_setting(name: str, given: dict[str, Any], why: str) -> None:
    with pytest.raises(SettingsError, match=why) as caught:
        configured(name, **({"api_key": "a-key"} | given))
    assert f"models.providers.{name}" in str(caught.value)
    assert "a-key" not in str(caught.value)


def test_http_beyond_this_machine_needs_a_word() -> None:
    assert configured("ollama", api_key="k", base_url="http://192.168.1.9:11434/v1", allow_http=True)
    assert configured("ollama", base_url="http://localhost:11434/v1")


def test_a_key_does_not_show() -> None:
    assert "s3cret" not in repr(configured("qwen", api_key="s3cret"))
    settings = Settings.load(models={"providers": {"qwen": {"api_key": "s3cret-key"}}})
    assert "s3cret-key" not in repr(settings)
    assert "s3cret-key" in settings.secrets()


def test_every_preset_can_be_named_in_the_settings() -> None:
    assert set(PRESETS) == set(ProviderName.__args__)  # type: ignore[attr-defined]


def test_the_order_is_a_setting() -> None:
    providers = {"qwen": {"api_key": "k1"}, "ollama": {}, "gemma": {"api_key": "k2", "price_in": 9.0}}
    found = chat_providers(Settings.load(models={"providers": providers, "order": ["ollama", "gemma"]}))
    assert [provider.name for provider in found] == ["ollama", "gemma", "qwen"]
    assert found[1].price_in == 9.0
    with pytest.raises(SettingsError, match="names openai"):
        chat_providers(Settings.load(models={"providers": providers, "order": ["openai"]}))
