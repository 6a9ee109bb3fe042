"""Files are named as the specification has it, and none is ever written over."""

from __future__ import annotations

import threading
from datetime import UTC, datetime
from pathlib import Path

import pytest

from cratedig.create.drums.files import slug, write
from cratedig.create.drums.request import Wish
from cratedig.create.drums.template import Template
from cratedig.errors import NotPublished
from cratedig.music.drums.kit import GENERAL_MIDI
from create.drums.written import ROCKER

AT = datetime(2025, 11, 17, 10, 30, 45, tzinfo=UTC)
GROOVES = Template().parts(ROCKER, Wish(bars=1, variations=2))


def put(folder: Path) -> tuple[Path, ...]:
    return write(GROOVES, folder, artist="John Bonham", kit=GENERAL_MIDI, at=AT)


def test_a_file_says_whose_playing_which_variation_and_when(tmp_path: Path) -> None:
    files = put(tmp_path / "new" / "output")
    assert [file.name for file in files] == [
        "john_bonham_var1_20251117_103045.mid",
        "john_bonham_var2_20251117_103045.mid",
    ]
    assert all(file.read_bytes()[:4] == b"MThd" for file in files)


def test_parts_of_one_second_share_no_file(tmp_path: Path) -> None:
    made: list[Path] = []
    threads = [threading.Thread(target=lambda: made.extend(put(tmp_path))) for _ in range(5)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(set(made)) == 10
    assert len(list(tmp_path.glob("*.mid"))) == 10


@pytest.mark.parametrize(
    ("artist", "name"),
    [("Tré Cool", "tre_cool"), ("../../etc/passwd", "etc_passwd"), ("Зал", "drummer"), ("a" * 99, "a" * 60)],
)
def test_any_name_makes_a_plain_file_name(artist: str, name: str) -> None:
    assert slug(artist) == name


def test_a_folder_that_is_none_is_said(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(NotPublished, match="cannot be written"):
        put(tmp_path / "file")
