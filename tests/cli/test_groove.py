"""`cratedig groove`: a drum part seen in the terminal."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from commands import Cratedig, one_line
from tests.faults.hostile_files import midi

BEAT = b"\0\x99\x24\x60\0\x99\x2a\x40\x83\x60\x89\x24\0\0\x89\x2a\0\0\x99\x26\x70\x83\x60\x89\x26\0\0\xff\x2f\0"
"""Kick and closed hat on one, snare on two, 480 ticks a quarter."""


@pytest.fixture
def beat(tmp_path: Path) -> Path:
    path = tmp_path / "beat.mid"
    path.write_bytes(midi(BEAT, kind=0, division=480))
    return path


def test_a_groove_is_drawn(cratedig: Cratedig, beat: Path) -> None:
    drawn = cratedig("groove", "show", str(beat))
    assert "bar 1, 4/4" in drawn.stdout
    assert [line.split()[0] for line in drawn.stdout.splitlines()[3:]] == ["closed", "acoustic", "bass"]


def test_a_groove_is_told_as_json(cratedig: Cratedig, beat: Path) -> None:
    told = json.loads(cratedig("groove", "show", str(beat), "--json").stdout)
    hits = [(hit["note"], hit["place"], hit["velocity"], hit["push_ticks"]) for hit in told["bars"][0]["hits"]]
    assert hits == [(36, "0", 96, 0), (42, "0", 64, 0), (38, "1", 112, 0)]


@pytest.mark.parametrize(("arguments", "code", "said"), [
    (["nowhere.mid"], 1, "not there"),
    (["words.mid"], 3, "cannot be decoded"),
    (["words.mid", "--kit", "spoons"], 2, "no kit 'spoons'"),
])  # fmt: skip
def test_what_cannot_be_shown_is_told_in_a_line(
    cratedig: Cratedig, tmp_path: Path, arguments: list[str], code: int, said: str
) -> None:
    (tmp_path / "words.mid").write_text("no music at all")
    answer = cratedig("groove", "show", *arguments)
    assert (answer.returncode, said in one_line(answer.stderr)) == (code, True)
