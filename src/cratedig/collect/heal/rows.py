"""What healing reads of a track."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from cratedig.music.text import fold


@dataclass(frozen=True, slots=True)
class Row:
    """A track as the user gave it: what healing once imputed stands as None here (tags: empty).

    description holds the vibe text where the dump has no description. year_given: False where the year was worked out
    (from the day of the upload, say). duration_s in seconds; playback_count in plays; popularity 0..1.
    """

    track_id: int
    title: str | None = None
    artist: str | None = None
    artist_key: str = ""
    album: str | None = None
    genre: str | None = None
    tags: tuple[str, ...] = ()
    description: str | None = None
    vibe: str | None = None
    duration_s: float | None = None
    year: int | None = None
    year_given: bool = True
    playback_count: int | None = None
    like_count: int | None = None
    popularity: float | None = None
    url: str | None = None
    audio_features: Mapping[str, Any] | None = None


@lru_cache(maxsize=16_384)
def folded(text: str) -> str:
    """`fold`, of which each of a row's texts is asked several times."""
    return fold(text)


def artist_key(artist: str | None, source: str | None = None, artist_source_id: str | None = None) -> str:
    """What groups tracks by artist: the folded name, else the source's id; "" where neither is known.

    >>> artist_key("Ólafur Arnalds"), artist_key(None, "soundcloud", "17"), artist_key(None)
    ('olafur arnalds', 'soundcloud#17', '')
    """
    if artist and (folded := fold(artist)):
        return folded
    return f"{source}#{artist_source_id}" if artist_source_id else ""


def own_words(row: Row, *, most: int = 400) -> str:
    """The row's own text without its genre: what text neighbours compare. At most `most` characters of prose."""
    parts = (row.title, row.artist, row.album, " ".join(row.tags), (row.description or row.vibe or "")[:most])
    return " ".join(part for part in parts if part)
