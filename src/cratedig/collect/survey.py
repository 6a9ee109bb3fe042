"""Can a column be believed? Evidence from every row of the file, then a judgement, before anything is stored."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import date

from cratedig.collect import values
from cratedig.collect.mapping import Column, Reading
from cratedig.music.features import RANGES

IMPOSSIBLE_SHARE = 0.03
"""A column of which more than this share is impossible is damaged as a whole and left out. In real dumps single slips
are below 0.1 %; a locale that ate the decimal points makes 40 to 99 %."""

LEAST_IMPOSSIBLE = 3
"""In a tiny file one slip is a large share: fewer impossible cells than this never condemn a column."""

SPREADSHEET_YEAR = "1905"
"""A spreadsheet that takes the bare years 1827 .. 2191 for day numbers shows every one of them as a day of 1905."""


@dataclass
class Evidence:
    """What the whole file showed of one column."""

    given: int = 0
    impossible: int = 0
    example: str = ""
    spreadsheet_years: int = 0
    other_old_years: int = 0

    def add(self, cells: Sequence[str], impossible: list[str]) -> None:
        self.given += len(cells)
        self.impossible += len(impossible)
        if impossible and not self.example:
            self.example = impossible[0].strip()[:40]


Check = Callable[[Sequence[str]], list[str]]


@dataclass
class Survey:
    """Gathers evidence on the columns whose fields have impossible values."""

    reading: Reading
    today: date
    rows: int = 0
    evidence: dict[str, Evidence] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self._checks: list[tuple[int, str, Check, Evidence]] = []
        for position, column in enumerate(self.reading.columns):
            check = _check(column, self.today)
            if check is not None:
                self.evidence[column.name] = Evidence()
                self._checks.append((position, column.field, check, self.evidence[column.name]))

    def add(self, batch: Sequence[Sequence[str]]) -> None:
        """Looks at some rows, all as wide as the header."""
        self.rows += len(batch)
        for position, ours, check, evidence in self._checks:
            given = [row[position] for row in batch if row[position] not in values.NULLS]
            evidence.add(given, check(given))
            if ours in _DATES:
                evidence.spreadsheet_years += given.count(SPREADSHEET_YEAR)
                evidence.other_old_years += sum("18" <= cell[:2] < "193" and cell[:4] < "1930" for cell in given)

    def judge(self) -> Reading:
        """The reading with damaged columns left out."""
        columns = (self._judged(column) for column in self.reading.columns)
        return replace(self.reading, columns=tuple(columns))

    def _judged(self, column: Column) -> Column:
        found = self.evidence.get(column.name)
        if found is None or not found.given:
            return column
        if found.impossible >= LEAST_IMPOSSIBLE and found.impossible > IMPOSSIBLE_SHARE * found.given:
            return replace(column, left_out=_why(column, found))
        if found.spreadsheet_years >= 20 and found.spreadsheet_years > 0.9 * found.other_old_years:
            return replace(column, never=SPREADSHEET_YEAR)
        return column


def _why(column: Column, found: Evidence) -> str:
    share = 100 * found.impossible / found.given
    limits = f" is outside {_limits(column)}" if _limits(column) else " is impossible"
    return f"{found.example}{limits}, and so are {share:.1f} % of {found.given:,} values"


def _limits(column: Column) -> str:
    if column.field in RANGES:
        low, high = RANGES[column.field]
        return f"{low:g}..{high:g}"
    return "0..100" if column.field == "popularity" else ""


_DATES = ("released", "uploaded", "year")
_COUNTS = ("playback_count", "like_count", "followers")


def _check(column: Column, today: date) -> Check | None:
    """The function that finds the impossible cells of a column; None where every value is possible."""
    if column.field in RANGES:
        return _outside(*RANGES[column.field])
    if column.field == "popularity":
        return _outside(0.0, 100.0)
    if column.field == "duration":
        return _outside(0.0, values.LONGEST_TRACK_S / column.unit_s)
    if column.field in _DATES:
        return lambda cells: _impossible_dates(cells, today)
    if column.field in _COUNTS:
        return lambda cells: [cell for cell in cells if cell[0] == "-" and _is_impossible(values.count, cell)]
    return None


def _outside(low: float, high: float) -> Check:
    def check(cells: Sequence[str]) -> list[str]:
        try:
            return [c for c, value in zip(cells, map(float, cells), strict=True) if not low <= value <= high]
        except ValueError:
            return [c for c in cells if (value := _number(c)) is not None and not low <= value <= high]

    return check


def _number(cell: str) -> float | None:
    try:
        return values.number(cell)
    except ValueError:
        return None


def _impossible_dates(cells: Sequence[str], today: date) -> list[str]:
    """Only years can be impossible, and a file has few: each beginning of a cell is looked at once."""
    beginnings = {cell[:4] for cell in cells}
    wrong = {b for b in beginnings if b.isdecimal() and not values.EARLIEST_YEAR <= int(b) <= today.year + 1}
    if not wrong:
        return []
    return [c for c in cells if c[:4] in wrong and _is_impossible(lambda cell: values.when(cell, today=today), c)]


def _is_impossible(parse: Callable[[str], object], cell: str) -> bool:
    try:
        parse(cell)
    except values.Impossible:
        return True
    except ValueError:
        return False
    return False


def survey(reading: Reading, batches: Iterable[Sequence[Sequence[str]]], *, today: date) -> Survey:
    """Evidence from all batches."""
    found = Survey(reading, today)
    for batch in batches:
        found.add(batch)
    return found
