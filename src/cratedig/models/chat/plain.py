"""What a model's words must be before anybody sees them: plain words, few of them, and not somebody else's."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Final

from cratedig.music.text import fold

MOST_VERBATIM: Final = 12
"""Words of a text that may be repeated as they stand there (promise 18)."""
SHORTEST_RUN: Final = 5
"""Words in a row that stand in a text so that they count as repeated: fewer are the language's own."""

# Letters of any script with apostrophes and hyphens inside, or a number of up to four digits: no address, no key, no
# code, no markup can be written with these.
_WORD: Final = r"(?:[^\W\d_]{1,24}(?:['’‐-][^\W\d_]{1,24}){0,4}|\d{1,4}s?)"
_SAID: Final = rf"[\"“'‘(]?{_WORD}[\"”'’),.;:!?…]{{0,3}}"
_SENTENCE = re.compile(rf"{_SAID}(?:(?: [–—-])? {_SAID})*")
_LABEL = re.compile(rf"{_WORD}(?: (?:& )?{_WORD}){{0,3}}")


def sentence(said: str, *, most_words: int) -> str:
    """The words with single spaces. Raises ValueError where they are more, or more than words."""
    words = " ".join(said.split())
    if len(words.split()) > most_words:
        raise ValueError(f"has {len(words.split())} words; at most {most_words} are wanted")
    if words and not _SENTENCE.fullmatch(words):
        raise ValueError("must be plain words with ordinary punctuation: no addresses, codes, markup or signs")
    return words


def label(said: str, *, most_chars: int = 40) -> str:
    """One to four plain words in lower case. Raises ValueError.

    >>> label("  Lost  Love ")
    'lost love'
    """
    words = " ".join(said.lower().split())
    if len(words) > most_chars or not _LABEL.fullmatch(words):
        raise ValueError(f"must be one to four plain words of at most {most_chars} characters")
    return words


def verbatim(said: str, text: str) -> int:
    """How many words of `said` stand in `text` too, in runs of 5 words and more. Case and punctuation do not count."""
    ours, theirs = fold(said).split(), fold(text).split()
    runs = {tuple(theirs[at : at + SHORTEST_RUN]) for at in range(len(theirs) - SHORTEST_RUN + 1)}
    copied = [False] * len(ours)
    for at in range(len(ours) - SHORTEST_RUN + 1):
        if tuple(ours[at : at + SHORTEST_RUN]) in runs:
            copied[at : at + SHORTEST_RUN] = [True] * SHORTEST_RUN
    return sum(copied)


def own_words(said: str, texts: Sequence[str]) -> str:
    """What was said. Raises ValueError where more than 12 words of it are those of one of the texts."""
    for text in texts:
        if verbatim(said, text) > MOST_VERBATIM:
            raise ValueError(f"repeats more than {MOST_VERBATIM} words; say it in your own words")
    return said
