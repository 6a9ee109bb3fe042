"""`cratedig index`, as it is called."""

from __future__ import annotations

import json
from pathlib import Path

from commands import Cratedig

ROWS = "".join(f"Song {at},Ana,0.{at % 10},0.{at % 7}\n" for at in range(30))


def test_indices_are_built_listed_and_checked(cratedig: Cratedig, tmp_path: Path, data_dir: Path) -> None:
    (tmp_path / "dump.csv").write_text("title,artist,valence,energy\n" + ROWS)
    assert cratedig("collect", "csv", "dump.csv").returncode == 0
    assert cratedig("index", "check").stdout.startswith("No index is live")
    done = cratedig("index", "build", "--json")
    assert done.returncode == 0, done.stderr
    built = {one["space"]: one for one in json.loads(done.stdout)}
    tracks = {"text": 30, "audio": 0, "mood": 30, "lines": 0, "segment": 30}
    assert {space: one["tracks"] for space, one in built.items()} == tracks
    assert cratedig("index", "check").stdout == "".join(f"{space}: intact\n" for space in sorted(tracks))
    (file,) = data_dir.rglob(f"mood-{built['mood']['id']}.index")
    file.write_bytes(file.read_bytes()[:-1])
    checked = cratedig("index", "check")
    assert checked.returncode == 1
    assert "mood: " in checked.stdout
    assert "is not the file that was published" in checked.stdout
    (whole,) = data_dir.rglob("segment-*.index")
    whole.write_bytes(whole.read_bytes()[:-1])
    assert "segment: " in cratedig("index", "check").stdout
    listed = [line.split()[:2] for line in cratedig("index", "list").stdout.splitlines()]
    assert listed == [
        ["segment", "failed"],
        ["lines", "live"],
        ["mood", "failed"],
        ["audio", "live"],
        ["text", "live"],
    ]
