"""A lyric to a file: plain texts and timed ones, named by their tags, their file's name or the folders they lie in."""

from __future__ import annotations

import codecs
from dataclasses import dataclass
from pathlib import Path, PurePath
from typing import Final

from cratedig.collect.drafts import TrackDraft
from cratedig.collect.file_names import BY_NAME, read_name
from cratedig.collect.lyrics.clean import Cleaned, clean
from cratedig.collect.lyrics.encoding import legacy
from cratedig.collect.reading import Rejected
from cratedig.collect.rows import SHOWN_CHARS
from cratedig.collect.sniff import Contents, look
from cratedig.errors import CratedigError
from cratedig.music.receipt import Receipt
from cratedig.music.recording import match_key

SOURCE: Final = "lyrics"
"""The source of tracks that came as lyrics in files; their id is the SHA-256 of the file."""
SUFFIXES: Final = frozenset((".txt", ".lrc", ".srt", ".vtt", ".lyric", ".lyrics"))
TIMED: Final = frozenset((".lrc", ".srt", ".vtt"))
BY_FOLDER: Final = Receipt("folder name", "artist / album / title", 0.6, "given").as_dict()
BY_TAG: Final = Receipt("tags of the lyric's file", "ti, ar, al, length", 0.9, "given").as_dict()


@dataclass(frozen=True, slots=True)
class Sheet:
    """A file. line: its number by name, from 1. name: its path in the folder. reason: why it cannot be one."""

    line: int
    name: str
    path: Path
    sha256: str = ""
    reason: str = ""


@dataclass(frozen=True)
class Names:
    """What a file's place and tags call its song, each with the receipt that says which."""

    title: str
    artist: str | None
    album: str | None
    receipts: dict[str, dict[str, str | float]]


def read_sheet(sheet: Sheet, *, max_chars: int) -> TrackDraft | Rejected:
    """The track whose lyric the file is, the lyric clean; or why it is none. max_chars: longer files are not read."""
    if sheet.reason:
        return _rejected(sheet, sheet.reason, "")
    try:
        contents = look(sheet.path)
        if contents.bytes_on_disk > 4 * max_chars or contents.packed:
            return _rejected(sheet, "packed" if contents.packed else f"longer than {max_chars:,} characters", "")
        cleaned = clean(_text(contents))
    except (CratedigError, OSError) as error:
        return _rejected(sheet, f"it cannot be read: {str(error).split(': ')[-1]}", "")
    verdict = cleaned.verdict
    if not verdict.is_lyric:
        return _rejected(sheet, f"not a lyric but {verdict.kind}: {verdict.reason}", cleaned.given)
    _ = cleaned.languages  # told now, in the thread that reads
    return _draft(sheet, cleaned)


def _rejected(sheet: Sheet, reason: str, text: str) -> Rejected:
    return Rejected(sheet.line, None, reason, f"{sheet.name}: {text}"[:SHOWN_CHARS])


def _text(contents: Contents) -> str:
    data = contents.path.read_bytes()
    if contents.encoding == "cp1252" and legacy(data) == "cp1251":
        return _storable(data.decode("cp1251", "replace"))
    return _storable(codecs.decode(data, contents.encoding, contents.errors))


def _storable(text: str) -> str:
    """Without what PostgreSQL cannot hold: NULs, and halves of surrogate pairs."""
    return text.replace("\0", "").encode("utf-8", "replace").decode()


def _draft(sheet: Sheet, cleaned: Cleaned) -> TrackDraft:
    names = names_of(PurePath(sheet.name), cleaned)
    receipts = dict(names.receipts)
    if cleaned.length_s:
        receipts["duration_s"] = BY_TAG
    return TrackDraft(
        sheet.line,
        title=names.title,
        artist=names.artist,
        album=names.album,
        lyrics=cleaned.text,
        duration_s=cleaned.length_s or None,
        source=SOURCE,
        source_id=sheet.sha256,
        match_key=match_key(names.artist, names.title),
        receipts=receipts,
        cleaned=cleaned,
    )


def names_of(path: PurePath, cleaned: Cleaned) -> Names:
    """Title, artist and album: by the file's tags, else by "Artist - Title", else by the folders around it.

    >>> names_of(PurePath("Quiet Stapler/Office Hours/03 Desk Lamp.txt"), clean("")).artist
    'Quiet Stapler'
    """
    tags, named, folders = cleaned.tags, read_name(path), path.parts[:-1]
    receipts: dict[str, dict[str, str | float]] = {"title": BY_TAG if "title" in tags else BY_NAME}
    artist, album = named.artist, tags.get("album")
    if "artist" in tags or artist:
        receipts["artist"] = BY_TAG if "artist" in tags else BY_NAME
    elif folders:
        artist = folders[-2] if len(folders) > 1 else folders[-1]
        receipts["artist"] = BY_FOLDER
        if len(folders) > 1 and album is None:
            album, receipts["album"] = folders[-1], BY_FOLDER
    if "album" in tags:
        receipts["album"] = BY_TAG
    return Names(tags.get("title", named.title), tags.get("artist", artist), album, receipts)
