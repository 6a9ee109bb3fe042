"""`cratedig journey`, as it is called."""

from __future__ import annotations

import csv
import json
from pathlib import Path

import pytest

from commands import Cratedig, one_line

TAGS = ["sad", "heartbreak", "melancholic", "calm", "peaceful", "hopeful", "happy", "joy"]
HEAD = "title,artist,tags,duration,url\n"
ROWS = "".join(
    f"Song number {at},Artist {at % 13},{TAGS[at % len(TAGS)]},{180 + at},https://music.example/{at}\n"
    for at in range(60)
)


def test_an_empty_crate_says_what_to_do(cratedig: Cratedig, tmp_path: Path) -> None:
    done = cratedig("journey", "sad", "calm", "--data-dir", tmp_path / "empty")
    assert done.returncode == 1
    assert "cratedig study" in done.stderr.splitlines()[-1]


def test_a_journey_is_told_written_and_replayed(cratedig: Cratedig, tmp_path: Path) -> None:
    (tmp_path / "dump.csv").write_text(HEAD + ROWS)
    assert cratedig("collect", "csv", "dump.csv").returncode == 0
    done = cratedig("journey", "sad", "calm and hopeful", "--minutes", 30, "--out", "list.m3u8", "--why")
    assert done.returncode == 0, done.stderr
    assert "30 minutes" in done.stdout or "31 minutes" in done.stdout or "29 minutes" in done.stdout
    assert "cost" in done.stdout
    lines = (tmp_path / "list.m3u8").read_text("utf-8").splitlines()
    assert lines[:2] == ["#EXTM3U", "#PLAYLIST:sad to calm and hopeful"]

    asked = ("journey", "sad", "calm and hopeful", "--minutes", 30, "--seed", 7, "--json", "--out")
    first, second = cratedig(*asked, "a.csv"), cratedig(*asked, "b.csv")
    found = json.loads(first.stdout)
    assert found["steps"] == json.loads(second.stdout)["steps"]
    assert (tmp_path / "a.csv").read_bytes() == (tmp_path / "b.csv").read_bytes()
    rows = list(csv.DictReader((tmp_path / "a.csv").read_text("utf-8").splitlines()))
    assert [row["track_id"] for row in rows] == [step["track_id"] for step in found["steps"]]
    for step in found["steps"]:
        assert abs(sum(term["contribution"] for term in step["why"]) - step["cost"]) < 1e-9


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("sad", " "), "no words"),
        (("", "calm"), "no words"),
        (("sad", "calm", "--minutes", 0), "10 to 600 minutes"),
        (("sad", "calm", "--minutes", 1_000_000), "10 to 600 minutes"),
        (("sad", "calm", "--minutes", "nan"), "10 to 600 minutes"),
        (("sad", "calm", "--out", "list.doc"), ".m3u8"),
    ],
)
def test_what_cannot_be_is_one_line(cratedig: Cratedig, arguments: tuple[object, ...], said: str) -> None:
    done = cratedig("journey", *arguments)
    assert done.returncode == 2
    assert said in one_line(done.stderr)
