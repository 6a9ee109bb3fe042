"""The stamp of the catalogue's state: new after every committed change, the same otherwise."""

from __future__ import annotations

import asyncio

import pytest
from sqlalchemy import insert, text

from cratedig.catalogue import Catalogue, state
from cratedig.catalogue.tables import Track


async def _stamp(catalogue: Catalogue) -> str | None:
    async with catalogue.begin() as session:
        return await state.stamp(session)


async def _add(catalogue: Catalogue, *titles: str) -> None:
    async with catalogue.begin() as session:
        for title in titles:
            await session.execute(insert(Track).values(title=title, source="test"))


async def test_every_change_has_a_stamp_of_its_own(catalogue: Catalogue) -> None:
    seen = [await _stamp(catalogue)]
    await _add(catalogue, "one", "two")
    seen.append(await _stamp(catalogue))
    for statement in ("update tracks set title = 'three'", "delete from tracks", "truncate tracks cascade"):
        async with catalogue.begin() as session:
            await session.execute(text(statement))
        seen.append(await _stamp(catalogue))
    assert len(set(seen)) == len(seen)
    assert await _stamp(catalogue) == seen[-1]


async def _add_and_fail(catalogue: Catalogue) -> None:
    async with catalogue.begin() as session:
        await session.execute(insert(Track).values(title="lost", source="test"))
        raise LookupError


async def test_what_is_rolled_back_or_only_read_changes_nothing(catalogue: Catalogue) -> None:
    await _add(catalogue, "one")
    before = await _stamp(catalogue)
    with pytest.raises(LookupError):
        await _add_and_fail(catalogue)
    async with catalogue.begin() as session:
        await session.execute(text("select * from tracks"))
    assert await _stamp(catalogue) == before


async def test_a_change_is_unseen_until_it_is_committed(catalogue: Catalogue) -> None:
    await _add(catalogue, "one")
    before = await _stamp(catalogue)
    async with catalogue.begin() as session:
        await session.execute(insert(Track).values(title="two", source="test"))
        assert await _stamp(catalogue) == before
    assert await _stamp(catalogue) != before


async def test_long_transactions_do_not_wait_for_each_other(catalogue: Catalogue) -> None:
    async with asyncio.timeout(60), catalogue.begin() as long:
        await long.execute(insert(Track).values(title="long", source="test"))
        await asyncio.gather(*(_add(catalogue, f"short {n}") for n in range(4)))


async def test_many_writers_leave_no_row_behind(catalogue: Catalogue) -> None:
    await asyncio.gather(*(_add(catalogue, *(f"{n}.{m}" for m in range(5))) for n in range(20)))
    async with catalogue.begin() as session:
        assert await session.scalar(text("select count(*) from catalogue_changes")) == 0
        assert await session.scalar(text("select count(*) from catalogue_state")) == 1
