"""`cratedig drums`, as it is called."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from commands import Cratedig, one_line


def test_a_well_known_name_makes_midi_at_once(cratedig: Cratedig, tmp_path: Path) -> None:
    done = cratedig("drums", "John Bonham", "--bars", 2, "--out", "parts", "--provider", "template")
    assert done.returncode == 0, done.stderr
    assert "2 bars of 4/4" in done.stdout
    assert "written by us; confidence" in done.stdout
    assert "thin evidence" in done.stdout
    assert "bass drum" in done.stdout
    assert "apart (0 the same" in done.stdout
    files = sorted((tmp_path / "parts").glob("*.mid"))
    assert [str(Path("parts") / file.name) for file in files] == done.stdout.splitlines()[-4:]
    assert all(re.fullmatch(r"john_bonham_var[1-4]_\d{8}_\d{6}\.mid", file.name) for file in files)


def test_one_document_tells_all_and_a_seed_says_it_again(cratedig: Cratedig) -> None:
    asked = ("drums", "bossa nova", "--meter", "7/8", "--tempo", 131.5, "--variations", 2, "--seed", 5, "--json",
             "--blend", "rock=0.3", "--fill-every", 4, "--swing", 58, "--density", 0.5, "--no-humanize")  # fmt: skip
    first, second = (json.loads(cratedig(*asked, "--out", folder).stdout) for folder in ("a", "b"))
    assert first["provider_used"] == "template"
    assert (first["tempo"], len(first["variations"]), len(first["midi_files"])) == (131.5, 2, 2)
    assert first["asked"]["time_signature"] == [7, 8]
    assert {bar["meter"] for one in first["variations"] for bar in one["groove"]["bars"]} == {"7/8"}
    assert first["sources"]["written"] > 0
    for one, other in zip(first["midi_files"], second["midi_files"], strict=True):
        assert Path(one).name != Path(other).name or one != other
    assert [one["groove"] for one in first["variations"]] == [one["groove"] for one in second["variations"]]


@pytest.mark.parametrize(
    ("arguments", "code", "said"),
    [
        (("rock", "--bars", 0), 2, "Bars 0 is outside 1..64"),
        (("rock", "--bars", 1_000_000), 2, "outside 1..64"),
        (("rock", "--tempo", 0), 2, "Tempo 0 is outside 20..400"),
        (("rock", "--tempo", "nan"), 2, "Tempo nan"),
        (("rock", "--meter", "4/3"), 2, "one 3th of a whole note"),
        (("rock", "--meter", "four"), 2, "no meter"),
        (("rock", "--variations", 17), 2, "outside 1..16"),
        (("rock", "--provider", "bard"), 2, "no provider 'bard'"),
        (("rock", "--blend", "funk=much"), 2, "OTHER=0.5"),
        (("rock", "--blend", "funk=2"), 2, "0..1"),
        (("rock", "--kit", "pots"), 2, "no kit 'pots'"),
        (("rock", "--swing", 80), 2, "outside 50..75"),
        ((" ",), 2, "needs a name"),
    ],
)
def test_what_cannot_be_is_one_line(cratedig: Cratedig, arguments: tuple[object, ...], code: int, said: str) -> None:
    done = cratedig("drums", *arguments)
    assert done.returncode == code
    assert said in one_line(done.stderr)
    assert not done.stdout


def test_a_stranger_is_one_line_with_what_to_do(cratedig: Cratedig) -> None:
    done = cratedig("drums", "Jon Bonam")
    assert done.returncode == 1
    assert re.search(r"'Jon Bonam'.*John Bonham.*cratedig collect midi DIR", one_line(done.stderr))
