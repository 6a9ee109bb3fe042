"""The words of a lyric and where they stand."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import accumulate
from typing import Final

LONGEST_LINE: Final = 2_000
"""Characters of a line that are read; beyond them no rhyme is sought."""
_WORD: Final = re.compile(r"'?[^\W_]++(?:['’‘`-][^\W_]++)*+['’]?")
_PLAIN_WORD: Final = re.compile(r"'?[a-z0-9]++(?:['-][a-z0-9]++)*+'?")
_BRACKETED: Final = re.compile(r"\[[^\]]*\]")
_VERSE_NUMBER: Final = re.compile(r"(?<=[,.;:!?])[\s\"')]*\d{1,4}\s*$")
_PRIMES: Final = str.maketrans("’‘`", "'''")


@dataclass(frozen=True, slots=True)
class Words:
    """All words of a lyric in order, a list for each thing known of them. text: in lower case, apostrophes plain.
    line: its number among all lines. spans: characters of all lines joined by one; offsets: where each line begins."""

    text: list[str]
    line: list[int]
    spans: list[tuple[int, int]]
    offsets: list[int]

    def __len__(self) -> int:
        return len(self.text)

    def start(self, word: int) -> int:
        """The first character of a word in its line."""
        return self.spans[word][0] - self.offsets[self.line[word]]

    def end(self, word: int) -> int:
        """The character of its line after a word."""
        return self.spans[word][1] - self.offsets[self.line[word]]


def words_of(lines: Sequence[str]) -> Words:
    """All words in order. What stands in square brackets, and a number after the last stop, is no part of the verse."""
    read = [
        _silenced(line[:LONGEST_LINE]) if "[" in line or line[-1:].isdigit() else line[:LONGEST_LINE] for line in lines
    ]
    spans, text = _found("\n".join(read))
    offsets = [0, *accumulate(len(line) + 1 for line in read)]
    line: list[int] = []
    for number, end in enumerate(offsets[1:]):
        line += [number] * (bisect_right(spans, (end,), len(line)) - len(line))
    return Words(text, line, spans, offsets)


def _found(text: str) -> tuple[list[tuple[int, int]], list[str]]:
    """Where words stand in a text, and the words."""
    if text.isascii() and "`" not in text:
        text = text.lower()
        spans = [found.span() for found in _PLAIN_WORD.finditer(text)]
        return spans, [text[start:end] for start, end in spans]
    spans = [found.span() for found in _WORD.finditer(text)]
    return spans, [plain(text[start:end]) for start, end in spans]


@lru_cache(maxsize=65_536)
def plain(word: str) -> str:
    """In lower case, apostrophes plain."""
    return word.lower().translate(_PRIMES)


def _silenced(line: str) -> str:
    bare = _BRACKETED.sub(lambda found: " " * len(found[0]), line)
    return _VERSE_NUMBER.sub(lambda found: " " * len(found[0]), bare)


def last_words(words: Words, lines: int) -> list[int]:
    """For each line, which word ends it; -1 for a line without words."""
    last = [-1] * lines
    for at, line in enumerate(words.line):
        last[line] = at
    return last


def end_words(lines: Sequence[str]) -> list[str]:
    """The last word of each line, "" where a line has none."""
    words = words_of(lines)
    return [words.text[at] if at >= 0 else "" for at in last_words(words, len(lines))]
