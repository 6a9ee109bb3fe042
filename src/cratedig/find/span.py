"""The few words of a text that match a query: what a search hit shows of a lyric, and no more."""

from __future__ import annotations

import re
from collections.abc import Iterable

from cratedig.music.text import fold

LONGEST = 12
"""Words shown at most: a quotation, never the lyric."""
_SHORTEST_STEM = 3
_WORD = re.compile(r"\S+")


def matching_span(text: str, query_words: Iterable[str], *, at_most: int = LONGEST) -> str | None:
    """The `at_most` words in a row that hold most of the query's words, the first such place; None if they hold none.

    query_words: folded. Words match by their stem's beginning, so "dancing" finds "dance".

    >>> matching_span("I was dancing in the rain all night long", ["dance", "rain"], at_most=4)
    'dancing in the rain'
    """
    stems = {_stem(word) for word in query_words if len(word) >= _SHORTEST_STEM}
    tokens = [(match.start(), match.end()) for match in _WORD.finditer(text)]
    matched = [_stem(fold(text[start:end])) for start, end in tokens]
    places = [at for at, stem in enumerate(matched) if stem in stems]
    if not places:
        return None
    best = max(places, key=lambda at: len({s for s in matched[at : at + at_most] if s in stems}))
    start, end = tokens[best][0], tokens[min(len(tokens), best + at_most) - 1][1]
    return " ".join(text[start:end].split())


def _stem(word: str) -> str:
    """A crude common beginning: enough to show a match, not to find one.

    >>> _stem("dancing") == _stem("dance")
    True
    """
    for ending in ("ing", "ies", "ed", "es", "s", "e", "y"):
        if word.endswith(ending) and len(word) - len(ending) >= _SHORTEST_STEM:
            return word[: -len(ending)]
    return word
