"""The words of a lyric and where they stand."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

LONGEST_LINE: Final = 2_000
"""Characters of a line that are read; beyond them no rhyme is sought."""
_WORD: Final = re.compile(r"'?[^\W_]+(?:['’‘`-][^\W_]+)*['’]?")
_BRACKETED: Final = re.compile(r"\[[^\]]*\]")
_VERSE_NUMBER: Final = re.compile(r"(?<=[,.;:!?])[\s\"')]*\d{1,4}\s*$")
_PRIMES: Final = str.maketrans("’‘`", "'''")


@dataclass(frozen=True, slots=True)
class Word:
    """line: its number among all lines. start, end: characters of the line. text: in lower case, apostrophes plain."""

    line: int
    start: int
    end: int
    text: str


def words_of(lines: Sequence[str]) -> list[Word]:
    """All words in order. What stands in square brackets, and a number after the last stop, is no part of the verse."""
    return [word for number, line in enumerate(lines) for word in _words(number, line[:LONGEST_LINE])]


def _words(number: int, line: str) -> Iterator[Word]:
    said = _silenced(line) if "[" in line or line[-1:].isdigit() else line
    for found in _WORD.finditer(said):
        yield Word(number, found.start(), found.end(), found[0].lower().translate(_PRIMES))


def _silenced(line: str) -> str:
    bare = _BRACKETED.sub(lambda found: " " * len(found[0]), line)
    return _VERSE_NUMBER.sub(lambda found: " " * len(found[0]), bare)


def last_words(words: Sequence[Word], lines: int) -> list[int]:
    """For each line, which word ends it; -1 for a line without words."""
    last = [-1] * lines
    for at, word in enumerate(words):
        last[word.line] = at
    return last
