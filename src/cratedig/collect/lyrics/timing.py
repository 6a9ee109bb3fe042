"""Timed files: LRC with its tags, several times a line, word times and offset; the timing lines of subtitles.

LRC has no standard; its forms are those that players agree on (https://en.wikipedia.org/wiki/LRC_(file_format)).
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

from cratedig.collect.lyrics.changes import Receipts
from cratedig.collect.lyrics.lines import Line, Room
from cratedig.collect.lyrics.markup import one_space

LONG_PAUSE_S: Final = 8.0
"""Without a line for so long, the next one begins a new section."""
MAX_TIMES: Final = 50

_TIME: Final = r"(\d{1,3}):([0-5]?\d)(?:[.:](\d{1,3}))?"
_AT_START = re.compile(rf"\s*\[{_TIME}\]")
_OF_WORD = re.compile(rf"\s*<{_TIME}>\s*")
_TAG = re.compile(r"\[(ti|ar|al|au|by|re|ve|length|offset|la|tool|#)\s*:\s*([^\]]{0,300})\]?", re.IGNORECASE)
_COUNTED = re.compile(
    r"(?:\d{1,2}:)?\d{1,2}:\d{2}[.,]\d{1,3}\s*-->\s*(?:\d{1,2}:)?\d{1,2}:\d{2}[.,]\d{1,3}(?:\s+\S{1,40}){0,8}"
)
_OFFSET = re.compile(r"[+-]?\d{1,6}")
_CUE = re.compile(r"\d{1,5}")
_BARE_TIME = re.compile(r"[\[(]?\d{1,2}:[0-5]\d(?:\.\d{1,3})?[\])]?")

_MARKS: Final = frozenset("[<:")
"""A line without any of these has no time in it."""
_TELLS: Final = {"ti": "title", "ar": "artist", "al": "album", "length": "length"}


@dataclass(frozen=True)
class Timed:
    """Lines in the order in which they are sung, and what the file's tags say: title, artist, album, length."""

    lines: list[Line]
    tags: Mapping[str, str] = field(default_factory=dict)

    @property
    def length_s(self) -> float | None:
        """The length the file tells, if it can be read."""
        found = re.fullmatch(r"\s*" + _TIME + r"\s*", self.tags.get("length", ""))
        return _seconds(*found.groups()) if found else None


def untimed(lines: Sequence[Line], room: Room, receipts: Receipts) -> Timed:
    """The words of timed lines, in the order of their times; lines without times stay where they are.

    A line with several times is sung several times while there is room. A pause of LONG_PAUSE_S begins a new section.
    """
    tags: dict[str, str] = {}
    kept: list[Line] = []
    for line in _without_cues(lines, receipts):
        if not _MARKS & set(line.text):
            kept.append(line)
        elif (tag := _TAG.fullmatch(line.text)) is not None:
            tags.setdefault(tag[1].lower(), tag[2].strip())
            receipts.note("LRC tags", line.number, line.text)
        else:
            kept += _sung(line, room, receipts)
    if any(line.at_s is not None for line in kept):
        kept = _paused(_ordered(kept), _offset_s(tags))
    told = {_TELLS[name]: value for name, value in tags.items() if name in _TELLS and value}
    return Timed(kept, told)


def _sung(line: Line, room: Room, receipts: Receipts) -> Iterator[Line]:
    """The line once for each of its times."""
    text = line.text
    times: list[float | None] = []
    at = 0
    while (found := _AT_START.match(text, at)) is not None:
        times.append(_seconds(*found.groups()))
        at = found.end()
    text = text[at:]
    words = list(_OF_WORD.finditer(text))
    if words:
        times = times or [_seconds(*words[0].groups())]
        text = _OF_WORD.sub(" ", text)
    if _BARE_TIME.fullmatch(text.strip()):
        text = ""
    text = one_space(text)
    if text == line.text:
        yield line
        return
    receipts.note("times", line.number, line.text, text or "(pause)", count=max(1, len(times) + len(words)))
    times = times[:MAX_TIMES] or [None]
    if not room.takes([line.saying(text)], len(times) - 1):
        times = times[:1]
    for at_s in times:
        yield Line(line.number, text, at_s)


def _without_cues(lines: Sequence[Line], receipts: Receipts) -> Iterator[Line]:
    """Without the timing lines of subtitles and the numbers above them."""
    for line, after in zip(lines, [*lines[1:], Line(0, "")], strict=True):
        is_cue = _CUE.fullmatch(line.text) is not None and _COUNTED.fullmatch(after.text) is not None
        if is_cue or line.text == "WEBVTT" or _COUNTED.fullmatch(line.text):
            receipts.note("times", line.number, line.text)
        else:
            yield line


def _seconds(minutes: str, seconds: str, rest: str | None) -> float:
    """`rest` is a fraction, however many digits it has."""
    return round(60 * int(minutes) + int(seconds) + (int(rest) / 10 ** len(rest) if rest else 0.0), 3)


def _offset_s(tags: Mapping[str, str]) -> float:
    """[offset:+500] makes every line come half a second earlier. 0.0 where it is no number of a song's length."""
    told = tags.get("offset", "")
    return int(told) / 1000 if _OFFSET.fullmatch(told) else 0.0


def _ordered(lines: Sequence[Line]) -> list[Line]:
    """By time; a line without one stays behind the line it stood behind."""
    keyed: list[tuple[float, int, Line]] = []
    last = -1.0
    for place, line in enumerate(lines):
        last = last if line.at_s is None else line.at_s
        keyed.append((last, place, line))
    return [line for *_, line in sorted(keyed, key=lambda one: one[:2])]


def _paused(lines: Sequence[Line], offset_s: float) -> list[Line]:
    found: list[Line] = []
    last: float | None = None
    for line in lines:
        if line.at_s is not None and line.text:
            if last is not None and line.at_s - last >= LONG_PAUSE_S:
                found.append(Line(line.number, ""))
            last = line.at_s
        at_s = None if line.at_s is None else max(0.0, round(line.at_s - offset_s, 3))
        found.append(Line(line.number, line.text, at_s))
    return found
