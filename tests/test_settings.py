from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from pydantic import BaseModel

from cratedig.errors import SettingsError
from cratedig.settings import Settings

DOCS = Path(__file__).parents[1] / "docs" / "settings.md"


@pytest.fixture(autouse=True)
def _in_an_empty_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


def test_what_the_command_line_gives_wins_over_the_files(monkeypatch: pytest.MonkeyPatch) -> None:
    Path("config.yaml").write_text("data_dir: /from/yaml\napi: {port: 9000, host: 0.0.0.0}\n")
    Path(".env").write_text("CRATEDIG_API__PORT=9001\nANOTHER_PROGRAMS_KEY=1\n")
    monkeypatch.setenv("CRATEDIG_LOG__LEVEL", "debug")
    settings = Settings.load(data_dir=Path("/given"))
    assert (settings.data_dir, settings.api.port, settings.api.host) == (Path("/given"), 9001, "0.0.0.0")
    assert settings.log.level == "debug"


@pytest.mark.parametrize(
    "content",
    [
        b"api: [",
        b"\x00\x01",
        b"- a\n- b",
        b"api: {prot: 1}",
        b"nope: 1",
        b"api: {port: eighty}",
        b"text",
        b"\xff\xfe\xff",
    ],
)
def test_a_corrupt_config_is_one_clear_line(content: bytes) -> None:
    Path("config.yaml").write_bytes(content)
    with pytest.raises(SettingsError) as caught:
        Settings.load()
    assert "\n" not in str(caught.value)
    assert caught.value.exit_code == 2


def test_a_password_does_not_show() -> None:
    settings = Settings.load(database={"url": "postgresql://me:hush@host/db"})
    assert "hush" not in repr(settings)


def test_every_setting_is_in_the_documentation_and_no_other() -> None:
    documented = set(re.findall(r"^\| `([\w.]+)` \|", DOCS.read_text(), re.MULTILINE))
    assert documented == set(_names(Settings))


def _names(model: type[BaseModel], prefix: str = "") -> Iterator[str]:
    for name, field in model.model_fields.items():
        if isinstance(field.annotation, type) and issubclass(field.annotation, BaseModel):
            yield from _names(field.annotation, f"{prefix}{name}.")
        else:
            yield prefix + name
