"""The rhyme heat-map: a lyric cut into runs of words that rhyme and of words that do not, and a legend."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from cratedig.music.lyric import Lyric, Section
from cratedig.understand.lyrics.rhyme.result import Group, Measures, Rhymes, Scheme, Span

TONES: Final = 8
"""Tints there are in the style sheet; groups wear them in turn."""
SHOWN_WORDS: Final = 6

_LETTER: Final = re.compile(r"[A-Z]\d*")
_UNRHYMED: Final = "X"

Drawn = Mapping[int, Sequence[tuple[Span, Group]]]
"""By line, from left to right, the spans that are drawn."""


@dataclass(frozen=True, slots=True)
class Run:
    """Text of one line; group: the number of the group it belongs to, None for what rhymes with nothing."""

    text: str
    group: int | None = None
    kind: str = ""
    letter: str = ""

    @property
    def tone(self) -> int:
        return (self.group or 0) % TONES


@dataclass(frozen=True, slots=True)
class Line:
    """number: from 1, over the whole lyric. letter: of the end scheme, "" where the end rhymes with no other."""

    number: int
    letter: str
    runs: tuple[Run, ...]


@dataclass(frozen=True, slots=True)
class Part:
    """A section as it is drawn. scheme: its letters and their name, as "AABB, couplets"; "" where nothing rhymes."""

    title: str
    scheme: str
    lines: tuple[Line, ...]


@dataclass(frozen=True, slots=True)
class Entry:
    """A group in the legend; words: the first few that differ; members: how many spans are drawn."""

    group: int
    letter: str
    kind: str
    words: str
    members: int

    @property
    def tone(self) -> int:
        return self.group % TONES


@dataclass(frozen=True, slots=True)
class Heat:
    parts: tuple[Part, ...]
    legend: tuple[Entry, ...]


def heat(lyric: Lyric, rhymes: Rhymes) -> Heat:
    """The map of a lyric and its rhymes. Where spans overlap, the longer one is drawn; a group of which one is left,
    not at all."""
    drawn = _drawn(rhymes.groups)
    parts, first = [], 0
    for section, scheme in zip(lyric.sections, rhymes.schemes, strict=True):
        letters = [letter.strip(_UNRHYMED) for letter in _LETTER.findall(scheme.letters)]
        lines = tuple(
            Line(first + at + 1, letters[at], tuple(_runs(text, drawn.get(first + at, ()))))
            for at, text in enumerate(section.lines)
        )
        parts.append(Part(title(section), _told(scheme), lines))
        first += len(section.lines)
    return Heat(tuple(parts), tuple(_legend(lyric.lines, drawn)))


def title(section: Section) -> str:
    """How a section is headed; "" where nobody named it."""
    return section.label or ("" if section.kind == "part" else section.kind.capitalize())


def measures(found: Measures) -> list[tuple[str, str, str]]:
    """Name, value and meaning of the figures that are shown."""
    return [
        ("Rhymed", f"{100 * found.share:.0f} %", "of the syllables stand in a rhyme"),
        ("Line ends", f"{100 * found.end:.0f} %", "of the lines rhyme at their end"),
        ("Inside", f"{found.internal:.1f}", "rhymes within a line, per line"),
        ("Density", f"{found.density:.2f}", "vowels on end that a word shares with one shortly before it, on average"),
        ("Longest", f"{found.longest}", " / ".join(word for word in found.longest_words if word) or "no rhyme"),
        ("Longest run", f"{found.chain}", "lines on end with one rhyme"),
    ]


def _drawn(groups: Sequence[Group]) -> Drawn:
    by_line: dict[int, list[tuple[Span, Group]]] = {}
    spans = [(span, group) for group in groups for span in group.spans]
    for span, group in sorted(spans, key=lambda one: one[0].start - one[0].end):
        taken = by_line.setdefault(span.line, [])
        if all(span.end <= other.start or other.end <= span.start for other, _ in taken):
            taken.append((span, group))
    seen = Counter(group.number for found in by_line.values() for _, group in found)
    return {
        line: sorted((one for one in found if seen[one[1].number] > 1), key=lambda one: one[0].start)
        for line, found in sorted(by_line.items())
    }


def _runs(text: str, found: Sequence[tuple[Span, Group]]) -> Iterator[Run]:
    at = 0
    for span, group in found:
        if span.start > at:
            yield Run(text[at : span.start])
        yield Run(text[span.start : span.end], group.number, group.kind, group.letter)
        at = span.end
    if at < len(text):
        yield Run(text[at:])


def _legend(lines: Sequence[str], drawn: Drawn) -> Iterator[Entry]:
    groups: dict[int, Group] = {}
    said: dict[int, list[str]] = {}
    for line, found in drawn.items():
        for span, group in found:
            groups[group.number] = group
            said.setdefault(group.number, []).append(lines[line][span.start : span.end].lower())
    for number, texts in said.items():
        different = list(dict.fromkeys(texts))
        words = " · ".join(different[:SHOWN_WORDS]) + (" …" if len(different) > SHOWN_WORDS else "")
        yield Entry(number, groups[number].letter, groups[number].kind, words, len(texts))


def _told(scheme: Scheme) -> str:
    if not scheme.letters.strip(_UNRHYMED):
        return ""
    return ", ".join(part for part in (scheme.letters, scheme.name) if part)
