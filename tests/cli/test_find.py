"""`cratedig find` as a person uses it."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from commands import Cratedig, one_line

DUMP = """id,title,artist,genre,playback_count
1,Quiet Water,Oriel,Ambient,10
2,Neon Tram,K,House,5
3,Sad Rain,Ilse,Folk,7
4,Calm Shore,Oriel,Ambient,3
"""


@pytest.fixture
def crate(cratedig: Cratedig, tmp_path: Path) -> None:
    dump = tmp_path / "dump.csv"
    dump.write_text(DUMP)
    brought = cratedig("collect", "csv", dump, "--json")
    assert brought.returncode == 0, brought.stderr


def test_what_fits_is_shown_with_its_reasons(cratedig: Cratedig, crate: None) -> None:
    found = json.loads(cratedig("find", "sad rain", "--json").stdout)
    first = found["results"][0]
    assert first["title"] == "Sad Rain"
    told = cratedig("find", "sad rain", "--why").stdout
    assert first["sentence"] in told
    assert all(f"{term['term']} {term['contribution']:+.3f}" in told for term in first["why"] if term["contribution"])
    assert "(without: " in told

    drawn = [
        [result["title"] for result in json.loads(cratedig(*ask, "--json").stdout)["results"]]
        for ask in [("find", "calm", "--variance", "1", "--seed", "3")] * 2
    ]
    assert drawn[0] == drawn[1]
    assert sorted(drawn[0]) == ["Calm Shore", "Neon Tram", "Quiet Water", "Sad Rain"]

    assert cratedig("listening", "add", first["track_id"], "--kind", "play").returncode == 0
    for leave_out in (("--unheard",), ("--exclude", first["track_id"])):
        rest = json.loads(cratedig("find", "sad rain", *leave_out, "--json").stdout)["results"]
        assert first["track_id"] not in {result["track_id"] for result in rest}
        assert len(rest) == 3

    for wrong in (("--variance", "2"), ("--seed", "-1"), ("--top", "0"), ("--exclude", "first")):
        assert cratedig("find", "calm", *wrong).returncode == 2
    for option in ("--like", "--unlike", "--exclude"):
        assert cratedig("find", "calm", option, str(2**31)).returncode == 2, "no track can have such an id"
    refused = cratedig("find", "calm", "--like", "999999")
    assert refused.returncode == 1
    assert "no track 999999" in one_line(refused.stderr)
