"""What stands in a cell: counts, dates, durations, lists, nulls.

Every parser takes the cell's text and gives a value, or None for a null, or raises ValueError with a reason that a
person can read. None of them evaluates anything.
"""

from __future__ import annotations

import math
import re
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from functools import lru_cache
from typing import Any

NULLS = frozenset(
    {
        *("", "None", "none", "NONE", "null", "NULL", "Null", "nan", "NaN", "NAN", "N/A", "n/a", "NA", "<NA>", "#N/A"),
        *("-", "--", "nil", "undefined", "NaT", "\\N"),
    }
)
"""Spellings of nothing, compared after stripping."""

EARLIEST_YEAR = 1860
"""The oldest playable recording of a song: Scott de Martinville's phonautogram of April 1860."""

LONGEST_TRACK_S = 48 * 3600.0
LARGEST_COUNT = 10**13
"""A thousand times the plays of the most played song: beyond this a count is a damaged cell."""

MAX_DEPTH = 20
MAX_LITERAL_CHARS = 100_000

_FACTORS = {"": 1, "k": 1_000, "m": 1_000_000, "b": 1_000_000_000, "bn": 1_000_000_000}
_COUNT = re.compile(
    r"(?<![\w.,])(-?)(\d{1,3}(?:[,.' \u00a0\u202f]\d{3})+(?!\d)|\d+)"
    r"([.,]\d+)?(e\+?\d{1,2})?\s?(k|m|bn?)?\+?(?!\w|[.,]\d)",
    re.IGNORECASE,
)
_CLOCK = re.compile(r"(?:(\d{1,3}):)?(\d{1,3}):(\d{2})(?:[.,]\d+)?")
_ISO_DURATION = re.compile(r"P(?:(\d+)D)?T(?:(\d+)H)?(?:(\d+)M)?(?:(\d+(?:\.\d+)?)S)?", re.IGNORECASE)
_AGO = re.compile(r"\b(\d+|an?|one)\s+(second|minute|hour|day|week|month|year)s?\s+ago\b", re.IGNORECASE)
_DAYS = {"second": 0.0, "minute": 0.0, "hour": 1 / 24, "day": 1.0, "week": 7.0, "month": 30.44, "year": 365.25}
_DATE = re.compile(r"(\d{4})(?:[-/.](\d{1,2})(?:[-/.](\d{1,2}))?)?(?:\.0)?(?:[T ].*)?", re.DOTALL)
_TURNED_DATE = re.compile(r"(\d{1,2})[-/.](\d{1,2})[-/.](\d{4})(?:[T ,].*)?")
_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_NAMED_DATE = re.compile(
    rf"(?:\b(\d{{1,2}})(?:st|nd|rd|th)? )?\b({'|'.join(_MONTHS)})[a-z]*\.?,?(?: (\d{{1,2}})(?:st|nd|rd|th)?\b)?"
    r".{0,24}?\b(\d{4})\b",
    re.IGNORECASE,
)


class Impossible(ValueError):
    """The cell is of the right form, but no such value exists."""


def is_null(cell: str) -> bool:
    """True for every spelling of nothing.

    >>> [is_null(c) for c in ("", " None ", "N/A", "-", "0")]
    [True, True, True, True, False]
    """
    return cell.strip() in NULLS


def text(cell: str) -> str | None:
    """The cell without the spaces around it."""
    stripped = cell.strip()
    return None if stripped in NULLS else stripped


def number(cell: str) -> float | None:
    """A finite number; a decimal comma is read where no point stands.

    >>> number("0.916"), number("-2,634"), number("nan")
    (0.916, -2.634, None)
    """
    stripped = cell.strip()
    if stripped in NULLS:
        return None
    try:
        value = float(stripped)
    except ValueError:
        if stripped.count(",") != 1 or "." in stripped:
            raise ValueError("not a number") from None
        try:
            value = float(stripped.replace(",", "."))
        except ValueError:
            raise ValueError("not a number") from None
    if not math.isfinite(value):
        raise ValueError("not a finite number")
    return value


@dataclass(frozen=True, slots=True)
class Count:
    """A count as written: `exact` when no digits were cut away ("21.6K" is not)."""

    value: int
    exact: bool


def counts(cell: str) -> list[Count]:
    """Every count written in a cell.

    >>> counts("18,184,198 plays\\n18.2M")
    [Count(value=18184198, exact=True), Count(value=18200000, exact=False)]
    """
    return [_count(match) for match in _COUNT.finditer(cell)]


def _count(match: re.Match[str]) -> Count:
    minus, whole, fraction, exponent, factor = match.groups()
    digits = re.sub(r"\D", "", whole)
    scale = _FACTORS[(factor or "").lower()]
    if len(digits) > 18:
        raise Impossible("an impossibly large count")
    value = float(digits + (fraction or "").replace(",", ".") + (exponent or "")) * scale
    if not fraction and not exponent:
        value = int(digits) * scale
    if not math.isfinite(value):
        raise Impossible("an impossibly large count")
    return Count(round(-value if minus else value), exact=scale == 1)


def count(cell: str) -> int | None:
    """A count in any of its spellings; of an exact and an abbreviated one the exact.

    >>> [count(c) for c in ("18,184,198", "21.6K", "1.2M", "219.0", "None", "18,184,198 plays\\n18.2M")]
    [18184198, 21600, 1200000, 219, None, 18184198]
    """
    digits = cell.removesuffix(".0")
    if cell[-4:-3] == ",":
        digits = cell.replace(",", "")
    if digits.isdecimal() and len(digits) < 14:
        return int(digits)
    return _other_count(cell.strip())


@lru_cache(maxsize=20_000)
def _other_count(stripped: str) -> int | None:
    """A count that is not just digits."""
    if stripped in NULLS:
        return None
    found = counts(stripped)
    if not found:
        raise ValueError("not a count")
    best = next((c for c in found if c.exact), found[0]).value
    if best < 0:
        raise Impossible("a negative count")
    if best > LARGEST_COUNT:
        raise Impossible("an impossibly large count")
    return best


@dataclass(frozen=True, slots=True)
class When:
    """A date as far as it is known. `ago` is set where it was written relative to a day that is not in the cell."""

    year: int
    day: date | None = None
    ago: str | None = None


def when(cell: str, *, today: date) -> When | None:
    """A date in any of its spellings.

    >>> when("1975", today=date(2026, 1, 1)), when("7 years ago\\n7 years ago", today=date(2026, 6, 1))
    (When(year=1975, day=None, ago=None), When(year=2019, day=None, ago='7 years ago'))
    """
    if cell[4:5] == "-" and cell[10:11] in ("T", " ", ""):  # 2018-06-05T01:30:10Z: a file has few different days
        return _day(cell[:10], today)
    return _day(cell.strip(), today)


@lru_cache(maxsize=20_000)
def _day(stripped: str, today: date) -> When | None:
    if stripped in NULLS:
        return None
    if match := _DATE.fullmatch(stripped):
        year, month, day = match.groups()
        return _checked(int(year), int(month or 0), int(day or 0), today=today)
    if len(stripped) == 8 and stripped.isdecimal():
        return _checked(int(stripped[:4]), int(stripped[4:6]), int(stripped[6:]), today=today)
    if match := _AGO.search(stripped):
        return _relative(match, today=today)
    if match := _TURNED_DATE.fullmatch(stripped):
        first, second, year = (int(part) for part in match.groups())
        if first > 12 or first == second:
            return _checked(year, second, first, today=today)
        return _checked(year, first, second, today=today) if second > 12 else _checked(year, 0, 0, today=today)
    if stripped.replace(".0", "").isdecimal() and len(stripped.replace(".0", "")) in (10, 13):
        return _epoch(int(stripped.replace(".0", "")), today=today)
    if match := _NAMED_DATE.search(stripped):
        named_month = _MONTHS.index(match[2].lower()) + 1
        return _checked(int(match[4]), named_month, int(match[1] or match[3] or 0), today=today)
    raise ValueError("not a date")


def year(cell: str, *, today: date) -> int | None:
    """A year, alone or as part of a date.

    >>> year("1999.0", today=date(2026, 1, 1))
    1999
    """
    found = when(cell, today=today)
    return None if found is None else found.year


def _checked(year_number: int, month: int, day: int, *, today: date) -> When:
    if not EARLIEST_YEAR <= year_number <= today.year + 1:
        raise Impossible(f"the year {year_number} is impossible")
    if not month or not day:
        return When(year_number)
    try:
        return When(year_number, date(year_number, month, day))
    except ValueError:
        raise Impossible("no such day") from None


def _relative(match: re.Match[str], *, today: date) -> When:
    amount = int(match[1]) if match[1].isdecimal() else 1
    days = amount * _DAYS[match[2].lower()]
    if days > (today.year - EARLIEST_YEAR) * 365:
        raise Impossible("impossibly long ago")
    return When((today - timedelta(days=days)).year, ago=match[0])


def _epoch(seconds: int, *, today: date) -> When:
    if seconds > 10**11:
        seconds //= 1000
    moment = datetime.fromtimestamp(seconds, tz=UTC).date()
    return _checked(moment.year, moment.month, moment.day, today=today)


def duration_s(cell: str, *, unit_s: float) -> float | None:
    """A length in seconds; a bare number counts in `unit_s` (0.001 for milliseconds).

    >>> duration_s("253698", unit_s=0.001), duration_s("3:45", unit_s=1.0), duration_s("PT3M45S", unit_s=1.0)
    (253.698, 225.0, 225.0)
    """
    stripped = cell.strip()
    if stripped in NULLS:
        return None
    if stripped.isdecimal():
        length = int(stripped) * unit_s
    elif match := _CLOCK.fullmatch(stripped):
        length = int(match[1] or 0) * 3600.0 + int(match[2]) * 60 + int(match[3])
    elif match := _ISO_DURATION.fullmatch(stripped):
        d, h, m, s = (float(part or 0) for part in match.groups())
        length = d * 86400 + h * 3600 + m * 60 + s
    else:
        length = (number(stripped) or 0.0) * unit_s
    if length == 0:  # how dumps write "unknown"
        return None
    if not 0 < length <= LONGEST_TRACK_S:
        raise Impossible("an impossible duration")
    return round(length, 3)


_URL_STATES = {
    "VALID": ("valid", "ok", "alive", "live", "true"),
    "MOVED": ("moved", "redirect", "redirected"),
    "REQUIRES_AUTH": ("requires auth", "requires_auth", "private", "forbidden", "unauthorized"),
    "DEAD": ("dead", "broken", "gone", "not found", "not_found", "false"),
}
_URL_STATE_OF = {word: state for state, words in _URL_STATES.items() for word in words} | {
    **dict.fromkeys(("200", "203", "206"), "VALID"),
    **dict.fromkeys(("301", "302", "303", "307", "308"), "MOVED"),
    **dict.fromkeys(("401", "403"), "REQUIRES_AUTH"),
    **dict.fromkeys(("404", "410"), "DEAD"),
}


def url_status(cell: str) -> str | None:
    """What a crawler found at a track's address: VALID, MOVED, REQUIRES_AUTH or DEAD, from its HTTP status or a word.

    >>> url_status("404"), url_status("200.0"), url_status("Moved"), url_status("-")
    ('DEAD', 'VALID', 'MOVED', None)
    """
    stripped = cell.strip()
    if stripped in NULLS:
        return None
    state = _URL_STATE_OF.get(stripped.removesuffix(".0").lower())
    if state is None:
        raise ValueError("no state of a link that we know")
    return state


def truth(cell: str) -> bool | None:
    """A yes or a no."""
    lowered = cell.strip().lower()
    if lowered in ("true", "t", "yes", "y", "1", "1.0"):
        return True
    if lowered in ("false", "f", "no", "n", "0", "0.0"):
        return False
    if cell.strip() in NULLS:
        return None
    raise ValueError("neither yes nor no")


_TOKEN = re.compile(
    r"""\s*(?:
        (?P<open>[\[({]) | (?P<close>[\])}]) | (?P<mark>[,:]) |
        (?P<string>[bru]{0,2}(?:'(?:[^'\\]|\\.)*'|"(?:[^"\\]|\\.)*")) |
        (?P<number>[-+]?(?:\d+\.?\d*|\.\d+)(?:[eE][-+]?\d+)?)(?![\w.]) |
        (?P<name>None|null|nan|NaN|True|true|False|false)\b
    )""",
    re.VERBOSE | re.DOTALL,
)
_ESCAPE = re.compile(r"\\(x[0-9a-fA-F]{2}|u[0-9a-fA-F]{4}|U[0-9a-fA-F]{8}|.)", re.DOTALL)
_ESCAPES = {"n": "\n", "t": "\t", "r": "\r", "b": "\b", "f": "\f", "0": "", "\n": ""}
_NAMES = {
    "None": None,
    "null": None,
    "nan": None,
    "NaN": None,
    "True": True,
    "true": True,
    "False": False,
    "false": False,
}
_CLOSES = {"[": "]", "(": ")", "{": "}"}


def literal(cell: str) -> Any:
    """The list or dict that a Python repr or a JSON text stands for. Raises ValueError when it is neither.

    >>> literal("[{'product': {'id': 'free'}}, None, 2.5]")
    [{'product': {'id': 'free'}}, None, 2.5]
    """
    if len(cell) > MAX_LITERAL_CHARS:
        raise ValueError("too long for a list")
    value, end = _read(cell, 0, MAX_DEPTH)
    if cell[end:].strip():
        raise ValueError("something follows the list")
    return value


def _next(source: str, at: int) -> re.Match[str]:
    match = _TOKEN.match(source, at)
    if match is None:
        raise ValueError("not a list or dict")
    return match


def _read(source: str, at: int, depth: int) -> tuple[Any, int]:
    """The value that begins at `at`, and where it ends."""
    if depth == 0:
        raise ValueError("nested too deeply")
    token = _next(source, at)
    if (opened := token["open"]) is not None:
        return _read_items(source, token.end(), _CLOSES[opened], depth)
    if (string := token["string"]) is not None:
        return _unquoted(string), token.end()
    if (digits := token["number"]) is not None:
        return _figure(digits), token.end()
    if (name := token["name"]) is not None:
        return _NAMES[name], token.end()
    raise ValueError("not a list or dict")


def _read_items(source: str, at: int, closing: str, depth: int) -> tuple[Any, int]:
    items: list[Any] = []
    pairs: dict[str, Any] = {}
    while True:
        token = _next(source, at)
        if token["close"] is not None:
            if token["close"] != closing:
                raise ValueError("brackets do not match")
            return (pairs if closing == "}" and not items else items), token.end()
        value, at = _read(source, at, depth - 1)
        token = _next(source, at)
        if closing == "}" and token["mark"] == ":":
            pairs[str(value)], at = _read(source, token.end(), depth - 1)
            token = _next(source, at)
        else:
            items.append(value)
        if token["mark"] == ",":
            at = token.end()
        elif token["close"] is None:
            raise ValueError("a comma is missing")


def _unquoted(string: str) -> str:
    body = string.lstrip("bruBRU")[1:-1]
    return _ESCAPE.sub(_unescaped, body) if "\\" in body else body


def _unescaped(match: re.Match[str]) -> str:
    code = match[1]
    if len(code) > 1:
        point = int(code[1:], 16)
        return chr(point) if point and point < 0x110000 and not 0xD800 <= point < 0xE000 else ""
    return _ESCAPES.get(code, code)


def _figure(digits: str) -> int | float | str | None:
    if digits.lstrip("+-").isdecimal():
        return int(digits) if len(digits.lstrip("+-")) <= 18 else digits
    value = float(digits)
    return value if math.isfinite(value) else None


def plain(cell: str) -> Any:
    """The value of a cell about which nothing is known: number, yes/no, list, dict or text.

    >>> [plain(c) for c in ("219.0", "12", "007", "5,267", "35.8K", "True", "[1, 'a']", "=1+1", "N/A")]
    [219.0, 12, '007', 5267, 35800, True, [1, 'a'], '=1+1', None]
    """
    stripped = cell.strip()
    if stripped in NULLS:
        return None
    first = stripped[0]
    if first in "0123456789-+.":
        return _plain_number(stripped)
    if stripped in ("True", "true", "TRUE"):
        return True
    if stripped in ("False", "false", "FALSE"):
        return False
    if first in "[{(" and stripped[-1] in "]})":
        try:
            return literal(stripped)
        except ValueError:
            return stripped
    return stripped


_GROUPED = re.compile(r"\d{1,3}(,\d{3})+|\d{1,3}(\.\d+)?[KMB]")


def _plain_number(stripped: str) -> int | float | str:
    digits = stripped[1:] if stripped[0] == "-" else stripped
    if digits.isascii() and digits.isdecimal():
        return int(stripped) if len(digits) <= 18 and (digits[0] != "0" or digits == "0") else stripped
    if len(stripped) > 25 or "_" in stripped or (len(digits) > 1 and digits[0] == "0" and digits[1] != "."):
        return stripped
    try:
        value = float(stripped)
    except ValueError:
        return count(stripped) or 0 if _GROUPED.fullmatch(stripped) else stripped
    return value if math.isfinite(value) else stripped


_QUOTED_TAG = re.compile(r'"([^"]*)"?|([^\s"]+)')
_TAG_MARKS = re.compile(r"[,;|\n]+")


def tags(cell: str, *, words: bool) -> list[str]:
    """The tags in a cell, lower-case, each once. `words`: single words are separated by spaces, several are quoted.

    >>> tags('"Hip Hop" Rap foo', words=True), tags("['Hip Hop', 'rap']", words=False)
    (['hip hop', 'rap', 'foo'], ['hip hop', 'rap'])
    """
    stripped = cell.strip()
    if stripped in NULLS:
        return []
    if stripped[0] in "[{(" and stripped[-1] in "]})":
        try:
            return _clean_tags(names(literal(stripped)))
        except ValueError:
            stripped = stripped[1:-1]
    if _TAG_MARKS.search(stripped) and not (words and '"' in stripped):
        return _clean_tags(part.replace('"', " ") for part in _TAG_MARKS.split(stripped))
    if words or stripped.startswith("#"):
        found = [quoted or word for quoted, word in _QUOTED_TAG.findall(stripped)]
        return _clean_tags(part for tag in found for part in _TAG_MARKS.split(tag))
    return _clean_tags([stripped])


def names(value: Any) -> list[str]:
    """The names in a list, dict or text: of {'name': 'x'} the x.

    >>> names([{"id": 1, "name": "A"}, "B"])
    ['A', 'B']
    """
    if isinstance(value, dict):
        named = next((value[key] for key in ("name", "username", "title", "label", "tag") if key in value), None)
        return names(named) if named is not None else []
    if isinstance(value, list):
        return [name for item in value for name in names(item)]
    return [] if value is None else [str(value)]


def _clean_tags(given: Any) -> list[str]:
    cleaned = (" ".join(tag.split()).lstrip("#").strip().lower() for tag in given)
    return list(dict.fromkeys(tag for tag in cleaned if tag and tag not in ("none", "null", "nan")))
