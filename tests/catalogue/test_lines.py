"""Lines: reads beside the pool that outlive a restart of the server and end in time."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from sqlalchemy import make_url, text

from cratedig.catalogue import Catalogue
from cratedig.catalogue.lines import Lines
from cratedig.errors import CatalogueUnavailable


@pytest.fixture
async def impatient(catalogue: Catalogue) -> AsyncIterator[Catalogue]:
    """The same catalogue, whose statements may take half a second and which has one line."""
    url = make_url(catalogue.url).render_as_string(hide_password=False)
    async with Catalogue.open(
        data_dir=Path("unused"), url=url, upgrade=False, pool_size=3, statement_timeout_s=0.5
    ) as opened:
        yield opened


async def test_a_read_sees_what_was_committed_before_it(catalogue: Catalogue) -> None:
    for title in ("one", "two"):
        async with catalogue.begin() as session:
            await session.execute(text("insert into tracks (title, source) values (:title, 'test')"), {"title": title})
        assert (title,) in await catalogue.lines.rows("select title from tracks")


async def test_a_line_whose_backend_was_killed_is_replaced_unseen(impatient: Catalogue, catalogue: Catalogue) -> None:
    ((before,),) = await impatient.lines.rows("select pg_backend_pid()")
    async with catalogue.begin() as session:
        assert await session.scalar(text("select pg_terminate_backend(:pid, 10000)"), {"pid": before})
    ((after,),) = await impatient.lines.rows("select pg_backend_pid()")
    assert after != before


async def test_a_statement_that_takes_too_long_is_ended_and_the_line_goes_on(impatient: Catalogue) -> None:
    ((before,),) = await impatient.lines.rows("select pg_backend_pid()")
    with pytest.raises(CatalogueUnavailable, match="took too long"):
        await impatient.lines.rows("select pg_sleep(60)")
    assert await impatient.lines.rows("select pg_backend_pid()") == [(before,)]


async def test_more_readers_than_lines_take_turns(impatient: Catalogue) -> None:
    found = await asyncio.gather(
        *(impatient.lines.rows("select pg_backend_pid(), %s::int", (one,)) for one in range(20))
    )
    assert [rows[0][1] for rows in found] == list(range(20))
    assert len({rows[0][0] for rows in found}) == 1


async def test_who_is_cancelled_leaves_no_line_behind(impatient: Catalogue) -> None:
    reading = asyncio.create_task(impatient.lines.rows("select pg_sleep(0.4)"))
    await asyncio.sleep(0.05)  # wherever it is then: waiting, connecting or reading
    reading.cancel()
    with pytest.raises(asyncio.CancelledError):
        await reading
    assert impatient.lines.in_use == 0
    assert await impatient.lines.rows("select 1") == [(1,)]


async def test_a_server_that_is_not_there_is_said_so() -> None:
    lines = Lines("postgresql+psycopg://nobody@127.0.0.1:9/none", {"connect_timeout": 2}, size=1)
    with pytest.raises(CatalogueUnavailable, match="does not answer"):
        await lines.rows("select 1")
