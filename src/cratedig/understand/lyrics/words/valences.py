"""How good or bad a single word sounds: VADER's ratings, of a word or of what it is inflected from; ours for Russian.

Hutto & Gilbert 2014, "VADER: A Parsimonious Rule-based Model for Sentiment Analysis of Social Media Text", ICWSM: 7,500
words, each the mean of ten people from -4 to 4. The file is read from the package `vaderSentiment` (MIT), not copied.
"""

from __future__ import annotations

from functools import cache
from importlib import resources

from cratedig.errors import ModelUnavailable
from cratedig.music.lexicon import word_forms
from cratedig.understand.lyrics.words.lists import RUSSIAN_VALENCES


def valence(word: str) -> float:
    """-4..4; 0 for a word that says neither.

    Raises ModelUnavailable where the package is absent.

    >>> valence("love") > 0 > valence("lonely")
    True
    """
    rated = _vader()
    if word in rated:
        return rated[word]
    if word in RUSSIAN_VALENCES:
        return RUSSIAN_VALENCES[word]
    return next((rated[form] for form in word_forms(word)[1:] if form in rated), 0.0)


@cache
def _vader() -> dict[str, float]:
    try:
        text = (resources.files("vaderSentiment") / "vader_lexicon.txt").read_text(encoding="utf-8")
    except (OSError, ModuleNotFoundError) as error:
        raise ModelUnavailable(
            f"The ratings of words cannot be read: {error}.", hint="Install the package `vaderSentiment`."
        ) from error
    rows = (line.split("\t") for line in text.splitlines() if "\t" in line)
    return {row[0]: float(row[1]) for row in rows if row[0][:1].isalpha()}
