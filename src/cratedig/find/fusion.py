"""How much meaning and how much words: the fusion behind search, and behind the text part of find.

Scores are fused, not ranks (Bruch, Gai & Ingber 2023, "An analysis of fusion functions for hybrid retrieval"): the
weight of meaning grows with the share of function words in the query. A list of keywords is looked up by its words; a
sentence is understood. Figures and the comparison with reciprocal rank fusion are in docs/find.md.
"""

from __future__ import annotations

from cratedig.music.text import fold

KEYWORDS_MEANING = 0.2
"""Weight of meaning for a bare list of keywords; words have the rest."""
PROSE_MEANING = 0.7
"""Weight of meaning for a sentence."""
PROSE_FROM, PROSE_TO = 0.1, 0.3
"""Shares of function words between which a query turns from keywords into prose."""

_PLAIN = (
    "a an the of in on at by to from with for and or but as is are was were be been being it its this that these "
    "those there which who while where when has have had can could may might must would will shall do does did i "
    "you he she we they my your his her our their"
)
_FUNCTION_WORDS = frozenset(_PLAIN.split())


def prose_share(text: str) -> float:
    """The share of function words, 0..1; English sentences have about 0.4, lists of keywords none.

    >>> prose_share("mellow piano, slow tempo"), prose_share("a song for the rain")
    (0.0, 0.6)
    """
    words = fold(text).split()
    return sum(word in _FUNCTION_WORDS for word in words) / len(words) if words else 0.0


def text_weights(text: str) -> dict[str, float]:
    """The weights of meaning and words for a query; they sum to 1.

    >>> text_weights("mellow piano")
    {'meaning': 0.2, 'words': 0.8}
    """
    prose = min(1.0, max(0.0, (prose_share(text) - PROSE_FROM) / (PROSE_TO - PROSE_FROM)))
    meaning = round(KEYWORDS_MEANING + (PROSE_MEANING - KEYWORDS_MEANING) * prose, 6)
    return {"meaning": meaning, "words": round(1.0 - meaning, 6)}
