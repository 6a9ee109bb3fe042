"""Verses whose rhymes are marked in the text by hand: evals/rap_rhymes/README.md has the form and the guideline."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final, NamedTuple

from cratedig.errors import InputRejected

KINDS: Final = ("perfect", "slant", "assonance", "multi", "mosaic")

_MARK = re.compile(r"\{(?P<group>\w+) (?P<words>[^{}]+)\}")
_WORD = re.compile(r"\S*\w\S*")


class Span(NamedTuple):
    """Words `first` to `last`, both in, of line `line`; all counted from 0."""

    line: int
    first: int
    last: int


Group = tuple[Span, ...]


@dataclass(frozen=True)
class Verse:
    """Lines without marks, and what rhymes in them.

    kinds: of KINDS, one a group. scheme: of the ends, a letter a line, X where nothing rhymes.
    """

    id: str
    topic: str
    style: str
    language: str
    lines: tuple[str, ...]
    groups: tuple[Group, ...]
    kinds: tuple[str, ...]
    scheme: str

    @property
    def text(self) -> str:
        """The lines as one text."""
        return "\n".join(self.lines)


def words(line: str) -> list[str]:
    """What stands between spaces and has a letter or digit in it, without the punctuation around it, in lower case.

    >>> words('"Lie back," said - a priest')
    ['lie', 'back', 'said', 'a', 'priest']
    """
    return [re.sub(r"^\W+|[^\w']+$", "", found.group()).lower() for found in _WORD.finditer(line)]


def read_verses(path: Path) -> list[Verse]:
    """The verses of a file. Raises InputRejected where it cannot be read or a verse contradicts itself."""
    try:
        text = path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise InputRejected(f"{str(path)!r} holds no verses that can be read.") from error
    return [verse(block) for block in re.split(r"\n\s*\n", text.strip())]


def verse(block: str) -> Verse:
    """One verse, in the form of the README. Raises InputRejected where it has another form or contradicts itself."""
    head, said, *marked = (line.strip() for line in block.strip().splitlines())
    try:
        name, topic, style, language = (part.strip() for part in head.removeprefix("#").split("|"))
        scheme, *listed = (part.strip() for part in said.removeprefix(">").split("|"))
        kind_of = dict(part.split() for part in listed)
    except ValueError as error:
        raise InputRejected(f"A verse begins with {head!r} and {said!r}, which say too little or too much.") from error
    lines, members = _plain(marked)
    _check(name, kind_of, members, scheme, lines)
    groups, kinds = (tuple(spans) for spans in members.values()), (kind_of[group] for group in members)
    return Verse(name, topic, style, language, lines, tuple(groups), tuple(kinds), scheme)


def ends(lines: Sequence[str], groups: Sequence[Group]) -> tuple[int | None, ...]:
    """For each line the number of the group in which its last word stands, None where it stands in none."""
    at_end = {span.line: number for number, group in enumerate(groups) for span in group if is_end(span, lines)}
    return tuple(at_end.get(line) for line in range(len(lines)))


def is_end(span: Span, lines: Sequence[str]) -> bool:
    """Does the span hold its line's last word?"""
    return span.last == len(words(lines[span.line])) - 1


def letters(marks: Sequence[int | str | None]) -> str:
    """Marks that come twice or more become A, B, ... in order; all others X.

    >>> letters([7, 3, 7, None])
    'AXAX'
    """
    again = [mark for mark in dict.fromkeys(marks) if mark is not None and marks.count(mark) > 1]
    return "".join(chr(ord("A") + again.index(mark)) if mark in again else "X" for mark in marks)


def _plain(marked: Sequence[str]) -> tuple[tuple[str, ...], dict[str, list[Span]]]:
    lines: list[str] = []
    members: dict[str, list[Span]] = {}
    for number, line in enumerate(marked):
        lines.append(_MARK.sub(lambda found: found["words"], line))
        for group, span in _spans(number, line):
            members.setdefault(group, []).append(span)
    return tuple(lines), members


def _spans(number: int, line: str) -> Iterator[tuple[str, Span]]:
    """Words are counted in what stands before a mark, so a mark begins and ends with whole words."""
    for found in _MARK.finditer(line):
        before = words(_MARK.sub(lambda mark: mark["words"], line[: found.start()]))
        yield found["group"], Span(number, len(before), len(before) + len(words(found["words"])) - 1)


def _check(
    name: str, kind_of: dict[str, str], members: dict[str, list[Span]], scheme: str, lines: Sequence[str]
) -> None:
    if any("{" in line or "}" in line for line in lines):
        raise InputRejected(f"Verse {name!r} has a mark that does not close.")
    if set(kind_of) != set(members):
        raise InputRejected(f"Verse {name!r} marks or names groups that are only marked or only named.")
    if unknown := set(kind_of.values()) - set(KINDS):
        raise InputRejected(f"Verse {name!r} has kinds {sorted(unknown)!r}; known: {', '.join(KINDS)}.")
    if lonely := [group for group, spans in members.items() if len(spans) < 2]:
        raise InputRejected(f"Verse {name!r} has nothing that rhymes with {lonely!r}.")
    heard = letters(ends(lines, [tuple(spans) for spans in members.values()]))
    if heard != scheme:
        raise InputRejected(f"Verse {name!r} says {scheme!r}, its marks say {heard!r}.")
