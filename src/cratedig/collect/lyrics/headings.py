"""Headings of sections in the one form that `music/lyric.py` reads: alone on a line, in square brackets."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import Final

from cratedig.collect.lyrics.changes import Receipts, joined
from cratedig.collect.lyrics.lines import Line
from cratedig.music.lyric import heading

_SURE: Final = (
    "pre-chorus",
    "prechorus",
    "chorus",
    "post-chorus",
    "refrain",
    "pre-hook",
    "куплет",
    "припев",
    "предприпев",
)
_LIKELY: Final = ("verse", "hook", "bridge", "intro", "outro", "interlude", "strophe", "coda", "вступление", "проигрыш")
_KIND: Final = joined([*_SURE, *_LIKELY]).replace("-", "[- ]?")
_NUMBER: Final = r"(?:\s*(?:#\s*)?(?:\d{1,2}|[ivx]{1,4}))?"
_TIMES: Final = r"(?:\s*[\[(]?\s*(?:x\s*\d{1,2}|\d{1,2}\s*x)\s*[\])]?)?"

_WITH_COLON = re.compile(rf"(?:{_KIND}){_NUMBER}{_TIMES}(?:\s*[(:–-]\s*[^:]{{1,40}}?)?\s*:", re.IGNORECASE)
_ALONE = re.compile(
    rf"(?:(?:{joined(_SURE)}){_NUMBER}|(?:{_KIND})\s*(?:#\s*)?(?:\d{{1,2}}|[ivx]{{1,4}})){_TIMES}\.?", re.IGNORECASE
)
_DRESSED = re.compile(
    rf"[*=_~#\-–{{<|]{{1,5}}\s*((?:{_KIND})\b[^*=_~{{}}<>|]{{0,40}}?)\s*[*=_~#\-–}}>|]{{0,5}}", re.IGNORECASE
)
_IN_FRONT = re.compile(r"(\[[^\][]{1,80}\])\s*:?\s*(\S.*)")
_REPEAT = re.compile(rf"[\[(*]*\s*(?:repeat|rpt\.?)\s+((?:{_KIND}){_NUMBER}{_TIMES})\s*[\])*.]*", re.IGNORECASE)
_ROUND = re.compile(r"\(([^()]{1,80})\)\s*:?")
_STAGE = re.compile(
    r"\[\s*(?:\?+|\W*|laugh(?:s|ter|ing)?|applause|cheer(?:s|ing)?|crowd\b[^\]]{0,30}|inaudible|unintelligible|music"
    r"|silence|coughs?|sighs?|whispers?|beat(?: drop| switch)?|gunshots?|sirens?|phone ring(?:s|ing)?)\s*\]",
    re.IGNORECASE,
)


def with_headings(lines: Sequence[Line], receipts: Receipts) -> list[Line]:
    """The lines with every heading in square brackets, alone on its line, its section apart from the one before."""
    return list(_parted(lines, receipts))


def _parted(lines: Sequence[Line], receipts: Receipts) -> Iterator[Line]:
    for line in lines:
        if line.is_long:
            yield line
            continue
        if _STAGE.fullmatch(line.text):
            receipts.note("stage directions", line.number, line.text)
            continue
        for part in _apart(line):
            if part.text != line.text:
                receipts.note("headings", line.number, line.text, part.text)
            yield part


def _apart(line: Line) -> list[Line]:
    label = bracketed(line.text)
    if label is not None:
        return [line.saying(label)]
    front = _IN_FRONT.fullmatch(line.text)
    if front is not None and heading(front[1]) is not None and heading(front[1]) != ("part", front[1][1:-1].strip()):
        return [line.saying(front[1]), line.saying(front[2])]
    return [line]


def bracketed(text: str) -> str | None:
    """A heading as `[Label]`; None where the line is none.

    >>> bracketed("CHORUS:"), bracketed("*Verse 2*"), bracketed("(Bridge)"), bracketed("the chorus sings")
    ('[Chorus]', '[Verse 2]', '[Bridge]', None)
    """
    if heading(text) is not None:
        inner = _ROUND.fullmatch(text)
        return text.rstrip(" :") if inner is None else f"[{inner[1].strip()}]"
    again = _REPEAT.fullmatch(text)
    if again is not None:
        return f"[{_label(again[1])}]"
    dressed = _DRESSED.fullmatch(text)
    if dressed is not None:
        return f"[{_label(dressed[1])}]"
    if _WITH_COLON.fullmatch(text) or _ALONE.fullmatch(text):
        return f"[{_label(text)}]"
    return None


def _label(text: str) -> str:
    """A label without what dressed it; shouted ones in lower case."""
    plain = re.sub(r"[\[\](){}]", " ", text).strip(" :.*=_~#-–")
    plain = " ".join(plain.split())
    return plain.capitalize() if plain.isupper() or plain.islower() else plain
