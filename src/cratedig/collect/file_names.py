"""What a sound's tags and its file's name say of it."""

from __future__ import annotations

import re
from pathlib import PurePath
from typing import NamedTuple

from cratedig.box.heading import Heading
from cratedig.collect.drafts import TrackDraft
from cratedig.music.receipt import Receipt
from cratedig.music.recording import match_key

SOURCE = "audio"
"""The source of tracks that came as files; their id is the SHA-256 of the file."""
BY_NAME = Receipt("file name", "artist - title", 0.8, "given").as_dict()
BY_HEADER = Receipt("the sound", "header of the file", 1.0, "measured").as_dict()

_NUMBER = re.compile(r"^(?:0\d|\d{1,3}(?=\s*[.\-]\s*\D))\s*[.\-]?\s*")
_DASH = re.compile(r"\s+[-–—]\s+")


class Named(NamedTuple):
    artist: str | None
    title: str


def read_name(path: PurePath) -> Named:
    """Artist and title of a file's name; the number of a track on its album is no part of either.

    >>> read_name(PurePath("03 - Neon Ptarmigan - Left Lane Halo.flac"))
    Named(artist='Neon Ptarmigan', title='Left Lane Halo')
    >>> read_name(PurePath("99 Problems.mp3")).title, read_name(PurePath("01 Left_Lane_Halo.mp3")).title
    ('99 Problems', 'Left Lane Halo')
    """
    words = " ".join(path.stem.replace("_", " ").split())
    rest = _NUMBER.sub("", words) or words
    artist, *title = _DASH.split(rest, maxsplit=1)
    return Named(artist, title[0]) if artist and title and title[0] else Named(None, rest)


def draft(path: PurePath, heading: Heading, *, sha256: str, line: int) -> TrackDraft:
    """A file as a track: its tags where it has them, else its name. Names have a receipt that says so."""
    named = read_name(path)
    title, artist = heading.title or named.title, heading.artist or named.artist
    receipts = {} if heading.title else {"title": BY_NAME}
    if artist and not heading.artist:
        receipts["artist"] = BY_NAME
    if heading.length_s:
        receipts["duration_s"] = BY_HEADER
    return TrackDraft(
        line,
        title=title,
        artist=artist,
        album=heading.album or None,
        duration_s=heading.length_s or None,
        source=SOURCE,
        source_id=sha256,
        match_key=match_key(artist, title),
        receipts=receipts,
    )
