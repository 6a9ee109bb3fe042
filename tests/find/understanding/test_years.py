"""Years, decades and spans, as people write them."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cratedig.find.understanding.years import Years, other_years, years

NOW = 2026


@pytest.mark.parametrize(
    ("text", "spans"),
    [
        ("early 2000s", ["2000-2003"]),
        ("mid-nineties pop", ["1994-1996"]),
        ("late 80s", ["1987-1989"]),
        ("between 1970 and 1980", ["1970-1980"]),
        ("60s and 70s", ["1960-1969", "1970-1979"]),
        ("from the 70s to the 90s", ["1970-1999"]),
        ("1950s-1960s", ["1950-1969"]),
        ("before the 90s", ["...-1989"]),
        ("after the 80s", ["1990-..."]),
        ("since the 2000s", ["2000-..."]),
        ("2010 onwards", ["2010-..."]),
        ("1990 and earlier", ["...-1990"]),
        ("this year", ["2026"]),
        ("last year", ["2025"]),
        ("last decade", ["2010-2019"]),
        ("the past 5 years", ["2021-2026"]),
        ("last ten years", ["2016-2026"]),
        ("recent", ["2024-..."]),
        ("latest hits 2020", ["2020"]),
        ("rap ['89-present]", ["1989-..."]),
        ("from 1994 to now", ["1994-..."]),
        ("Y2K", ["1998-2003"]),
        ("turn of the century", ["1998-2002"]),
        ("summer of '69", ["1969"]),
        ("year of the cat", []),
        ("100s of songs", []),
        ("120 bpm", []),
    ],
)
def test_spans_are_read_as_they_are_said(text: str, spans: list[str]) -> None:
    assert [str(span) for span in years(text, NOW)] == spans


@given(st.sampled_from([1950, 1960, 1970, 1980, 1990, 2000, 2010]))
def test_early_mid_and_late_divide_a_decade(start: int) -> None:
    parts = [years(f"{part} {start}s", NOW)[0] for part in ("early", "mid", "late")]
    covered = [year for part in parts for year in range(part.first or 0, (part.last or 0) + 1)]
    assert covered == list(range(start, start + 10))


@given(st.integers(1900, 2099), st.integers(1900, 2099))
def test_the_order_of_two_years_does_not_matter(one: int, other: int) -> None:
    assert years(f"from {one} to {other}", NOW) == years(f"from {other} to {one}", NOW)


@given(st.integers(1900, 2090), st.integers(0, 9), st.integers(1880, 2110))
def test_every_year_is_in_a_span_or_in_the_others(first: int, more: int, year: int) -> None:
    span = (Years(first, first + more),)
    inside = first <= year <= first + more
    outside = any((one.first or 0) <= year <= (one.last or 9999) for one in other_years(span))
    assert inside != outside


@given(st.text(max_size=200))
def test_any_text_has_spans_in_order(text: str) -> None:
    assert all(span.first is None or span.last is None or span.first <= span.last for span in years(text, NOW))
