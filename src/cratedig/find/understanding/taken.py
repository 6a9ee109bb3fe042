"""What a negation takes: the phrase behind it, and those that "or", "nor" and "and" join to that."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final, Literal

from cratedig.find.understanding.content import VAGUE, word_set
from cratedig.find.understanding.vocabulary import Sense, known_phrase
from cratedig.find.understanding.years import years
from cratedig.music.text import fold

Grip = Literal["any", "some", "known"]
"""Takes any name; any where the rest of the query wants something; only words that say something about music."""

FILLERS: Final = word_set(
    "too very so overly particularly really that all any a an the much more of my like want anything something "
    "songs song music tracks by from with"
)
_NEVER_TAKEN: Final = word_set(
    "me you us him her them it i he she we they one ones way matter doubt wonder problem longer need only just "
    "else gonna going more i'm sure idea clue thanks and or but nor in on at is are was were if so end to no not never "
    "nothing without except minus"
)
_JOINING: Final = frozenset(("or", "nor", "and", "&"))
MOST_TAKEN: Final = 4  # words of an unknown name in capitals
_NO_NAME: Final = VAGUE | _NEVER_TAKEN | FILLERS
_WORD = re.compile(r"[^\W_](?:[\w'’&+]|-(?=\w))*|[^\w\s]")


@dataclass(frozen=True, slots=True)
class Words:
    """The words and marks of a text, in order: as said, folded ("" for a mark), where each starts and ends in it."""

    said: Sequence[str]
    folded: Sequence[str]
    starts: Sequence[int]
    ends: Sequence[int]

    @classmethod
    def of(cls, text: str) -> Words:
        found = list(_WORD.finditer(text))
        said = [match.group() for match in found]
        return cls(said, [fold(word) for word in said], [one.start() for one in found], [one.end() for one in found])

    def __len__(self) -> int:
        return len(self.said)

    def behind(self, place: int) -> int:
        """The first word that starts at that place of the text or behind it."""
        return bisect_left(self.starts, place)


@dataclass(frozen=True, slots=True)
class Taken:
    """A phrase that is not wanted. end: where it ends in the text."""

    phrase: str
    sense: Sense | Literal["years"] | None
    end: int


def taken_from(words: Words, at: int, grip: Grip) -> Iterator[Taken]:
    """The phrase from there on, and those joined to it."""
    while at < len(words):
        sense, length = _object(words, at, grip)
        if length == 0:
            return
        phrase = " ".join(words.folded[at : at + length]) if sense != "years" else words.said[at]
        at += length
        yield Taken(phrase, sense, words.ends[at - 1])
        if not _goes_on(words, at, sense):
            return
        at += 1


def _goes_on(words: Words, at: int, last: object) -> bool:
    """Does a joining word stand here, and behind it one more that is not wanted? After "and" only one of its kind."""
    if at + 1 >= len(words) or words.said[at].lower() not in _JOINING:
        return False
    joined, _ = known_phrase(words.folded, at + 1)
    return words.folded[at] in ("or", "nor") or (joined is not None and (joined == "mood") == (last == "mood"))


def _object(words: Words, at: int, grip: Grip) -> tuple[Sense | Literal["years"] | None, int]:
    """What a negation takes from here: its sense and its length in words; length 0 for nothing."""
    said = words.said[at]
    if years(said):
        return "years", 1
    sense, length = known_phrase(words.folded, at)
    if sense is not None:
        return sense, length
    if grip == "known" or not said[0].isalpha() or said.lower() in _NEVER_TAKEN:
        return None, 0
    return None, _name_length(words, at)


def _name_length(words: Words, at: int) -> int:
    """How many words of an unknown name: all in capitals, else one and the next that says nothing by itself."""
    is_capital = words.said[at][0].isupper()
    length = 1
    while length < (MOST_TAKEN if is_capital else 2) and at + length < len(words):
        first, folded = words.said[at + length][0], words.folded[at + length]
        if not first.isalpha() or first.isupper() != is_capital:
            break
        if folded in _NO_NAME or not (is_capital or _is_unknown(words, at + length)):
            break
        length += 1
    return length


def _is_unknown(words: Words, at: int) -> bool:
    return known_phrase(words.folded, at)[0] is None
