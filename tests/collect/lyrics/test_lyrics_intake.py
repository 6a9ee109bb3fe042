"""`collect lyrics`: every file and row is accepted, merged or rejected; words reach their tracks and replace none."""

from __future__ import annotations

import csv
import gzip
import json
from datetime import date
from pathlib import Path

import pytest
from sqlalchemy import text

from cratedig.catalogue import Catalogue, lyrics
from cratedig.collect.account import Account
from cratedig.collect.intake import collect_file
from cratedig.collect.lyrics.folder import find_lyrics
from cratedig.collect.lyrics.intake import collect_lyrics
from cratedig.collect.lyrics.placing import ALIKE, HAS_OTHERS, REPLACED, SET_ASIDE
from cratedig.errors import InputRejected, UsageError

TODAY = date(2026, 1, 1)
WORDS = """Kitchen light is on again
Half a lemon, half a plan

You said nine and now it's ten
I'd have left but here I am"""
OTHER = """Count the windows, count the rain
Count the seats upon the train
Nobody is coming back
Rust is growing on the track"""


async def bring(catalogue: Catalogue, path: Path, **more: bool) -> Account:
    brought = await collect_lyrics(catalogue, path, today=TODAY, rejects_dir=path.parent / "rejects", **more)
    assert not brought.failures
    [account] = brought.accounts
    return account


async def tracks(catalogue: Catalogue) -> list[tuple[str | None, str | None, str | None]]:
    async with catalogue.begin() as session:
        rows = await session.execute(text("select artist, title, lyrics from tracks order by artist, title, id"))
        return [tuple(row) for row in rows]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    made = tmp_path / "songs"
    (made / "Quiet Stapler" / "Office Hours").mkdir(parents=True)
    (made / "Ada Bo - Lemon.txt").write_text(f"[Verse 1]\n{WORDS}\n12Embed", encoding="utf-8")
    (made / "Quiet Stapler" / "Office Hours" / "03 Desk Lamp.txt").write_bytes(OTHER.encode("utf-16"))
    (made / "timed.lrc").write_text("[ti:Train]\n[ar:Bo]\n[00:01.00]one two three\n[00:02.00]four five six", "utf-8")
    (made / "no.txt").write_text("[Instrumental]", encoding="utf-8")
    (made / "picture.txt").write_bytes(b"\x89PNG\r\n\x1a\n" + bytes(range(256)) * 40)
    (made / "empty.txt").write_bytes(b"")
    (made / "again.txt").write_text(f"[Verse 1]\n{WORDS}\n12Embed", encoding="utf-8")
    (made / "cover.jpg").write_bytes(b"x")
    return made


async def test_a_folder_of_sheets_adds_up_and_names_its_tracks(catalogue: Catalogue, folder: Path) -> None:
    account = await bring(catalogue, folder)
    assert (account.rows_in, account.accepted, account.merged, account.rejected) == (7, 3, 1, 3)
    assert account.left_out == {".jpg": "1 files not named as lyrics"}
    found = {title: (artist, words) for artist, title, words in await tracks(catalogue)}
    assert found["Lemon"] == ("Ada Bo", f"[Verse 1]\n{WORDS}")
    assert found["Desk Lamp"] == ("Quiet Stapler", OTHER)
    assert found["Train"][0] == "Bo"
    assert account.rejects_file is not None
    with account.rejects_file.open(newline="", encoding="utf-8") as stream:
        reasons = [row["reason"] for row in csv.DictReader(stream)]
    assert len(reasons) == 3
    assert any("instrumental" in reason for reason in reasons)


async def test_a_folder_again_changes_nothing(catalogue: Catalogue, folder: Path) -> None:
    first = await bring(catalogue, folder)
    before = await tracks(catalogue)
    again = await bring(catalogue, folder)
    assert again.already_done
    assert (again.rows_in, again.accepted, again.merged) == (first.rows_in, first.accepted, first.merged)
    (folder / "new.txt").write_text("Ada Bo - New\n" * 2 + WORDS.replace("lemon", "melon"), encoding="utf-8")
    more = await bring(catalogue, folder)
    assert (more.accepted, more.merged, more.rejected) == (1, 4, 3)
    assert len(await tracks(catalogue)) == len(before) + 1


async def test_a_link_that_leaves_the_folder_is_not_followed_and_said(
    catalogue: Catalogue, folder: Path, tmp_path: Path
) -> None:
    secret, table = tmp_path / "secret.txt", tmp_path / "secret.csv"
    secret.write_text(OTHER, encoding="utf-8")
    table.write_text(f'title,lyrics\nHidden,"{OTHER}"\n', encoding="utf-8")
    (folder / "away.txt").symlink_to(secret)
    (folder / "away.csv").symlink_to(table)
    (folder / "inside.txt").symlink_to(folder / "Ada Bo - Lemon.txt")
    plain = find_lyrics(folder)
    refused = {sheet.name: sheet.reason for sheet in plain.sheets if "link" in sheet.reason}
    assert set(refused) == {"away.txt", "away.csv"}
    assert not plain.tables
    account = await bring(catalogue, folder)
    assert account.rows_in == len(plain.sheets)
    assert account.rejects_file is not None
    assert account.rejects_file.read_text(encoding="utf-8").count("leaves the folder") == 2
    assert "Hidden" not in {title for _, title, _ in await tracks(catalogue)}


async def test_a_stopped_import_goes_on_and_ends_the_same(catalogue: Catalogue, tmp_path: Path) -> None:
    made = tmp_path / "many"
    made.mkdir()
    for n in range(23):
        (made / f"Ada - Song {n % 20}.txt").write_text(f"{WORDS}\nand this is number {n % 20}", encoding="utf-8")
        (made / f"Bo {n}.txt").write_text("" if n % 3 else f"{OTHER}\nand this is number {n}", encoding="utf-8")
    async with catalogue.scratch() as undisturbed:
        await collect_lyrics(undisturbed, made, today=TODAY, batch_rows=5)
        expected = await tracks(undisturbed)

    class Stopped(Exception):
        pass

    def stop(progress: object) -> None:
        if getattr(progress, "rows", 0) >= 15:
            raise Stopped

    with pytest.raises(Stopped):
        await collect_lyrics(catalogue, made, today=TODAY, batch_rows=5, progress=stop)
    account = await bring(catalogue, made)
    assert account.resumed_at_row == 15
    assert account.rows_in == account.accepted + account.merged + account.rejected == 43
    assert await tracks(catalogue) == expected


@pytest.mark.parametrize("packed", [False, True])
async def test_a_table_of_lyrics_joins_the_tracks_that_are_there(
    catalogue: Catalogue, tmp_path: Path, packed: bool
) -> None:
    known = tmp_path / "known.csv"
    known.write_text("id,title,artist,year\n1,Lemon,Ada Bo,2001\n2,Rain,Ada Bo,2002\n", encoding="utf-8")
    await collect_file(catalogue, known, today=TODAY)
    rows = [
        {"id": 99, "title": "Lemon (Official Video)", "primary_artist": {"name": "Ada Bo"}, "lyrics": f"{WORDS}7Embed"},
        {"id": 98, "title": "Nothing", "primary_artist": {"name": "Ada Bo"}, "lyrics": ""},
        {"id": 97, "title": "Beat", "primary_artist": {"name": "Ada Bo"}, "lyrics": "[Instrumental]"},
        {"id": 96, "title": "Train", "primary_artist": {"name": "Bo"}, "lyrics": OTHER},
    ]
    data = "".join(json.dumps(row) + "\n" for row in rows).encode()
    path = tmp_path / ("dump.jsonl.gz" if packed else "dump.jsonl")
    path.write_bytes(gzip.compress(data) if packed else data)
    account = await bring(catalogue, path)
    assert (account.rows_in, account.accepted, account.merged, account.rejected) == (4, 1, 1, 2)
    assert [(artist, title, words is not None) for artist, title, words in await tracks(catalogue)] == [
        ("Ada Bo", "Lemon", True),
        ("Ada Bo", "Rain", False),
        ("Bo", "Train", True),
    ]


async def test_lyrics_a_track_has_stay_unless_asked_otherwise(catalogue: Catalogue, tmp_path: Path) -> None:
    one, two = tmp_path / "a" / "Ada - Lemon.txt", tmp_path / "b" / "Ada - Lemon.txt"
    for path, words in ((one, WORDS), (two, OTHER)):
        path.parent.mkdir()
        path.write_text(words, encoding="utf-8")
    await bring(catalogue, one)
    kept = await bring(catalogue, two)
    assert kept.notes["lyrics"][HAS_OTHERS]["count"] == 1
    assert await tracks(catalogue) == [("Ada", "Lemon", WORDS)]
    replaced = await bring(catalogue, two, replace=True)
    assert replaced.notes["lyrics"][REPLACED]["count"] == 1
    assert await tracks(catalogue) == [("Ada", "Lemon", OTHER)]


async def test_times_sections_and_receipts_are_read_back(catalogue: Catalogue, tmp_path: Path) -> None:
    path = tmp_path / "Ada - Train.lrc"
    path.write_text("[00:01.50]one two three\n[00:02.00]four five six\n\n[Chorus]\n[00:30.00]seven eight", "utf-8")
    await bring(catalogue, path)
    async with catalogue.begin() as session:
        track = await session.scalar(text("select id from tracks"))
        lyric = await lyrics.lyric_of(session, track)
        known = await lyrics.about(session, track)
        assert lyric is not None
        assert known is not None
        assert [(one.kind, one.starts_s) for one in lyric.sections] == [("part", (1.5, 2.0)), ("chorus", (30.0,))]
        assert "times" in {change["rule"] for change in known.changes}
        assert known.verdict["kind"] == "lyric"
        await session.execute(text("update tracks set lyrics = 'something else now'"))
        assert await lyrics.about(session, track) is None
        again = await lyrics.lyric_of(session, track)
        assert again is not None
        assert again.lines == ("something else now",)
        await session.execute(text("delete from tracks"))
        assert await session.scalar(text("select count(*) from lyric_texts")) == 0


async def test_the_same_words_under_two_names_are_noted_and_stay_two(catalogue: Catalogue, tmp_path: Path) -> None:
    made = tmp_path / "two"
    made.mkdir()
    (made / "Ada - Lemon.txt").write_text(f"{WORDS}\n{OTHER}", encoding="utf-8")
    (made / "Bo - Citron.txt").write_text(f"{WORDS}!\n{OTHER}\nYeah", encoding="utf-8")
    account = await bring(catalogue, made)
    assert account.accepted == 2
    assert account.notes["lyrics"][ALIKE] == {"count": 1, "line": 2, "example": "Citron / Lemon"}


async def test_a_column_of_lyrics_in_any_table_is_cleaned_and_what_is_none_is_set_aside(
    catalogue: Catalogue, tmp_path: Path
) -> None:
    path = tmp_path / "dump.csv"
    with path.open("w", newline="", encoding="utf-8") as stream:
        csv.writer(stream).writerows(
            [["title", "artist", "lyrics"], ["Lemon", "Ada", f"{WORDS}12Embed"], ["Beat", "Bo", "Instrumental"]]
        )
    account = await collect_file(catalogue, path, today=TODAY)
    assert (account.accepted, account.rejected) == (2, 0)
    assert [words for *_, words in await tracks(catalogue)] == [WORDS, None]
    assert "lyrics" in account.notes
    async with catalogue.begin() as session:
        extra = await session.scalar(text("select extra from tracks where title = 'Beat'"))
    assert extra[SET_ASIDE] == "Instrumental"


@pytest.mark.parametrize(
    ("name", "content", "error"),
    [
        ("missing.txt", None, UsageError),
        ("song.xyz", "words", InputRejected),
        ("dump.csv", "title,artist\nLemon,Ada\n", InputRejected),
        ("dump.jsonl", "", InputRejected),
    ],
)
async def test_what_holds_no_lyrics_is_refused_in_one_line(
    catalogue: Catalogue, tmp_path: Path, name: str, content: str | None, error: type[Exception]
) -> None:
    path = tmp_path / name
    if content is not None:
        path.write_text(content, encoding="utf-8")
    with pytest.raises(error) as caught:
        await collect_lyrics(catalogue, path, today=TODAY)
    assert "\n" not in str(caught.value)
    assert await tracks(catalogue) == []


async def test_bytes_of_a_russian_machine_are_read_as_russian(catalogue: Catalogue, tmp_path: Path) -> None:
    path = tmp_path / "Ада - Снег.txt"
    words = "Снег идёт по проводам\nЯ тебе звоню с утра\nТы молчишь, а голос там"
    path.write_bytes(words.encode("cp1251"))
    await bring(catalogue, path)
    assert await tracks(catalogue) == [("Ада", "Снег", words)]
