from __future__ import annotations

import csv
import io
import json
from pathlib import Path

import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from cratedig.collect.rows import Row, read_rows
from cratedig.collect.sniff import guess_format, look

ANY_FILE = settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
cells = st.text(st.characters(exclude_categories=["Cs", "Cc"]) | st.sampled_from('\n\r\t",'), max_size=12)
words = st.text("abcdefgh ", min_size=1, max_size=8)


def rows_of(path: Path, data: bytes, *, max_chars: int = 10_000) -> list[Row]:
    path.write_bytes(data)
    contents = look(path)
    return list(read_rows(contents, guess_format(contents), max_chars=max_chars))


@ANY_FILE
@given(table=st.lists(st.lists(words, min_size=3, max_size=3), min_size=3, max_size=20), mark=st.sampled_from(",;\t|"))
def test_a_written_table_is_read_back(table: list[list[str]], mark: str, tmp_path: Path) -> None:
    stream = io.StringIO(newline="")
    csv.writer(stream, delimiter=mark).writerows(table)
    assert [row.cells for row in rows_of(tmp_path / "t.csv", stream.getvalue().encode())] == table


@ANY_FILE
@given(table=st.lists(st.tuples(words, cells, words, words), min_size=4, max_size=20))
def test_cells_with_line_ends_and_quotes_are_read_back(table: list[tuple[str, str, str, str]], tmp_path: Path) -> None:
    stream = io.StringIO(newline="")
    csv.writer(stream, quoting=csv.QUOTE_ALL).writerows([("a", "b", "c", "d"), *table])
    rows = rows_of(tmp_path / "t.csv", stream.getvalue().encode())
    assert [row.cells for row in rows[1:]] == [list(row) for row in table]


@settings(ANY_FILE, max_examples=20)
@given(
    odd=st.lists(
        st.tuples(st.integers(0, 5000), st.sampled_from(["two\nlines", "a\r\nb\r\nc", 'said "so"', ""])), max_size=6
    ),
    end=st.sampled_from(["\n", "\r\n", "\r"]),
)
def test_blocks_of_lines_are_cut_through_no_row(odd: list[tuple[int, str]], end: str, tmp_path: Path) -> None:
    assume(end != "\r" or not any("\n" in text for _, text in odd))  # csv.writer quotes only its own line end
    table = [["id", "title", "plays"], *([str(n), "words of a song " * (n % 3), "12"] for n in range(5000))]
    for at, text in odd:
        table[at][1] = text
    table[0] = ["id", "title", "plays"]
    stream = io.StringIO(newline="")
    csv.writer(stream, lineterminator=end).writerows(table)
    rows = rows_of(tmp_path / "t.csv", stream.getvalue().encode())
    assert [row.cells for row in rows] == table
    lines = [1 + sum(row[1].replace("\r\n", "\n").count("\n") + 1 for row in table[:n]) for n in (1, 2500, 5000)]
    assert [rows[n].line for n in (1, 2500, 5000)] == lines


@ANY_FILE
@given(data=st.binary(min_size=1, max_size=400))
def test_no_bytes_crash_the_reader_and_none_make_it_endless(data: bytes, tmp_path: Path) -> None:
    rows = rows_of(tmp_path / "t.csv", b"title,artist,genre\nCry,Ann,pop\n" * 20 + data, max_chars=100)
    assert len(rows) >= 1


@ANY_FILE
@given(before=st.integers(0, 30), after=st.integers(0, 30))
def test_a_quote_that_never_closes_spoils_one_row(before: int, after: int, tmp_path: Path) -> None:
    good = "Cry,Ann,pop,1\n"
    data = "title,artist,genre,plays\n" + good * before + '"Oh,Ben,rock,2\n' + good * after
    rows = rows_of(tmp_path / "t.csv", data.encode())
    assert len(rows) == 1 + before + 1 + after
    assert sum(row.cells == ["Cry", "Ann", "pop", "1"] for row in rows) == before + after


@ANY_FILE
@given(items=st.lists(st.dictionaries(words, st.integers() | words, min_size=1, max_size=4), min_size=1, max_size=20))
def test_json_is_read_as_lines_and_as_an_array(items: list[dict[str, object]], tmp_path: Path) -> None:
    expected = [{key: str(value) for key, value in item.items()} for item in items]
    for text in ("\n".join(map(json.dumps, items)), json.dumps(items), json.dumps(items, indent=1)):
        assert [row.cells for row in rows_of(tmp_path / "t.json", text.encode())] == expected


def test_a_row_knows_the_line_on_which_it_begins(tmp_path: Path) -> None:
    rows = rows_of(tmp_path / "t.csv", b'a,b,c\n1,"x\ny",2\n\n3,z,4\n')
    assert [row.line for row in rows] == [1, 2, 5]


def test_a_long_line_is_named_by_its_length_and_the_next_row_is_read(tmp_path: Path) -> None:
    rows = rows_of(tmp_path / "t.csv", b"a,b\n1," + b"x" * 50_000 + b"\n2,y\n", max_chars=1000)
    assert rows[1].error == "a line of 50,003 characters (at most 1,000 are read)"
    assert rows[2].cells == ["2", "y"]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "latin-1", "cp1252"])
def test_the_encoding_is_found(encoding: str, tmp_path: Path) -> None:
    rows = rows_of(tmp_path / "t.csv", "title,artist\nSeñorita,Björk\nOlé,Zoë\n".encode(encoding))
    assert [row.cells for row in rows][1] == ["Señorita", "Björk"]
