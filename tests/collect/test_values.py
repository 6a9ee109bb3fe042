from __future__ import annotations

import contextlib
import json
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cratedig.collect import values

TODAY = date(2026, 1, 1)


@given(st.integers(0, values.LARGEST_COUNT))
def test_a_count_survives_every_exact_spelling(n: int) -> None:
    spellings = (
        str(n),
        f"{n:,}",
        f"{n:,}".replace(",", "."),
        f"{n:,}".replace(",", " "),
        f"{n}.0",
        f"  {n} ",
        f"{n:,} plays",
    )
    for spelling in spellings:
        if "." in spelling and spelling.count(".") == 1 and not spelling.endswith(".0"):
            continue  # "12.345" alone is a fraction
        assert values.count(spelling) == n, spelling


@given(st.integers(1, 999), st.integers(0, 9), st.sampled_from("KMBkmb"))
def test_an_abbreviated_count_is_its_factor_times_its_number(whole: int, tenth: int, factor: str) -> None:
    scale = {"k": 10**3, "m": 10**6, "b": 10**9}[factor.lower()]
    assert values.count(f"{whole}.{tenth}{factor}") == whole * scale + tenth * scale // 10


def test_of_an_exact_and_an_abbreviated_count_the_exact_is_taken() -> None:
    assert values.count("18,184,198 plays\n18.2M") == 18_184_198
    assert values.count("18.2M\n18,184,198") == 18_184_198


@pytest.mark.parametrize("cell", ["many", "1.2.3", "x12", "--5--"])
def test_what_is_no_count_is_refused(cell: str) -> None:
    with pytest.raises(ValueError, match=r".+"):
        values.count(cell)


@pytest.mark.parametrize("cell", ["-5", "9" * 30, "99999999999999"])
def test_an_impossible_count_is_refused_as_impossible(cell: str) -> None:
    with pytest.raises(values.Impossible):
        values.count(cell)


@given(st.dates(date(values.EARLIEST_YEAR, 1, 1), date(2026, 12, 31)))
def test_a_date_survives_every_spelling(day: date) -> None:
    for spelling in (
        f"{day:%Y-%m-%d}",
        f"{day:%Y/%m/%d}",
        f"{day:%Y-%m-%dT%H:%M:%SZ}",
        f"{day:%Y-%m-%d 23:59:59+00:00}",
        f"{day:%Y%m%d}",
        f"{day:%B} {day.day}, {day.year:04}",
        f"{day.day} {day:%b} {day.year:04}",
    ):
        assert values.when(spelling, today=TODAY) == values.When(day.year, day), spelling
    assert values.when(f"{day:%Y-%m}", today=TODAY) == values.When(day.year)
    assert values.year(f"{day.year}.0", today=TODAY) == day.year


def test_a_day_that_could_be_a_month_gives_only_its_year() -> None:
    assert values.when("05/06/2019", today=TODAY) == values.When(2019)
    assert values.when("25/06/2019", today=TODAY) == values.When(2019, date(2019, 6, 25))
    assert values.when("06/25/2019", today=TODAY) == values.When(2019, date(2019, 6, 25))


@given(st.integers(1, 60))
def test_years_ago_count_from_the_day_that_is_given(n: int) -> None:
    found = values.when(f"{n} years ago\n{n} years ago", today=date(2026, 7, 1))
    assert found is not None
    assert found.year == 2026 - n
    assert found.ago == f"{n} years ago"


@pytest.mark.parametrize("cell", ["2030-01-01", "1700", "0", "99999999", "500 years ago"])
def test_an_impossible_date_is_refused_as_impossible(cell: str) -> None:
    with pytest.raises(ValueError, match=r".+"):
        values.when(cell, today=TODAY)


@given(st.integers(1, 47), st.integers(0, 59), st.integers(0, 59))
def test_a_duration_is_the_same_in_every_unit(h: int, m: int, s: int) -> None:
    length = float(h * 3600 + m * 60 + s)
    assert values.duration_s(f"{h}:{m:02}:{s:02}", unit_s=1.0) == length
    assert values.duration_s(f"PT{h}H{m}M{s}S", unit_s=1.0) == length
    assert values.duration_s(str(round(length)), unit_s=1.0) == length
    assert values.duration_s(str(round(length) * 1000), unit_s=0.001) == length


def test_a_duration_of_nothing_is_unknown() -> None:
    assert values.duration_s("0", unit_s=0.001) is None


json_values = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(10**17), 10**17)
    | st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0")),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=5), inner, max_size=4),
    max_leaves=12,
)


@given(st.lists(json_values, max_size=5) | st.dictionaries(st.text("abc", max_size=3), json_values, max_size=4))
def test_a_list_or_dict_is_read_from_its_python_and_its_json_text(value: object) -> None:
    assert values.literal(repr(value)) == _plain(value)
    assert values.literal(json.dumps(value, ensure_ascii=False)) == _plain(value)


def _plain(value: object) -> object:
    """NULs cannot be stored and are left out."""
    if isinstance(value, str):
        return value.replace("\0", "")
    if isinstance(value, list):
        return [_plain(item) for item in value]
    if isinstance(value, dict):
        return {_plain(key): _plain(item) for key, item in value.items()}
    return value


@given(st.text(max_size=200))
def test_no_parser_fails_on_any_text_but_with_a_reason(cell: str) -> None:
    parsers = (
        values.count,
        values.number,
        values.text,
        values.plain,
        values.truth,
        values.literal,
        lambda c: values.when(c, today=TODAY),
        lambda c: values.duration_s(c, unit_s=1.0),
        lambda c: values.tags(c, words=True),
        lambda c: values.tags(c, words=False),
    )
    for parse in parsers:
        with contextlib.suppress(ValueError):  # the only error that the reader turns into a note
            parse(cell)


@given(st.sampled_from("[{('\"\\,:1aN]})"), st.integers(1, 5000))
def test_repeated_marks_neither_hang_nor_overflow(mark: str, n: int) -> None:
    assert isinstance(values.plain(mark * n), str | int | list | dict | float)


@given(st.lists(st.text("abcdefghij ", min_size=1, max_size=12).filter(str.strip), max_size=6))
def test_tags_survive_quoting_commas_and_lists(given_tags: list[str]) -> None:
    cleaned = list(dict.fromkeys(" ".join(tag.split()) for tag in given_tags))
    quoted = " ".join(f'"{tag}"' for tag in cleaned)
    assert values.tags(quoted, words=True) == cleaned
    assert values.tags(repr(cleaned), words=False) == cleaned
    assert values.tags(", ".join(cleaned), words=False) == cleaned


@pytest.mark.parametrize("cell", sorted(values.NULLS))
def test_every_spelling_of_nothing_is_null_everywhere(cell: str) -> None:
    spaced = f" {cell} "
    assert values.text(spaced) is values.count(spaced) is values.number(spaced) is values.plain(spaced) is None
    assert values.when(spaced, today=TODAY) is values.duration_s(spaced, unit_s=1.0) is None
    assert values.tags(spaced, words=True) == []


@pytest.mark.parametrize(
    "cell", ["__import__('os')", "[x for x in y]", "[1, os.getcwd()]", "{'a': open('/etc/passwd')}"]
)
def test_code_is_text(cell: str) -> None:
    assert values.plain(cell) == cell
