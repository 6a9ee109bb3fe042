"""What a word or phrase is to a query: a mood, a sound, an occasion, a genre, or nothing it knows."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from typing import Final, Literal

from cratedig.find.understanding.content import word_set
from cratedig.find.understanding.sounds import ATTRIBUTES
from cratedig.music.genre import place
from cratedig.music.lexicon import word_forms
from cratedig.music.lexicon_words import CONTEXTS, MOODS

Sense = Literal["mood", "sound", "genre", "occasion"]

LONGEST_PHRASE: Final = 3  # words
INSTRUMENTS: Final = word_set(
    "guitars drum drumming horn horns brass strings violin violins cello flute saxophone sax trumpet synth synths "
    "synthesizer keyboard keyboards organ harmonica banjo ukulele percussion choir autotune 808 808s"
)
"""Sources of sound that ask for no audio feature, but can be unwanted."""


@lru_cache(maxsize=20_000)
def sense(phrase: str) -> Sense | None:
    """What a folded phrase says; a word for a sound is a sound first, then a mood, an occasion, a genre.

    >>> [sense(phrase) for phrase in ("drums", "sadder", "gym", "hip hop", "radiohead")]
    ['sound', 'mood', 'occasion', 'genre', None]
    """
    if phrase in ATTRIBUTES or phrase in INSTRUMENTS:
        return "sound"
    forms = word_forms(phrase) if " " not in phrase else (phrase,)
    if any(form in MOODS for form in forms):
        return "mood"
    if any(form in CONTEXTS for form in forms):
        return "occasion"
    placed = place(phrase)
    return "genre" if placed is not None and placed.how != "word inside" else None


def known_phrase(words: Sequence[str], at: int) -> tuple[Sense | None, int]:
    """The longest phrase of folded words from `at` on that says something and its length; (None, 0) for none.
    An empty word (a mark) is in no phrase."""
    for length in range(min(LONGEST_PHRASE, len(words) - at), 0, -1):
        if all(words[at : at + length]) and (found := sense(" ".join(words[at : at + length]))) is not None:
            return found, length
    return None, 0
