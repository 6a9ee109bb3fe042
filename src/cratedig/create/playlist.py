"""Playlists as files: m3u8 for players, JSPF for programs, CSV for tables.

Whatever a title holds, a file stays what it is: an m3u8 has two lines a track, a CSV cell starts no formula. The same
list gives the same bytes.
"""

from __future__ import annotations

import csv as tables
import io
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote, urlsplit

import orjson

from cratedig.errors import UsageError
from cratedig.publish import Published, publish

READABLE = 0o644  # players run as other users

_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029]+")
_STARTS_A_FORMULA = re.compile(r"'*[=+\-@\t\r]")
_IN_A_URL = "%/:?#[]@!$&'()*+,;=~"  # what is left as it stands


@dataclass(frozen=True, slots=True)
class Entry:
    """One track of a list. duration_s: None where it is not known."""

    track_id: str
    title: str | None
    artist: str | None
    album: str | None
    url: str | None
    duration_s: float | None

    @property
    def name(self) -> str:
        """On the web an http(s) address, else a name for the track that no player takes for a file."""
        return address(self.url) or self.identifier

    @property
    def identifier(self) -> str:
        return f"cratedig:track:{self.track_id}"


def address(url: str | None) -> str | None:
    """A web address on one line, odd characters percent-encoded; None for what is no http(s) address.

    >>> address("https://a.example/one two"), address("javascript:alert(1)")
    ('https://a.example/one%20two', None)
    """
    try:
        parts = urlsplit(url.strip()) if url else None
    except ValueError:
        return None
    if parts is None or parts.scheme.lower() not in ("http", "https") or not parts.netloc:
        return None
    return quote(parts.geturl(), safe=_IN_A_URL)


def m3u8(entries: Sequence[Entry], *, name: str) -> bytes:
    """Extended M3U in UTF-8. A length that is not known is -1, as players expect.

    >>> m3u8([Entry("7", "Rain", "Ana", None, None, 61.4)], name="Sad").decode().splitlines()
    ['#EXTM3U', '#PLAYLIST:Sad', '#EXTINF:61,Ana - Rain', 'cratedig:track:7']
    """
    lines = ["#EXTM3U", f"#PLAYLIST:{_on_one_line(name)}"]
    for entry in entries:
        seconds = -1 if entry.duration_s is None else round(entry.duration_s)
        shown = " - ".join(_on_one_line(part) for part in (entry.artist, entry.title) if part) or "(no title)"
        lines += [f"#EXTINF:{seconds},{shown}", entry.name]
    return ("\n".join(lines) + "\n").encode("utf-8", "replace")


def jspf(entries: Sequence[Entry], *, name: str) -> bytes:
    """JSPF, the JSON form of XSPF 1; durations in milliseconds."""
    tracks = [_jspf_track(entry, number) for number, entry in enumerate(entries, 1)]
    return orjson.dumps({"playlist": {"title": name, "track": tracks}}, option=orjson.OPT_INDENT_2)


def _jspf_track(entry: Entry, number: int) -> dict[str, object]:
    """The members that the track has: XSPF leaves out what is not known."""
    url = address(entry.url)
    known = {
        "location": [url] if url else None,
        "identifier": [entry.identifier],
        "title": entry.title,
        "creator": entry.artist,
        "album": entry.album,
        "trackNum": number,
        "duration": None if entry.duration_s is None else round(entry.duration_s * 1000),
    }
    return {member: value for member, value in known.items() if value is not None}


def csv(entries: Sequence[Entry], *, name: str) -> bytes:
    """RFC 4180 in UTF-8 with a heading. A cell that a spreadsheet would work out gets an apostrophe before it."""
    out = io.StringIO()
    rows = tables.writer(out, lineterminator="\r\n")
    rows.writerow(["place", "track_id", "title", "artist", "album", "duration_s", "url"])
    for place, entry in enumerate(entries, 1):
        words = (_cell(text) for text in (entry.title, entry.artist, entry.album))
        seconds = "" if entry.duration_s is None else f"{entry.duration_s:.3f}".rstrip("0").rstrip(".")
        rows.writerow([place, entry.track_id, *words, seconds, address(entry.url) or ""])
    return out.getvalue().encode("utf-8", "replace")


FORMATS: Mapping[str, Callable[..., bytes]] = {".m3u8": m3u8, ".jspf": jspf, ".csv": csv}
"""By the ending of a file's name."""


def format_of(path: Path) -> Callable[..., bytes]:
    """How a list is written to `path`. Raises UsageError where the ending names no format."""
    write = FORMATS.get(path.suffix.lower())
    if write is None:
        raise UsageError(f"{str(path)!r} names no kind of playlist.", hint=f"It may end in {', '.join(FORMATS)}.")
    return write


def write(path: Path, entries: Sequence[Entry], *, name: str) -> Published:
    """The list as a file, whole or not at all. Raises UsageError for an unknown ending, NotPublished."""
    return publish(path, format_of(path)(entries, name=name), mode=READABLE)


def _on_one_line(text: str) -> str:
    return " ".join(_CONTROL.sub(" ", text).split())


def _cell(text: str | None) -> str:
    """Its apostrophe can be taken away again: what starts with any and a sign gets one more."""
    if not text:
        return ""
    return f"'{text}" if _STARTS_A_FORMULA.match(text) else text
