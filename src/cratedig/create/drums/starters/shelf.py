"""Which written profiles there are, by the names people call them."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from functools import cache
from importlib import resources
from types import MappingProxyType
from typing import Any, Literal

from cratedig.create.drums.starters.page import read
from cratedig.errors import Damaged
from cratedig.music.drums.style import StyleProfile
from cratedig.music.text import fold

Kind = Literal["drummer", "genre"]


def starters(kind: Kind | None = None) -> tuple[str, ...]:
    """The names of the drummers and genres that have a written profile, in order; `kind`: only of these."""
    return tuple(sorted(str(page["name"]) for page in _pages().values() if kind in (None, page["kind"])))


def starter(name: str) -> StyleProfile | None:
    """The written profile of a drummer or a genre, by its name or another one it is known by; None without one.

    Raises Damaged where the file is not what it should be.
    """
    key = _keys().get(fold(name))
    return None if key is None else _read(key)


@cache
def _read(key: str) -> StyleProfile:
    try:
        return read(_pages()[key])
    except (ValueError, KeyError, TypeError) as error:
        raise Damaged(f"The written profile {key!r} cannot be used: {error}.", hint="Install Cratedig anew.") from error


@cache
def _keys() -> Mapping[str, str]:
    """Files by folded name. Raises Damaged where two would answer to one name."""
    found: dict[str, str] = {}
    for key, page in _pages().items():
        for name in (page["name"], *page["aliases"]):
            if found.setdefault(fold(name), key) != key:
                raise Damaged(f"The written profiles {found[fold(name)]!r} and {key!r} are both called {name!r}.")
    return MappingProxyType(found)


@cache
def _pages() -> Mapping[str, Mapping[str, Any]]:
    pages = {}
    for file in resources.files(__package__).iterdir():
        if file.name.endswith(".toml"):
            try:
                pages[file.name.removesuffix(".toml")] = tomllib.loads(file.read_text(encoding="utf-8"))
            except ValueError as error:
                raise Damaged(f"The written profile {file.name!r} cannot be read: {error}.") from error
    return MappingProxyType(dict(sorted(pages.items())))
