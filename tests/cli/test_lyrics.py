"""`cratedig collect lyrics` as a person calls it: an account, a preview, one line for what cannot be."""

from __future__ import annotations

import json
from functools import partial
from pathlib import Path

import pytest

from commands import Cratedig, one_line

WORDS = "Kitchen light is on again\nHalf a lemon, half a plan\nYou said nine and now it's ten\n"


@pytest.fixture
def elsewhere(cratedig: Cratedig, tmp_path: Path) -> Cratedig:
    return partial(cratedig, env={"CRATEDIG_DATA_DIR": str(tmp_path / "data")})


def test_a_folder_comes_in_with_an_account_and_rejects_mean_exit_3(elsewhere: Cratedig, tmp_path: Path) -> None:
    made = tmp_path / "songs"
    made.mkdir()
    (made / "Ada Bo - Lemon.txt").write_text(f"[Verse 1]\n{WORDS}12Embed", encoding="utf-8")
    answer = elsewhere("collect", "lyrics", made)
    assert answer.returncode == 0, answer.stderr
    assert "1 files in = 1 accepted + 0 merged + 0 rejected" in answer.stdout
    [hit] = json.loads(elsewhere("search", "the lamp burns in the room where I cook", "--json").stdout)["results"]
    assert (hit["title"], hit["span_field"], hit["span_line"]) == ("Lemon", "lyrics", 1)
    (made / "Beat.txt").write_text("[Instrumental]", encoding="utf-8")
    answer = elsewhere("collect", "lyrics", made, "--no-study", "--json")
    account = json.loads(answer.stdout)
    assert answer.returncode == 3
    assert (account["rows_in"], account["accepted"], account["merged"], account["rejected"]) == (2, 0, 1, 1)
    assert Path(account["rejects_file"]).is_file()


def test_a_dry_run_shows_what_cleaning_does_and_stores_nothing(cratedig: Cratedig, tmp_path: Path) -> None:
    (tmp_path / "Ada Bo - Lemon.lrc").write_text(f"[00:01.00]{WORDS}7Embed", encoding="utf-8")
    [shown] = json.loads(cratedig("collect", "lyrics", "Ada Bo - Lemon.lrc", "--dry-run", "--json").stdout)["lyrics"]
    assert (shown["artist"], shown["title"], shown["verdict"], shown["lines"]) == ("Ada Bo", "Lemon", "lyric", 3)
    assert {"times", "the page around it"} <= {change["rule"] for change in shown["changes"]}
    plain = cratedig("collect", "lyrics", "Ada Bo - Lemon.lrc", "--dry-run")
    assert plain.stdout.endswith("Nothing was stored.\n")


@pytest.mark.parametrize(("name", "code"), [("nowhere.txt", 2), ("picture.png", 3), ("no_column.csv", 3)])
def test_what_cannot_be_is_one_line(cratedig: Cratedig, tmp_path: Path, name: str, code: int) -> None:
    (tmp_path / "picture.png").write_bytes(b"\x89PNG")
    (tmp_path / "no_column.csv").write_text("title,artist\nLemon,Ada\n", encoding="utf-8")
    answer = cratedig("collect", "lyrics", name)
    assert answer.returncode == code
    one_line(answer.stderr)
