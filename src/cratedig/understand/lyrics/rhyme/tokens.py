"""The words of a lyric and where they stand."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

LONGEST_LINE: Final = 2_000
"""Characters of a line that are read; beyond them no rhyme is sought."""
_WORD: Final = re.compile(r"'?[^\W_]++(?:['’‘`-][^\W_]++)*+['’]?")
_ASCII_WORD: Final = re.compile(r"'?[A-Za-z0-9]++(?:['`-][A-Za-z0-9]++)*+'?")
_BRACKETED: Final = re.compile(r"\[[^\]]*\]")
_VERSE_NUMBER: Final = re.compile(r"(?<=[,.;:!?])[\s\"')]*\d{1,4}\s*$")
_PRIMES: Final = "’‘`"


@dataclass(frozen=True, slots=True)
class Words:
    """All words of a lyric in order, a list for each thing known of them. text: in lower case, apostrophes plain.
    line: its number among all lines. spans: where it begins and ends in its line."""

    text: list[str]
    line: list[int]
    spans: list[tuple[int, int]]

    def __len__(self) -> int:
        return len(self.text)

    def start(self, word: int) -> int:
        """The first character of a word in its line."""
        return self.spans[word][0]

    def end(self, word: int) -> int:
        """The character of its line after a word."""
        return self.spans[word][1]


def words_of(lines: Sequence[str]) -> Words:
    """All words in order. What stands in square brackets, and a number after the last stop, is no part of the verse."""
    written: list[str] = []
    numbers: list[int] = []
    spans: list[tuple[int, int]] = []
    for number, line in enumerate(lines):
        read = _read(line)
        here = [found.span() for found in (_ASCII_WORD if read.isascii() else _WORD).finditer(read)]
        spans += here
        numbers += [number] * len(here)
        written += [read[start:end] for start, end in here]
    return Words(_plain(written), numbers, spans)


def _plain(written: Sequence[str]) -> list[str]:
    text = "\n".join(written).lower()
    for prime in _PRIMES:
        text = text.replace(prime, "'")
    return text.split("\n") if written else []


def _read(line: str) -> str:
    read = line[:LONGEST_LINE]
    return _silenced(read) if "[" in line or line[-1:].isdigit() else read


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
