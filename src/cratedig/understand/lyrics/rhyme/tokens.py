"""The words of a lyric and where they stand."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import lru_cache
from typing import Final, NamedTuple

LONGEST_LINE: Final = 2_000
"""Characters of a line that are read; beyond them no rhyme is sought."""
_WORD: Final = re.compile(r"'?[^\W_]+(?:['’‘`-][^\W_]+)*['’]?")
_BRACKETED: Final = re.compile(r"\[[^\]]*\]")
_VERSE_NUMBER: Final = re.compile(r"(?<=[,.;:!?])[\s\"')]*\d{1,4}\s*$")
_PRIMES: Final = str.maketrans("’‘`", "'''")


class Word(NamedTuple):
    """line: its number among all lines. start, end: characters of the line. text: in lower case, apostrophes plain."""

    line: int
    start: int
    end: int
    text: str


def words_of(lines: Sequence[str]) -> list[Word]:
    """All words in order. What stands in square brackets, and a number after the last stop, is no part of the verse."""
    found: list[Word] = []
    for number, line in enumerate(lines):
        line = line[:LONGEST_LINE]
        said = _silenced(line) if "[" in line or line[-1:].isdigit() else line
        found += [
            Word(number, start, end, plain(said[start:end])) for start, end in map(re.Match.span, _WORD.finditer(said))
        ]
    return found


@lru_cache(maxsize=65_536)
def plain(word: str) -> str:
    """In lower case, apostrophes plain."""
    return word.lower().translate(_PRIMES)


def _silenced(line: str) -> str:
    bare = _BRACKETED.sub(lambda found: " " * len(found[0]), line)
    return _VERSE_NUMBER.sub(lambda found: " " * len(found[0]), bare)


def last_words(words: Sequence[Word], lines: int) -> list[int]:
    """For each line, which word ends it; -1 for a line without words."""
    last = [-1] * lines
    for at, word in enumerate(words):
        last[word.line] = at
    return last
