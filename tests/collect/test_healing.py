"""The door of healing: given values stay, imputed ones are replaced, stopped runs go on, twice is once."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import text

from cratedig.catalogue import Catalogue
from cratedig.collect.healing import heal
from cratedig.collect.intake import collect_file
from cratedig.errors import UsageError
from cratedig.lab.crate import fill
from cratedig.models.embedder import TextEmbedder
from cratedig.understand.study import study_text

KINDS = (("deep house", "club night"), ("classical", "sonata for piano"), ("rap", "street story"))


def crate() -> list[dict[str, Any]]:
    """Ninety artists in three genres; every third track lacks its genre, one artist has only such tracks."""
    rows: list[dict[str, Any]] = []
    for at in range(270):
        genre, words = KINDS[at % 3]
        lacks = at % 9 >= 6 or at // 9 == 3
        rows.append(
            {
                "title": f"{words} {at}",
                "artist": f"{genre} artist {at // 9}",
                "genre": None if lacks else genre,
                "duration_s": None if at % 5 == 0 else 180.0 + at % 60,
                "playback_count": at * 10,
            }
        )
    rows[0] |= {"tags": ["mine"], "description": "My own words."}
    rows.append({"title": "The Morning Show - Episode 12: interview with a baker", "artist": "Bread Podcast"})
    return rows


async def stored(catalogue: Catalogue) -> list[Mapping[str, Any]]:
    async with catalogue.begin() as session:
        rows = await session.execute(
            text("select id, genre, tags, description, receipts, extra from tracks order by id")
        )
        return [row._mapping for row in rows]


async def test_what_is_missing_is_filled_in_with_receipts_and_what_is_given_stays(
    catalogue: Catalogue, embedder: TextEmbedder
) -> None:
    given = crate()
    await fill(catalogue, given, source="test")
    account = await heal(catalogue, embedder)
    rows = await stored(catalogue)
    for track, row in zip(given, rows, strict=True):
        if track.get("genre"):
            assert row["genre"] == track["genre"]
            assert "genre" not in row["receipts"]
        elif row["genre"]:
            assert row["receipts"]["genre"]["kind"] == "imputed"
            assert row["receipts"]["genre"]["candidates"][0]["probability"] >= 0.5
    assert (rows[0]["tags"], rows[0]["description"]) == (["mine"], "My own words.")
    right = [row["genre"] == KINDS[at % 3][0] or row["genre"] == "electronic" for at, row in enumerate(rows[:270])]
    assert sum(right) > 250
    assert rows[270]["extra"]["music"] < 0.5
    assert account.not_music >= 1
    assert account.after["genre"] < account.before["genre"]
    assert rows[0]["extra"]["estimated"]["duration_s"] > 0
    assert rows[0]["receipts"]["estimated_duration_s"]["low"] < rows[0]["receipts"]["estimated_duration_s"]["high"]


async def test_healing_twice_is_healing_once(catalogue: Catalogue, embedder: TextEmbedder) -> None:
    await fill(catalogue, crate(), source="test")
    await heal(catalogue, embedder)
    once = await stored(catalogue)
    assert (await heal(catalogue, embedder)).total == 0
    await study_text(catalogue, embedder)  # what was imputed is now part of the studied text
    again = await heal(catalogue, embedder, redo=True)
    assert again.tracks == len(once)
    assert await stored(catalogue) == once


async def test_a_stopped_run_goes_on(catalogue: Catalogue, embedder: TextEmbedder) -> None:
    await fill(catalogue, crate(), source="test")
    assert (await heal(catalogue, embedder, limit=100)).tracks == 100
    assert (await heal(catalogue, embedder)).tracks == 171


async def test_only_the_asked_part_is_healed(catalogue: Catalogue, embedder: TextEmbedder) -> None:
    await fill(catalogue, crate(), source="test")
    await heal(catalogue, embedder, only=["genre"])
    rows = await stored(catalogue)
    assert any("genre" in row["receipts"] for row in rows)
    assert all(row["tags"] == [] for row in rows[1:])
    assert all("traits" not in row["extra"] for row in rows)
    assert (await heal(catalogue, embedder, only=["tags"])).total == len(rows)


async def test_a_track_that_changed_is_healed_again_and_a_given_genre_takes_the_imputed_ones_place(
    catalogue: Catalogue, embedder: TextEmbedder
) -> None:
    await fill(catalogue, crate(), source="test")
    await heal(catalogue, embedder)
    async with catalogue.begin() as session:
        await session.execute(text("update tracks set genre = 'polka', receipts = receipts - 'genre' where id = 7"))
    assert (await heal(catalogue, embedder)).total == 1
    row = (await stored(catalogue))[6]
    assert row["genre"] == "polka"
    assert "genre" not in row["receipts"]


async def test_a_dump_that_gives_a_genre_later_beats_the_imputed_one(
    catalogue: Catalogue, embedder: TextEmbedder, tmp_path: Path
) -> None:
    first, later = tmp_path / "first.csv", tmp_path / "later.csv"
    titles = [f"club night deep house {at}" for at in range(40)]
    lines = [f"{at},{title},DJ Form,{'deep house' if at else ''}" for at, title in enumerate(titles)]
    first.write_text("\n".join(["id,title,artist,genre", *lines]), encoding="utf-8")
    later.write_text(f"id,title,artist,genre\n0,{titles[0]},DJ Form,polka\n", encoding="utf-8")
    await collect_file(catalogue, first, today=date(2026, 1, 1), source="shop")
    await heal(catalogue, embedder)
    assert (await stored(catalogue))[0]["genre"] == "electronic"
    await collect_file(catalogue, later, today=date(2026, 1, 1), source="shop")
    healed = (await stored(catalogue))[0]
    assert healed["genre"] == "polka"
    assert "electronic" not in healed["tags"]
    assert (await heal(catalogue, embedder)).total == 1


async def test_a_catalogue_without_any_genre_gets_none(catalogue: Catalogue, embedder: TextEmbedder) -> None:
    await fill(catalogue, [{"title": f"Song {at}", "artist": "Ana"} for at in range(5)], source="test")
    account = await heal(catalogue, embedder)
    assert account.filled.get("genre", 0) == 0
    assert [row["genre"] for row in await stored(catalogue)] == [None] * 5


async def test_an_unknown_part_is_a_wrong_request(catalogue: Catalogue, embedder: TextEmbedder) -> None:
    with pytest.raises(UsageError, match="no part 'lyrics'"):
        await heal(catalogue, embedder, only=["lyrics"])
