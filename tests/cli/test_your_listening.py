"""`cratedig listening` as a person uses it."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from commands import Cratedig, one_line


@pytest.fixture
def track(cratedig: Cratedig, tmp_path: Path) -> int:
    """A track of the module's catalogue."""
    dump = tmp_path / "dump.csv"
    dump.write_text("id,title,artist,genre,playback_count\n1,Quiet Water,Oriel,Ambient,10\n2,Neon Tram,K,House,5\n")
    brought = cratedig("collect", "csv", dump, "--json")
    assert brought.returncode == 0, brought.stderr
    found = json.loads(cratedig("find", "quiet water", "--top", "1", "--json").stdout)
    return int(found["results"][0]["track_id"])


def test_what_was_said_is_listed_taken_back_and_forgotten(cratedig: Cratedig, track: int) -> None:
    assert "Nothing yet" in cratedig("listening", "list").stdout

    said = cratedig("listening", "add", track, "--kind", "like", "--at", "2026-03-04T21:30:00", "--json")
    assert said.returncode == 0, said.stderr
    (event,) = json.loads(said.stdout)["events"]
    assert (event["kind"], event["track_id"], event["title"]) == ("like", str(track), "Quiet Water")
    assert cratedig("listening", "add", track, "--kind", "like", "--listener", "a-key").returncode == 0

    terms = json.loads(cratedig("find", "neon", "--json").stdout)["results"][0]["why"]
    assert "taste" in {term["term"] for term in terms}
    listed = cratedig("listening", "list").stdout
    assert "Quiet Water" in listed
    assert listed.count("like") == 1

    assert "taken back" in cratedig("listening", "undo", event["id"]).stdout
    assert json.loads(cratedig("listening", "forget", "--json").stdout) == {"forgotten": 1}
    assert json.loads(cratedig("listening", "forget", "--json").stdout) == {"forgotten": 0}
    assert "Quiet Water" in cratedig("listening", "list", "--listener", "a-key").stdout

    refused = cratedig("listening", "undo", 999_999)
    assert refused.returncode == 1
    assert "no listening event" in one_line(refused.stderr)
    refused = cratedig("listening", "add", track, 2**31 - 1)
    assert refused.returncode == 1
    assert "no track" in one_line(refused.stderr)
    for wrong in (("add",), ("add", "0"), ("add", track, "--kind", "love"), ("add", track, "--at", "2999-01-01")):
        assert cratedig("listening", *wrong).returncode == 2, wrong
