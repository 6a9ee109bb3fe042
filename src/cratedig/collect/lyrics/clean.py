"""A lyric out of a text as it was found: cleaned, with a receipt for every change; judged; its language told."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from itertools import groupby, islice
from typing import Final

from cratedig.collect.lyrics.changes import Change, Receipts
from cratedig.collect.lyrics.credits import without_surroundings
from cratedig.collect.lyrics.encoding import mend
from cratedig.collect.lyrics.gate import Verdict, judged
from cratedig.collect.lyrics.headings import with_headings
from cratedig.collect.lyrics.language import Languages, languages_of
from cratedig.collect.lyrics.lines import Line, Room, lines_of
from cratedig.collect.lyrics.markup import composed, line_ends, without_invisible, without_markup
from cratedig.collect.lyrics.repeats import written_out
from cratedig.collect.lyrics.timing import Timed, untimed
from cratedig.music.lyric import Lyric, Section, heading

ROUNDS: Final = 12
"""What one rule leaves may be what another takes; texts were never seen to need more than four rounds."""


@dataclass(frozen=True)
class Cleaned:
    """A lyric and how it came about. tags: title, artist, album, length, where the text was a timed file with tags."""

    given: str = field(repr=False)
    lyric: Lyric
    changes: tuple[Change, ...]
    tags: Mapping[str, str] = field(default_factory=dict)
    length_s: float | None = None

    @cached_property
    def verdict(self) -> Verdict:
        """Whether it is a lyric at all."""
        return judged(self.given, self.lyric)

    @cached_property
    def languages(self) -> Languages:
        """Worked out when first asked for."""
        return languages_of(self.lyric)

    @property
    def language(self) -> str | None:
        """ISO 639-1; None where it cannot be told."""
        return self.languages.main

    @property
    def text(self) -> str:
        """What is stored: the lines, each section that has one under its heading."""
        return self.lyric.marked_text


def clean(text: str) -> Cleaned:
    """The lyric in a text. A cleaned lyric's text comes out as it went in, without a change.

    >>> cleaned = clean("<b>[Verse 1]</b><br>I came home (x2)\\n12Embed")
    >>> cleaned.text.splitlines()
    ['[Verse 1]', 'I came home', 'I came home']
    >>> [change.rule for change in cleaned.changes]
    ['HTML line breaks', 'HTML', 'the page around it', 'repeats written out']
    """
    receipts, room = Receipts(), Room()
    timed, lyric = _round(text, room, receipts)
    first, length_s = timed, timed.length_s
    known = 0
    for _ in range(ROUNDS):
        if len(receipts) == known:
            break
        before = lyric.marked_text
        known = len(receipts)
        _, again = _round(before, room, receipts)
        if again.marked_text == before:
            break
        lyric = _with_times_of(lyric, again)
    return Cleaned(text, lyric, receipts.changes(), first.tags, length_s)


def _round(text: str, room: Room, receipts: Receipts) -> tuple[Timed, Lyric]:
    """Every rule once."""
    text = mend(line_ends(text, receipts), receipts)
    text = line_ends(without_markup(text, receipts), receipts)
    text = composed(without_invisible(text, receipts), receipts)
    timed = untimed(lines_of(text, receipts), room, receipts)
    lines = without_surroundings(timed.lines, receipts)
    return timed, _lyric(written_out(with_headings(lines, receipts), room, receipts))


def _lyric(lines: Sequence[Line]) -> Lyric:
    """As `Lyric.of` reads the lines' text, with the times."""
    sections = [_section(heading_of, list(body)) for heading_of, body in _grouped(lines)]
    return Lyric(tuple(section for section in sections if section.lines))


def _with_times_of(timed: Lyric, lyric: Lyric) -> Lyric:
    """A later round reads words alone: its lines are sung when the lines they were are sung."""
    starts = [start for section in timed.sections for start in section.starts_s]
    if len(starts) != len(lyric.lines):
        return lyric
    rest = iter(starts)
    return Lyric(tuple(replace(one, starts_s=tuple(islice(rest, len(one.lines)))) for one in lyric.sections))


def _grouped(lines: Sequence[Line]) -> Iterator[tuple[str, Iterator[Line]]]:
    """(heading, lines) of every section; a heading holds up to the next blank line."""
    placed: list[tuple[int, str, Line]] = []
    number, head, fresh = 0, "", True
    for line in lines:
        if heading(line.text) is not None:
            number, head, fresh = number + 1, line.text, True
        elif line.text:
            placed.append((number, head, line))
            fresh = False
        elif not fresh:
            number, head, fresh = number + 1, "", True
    for (_, of), body in groupby(placed, key=lambda one: one[:2]):
        yield of, (line for *_, line in body)


def _section(head: str, lines: Sequence[Line]) -> Section:
    kind, label = heading(head) or ("part", "")
    times = [line.at_s for line in lines if line.at_s is not None]
    section = Section(tuple(line.text for line in lines), kind=kind, label=label)
    return replace(section, starts_s=tuple(times)) if len(times) == len(lines) else section
