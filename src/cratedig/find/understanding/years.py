"""Years in words: "early 2000s", "before 1990", "60s and 70s", "the last ten years", "Y2K"."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date
from typing import Final

_CENTURY_TURN: Final = 30  # "20s" is 2020-2029, "30s" 1930-1939
RECENT: Final = 2  # years before this one that are "recent"
_PARTS: Final = {"early": (0, 3), "mid": (4, 6), "late": (7, 9)}
"""The years of a decade that "early", "mid" and "late" mean: thirds of it, without gap or overlap."""

_DECADE_NAMES: Final = {
    **{"twenties": 1920, "thirties": 1930, "forties": 1940, "fifties": 1950, "sixties": 1960},
    **{"seventies": 1970, "eighties": 1980, "nineties": 1990, "noughties": 2000, "naughties": 2000},
}
_NUMBERS: Final = {"two": 2, "three": 3, "four": 4, "five": 5, "ten": 10, "fifteen": 15, "twenty": 20, "couple of": 2}

_YEAR = r"(?:19|20)\d\d"
_SHORT = r"(?<![\d.,])(?<!\d-)(?:19|20)?\d0(?:['’]?\s?s|er)\b"
_DECADE = rf"(?:{_SHORT}|\b(?:{'|'.join(_DECADE_NAMES)})\b)"
_PART = r"\b(early|mid|middle|late)[\s-]+(?:to\s+(?:mid|late)[\s-]+)?(?:the\s+)?"
_TO = r"\s*(?:-|–|—|\bto\b(?:\s+the\b)?|\buntil\b|\btill\b|\bthrough\b)\s*"


@dataclass(frozen=True, slots=True)
class Years:
    """A span of years, both ends in it; None is open."""

    first: int | None
    last: int | None

    def __str__(self) -> str:
        return str(self.first) if self.first == self.last else f"{self.first or '...'}-{self.last or '...'}"

    @property
    def said(self) -> str:
        """As people say it.

        >>> [Years(*span).said for span in ((1990, 1999), (1994, 1994), (None, 1980), (2015, None), (1970, 1985))]
        ['1990s', '1994', 'up to 1980', 'from 2015 on', '1970 to 1985']
        """
        if self.first is None or self.last is None:
            return f"up to {self.last}" if self.first is None else f"from {self.first} on"
        if self.first % 10 == 0 and self.last == self.first + 9:
            return f"{self.first}s"
        return str(self.first) if self.first == self.last else f"{self.first} to {self.last}"


def years(text: str, this_year: int | None = None) -> tuple[Years, ...]:
    """The spans of years a text asks for, in order of how exact they are; this_year: by the clock where None.

    >>> [str(span) for span in years("soul of the late 60s and early seventies")]
    ['1967-1969', '1970-1973']
    """
    now = this_year or date.today().year
    found: list[Years] = []
    if not _HINT.search(text):
        return ()
    for pattern, span in _PATTERNS:
        spans = [span(match, now) for match in pattern.finditer(text)]
        if spans:
            found += spans
            text = pattern.sub(" ", text)
    if not found and _RECENT.search(text):
        found = [Years(now - RECENT, None)]
    return tuple(dict.fromkeys(found))


def other_years(spans: tuple[Years, ...]) -> tuple[Years, ...]:
    """Every year outside the spans.

    >>> [str(span) for span in other_years((Years(1980, 1989),))]
    ['...-1979', '1990-...']
    """
    left = [Years(None, None)]
    for span in spans:
        left = [part for one in left for part in _without(one, span)]
    return tuple(left)


def _without(one: Years, span: Years) -> Iterator[Years]:
    first, last = one.first or 0, one.last or 9999
    if span.first is not None and first < span.first:
        yield Years(one.first, min(last, span.first - 1))
    if span.last is not None and last > span.last:
        yield Years(max(first, span.last + 1), one.last)


def _decade(text: str) -> Years:
    """The decade that "80s", "1980s" or "eighties" names."""
    digits = re.search(r"(19|20)?(\d)0", text)
    if digits is None:
        start = _DECADE_NAMES[text.strip().lower()]
    else:
        tens = int(digits.group(2)) * 10
        start = (int(digits.group(1)) * 100 if digits.group(1) else 2000 if tens < _CENTURY_TURN else 1900) + tens
    return Years(start, start + 9)


def _between(match: re.Match[str], _: int) -> Years:
    first, last = sorted((int(match.group(1)), int(match.group(2))))
    return Years(first, last)


def _decades(match: re.Match[str], _: int) -> Years:
    one, other = _decade(match.group(1)), _decade(match.group(2))
    firsts, lasts = (one.first or 0, other.first or 0), (one.last or 0, other.last or 0)
    return Years(min(firsts), max(lasts))


def _open(match: re.Match[str], _: int) -> Years:
    word, decade = match.group(1).lower(), match.group(3)
    span = _decade(decade) if decade else Years(int(match.group(2)), int(match.group(2)))
    if word.startswith(("before", "until", "up", "pre", "older", "earlier")):
        return Years(None, (span.first or 0) - 1 if decade and not word.startswith(("until", "up")) else span.last)
    after = word.startswith(("after", "post", "later", "newer")) and decade
    return Years((span.last or 0) + 1 if after else span.first, None)


def _onwards(match: re.Match[str], _: int) -> Years:
    year, way = int(match.group(1)), match.group(2).lower()
    return Years(None, year) if way in ("earlier", "older", "before") else Years(year, None)


def _part(match: re.Match[str], _: int) -> Years:
    start = _decade(match.group(2)).first or 0
    first, last = _PARTS["mid" if match.group(1).lower() == "middle" else match.group(1).lower()]
    return Years(start + first, start + last)


def _relative(match: re.Match[str], now: int) -> Years:
    which, unit = match.group(1).lower(), match.group(3).lower()
    count = match.group(2)
    if count or unit == "years":
        number = int(count) if (count or "").isdigit() else _NUMBERS.get((count or "").strip().lower(), 5)
        return Years(now - number, now)
    start = now - now % 10 if unit == "decade" else now
    back = 0 if which in ("this", "current") else 10 if unit == "decade" else 1
    return Years(start - back, start - back + (9 if unit == "decade" else 0))


def _to_present(match: re.Match[str], _: int) -> Years:
    said = match.group(1)
    return Years(int(said) if said.isdigit() else _whole(int(said[1:])), None)


def _short_year(match: re.Match[str], _: int) -> Years:
    year = _whole(int(match.group(1)))
    return Years(year, year)


def _whole(year: int) -> int:
    """The year that two digits stand for."""
    return year + (2000 if year < _CENTURY_TURN else 1900)


def _compiled(pattern: str) -> re.Pattern[str]:
    return re.compile(pattern, re.IGNORECASE)


_Span = Callable[[re.Match[str], int], Years]
_BEFORE_AFTER = r"before|until|up\s+to|pre|after|since|post|older\s+than|earlier\s+than|newer\s+than|later\s+than"
_PATTERNS: Final[tuple[tuple[re.Pattern[str], _Span], ...]] = (
    (_compiled(rf"\b({_YEAR})(?:{_TO}|\s+and\s+)({_YEAR})\b"), _between),
    (_compiled(rf"({_DECADE}){_TO}({_DECADE})"), _decades),
    (_compiled(rf"\b({_BEFORE_AFTER})[\s-]+(?:the\s+)?(?:({_YEAR})\b(?!s)|({_DECADE}))"), _open),
    (_compiled(rf"\b({_YEAR})\s+(?:and|or)?\s*(onwards?|later|newer|earlier|older|before|after)\b"), _onwards),
    (_compiled(rf"(?<![\d.,-])({_YEAR}|['’]\d\d){_TO}(?:present|now|today|date)\b"), _to_present),
    (_compiled(rf"\bfrom\s+({_YEAR})\s+(on|onwards?)\b"), _onwards),
    (_compiled(rf"{_PART}({_DECADE})"), _part),
    (_compiled(rf"({_DECADE})"), lambda match, _: _decade(match.group(1))),
    (_compiled(rf"(?<![\d.,-])({_YEAR})(?![\d.,]|s\b)"), lambda match, _: Years(int(match[1]), int(match[1]))),
    (_compiled(r"(?<!\w)['’](\d\d)\b(?!['’]?s)"), _short_year),
    (_compiled(r"\by2k\b"), lambda _, __: Years(1998, 2003)),
    (_compiled(r"\bturn\s+of\s+the\s+(?:century|millenn?ium)\b"), lambda _, __: Years(1998, 2002)),
    (_compiled(r"\b(?:20th|twentieth)\s+century\b"), lambda _, __: Years(1901, 2000)),
    (_compiled(r"\b(?:21st|twenty[\s-]first)\s+century\b"), lambda _, __: Years(2001, None)),
    (
        _compiled(rf"\b(this|current|last|past|previous)\s+(?:(\d{{1,2}}|{'|'.join(_NUMBERS)})\s+)?(years?|decade)\b"),
        _relative,
    ),
)
_RECENT = _compiled(r"\b(?:recent|new\s+releases?|brand\s+new|latest)\b")
"""Said of no year that is named beside it ("latest hits 2020")."""
_HINT = _compiled(r"\d|ies\b|year|decade|century|mill|recent|releas|brand|latest")
"""Texts without any of these hold no year."""
