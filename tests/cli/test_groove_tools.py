"""`cratedig groove extract, apply, similar`: feels taken and given, and who plays alike."""

from __future__ import annotations

import filecmp
import json
from pathlib import Path

import numpy as np
import pytest

from commands import Cratedig, one_line
from cratedig.box.box import Box
from cratedig.create.drums.feel import feel
from cratedig.create.drums.midi import written
from cratedig.create.drums.starters import starter
from cratedig.music.drums.feel import Feel, Touch
from cratedig.music.drums.groove import Groove
from cratedig.music.drums.notation import read_bar
from cratedig.understand.drums.played import played
from cratedig.understand.drums.profile import feel_of

BEAT = read_bar("4/4 4\nhat 6.6. 6.6. 6.6. 6.6.\nsnare .... 8... .... 8...\nkick 8... .... 8... ....")
SHUFFLE = Feel(swing_8=62, touches={("snare", None): Touch(10, 4, 112, 4, 9), ("hat", None): Touch(0, 5, 84, 8, 9)})


def performance(path: Path, of: Feel) -> Path:
    groove = feel(Groove((BEAT,) * 8, 110), of, rng=np.random.default_rng(1))
    path.write_bytes(written(groove))
    return path


@pytest.fixture
def straight(tmp_path: Path) -> Path:
    return performance(tmp_path / "straight.mid", Feel())


@pytest.fixture
def shuffled(tmp_path: Path) -> Path:
    return performance(tmp_path / "shuffled.mid", SHUFFLE)


async def swing_of(file: Path) -> float:
    async with Box.open() as box:
        return feel_of([played(await box.decode_midi(file))]).swing_8


async def test_the_feel_of_one_file_is_put_on_another(cratedig: Cratedig, straight: Path, shuffled: Path) -> None:
    kept = cratedig("groove", "extract", shuffled, "--out", "feel.json")
    assert "swing 62" in kept.stdout
    done = cratedig("groove", "apply", straight, "--feel", "feel.json", "--out", "felt.mid", "--json")
    assert json.loads(done.stdout)["moved"] > 60
    assert await swing_of(straight) < 51
    assert abs(await swing_of(straight.parent / "felt.mid") - 62) < 0.5


async def test_half_of_it_is_half_as_far_and_none_of_it_is_the_same_file(
    cratedig: Cratedig, straight: Path, shuffled: Path
) -> None:
    for amount in (0, 50):
        cratedig("groove", "apply", straight, "--from", shuffled, "--amount", amount, "--out", f"{amount}.mid")
    assert filecmp.cmp(straight.parent / "0.mid", straight, shallow=False)
    assert abs(await swing_of(straight.parent / "50.mid") - 56) < 0.6


def test_files_are_ranked_and_bad_ones_are_told(cratedig: Cratedig, straight: Path, shuffled: Path) -> None:
    folder = straight.parent / "more"
    folder.mkdir()
    shuffled.rename(folder / "alike.mid")
    (folder / "broken.mid").write_text("no music")
    (folder / "waltz.mid").write_bytes(written(Groove((read_bar("3/4 4\nride 6... 6.6. 6..."),), 100)))
    answer = cratedig("groove", "similar", straight, folder, "--json")
    told = json.loads(answer.stdout)
    assert [Path(row["name"]).name for row in told["nearest"]] == ["alike.mid", "waltz.mid"]
    assert (answer.returncode, [Path(name).name for name in told["refused"]]) == (3, ["broken.mid"])


def test_without_files_drummers_are_ranked(cratedig: Cratedig, tmp_path: Path) -> None:
    reggae = starter("one drop")
    assert reggae is not None
    (tmp_path / "drop.mid").write_bytes(written(Groove(reggae.passages[0].bars, 76)))
    found = cratedig("groove", "similar", "drop.mid", "--top", "3").stdout.splitlines()
    assert len(found) == 4
    assert found[1].split() == ["0.000", "Reggae", "one", "drop"]


@pytest.mark.parametrize(("arguments", "code", "said"), [
    (["extract", "nowhere.mid"], 1, "not there"),
    (["apply", "straight.mid", "--out", "x.mid"], 2, "either --feel FEEL.json or --from"),
    (["apply", "straight.mid", "--feel", "words.mid", "--out", "x.mid"], 3, "holds no feel"),
    (["similar", "straight.mid", "empty"], 3, "no other MIDI file"),
])  # fmt: skip
def test_what_cannot_be_done_is_told_in_a_line(
    cratedig: Cratedig, straight: Path, arguments: list[str], code: int, said: str
) -> None:
    (straight.parent / "words.mid").write_text("no music at all")
    (straight.parent / "empty").mkdir()
    answer = cratedig("groove", *arguments)
    assert (answer.returncode, said in one_line(answer.stderr)) == (code, True)
