"""Lines and sections that are written once and sung more often: written out, so that what is counted is what is sung.

"(x3)" behind a line or a section's name, a section's name alone where the section stood before.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Final

from cratedig.collect.lyrics.changes import Receipts
from cratedig.collect.lyrics.lines import Line, Room
from cratedig.music.lyric import heading
from cratedig.music.text import fold

MOST_TIMES: Final = 8
"""Of one marker. Where the room for what is written out is gone, markers are only taken out."""

_IN_BRACKETS = re.compile(r"(.*?)\s*[\[({]\s*(?:[x×]\s*(\d{1,2})|(\d{1,2})\s*(?:[x×]|times))\s*[\])}]", re.IGNORECASE)
_BARE = re.compile(r"(?:(.*\S)\s+)?(?:[x×]\s?([2-9])|([2-9])\s?[x×])")
_LABEL = re.compile(r"\[(.*?)[\s,–-]*\(?\s*(?:[x×]\s*(\d{1,2})|(\d{1,2})\s*[x×])\s*\)?\]", re.IGNORECASE)


def _times(marked: int, body: Sequence[Line], room: Room) -> int:
    """How often to sing lines that are marked with this number; once where that leaves no room."""
    times = max(1, min(marked, MOST_TIMES))
    return times if room.takes(body, times - 1) else 1


def written_out(lines: Sequence[Line], room: Room, receipts: Receipts) -> list[Line]:
    """The lines as often as they are sung. A marker alone on its line says too little of what it repeats: it goes."""
    found: list[Line] = []
    for line in lines:
        is_plain = line.is_long or heading(line.text) is not None
        found += [line] if is_plain else _of_line(line, room, receipts)
    return _named(_of_sections(found, room, receipts), room, receipts)


def _of_line(line: Line, room: Room, receipts: Receipts) -> list[Line]:
    marked = _IN_BRACKETS.fullmatch(line.text) or _BARE.fullmatch(line.text)
    if marked is None:
        return [line]
    words = (marked[1] or "").strip()
    if not words:
        receipts.note("repeat marker alone", line.number, line.text)
        return []
    times = _times(int(marked[2] or marked[3]), [line.saying(words)], room)
    receipts.note("repeats written out", line.number, line.text, f"{words} ({times} times)")
    return [line.saying(words)] * times


def _of_sections(lines: Sequence[Line], room: Room, receipts: Receipts) -> list[Line]:
    """`[Chorus x2]`: the section's lines twice."""
    found: list[Line] = []
    at = 0
    while at < len(lines):
        line = lines[at]
        marked = _LABEL.fullmatch(line.text) if heading(line.text) is not None else None
        if marked is None:
            found.append(line)
            at += 1
            continue
        end = _end(lines, at + 1)
        body = [one for one in lines[at + 1 : end] if one.text]
        times = _times(int(marked[2] or marked[3]), body, room)
        label = marked[1].strip() or "Part"
        receipts.note("repeats written out", line.number, line.text, f"[{label}] ({times} times)")
        found += [line.saying(f"[{label}]"), *body * times, line.saying("")]
        at = end
    return found


def _end(lines: Sequence[Line], at: int) -> int:
    """Where the section that begins before `at` ends."""
    while at < len(lines) and lines[at].text and heading(lines[at].text) is None:
        at += 1
    return at


def _named(lines: Sequence[Line], room: Room, receipts: Receipts) -> list[Line]:
    """A name without lines stands for the section of that name before it; where there was none, it goes."""
    known: dict[str, list[Line]] = {}
    found: list[Line] = []
    lines = _closed_up(lines)
    for at, line in enumerate(lines):
        if heading(line.text) is None:
            found.append(line)
            continue
        body = list(lines[at + 1 : _end(lines, at + 1)])
        name = fold(line.text)
        if body:
            known.setdefault(name, body)
            found.append(line)
        elif name in known and room.takes(known[name], 1):
            receipts.note("sections written out", line.number, line.text, known[name][0].text)
            found += [line, *(Line(line.number, one.text) for one in known[name]), line.saying("")]
        else:
            receipts.note("names of sections without lines", line.number, line.text)
    return found


def _closed_up(lines: Sequence[Line]) -> list[Line]:
    """Without the blank lines between a name and its section, where the first name has some: all are written so."""
    names = [at for at, line in enumerate(lines) if heading(line.text) is not None]
    if not names or _next_filled(lines, names[0]) == names[0] + 1:
        return list(lines)
    kept: list[Line] = []
    for line in lines:
        is_gap = not line.text and kept and heading(kept[-1].text) is not None
        kept += [] if is_gap else [line]
    return kept


def _next_filled(lines: Sequence[Line], at: int) -> int:
    return next((place for place in range(at + 1, len(lines)) if lines[place].text), len(lines))
