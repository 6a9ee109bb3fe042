"""What a query does not want: "without drums", "anything but country", "no rap or metal", "nothing too loud".

A negation reaches one phrase behind it and what "or", "nor" or "and" joins to that. "Without", "except", "minus" and
"anything but" take any name; "no" and "not" take a word they do not know only where the rest of the query wants
something; "never" and "nothing" take only words that say something about music. What is left is no negation but a
name: "never gonna give you up", "no woman no cry", "nothing else matters", "without me".
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import islice, takewhile
from typing import Final

from cratedig.find.understanding.content import VAGUE, word_set
from cratedig.find.understanding.taken import FILLERS, Grip, Taken, Words, taken_from
from cratedig.music.text import fold

_OPERATORS: Final[tuple[tuple[Grip, str], ...]] = (
    ("any", r"(?:anything|everything|all)\s+(?:but|except|besides|other\s+than)(?:\s+for)?"),
    ("any", r"without|w/o|except(?:\s+for)?|excluding|minus|other\s+than|apart\s+from|aside\s+from|besides"),
    ("any", r"(?:do\s+not|don['’]?t)\s+(?:like|want(?:\s+to\s+hear)?|play|include)|i\s+hate|skip|avoid|leave\s+out"),
    ("some", r"but\s+(?:not|no)|and\s+(?:not|no)|not|no|isn['’]t|aren['’]t"),
    ("known", r"nothing|never|none"),
)
_OPERATOR = re.compile(
    r"\b(?:" + "|".join(f"(?P<{grip}{number}>{words})" for number, (grip, words) in enumerate(_OPERATORS)) + r")\b",
    re.IGNORECASE,
)
_DASH = re.compile(r"(?<!\S)-(?=[^\W\d_])")
_HINT = re.compile(
    r"\b(?:no|not|never|none|nothing|without|w/o|except|excluding|minus|but|than|from|besides|hate|skip|avoid|leave|don"
    r"|isn|aren|dont)\b|(?<!\S)-\w",
    re.IGNORECASE,
)
_LOOSE = re.compile(r"^(?:[\s,;]|\b(?:but|and|or)\b)+|(?:[\s,;]|\b(?:but|and|or)\b)+$", re.IGNORECASE)
_QUOTED = re.compile(r"[\"“”«»][^\"“”«»]{1,100}[\"“”«»]")

SOFTENERS: Final = word_set("too very so overly particularly really that all much")
"""Fillers that make a negation mild: what is "not too sad" is not to be without sadness."""
_OF_NAMES: Final = frozenset(("by", "from"))
_SPEAKS_ON: Final = word_set(
    "ain't aint is was be been got get have has had there's theres say said know i'm im am are you're we're they're "
    "he's she's it's its will do does did can could would should may might why or if whether"
)
"""Words after which "no" and "not" belong to a sentence: "ain't no sunshine", "you're not alone"."""


@dataclass(frozen=True, slots=True)
class Negated:
    """What is left of a text without its negations, and what they take: folded phrases, in order.

    softly: what there is not to be too much of, which is not in unwanted.  years: decades and years as they stood.
    """

    left: str
    unwanted: tuple[str, ...] = ()
    softly: tuple[str, ...] = ()
    years: tuple[str, ...] = ()

    @property
    def is_any(self) -> bool:
        return bool(self.unwanted or self.softly or self.years)


@dataclass(frozen=True, slots=True)
class _Cut:
    """One negation: where it starts in the text and what it takes, one phrase at least."""

    start: int
    taken: tuple[Taken, ...]
    is_soft: bool
    grip: Grip

    @property
    def end(self) -> int:
        return self.taken[-1].end

    @property
    def stands_alone(self) -> bool:
        """Is it a negation where the query wants nothing else?"""
        return self.grip == "any" or all(one.sense is not None for one in self.taken)


def negated(text: str) -> Negated:
    """The parts of a text that it does not want.

    >>> negated("calm piano without drums or vocals").unwanted
    ('drums', 'vocals')
    >>> negated("never gonna give you up").unwanted, negated("something not too sad").softly
    ((), ('sad',))
    """
    if _HINT.search(text) is None:
        return Negated(text)
    cuts = _apart(list(_cuts(text)))
    left = _without(text, cuts)
    if not (any(word not in VAGUE for word in fold(left).split()) or all(cut.stands_alone for cut in cuts)):
        return Negated(text)
    taken = [(one, cut.is_soft) for cut in cuts for one in cut.taken]
    return Negated(
        left,
        unwanted=_unique(one.phrase for one, is_soft in taken if one.sense != "years" and not is_soft),
        softly=_unique(one.phrase for one, is_soft in taken if one.sense != "years" and is_soft),
        years=_unique(one.phrase for one, _ in taken if one.sense == "years"),
    )


def _cuts(text: str) -> Iterator[_Cut]:
    words = Words.of(text)
    quotes = [match.span() for match in _QUOTED.finditer(text)]
    for match in _OPERATOR.finditer(text):
        inside = any(start <= match.start() < end for start, end in quotes)
        grip = _grip(match)
        if not inside and (grip == "any" or not _belongs_to_a_sentence(words, match.start())):
            yield from _cut(words, match.start(), words.behind(match.end()), grip)
    for match in _DASH.finditer(text):
        yield from _cut(words, match.start(), words.behind(match.end()), "any")


def _grip(match: re.Match[str]) -> Grip:
    name = match.lastgroup or ""
    return "any" if name.startswith("any") else "some" if name.startswith("some") else "known"


def _belongs_to_a_sentence(words: Words, start: int) -> bool:
    before = words.behind(start) - 1
    return before >= 0 and words.said[before].lower().replace("’", "'") in _SPEAKS_ON


def _cut(words: Words, start: int, at: int, grip: Grip) -> Iterator[_Cut]:
    """The negation that starts there, if it takes anything of the words from `at` on."""
    fillers = list(takewhile(lambda word: word in FILLERS, islice(words.folded, at, None)))
    names = not _OF_NAMES.isdisjoint(fillers)
    if taken := tuple(taken_from(words, at + len(fillers), "any" if names else grip)):
        yield _Cut(start, taken, not SOFTENERS.isdisjoint(fillers), "any" if names else grip)


def _apart(cuts: list[_Cut]) -> list[_Cut]:
    """The cuts in order, none inside another."""
    kept: list[_Cut] = []
    for cut in sorted(cuts, key=lambda one: (one.start, -one.end)):
        if not kept or cut.start >= kept[-1].end:
            kept.append(cut)
    return kept


def _without(text: str, cuts: Sequence[_Cut]) -> str:
    for cut in reversed(cuts):
        text = f"{text[: cut.start]} {text[cut.end :]}"
    return _LOOSE.sub("", " ".join(text.split())) if cuts else text


def _unique(phrases: Iterable[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(phrase for phrase in phrases if phrase))
