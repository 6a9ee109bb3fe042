"""One way of comparing names: folded text."""

from __future__ import annotations

import re
import unicodedata

_GAPS = re.compile(r"[\W_]+")
_FOLDED = re.compile(r"[a-z0-9]+(?: [a-z0-9]+)*")


def fold(text: str) -> str:
    """Lower case, no accents, no punctuation, single spaces: what two spellings of a name share.

    >>> fold("  Beyoncé – Déjà-Vu!")
    'beyonce deja vu'
    >>> fold("Hip_Hop")
    'hip hop'
    """
    if text.isascii():
        lowered = text.lower()
        return lowered if _FOLDED.fullmatch(lowered) else _GAPS.sub(" ", lowered).strip()
    plain = unicodedata.normalize("NFKD", text.casefold())
    return _GAPS.sub(" ", "".join(c for c in plain if not unicodedata.combining(c))).strip()
