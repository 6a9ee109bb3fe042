"""Playlists as files: whatever the titles hold, what is read back is what was written."""

from __future__ import annotations

import csv as tables
import io
import json
import re
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cratedig.create.playlist import FORMATS, Entry, address, csv, jspf, m3u8, write
from cratedig.errors import UsageError

ODD = [
    "Plain",
    "a, b; \"c\" 'd'",
    "line\nbreak\r\nand\ttab",
    "#EXTM3U",
    "=HYPERLINK(1)",
    "'=1",
    "-",
    "悲しい雨 🎵",
    "\x1b[31mred\x07",
    "\u2028para\u2029",
    " ",
]
text = st.one_of(st.none(), st.sampled_from(ODD), st.text(st.characters(codec="utf-8", exclude_characters="\x00")))
lengths = st.one_of(st.none(), st.floats(0.0, 100_000.0))
entries = st.lists(st.builds(Entry, st.integers(1, 10**9).map(str), text, text, text, text, lengths), max_size=8)


@given(entries, st.sampled_from(ODD))
def test_an_m3u8_has_two_lines_for_each_track(tracks: list[Entry], name: str) -> None:
    lines = m3u8(tracks, name=name).decode().splitlines()
    assert lines[0] == "#EXTM3U"
    assert len(lines) == 2 + 2 * len(tracks)
    for track, (info, place) in zip(tracks, zip(lines[2::2], lines[3::2], strict=True), strict=True):
        seconds, _, shown = info.removeprefix("#EXTINF:").partition(",")
        assert int(seconds) == (-1 if track.duration_s is None else round(track.duration_s))
        assert shown
        assert place == track.name
        assert re.match(r"https?://|cratedig:track:\d+$", place)


@given(entries, st.sampled_from(ODD))
def test_a_jspf_says_what_was_put_in(tracks: list[Entry], name: str) -> None:
    playlist = json.loads(jspf(tracks, name=name))["playlist"]
    assert playlist["title"] == name
    for number, (track, read) in enumerate(zip(tracks, playlist["track"], strict=True), 1):
        assert (read.get("title"), read.get("creator"), read.get("album")) == (track.title, track.artist, track.album)
        assert read["identifier"] == [track.identifier]
        assert read["trackNum"] == number
        assert read.get("location") == ([address(track.url)] if address(track.url) else None)
        assert read.get("duration") == (None if track.duration_s is None else round(track.duration_s * 1000))


@given(entries)
def test_a_csv_read_back_is_the_list_and_starts_no_formula(tracks: list[Entry]) -> None:
    rows = list(tables.DictReader(io.StringIO(csv(tracks, name="x").decode(), newline="")))
    for track, row in zip(tracks, rows, strict=True):
        assert row["track_id"] == track.track_id
        for column, given_text in (("title", track.title), ("artist", track.artist), ("album", track.album)):
            assert not row[column].startswith(("=", "+", "-", "@", "\t", "\r"))
            unquoted = row[column][1:] if re.match(r"'+[=+\-@\t\r]", row[column]) else row[column]
            assert unquoted == (given_text or "")


@pytest.mark.parametrize(
    ("url", "place"),
    [
        ("https://a.example/x", "https://a.example/x"),
        ("http://a.example/ä b\n#EXTINF", "http://a.example/%C3%A4%20b#EXTINF"),
        ("https://a.example/%20", "https://a.example/%20"),
        ("javascript:alert(1)", None),
        ("file:///etc/passwd", None),
        ("http://[", None),
        ("https://", None),
        (None, None),
    ],
)
def test_only_web_addresses_are_written(url: str | None, place: str | None) -> None:
    assert address(url) == place


@pytest.mark.parametrize("ending", sorted(FORMATS))
def test_a_file_is_the_bytes_and_can_be_written_again(tmp_path: Path, ending: str) -> None:
    path = tmp_path / f"list{ending}"
    tracks = [Entry("1", "Rain", "Ana", None, "https://a.example/1", 200.0)]
    for _ in range(2):
        published = write(path, tracks, name="Sad to calm")
        assert path.read_bytes() == FORMATS[ending](tracks, name="Sad to calm")
        assert published.size == path.stat().st_size


@pytest.mark.parametrize("name", ["list", "list.mp3", "list.m3u8.exe"])
def test_an_unknown_ending_is_refused(tmp_path: Path, name: str) -> None:
    with pytest.raises(UsageError, match="m3u8"):
        write(tmp_path / name, [], name="x")
    assert list(tmp_path.iterdir()) == []
