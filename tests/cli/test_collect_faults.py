"""Input that cannot be, at the command line: one clear line, the documented exit code, nothing half-written."""

from __future__ import annotations

import gzip
import json
from functools import partial
from pathlib import Path

import pytest

from commands import Cratedig, one_line

GOOD = "title,artist,genre\nOne,Ann,pop\nTwo,Bo,rock\n"


@pytest.fixture
def elsewhere(cratedig: Cratedig, tmp_path: Path) -> Cratedig:
    """For what stores something: a data folder of its own, so that the others find theirs empty in any order."""
    return partial(cratedig, env={"CRATEDIG_DATA_DIR": str(tmp_path / "data")})


def _tracks(cratedig: Cratedig) -> int:
    checks = json.loads(cratedig("doctor", "--json").stdout)["checks"]
    detail = next(check["detail"] for check in checks if check["name"] == "catalogue")
    return 0 if detail == "empty" else int(detail.split()[0].replace(",", ""))


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("empty.csv", b""),
        ("header_only.csv", b"title,artist\n"),
        ("picture.csv", b"\x89PNG\r\n\x1a\n" + bytes(range(256)) * 40),
        ("zeros.csv", b"\x00" * 5000),
        ("not_really.csv.gz", b"\x1f\x8b" + b"garbage" * 50),
        ("one_line_of_100_mb.csv", b"x" * 100_000_000),
    ],
)
def test_a_file_that_is_no_table_is_one_line_and_exit_3(
    cratedig: Cratedig, tmp_path: Path, name: str, content: bytes
) -> None:
    path = tmp_path / name
    path.write_bytes(content)
    answer = cratedig("collect", "csv", path)
    assert answer.returncode == 3, answer.stderr
    assert name in one_line(answer.stderr)
    assert _tracks(cratedig) == 0


@pytest.mark.parametrize("path", ["nowhere.csv", "."])
def test_a_path_that_is_no_file_is_wrong_usage(cratedig: Cratedig, path: str) -> None:
    answer = cratedig("collect", "csv", path)
    assert answer.returncode == 2
    one_line(answer.stderr)


@pytest.mark.parametrize("mapping", ["Interpret=artist", "title=nonsense", "title", "=artist"])
def test_a_map_that_names_nothing_is_wrong_usage(cratedig: Cratedig, tmp_path: Path, mapping: str) -> None:
    (tmp_path / "good.csv").write_text(GOOD)
    answer = cratedig("collect", "csv", "good.csv", "--map", mapping)
    assert answer.returncode == 2
    one_line(answer.stderr)
    assert _tracks(cratedig) == 0


def test_a_dry_run_shows_the_mapping_and_stores_nothing(cratedig: Cratedig, tmp_path: Path) -> None:
    (tmp_path / "good.csv").write_text(GOOD)
    preview = json.loads(cratedig("collect", "csv", "good.csv", "--dry-run", "--json").stdout)
    assert {column["theirs"]: column["ours"] for column in preview["mapping"]} == {
        "title": "title",
        "artist": "artist",
        "genre": "genre",
    }
    assert [row["title"] for row in preview["rows"]] == ["One", "Two"]
    assert _tracks(cratedig) == 0


def test_collected_twice_changes_nothing_and_then_it_can_be_found(elsewhere: Cratedig, tmp_path: Path) -> None:
    (tmp_path / "good.csv").write_text(GOOD)
    first = json.loads(elsewhere("collect", "csv", "good.csv", "--json").stdout)
    again = json.loads(elsewhere("collect", "csv", "good.csv", "--json").stdout)
    assert (first["accepted"], first["studied"]["text"]["done"]) == (2, 2)
    assert again["already_done"]
    assert _tracks(elsewhere) == 2
    found = json.loads(elsewhere("find", "rock", "--json").stdout)
    assert found["results"][0]["title"] == "Two"


def test_rows_before_the_damage_are_kept_and_said(elsewhere: Cratedig, tmp_path: Path) -> None:
    whole = gzip.compress("".join(f"song {n},artist {n}\n" for n in range(20_000)).encode())
    (tmp_path / "broken.csv.gz").write_bytes(gzip.compress(b"title,artist\n") + whole[: len(whole) // 2])
    answer = elsewhere("collect", "csv", "broken.csv.gz", "--json", "--no-study")
    account = json.loads(answer.stdout)
    assert answer.returncode == 3
    assert account["stopped_at"] is not None
    assert account["rows_in"] == account["accepted"] + account["merged"] + account["rejected"] > 1000


def test_nothing_is_begun_when_one_of_the_files_is_missing(cratedig: Cratedig, tmp_path: Path) -> None:
    (tmp_path / "other.csv").write_text("title,artist\nOnly,Here\n")
    before = _tracks(cratedig)
    answer = cratedig("collect", "csv", "other.csv", "nowhere.csv")
    assert answer.returncode == 2
    assert "nowhere.csv" in one_line(answer.stderr)
    assert _tracks(cratedig) == before


def test_a_list_of_names_without_a_header_loses_none(elsewhere: Cratedig, tmp_path: Path) -> None:
    (tmp_path / "list.csv").write_text("Solo 1\nSolo 2\n")
    assert json.loads(elsewhere("collect", "csv", "list.csv", "--json", "--no-study").stdout)["rows_in"] == 2


@pytest.mark.parametrize(
    "command", [("search", " "), ("find", "sad", "--min-year", "2020", "--max-year", "1990")], ids=["no words", "years"]
)
def test_a_question_that_cannot_be_meant_is_wrong_usage(cratedig: Cratedig, command: tuple[str, ...]) -> None:
    answer = cratedig(*command)
    assert answer.returncode == 2
    one_line(answer.stderr)
