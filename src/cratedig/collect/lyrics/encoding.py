"""Damage of encodings, mended where it is certain: UTF-8 that was read as Windows-1252 or Windows-1251."""

from __future__ import annotations

import re
from typing import Final

from cratedig.collect.lyrics.changes import Receipts, replaced

RULE: Final = "encoding mended"
CYRILLIC_SHARE: Final = 0.3
"""Of letters: western texts read as Windows-1251 have fewer than a sixth."""

_WESTERN_RUN = re.compile(
    "[\u0080-\u00ff\u0152\u0153\u0160\u0161\u0178\u017d\u017e\u0192\u02c6\u02dc\u2013-\u203a\u20ac\u2122]{2,}"
)
_CYRILLIC_RUN = re.compile("[\u00a0-\u00bf\u0400-\u045f\u0490\u0491\u2013-\u203a\u20ac\u2116\u2122]{4,}")
_SURE_SECOND = re.compile("[\u00c2-\u00df][\u0080-\u00bf]|[\u00e0-\u00ef]..|[\u00f0-\u00f4]...", re.DOTALL)
_ROUNDS = 3  # texts were seen that went through it twice


def legacy(raw: bytes) -> str:
    """Which of the two encodings of old files one that is no UTF-8 is in: "cp1251" where many of its letters would be
    Cyrillic, else "cp1252"."""
    letters = [char for char in raw.decode("cp1251", "replace") if char.isalpha()]
    beyond = sum(not char.isascii() for char in letters)
    return "cp1251" if letters and beyond >= CYRILLIC_SHARE * len(letters) else "cp1252"


def mend(text: str, receipts: Receipts) -> str:
    """The text as it was before some program read its UTF-8 in another encoding.

    A run of characters is mended only where all of it is UTF-8, and for Windows-1252 only where one run of the text
    cannot well be anything else: "JÄ“" may be a shout and a closing quote.

    >>> mend("IĂ\u00a0 l'Ã©tÃ©, donâ€™t go", Receipts())
    "IĂ\u00a0 l'été, don’t go"
    """
    for _ in range(_ROUNDS):
        before = text
        if any(_is_sure(run.group()) for run in _WESTERN_RUN.finditer(text)):
            text = replaced(text, _WESTERN_RUN, lambda run: _read(run.group(), "cp1252"), RULE, receipts)
        text = replaced(text, _CYRILLIC_RUN, lambda run: _cyrillic(run.group()), RULE, receipts)
        if text == before:
            break
    return text


def _is_sure(run: str) -> bool:
    return _SURE_SECOND.match(run) is not None and _read(run, "cp1252") != run


def _read(run: str, encoding: str) -> str:
    """The run read as UTF-8; as it was where it is none."""
    try:
        return b"".join(_byte(char, encoding) for char in run).decode("utf-8")
    except UnicodeError:
        return run


def _byte(char: str, encoding: str) -> bytes:
    """A character's byte; the places that an encoding leaves open are read as Latin-1 reads them."""
    if "\u0080" <= char <= "\u009f":
        return char.encode("latin-1")
    return char.encode(encoding)


def _cyrillic(run: str) -> str:
    found = _read(run, "cp1251")
    is_russian = all("\u0400" <= char <= "\u045f" or char in "«»— …№–„“”’\u00a0" for char in found)
    return found if is_russian and any("\u0400" <= char <= "\u045f" for char in found) else run
