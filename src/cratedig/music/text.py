"""One way of comparing names: folded text."""

from __future__ import annotations

import re
import unicodedata

_GAPS = re.compile(r"[\W_]+")


def fold(text: str) -> str:
    """Lower case, no accents, no punctuation, single spaces: what two spellings of a name share.

    >>> fold("  Beyoncé – Déjà-Vu!")
    'beyonce deja vu'
    >>> fold("Hip_Hop")
    'hip hop'
    """
    if text.isascii():
        return _GAPS.sub(" ", text.lower()).strip()
    plain = unicodedata.normalize("NFKD", text.casefold())
    return _GAPS.sub(" ", "".join(c for c in plain if not unicodedata.combining(c))).strip()
