"""`cratedig collect midi` and `study drums`: a folder becomes evidence, evidence a style, once."""

from __future__ import annotations

import json
from pathlib import Path

from commands import Cratedig, one_line
from tests.collect.midi_files import midi, put
from tests.understand.drums.players import eighths


def test_a_folder_becomes_styles_once(cratedig: Cratedig, tmp_path: Path) -> None:
    files = {f"Ann Lee/{at}.mid": midi(eighths(50 + at, bars=8 + at)) for at in range(3)}
    folder = put(tmp_path / "takes", files | {"Bo - 1.mid": midi(eighths(66)), "broken.mid": b"no midi"})
    done = cratedig("collect", "midi", folder, "--json")
    assert done.returncode == 3, done.stderr
    told = json.loads(done.stdout)
    assert (told["rows_in"], told["accepted"], told["merged"], told["rejected"]) == (5, 4, 0, 1)
    assert told["studied"]["drums"] == {"done": 2, "total": 2, "unread": 0}
    assert "broken.mid" in Path(told["rejects_file"]).read_text()
    again = json.loads(cratedig("collect", "midi", folder, "--json").stdout)
    assert again["already_done"]
    assert again["studied"] == {"drums": {"done": 0, "total": 0, "unread": 0}}
    checks = {one["name"]: one for one in json.loads(cratedig("doctor", "--analysis", "--json").stdout)["checks"]}
    assert (checks["drums"]["state"], checks["drums"]["detail"]) == ("ok", "2 of 2 artists")
    redone = cratedig("study", "drums", "--artist", "ANN lee", "--redo")
    assert (redone.returncode, redone.stdout) == (0, "drums: 1 artists studied\n")


def test_what_cannot_be_is_said_in_one_line(cratedig: Cratedig, tmp_path: Path) -> None:
    for arguments, code in (
        (("collect", "midi", tmp_path), 3),
        (("collect", "midi", tmp_path, "--kit", "spoons"), 2),
        (("study", "mood", "--artist", "Ann"), 2),
    ):
        done = cratedig(*arguments)
        assert done.returncode == code, done.stderr
        one_line(done.stderr)
