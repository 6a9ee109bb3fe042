"""Reading the spotify_songs folder: songs with genres, and playlists, told apart by their header."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from cratedig.lab.tables import rows_with
from cratedig.models.style import FEATURES, Heard


@dataclass(frozen=True)
class Song:
    """One row: a recording as it stood in one playlist."""

    title: str
    artist: str
    album: str
    year: int | None
    popularity: float | None
    features: Mapping[str, float]
    duration_s: float | None
    genre: str = ""
    subgenre: str = ""
    playlist: str = ""

    @property
    def key(self) -> tuple[str, str, str]:
        """Rows with the same key are one track."""
        return self.title, self.artist, self.album

    @property
    def text(self) -> str:
        return " ".join(part for part in self.key if part)

    @property
    def heard(self) -> Heard:
        return Heard(features=self.features, year=self.year)


def read_songs(data: Path) -> list[Song]:
    """Every row of `songs`. Raises InputRejected where the folder has none."""
    return [
        _song(row, title="track_name_full", released="release")
        for row in rows_with(data, "track_name_full", "track_artist", "playlist_genre", "release")
    ]


def read_playlists(data: Path) -> list[Song]:
    """Every row of the playlists, with the playlist's name. Raises InputRejected where the folder has none."""
    return [
        _song(row, title="track_name", released="track_album_release_date")
        for row in rows_with(data, "playlist_name", "track_name", "track_artist", "track_album_release_date")
    ]


def _song(row: Mapping[str, str], *, title: str, released: str) -> Song:
    year = (row.get(released) or "")[:4]
    popularity, duration_ms = _number(row.get("track_popularity")), _number(row.get("duration_ms"))
    features = {name: _number(row.get(name)) for name in FEATURES}
    return Song(
        title=row.get(title) or row.get("track_name") or "",
        artist=row.get("track_artist") or "",
        album=row.get("track_album_name") or "",
        year=int(year) if year.isdigit() else None,
        popularity=None if popularity is None else popularity / 100.0,
        features={name: value for name, value in features.items() if value is not None},
        duration_s=None if duration_ms is None else duration_ms / 1000.0,
        genre=row.get("playlist_genre") or "",
        subgenre=row.get("playlist_subgenre") or "",
        playlist=row.get("playlist_name") or "",
    )


def _number(text: str | None) -> float | None:
    try:
        value = float(text or "nan")
    except ValueError:
        return None
    return value if math.isfinite(value) else None
