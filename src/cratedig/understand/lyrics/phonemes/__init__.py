"""How words are said: the CMU Pronouncing Dictionary, rules for what it lacks, and a guess from the letters."""

from __future__ import annotations

import unicodedata
from functools import lru_cache
from itertools import islice
from typing import Final

from cratedig.models import letters
from cratedig.understand.lyrics.phonemes import russian
from cratedig.understand.lyrics.phonemes.spelling import VARIANTS_AT_MOST, by_dictionary, by_rule
from cratedig.understand.lyrics.phonemes.syllables import Pronunciation, Syllable

__all__ = ["Pronunciation", "Syllable", "pronounce"]

LONGEST: Final = 48
"""Letters of a word that are said; of a longer one, its end."""
_KEPT: Final = 32_768
_APOSTROPHES: Final = str.maketrans("’‘`´ʼ", "'''''")


def pronounce(word: str) -> tuple[Pronunciation, ...]:
    """The ways to say a word, likeliest first, at most four; () for what cannot be said (no letter, no digit).

    Any case; marks about the word are ignored, its apostrophes and hyphens are not. Raises ModelUnavailable where the
    dictionary is absent.

    >>> [one.phones for one in pronounce("runnin'")]
    [('R', 'AH1', 'N', 'IH0', 'N')]
    """
    return _pronounce(word[-LONGEST:].lower())


@lru_cache(maxsize=_KEPT)
def _pronounce(word: str) -> tuple[Pronunciation, ...]:
    marked = word.translate(_APOSTROPHES).strip('-_.,;:!?"()[]{}*~/\\')
    if russian.is_cyrillic(marked):
        return russian.pronounce(marked)
    plain = unaccented(marked)
    if not any(letter.isalnum() for letter in plain):
        return ()
    for source, found in (("dictionary", by_dictionary(plain)), ("rule", by_rule(plain))):
        known = tuple(dict.fromkeys(islice(found, 2 * VARIANTS_AT_MOST)))[:VARIANTS_AT_MOST]
        if known:
            return tuple(Pronunciation(phones, source) for phones in known)
    guess = letters.shipped().phones(plain)
    return (Pronunciation(guess, "letters"),) if guess else ()


def unaccented(word: str) -> str:
    """Without accents, but for the one that makes an ending sound: belovèd.

    >>> unaccented("café")
    'cafe'
    """
    if word.isascii():
        return word
    if word.endswith("èd"):
        return f"{unaccented(word[:-2])}èd"
    return "".join(letter for letter in unicodedata.normalize("NFKD", word) if not unicodedata.combining(letter))
