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
from itertools import takewhile
from typing import Final, Literal

from cratedig.find.understanding.content import VAGUE, word_set
from cratedig.find.understanding.vocabulary import Sense, known_phrase
from cratedig.find.understanding.years import years
from cratedig.music.text import fold

Grip = Literal["any", "some", "known"]
"""Takes any name; any where the rest of the query wants something; only words that say something about music."""

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
_WORD = re.compile(r"[^\W_](?:[\w'’&+]|-(?=\w))*|[^\w\s]")
_LOOSE = re.compile(r"^(?:[\s,;]|\b(?:but|and|or)\b)+|(?:[\s,;]|\b(?:but|and|or)\b)+$", re.IGNORECASE)
_QUOTED = re.compile(r"[\"“”«»][^\"“”«»]{1,100}[\"“”«»]")

FILLERS: Final = word_set(
    "too very so overly particularly really that all any a an the much more of my like want anything something "
    "songs song music tracks by from with"
)
SOFTENERS: Final = word_set("too very so overly particularly really that all much")
"""Fillers that make a negation mild: what is "not too sad" is not to be without sadness."""
_NEVER_TAKEN: Final = word_set(
    "me you us him her them it i he she we they one ones way matter doubt wonder problem longer need only just "
    "else gonna going more i'm sure idea clue thanks and or but nor in on at is are was were if so end to no not never "
    "nothing without except minus"
)
_SPEAKS_ON: Final = word_set(
    "ain't aint is was be been got get have has had there's theres say said know i'm im am are you're we're they're "
    "he's she's it's its will do does did can could would should may might why or if whether"
)
"""Words after which "no" and "not" belong to a sentence: "ain't no sunshine", "you're not alone"."""
_JOINING: Final = frozenset(("or", "nor", "and", "&"))
MOST_TAKEN: Final = 4  # words of an unknown name in capitals


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
class _Word:
    said: str
    folded: str
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class _Taken:
    """A phrase that is not wanted. end: where it ends in the text."""

    phrase: str
    sense: Sense | Literal["years"] | None
    end: int


@dataclass(frozen=True, slots=True)
class _Cut:
    """One negation: where it starts in the text and what it takes, one phrase at least."""

    start: int
    taken: tuple[_Taken, ...]
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
    words = list(_words(text))
    quotes = [match.span() for match in _QUOTED.finditer(text)]
    for pattern in (_OPERATOR, _DASH):
        for match in pattern.finditer(text):
            inside = any(start <= match.start() < end for start, end in quotes)
            grip = _grip(match) if pattern is _OPERATOR else "any"
            if not inside and not _belongs_to_a_sentence(words, match.start(), grip):
                behind = [word for word in words if word.start >= match.end()]
                yield from _taken(match.start(), behind, grip)


def _grip(match: re.Match[str]) -> Grip:
    name = next(name for name, said in match.groupdict().items() if said is not None)
    return "any" if name.startswith("any") else "some" if name.startswith("some") else "known"


def _belongs_to_a_sentence(words: Sequence[_Word], start: int, grip: Grip) -> bool:
    before = [word.said.lower().replace("’", "'") for word in words if word.end <= start][-1:]
    return grip != "any" and any(word in _SPEAKS_ON for word in before)


def _taken(start: int, behind: Sequence[_Word], grip: Grip) -> Iterator[_Cut]:
    """The negation that starts there, if it takes anything of the words behind it."""
    fillers = list(takewhile(lambda word: word.folded in FILLERS, behind))
    if any(word.folded in ("by", "from") for word in fillers):
        grip = "any"
    if taken := tuple(_objects(behind, len(fillers), grip)):
        yield _Cut(start, taken, any(word.folded in SOFTENERS for word in fillers), grip)


def _objects(behind: Sequence[_Word], at: int, grip: Grip) -> Iterator[_Taken]:
    """The phrase from there on, and those joined to it."""
    folded = [word.folded for word in behind]
    while at < len(behind):
        sense, length = _object(behind, folded, at, grip)
        if length == 0:
            return
        phrase = " ".join(folded[at : at + length]) if sense != "years" else behind[at].said
        at += length
        yield _Taken(phrase, sense, behind[at - 1].end)
        if not _goes_on(behind, folded, at, sense):
            return
        at += 1


def _goes_on(behind: Sequence[_Word], folded: Sequence[str], at: int, last: object) -> bool:
    """Does a joining word stand here, and behind it one more that is not wanted? After "and" only one of its kind."""
    if at + 1 >= len(behind) or behind[at].said.lower() not in _JOINING:
        return False
    joined, _ = known_phrase(folded, at + 1)
    return folded[at] in ("or", "nor") or (joined is not None and (joined == "mood") == (last == "mood"))


def _object(
    behind: Sequence[_Word], folded: Sequence[str], at: int, grip: Grip
) -> tuple[Sense | Literal["years"] | None, int]:
    """What a negation takes from here: its sense and its length in words; length 0 for nothing."""
    word = behind[at]
    if years(word.said):
        return "years", 1
    sense, length = known_phrase(folded, at)
    if sense is not None:
        return sense, length
    if grip == "known" or not word.said[0].isalpha() or word.said.lower() in _NEVER_TAKEN:
        return None, 0
    return None, _name_length(behind, folded, at)


def _name_length(behind: Sequence[_Word], folded: Sequence[str], at: int) -> int:
    """How many words of an unknown name: all in capitals, else one and the next that says nothing by itself."""
    is_capital = behind[at].said[0].isupper()
    length = 1
    while length < (MOST_TAKEN if is_capital else 2) and at + length < len(behind):
        word = behind[at + length]
        if not word.said[0].isalpha() or word.said[0].isupper() != is_capital:
            break
        if word.folded in VAGUE | _NEVER_TAKEN | FILLERS or not (is_capital or _is_unknown(folded, at + length)):
            break
        length += 1
    return length


def _is_unknown(folded: Sequence[str], at: int) -> bool:
    return known_phrase(folded, at)[0] is None


def _words(text: str) -> Iterator[_Word]:
    for match in _WORD.finditer(text):
        yield _Word(match.group(), fold(match.group()), match.start(), match.end())


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
