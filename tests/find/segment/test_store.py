"""The store on a real catalogue: everything that is committed is found, from a file or without one."""

from __future__ import annotations

import asyncio
from pathlib import Path

import numpy as np
import pytest
from sqlalchemy import text

from cratedig.catalogue import Catalogue, Session
from cratedig.find.segment.build import build
from cratedig.find.segment.snapshot import Snapshot
from cratedig.find.segment.words import FIELD_WEIGHTS
from cratedig.find.store import Store


async def never(_session: Session, space: str) -> None:
    raise AssertionError(f"{space} wanted a rebuild")


@pytest.fixture
def store(catalogue: Catalogue, tmp_path: Path) -> Store:
    return Store(catalogue, tmp_path, never)


def ids_of(snapshot: Snapshot) -> list[int]:
    rows = np.concatenate([part.visible(np.arange(len(part))) + part.first for part in snapshot.parts])
    return sorted(snapshot.column("ids", rows).tolist())


async def change(catalogue: Catalogue, statement: str, **given: object) -> None:
    async with catalogue.begin() as session:
        await session.execute(text(statement), given)


async def test_the_impact_of_a_word_is_its_ts_rank(catalogue: Catalogue, store: Store, studied: dict[str, int]) -> None:
    snapshot = await store.snapshot()
    weights = "{" + ",".join(map(str, FIELD_WEIGHTS)) + "}"
    statement = """select track_id, w.lexeme, ts_rank(:weights, words, cast(quote_literal(w.lexeme) as tsquery))
        from track_texts, unnest(words) w"""
    async with catalogue.begin() as session:
        rows = (await session.execute(text(statement), {"weights": weights})).all()
    assert len(rows) > 100
    (part,) = snapshot.parts
    for track_id, lexeme, rank in rows:
        posting = part.segment.posting(lexeme)
        (row,) = snapshot.rows_of(np.array([track_id])).tolist()
        assert posting.impacts[posting.rows == row].tolist() == pytest.approx([rank], rel=1e-6)


async def test_a_snapshot_has_every_track_and_nothing_else(
    catalogue: Catalogue, store: Store, studied: dict[str, int]
) -> None:
    before = await store.snapshot()
    assert ids_of(before) == sorted(studied.values())
    await change(catalogue, "delete from tracks where id = :id", id=studied["Slow River"])
    await change(catalogue, "insert into tracks (source, title) values ('test', 'Brand New Thing')")
    after = await store.snapshot()
    assert studied["Slow River"] not in ids_of(after)
    assert len(ids_of(after)) == after.tracks == len(studied)
    assert after.counts(["brand", "river", "artist mara voss"]) == [1, 0, 2]
    assert ids_of(before) == sorted(studied.values())  # who has the older one keeps it


async def test_a_file_and_the_catalogue_give_the_same_segment(
    catalogue: Catalogue, store: Store, tmp_path: Path, studied: dict[str, int]
) -> None:
    read = await store.snapshot()
    made = await build(catalogue, data_dir=tmp_path)
    opened = await store.snapshot()
    assert (made.tracks, made.state, opened.builds) == (len(studied), "live", {"segment": made.id})
    for name, array in read.parts[0].segment.arrays.items():
        np.testing.assert_array_equal(opened.parts[0].segment[name], array)
    assert read.version != opened.version


async def test_what_changes_after_a_build_lies_over_it(
    catalogue: Catalogue, store: Store, tmp_path: Path, studied: dict[str, int]
) -> None:
    await build(catalogue, data_dir=tmp_path)
    await store.snapshot()
    await change(catalogue, "update tracks set year = 2030 where id = :id", id=studied["Paper Boats"])
    await change(catalogue, "delete from tracks where id = :id", id=studied["Last Letter"])
    snapshot = await store.snapshot()
    assert [len(part) for part in snapshot.parts] == [len(studied), 1]
    ids = np.array([studied["Last Letter"], studied["Paper Boats"]])
    rows = snapshot.rows_of(ids)
    assert rows[0] == -1
    assert snapshot.column("year", rows[1:]).tolist() == [2030.0]
    again = await Store(catalogue, tmp_path, never).snapshot()
    assert ids_of(again) == ids_of(snapshot)
    fresh = await build(catalogue, data_dir=tmp_path)
    assert (await store.snapshot()).builds == {"segment": fresh.id}
    assert len((await store.snapshot()).parts) == 1


async def test_a_segment_in_memory_takes_in_what_changed_a_lot(catalogue: Catalogue, store: Store) -> None:
    assert (await store.snapshot()).tracks == 0
    await change(
        catalogue, "insert into tracks (source, title) select 'test', 'song ' || i from generate_series(1, 1500) i"
    )
    snapshot = await store.snapshot()
    assert [len(part) for part in snapshot.parts] == [1500]
    assert snapshot.counts(["song", "7"]) == [1500, 1]


async def test_callers_share_a_question_and_none_gets_an_older_answer(
    catalogue: Catalogue, store: Store, studied: dict[str, int]
) -> None:
    first = await asyncio.gather(*(store.snapshot() for _ in range(50)))
    assert len(set(map(id, first))) == 1
    asking = [asyncio.create_task(store.snapshot()) for _ in range(5)]
    await change(catalogue, "insert into tracks (source, title) values ('test', 'One More')")
    assert (await store.snapshot()).tracks == len(studied) + 1
    await asyncio.gather(*asking)
    assert (await store.snapshot()) is (await store.snapshot())


async def test_a_store_says_while_it_is_opened(store: Store, studied: dict[str, int]) -> None:
    assert not store.is_opening
    asking = asyncio.create_task(store.snapshot())
    await asyncio.sleep(0)
    assert store.is_opening
    await asking
    assert not store.is_opening
    again = asyncio.create_task(store.snapshot())
    await asyncio.sleep(0)
    assert not store.is_opening
    await again


async def test_a_store_that_is_closed_leaves_nothing_under_way(store: Store, studied: dict[str, int]) -> None:
    asking = asyncio.create_task(store.snapshot())
    await asyncio.sleep(0)
    await store.close()
    with pytest.raises(asyncio.CancelledError):
        await asking


async def test_lexemes_are_those_postgresql_makes(catalogue: Catalogue, store: Store) -> None:
    async with catalogue.begin() as session:
        found = await store.lexemes(["Running through the Nights", "90s café"])
        unwanted = await store.lexemes(["the drums"], as_said=False)
        wanted = await session.scalar(
            text(
                """select tsvector_to_array(to_tsvector('english', t) || to_tsvector('simple', t))
                from cast('running through the nights 90s cafe' as text) t"""
            )
        )
    assert sorted(found) == sorted(wanted)
    assert unwanted == ("drum",)
