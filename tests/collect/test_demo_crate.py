"""What the demo crate promises, read from the raw file alone: no importer takes part."""

from __future__ import annotations

import csv
import json
import re
from collections import Counter, defaultdict
from pathlib import Path
from urllib.parse import urlsplit

import pytest

import cratedig
from cratedig.music.features import RANGES, is_possible
from cratedig.music.mood import NEUTRAL, Mood
from cratedig.music.text import fold

CRATE = Path(cratedig.__file__).parent / "collect" / "demo" / "crate.csv"
INTENDED = Path(__file__).parent / "demo_intended_moods.json"
NULLS = {"", "None", "null", "nan", "N/A", "-"}

Row = dict[str, str]


def _records() -> list[list[str]]:
    with CRATE.open(encoding="utf-8", newline="") as file:
        return list(csv.reader(file))


@pytest.fixture(scope="module")
def rows() -> list[Row]:
    """The rows that have as many cells as the header and a title."""
    header, *body = _records()
    whole = [dict(zip(header, cells, strict=True)) for cells in body if len(cells) == len(header)]
    return [row for row in whole if row["title"] not in NULLS]


@pytest.fixture(scope="module")
def intended() -> list[dict[str, object]]:
    songs: list[dict[str, object]] = json.loads(INTENDED.read_text("utf-8"))["songs"]
    return songs


def _recording(title: str, artist: str) -> tuple[str, str]:
    return fold(re.sub(r"\(.*?\)", "", title)), fold(artist)


def _lines(lyrics: str) -> list[str]:
    return [line.strip() for line in lyrics.splitlines() if line.strip()]


def _lyrics(rows: list[Row]) -> dict[str, list[str]]:
    return {row["title"]: _lines(row["lyrics"]) for row in rows if row["lyrics"] not in NULLS}


def test_the_crate_holds_48_recordings_and_four_of_them_twice(rows: list[Row]) -> None:
    seen = Counter(_recording(row["title"], row["artist"]) for row in rows)
    assert len(seen) == 48
    assert sorted(seen.values(), reverse=True)[:5] == [2, 2, 2, 2, 1]


def test_repeats_are_spelled_in_other_ways(rows: list[Row]) -> None:
    spellings = defaultdict(set)
    for row in rows:
        spellings[_recording(row["title"], row["artist"])].add((row["title"], row["artist"]))
    assert sum(len(each) > 1 for each in spellings.values()) == 3
    ids = Counter(row["id"] for row in rows)
    assert [count for count in ids.values() if count > 1] == [2], "the fourth repeat is the same id crawled again"


def test_repeats_last_as_long_as_the_first_telling(rows: list[Row]) -> None:
    durations = defaultdict(list)
    for row in rows:
        durations[_recording(row["title"], row["artist"])].append(_seconds(row["duration"]))
    assert all(max(each) - min(each) <= 2 for each in durations.values())


def _seconds(text: str) -> float:
    minutes, _, seconds = text.rpartition(":")
    return float(minutes or 0) * 60 + float(seconds)


def test_two_rows_cannot_be_read() -> None:
    header, *body = _records()
    assert len(body) == 54
    too_long = [cells for cells in body if len(cells) > len(header)]
    title = header.index("title")
    nameless = [cells for cells in body if len(cells) == len(header) and cells[title] in NULLS]
    assert (len(too_long), len(nameless)) == (1, 1)
    assert not [cells for cells in body if len(cells) < len(header)]


def test_24_songs_have_lyrics_of_16_different_lines_or_more(rows: list[Row]) -> None:
    lyrics = _lyrics(rows)
    assert len(lyrics) == 24
    assert {title: len(set(lines)) for title, lines in lyrics.items() if len(set(lines)) < 16} == {}


def test_no_line_stands_in_two_songs(rows: list[Row]) -> None:
    songs = defaultdict(set)
    for title, lines in _lyrics(rows).items():
        for line in lines:
            songs[fold(line)].add(title)
    assert {line: titles for line, titles in songs.items() if len(titles) > 1} == {}


def test_ten_genres_and_more(rows: list[Row]) -> None:
    genres = {fold(row["genre"]).replace(" ", "") for row in rows if row["genre"] not in NULLS}
    assert len(genres) >= 12


@pytest.mark.parametrize(
    "spellings",
    [{"Hip-Hop", "hiphop", "hip hop"}, {"R&B", "RnB", "R and B"}],
    ids=["hip-hop is spelled in three ways", "rhythm and blues is spelled in three ways"],
)
def test_one_genre_many_spellings(rows: list[Row], spellings: set[str]) -> None:
    assert spellings <= {row["genre"] for row in rows}


@pytest.mark.parametrize("column", ["genre", "tags", "description"])
def test_a_third_to_a_half_of_a_column_is_missing(rows: list[Row], column: str) -> None:
    missing = sum(row[column] in NULLS for row in rows) / len(rows)
    assert 0.30 <= missing <= 0.50


def test_every_spelling_of_nothing_is_used(rows: list[Row]) -> None:
    used = {row[column] for row in rows for column in ("genre", "tags", "description", "extracted_vibe_text")}
    assert used >= NULLS


@pytest.mark.parametrize(
    ("column", "shape"),
    [
        ("playback_count", r"\d+\.\dK"),
        ("playback_count", r"\d+\.\dM"),
        ("playback_count", r"\d{1,3}(,\d{3}){2}"),
        ("playback_count", r"\d+\.0"),
        ("created_at", r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ"),
        ("created_at", r"\d{4}-\d\d-\d\d"),
        ("created_at", r"\d{4}-\d\d"),
        ("created_at", r"\d{4}"),
        ("created_at", r"\d+ years ago"),
        ("created_at", r"(\d+ years ago)\n\1"),
        ("duration", r"\d+:\d\d"),
        ("duration", r"\d+"),
        ("duration", r"\d+\.0"),
        ("year", r"\d{4}\.0"),
        ("tags", r'.*"\w+ \w+".*'),
        ("tags", r"\['.*'\]"),
        ("title", r"\s.*"),
        ("description", r".*&amp;.*"),
        ("description", r"(?s).*\n.*"),
    ],
)
def test_the_mess_is_there(rows: list[Row], column: str, shape: str) -> None:
    assert any(re.fullmatch(shape, row[column]) for row in rows)


def test_rows_are_quoted_in_two_manners() -> None:
    starts = re.findall(r'^("?)\d{6}"?,', CRATE.read_text("utf-8"), flags=re.MULTILINE)
    assert set(starts) == {"", '"'}


def test_links_lead_only_to_the_example_domains(rows: list[Row]) -> None:
    hosts = {urlsplit(row["permalink_url"]).hostname or "" for row in rows}
    assert {".".join(host.split(".")[-2:]) for host in hosts} == {"example.org", "example.com"}


def test_some_links_are_dead_but_most_live(rows: list[Row]) -> None:
    dead = sum(row["url_status"] in {"404", "410"} for row in rows)
    assert 8 <= dead <= len(rows) // 4


def test_half_of_the_songs_bring_audio_features_and_all_are_possible(rows: list[Row]) -> None:
    features = [name for name in RANGES if name in rows[0]]
    full = [row for row in rows if any(row[name] for name in features)]
    assert len({_recording(row["title"], row["artist"]) for row in full}) == 24
    wrong = [(row["title"], n) for row in full for n in features if not is_possible(n, float(row[n]))]
    assert wrong == []


def test_a_song_with_neither_words_nor_features_does_not_exist(rows: list[Row]) -> None:
    says = ("genre", "tags", "description", "extracted_vibe_text", "lyrics", "tempo")
    assert [row["title"] for row in rows if all(row[name] in NULLS for name in says)] == []


def test_every_recording_has_an_intended_mood(rows: list[Row], intended: list[dict[str, object]]) -> None:
    meant = {_recording(str(song["title"]), str(song["artist"])) for song in intended}
    assert meant == {_recording(row["title"], row["artist"]) for row in rows}


def test_the_intended_moods_cover_the_plane(intended: list[dict[str, object]]) -> None:
    moods = [Mood(float(str(song["valence"])), float(str(song["arousal"]))) for song in intended]
    quarters = Counter(mood.quadrant for mood in moods)
    assert all(10 <= quarters[name] <= 14 for name in ("excited", "tense", "sad", "calm"))
    assert sum(mood.distance(NEUTRAL) < 0.2 for mood in moods) == 4


def test_every_planned_query_has_songs_whose_links_are_not_dead(rows: list[Row]) -> None:
    alive = {row["title"].strip() for row in rows if row["url_status"] not in {"404", "410"}}
    queries: dict[str, list[str]] = json.loads(INTENDED.read_text("utf-8"))["queries"]
    assert len(queries) == 9
    assert {query for query, titles in queries.items() if not alive & set(titles)} == set()
