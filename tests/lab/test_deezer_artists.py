"""What is known of artists: found by any spelling, nothing of strangers, and never a song's own sound."""

from __future__ import annotations

import csv
from pathlib import Path

import numpy as np
import pytest

from cratedig.lab.deezer_artists import Sounding, Table, artist_plays, artist_sounds, title_key

COLUMNS = ("track_name", "track_name_full", "track_artist", "playlist_genre", "playlist_subgenre", "release",
           "track_popularity", "track_album_name", "energy", "valence")  # fmt: skip


def written(path: Path, columns: tuple[str, ...], rows: list[tuple[object, ...]]) -> None:
    with path.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows([columns, *rows])


@pytest.fixture
def sounds(tmp_path: Path) -> Sounding:
    songs = [("Angie", "Angie - Remastered 2009", "The Stones", 0.2), ("Loud", "Loud", "The Stones", 0.9),
             ("Hum", "Hum", "Nobody Much", 0.5)]  # fmt: skip
    written(tmp_path / "songs.csv", COLUMNS,
            [(cut, full, artist, "rock", "hard rock", "1973-08-31", 50, "", energy, 0.5)
             for cut, full, artist, energy in songs])  # fmt: skip
    return artist_sounds(tmp_path)


def test_a_songs_own_sound_is_not_known_of_its_artist(sounds: Sounding) -> None:
    without, other, whole = sounds.of(["Stones", "stones", "The Stones"], ["Angie", "Loud", ""])
    assert without[-2] == other[-2] == np.log1p(1)
    assert whole[-2] == np.log1p(2)
    assert not np.array_equal(without, other)
    assert np.all(sounds.of(["Nobody Much"], ["hum"]) == 0)


def test_a_more_energetic_artist_has_a_higher_score(sounds: Sounding) -> None:
    loud, soft = sounds.of(["Stones", "Stones"], ["Angie", "Loud"])
    assert loud[1] > soft[1]


def test_a_remaster_is_the_song() -> None:
    assert title_key("Angie - Remastered 2009") == title_key("ANGIE")


def test_strangers_have_zeros_and_every_spelling_finds() -> None:
    table = Table({"beatles": 0, "slayer": 1}, np.array([[0.5, 1.0], [-0.5, 1.0]]))
    assert table.of(["The Beatles", "nobody", "SLAYER"]).tolist() == [[0.5, 1.0], [0.0, 0.0], [-0.5, 1.0]]


def test_artists_with_the_same_listeners_are_alike(tmp_path: Path) -> None:
    names = ["One", "Two", "Three", "Four", "Never Played"]
    written(tmp_path / "artists.csv", ("artistID", "name"), list(enumerate(names)))
    pairs = [(u, a) for u in range(4) for a in (0, 1)] + [(u, a) for u in range(4, 8) for a in (2, 3)]
    written(tmp_path / "plays.csv", ("userID", "artistID", "weight"), [(u, a, 10) for u, a in pairs])
    one, two, three, never = artist_plays(tmp_path).of(["One", "Two", "Three", "Never Played"])
    assert np.linalg.norm(one - two) < 1e-6 < np.linalg.norm(one - three)
    assert np.all(never == 0)
