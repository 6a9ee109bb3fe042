"""A job exists when its transaction is committed, runs once, and its record says what became of it."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any

import pytest
import structlog
from sqlalchemy import text

from cratedig.catalogue import Catalogue, Session, jobs
from cratedig.errors import CatalogueUnavailable, InputRejected, Refused
from cratedig.jobs.kind import DEFAULT, Kind, Split, by_name
from cratedig.jobs.queue import enqueue, enqueue_many
from cratedig.jobs.work import Work
from cratedig.jobs.worker import Rhythm, working
from cratedig.jobs.workshop import Workshop

from .conftest import Ended

Effects = Callable[[], Awaitable[list[str]]]
RHYTHM = Rhythm(heartbeat_s=0.2, stalled_after_s=1.0)


async def _write(work: Work, *, word: str) -> dict[str, str]:
    async def effect(session: Session) -> dict[str, str]:
        await session.execute(text("insert into effects values (:word)"), {"word": word})
        return {"wrote": word}

    return dict(await work.once("write", effect))


WRITE = Kind("test.write", _write)


async def test_a_job_gives_its_result(shop: Workshop, effects: Effects, ended: Ended) -> None:
    async with shop.catalogue.begin() as session:
        job_id = await enqueue(session, WRITE, {"word": "hello"})
    async with working(shop, by_name(WRITE), RHYTHM):
        job = (await ended(job_id))[0]
    assert (job.status, job.progress, job.result, job.starts) == ("succeeded", 100.0, {"wrote": "hello"}, 1)
    assert job.created_at <= job.started_at <= job.finished_at  # type: ignore[operator]
    assert await effects() == ["hello"]


async def test_a_transaction_that_is_rolled_back_leaves_no_job(shop: Workshop, effects: Effects, ended: Ended) -> None:
    async with working(shop, by_name(WRITE), RHYTHM):
        try:
            async with shop.catalogue.begin() as session:
                lost = await enqueue(session, WRITE, {"word": "lost"})
                raise LookupError
        except LookupError:
            pass
        async with shop.catalogue.begin() as session:
            kept = await enqueue(session, WRITE, {"word": "kept"})
        await ended(kept)
    assert await effects() == ["kept"]
    async with shop.catalogue.begin() as session:
        assert lost not in await jobs.get_some(session, [lost])


async def test_nothing_of_a_job_stays_in_the_queue(shop: Workshop, effects: Effects, ended: Ended) -> None:
    async with shop.catalogue.begin() as session:
        ids = await enqueue_many(session, WRITE, [{"word": f"{n:02}"} for n in range(40)])
    async with working(shop, by_name(WRITE), RHYTHM):
        await ended(*ids)
    assert await effects() == [f"{n:02}" for n in range(40)]
    async with shop.catalogue.begin() as session:
        for table in ("procrastinate_jobs", "procrastinate_events", "procrastinate_workers"):
            assert await session.scalar(text(f"select count(*) from {table}")) == 0, table


async def test_one_unfinished_job_to_a_key(shop: Workshop, effects: Effects, ended: Ended) -> None:
    async def ask() -> str:
        async with shop.catalogue.begin() as session:
            return await enqueue(session, WRITE, {"word": "one"}, once_key="only")

    first, *others = await asyncio.gather(*(ask() for _ in range(8)))
    assert set(others) == {first}
    async with working(shop, by_name(WRITE), RHYTHM):
        await ended(first)
        again = await ask()
        assert again != first
        await ended(again)
    assert await effects() == ["one", "one"]


async def test_what_goes_wrong_is_in_the_record(shop: Workshop, ended: Ended) -> None:
    async def refuse(_work: Work) -> None:
        raise InputRejected("The table has no rows.", hint="Look into it.")

    async def surprise(_work: Work) -> None:
        raise ValueError("postgresql://me:hush@host/")

    kinds = by_name(Kind("refuse", refuse), Kind("surprise", surprise))
    async with shop.catalogue.begin() as session:
        ids = [await enqueue(session, kind) for kind in kinds.values()]
    async with working(shop, kinds, RHYTHM):
        refused, surprised = await ended(*ids)
    assert (refused.status, refused.error, refused.details) == ("failed", "The table has no rows.", "Look into it.")
    assert (surprised.status, surprised.error) == ("failed", "Something failed here.")
    assert "hush" not in f"{surprised}"


async def test_what_is_unavailable_now_is_tried_again(shop: Workshop, ended: Ended) -> None:
    tried: list[int] = []

    class Busy(CatalogueUnavailable):
        pass

    async def wait_for_it(work: Work) -> str:
        tried.append(work.claim.start)
        if len(tried) < 4:
            raise Busy("not now")
        return "there"

    kind = Kind("wait", wait_for_it)
    async with shop.catalogue.begin() as session:
        job_id = await enqueue(session, kind)
    async with working(shop, by_name(kind), RHYTHM):
        job = (await ended(job_id))[0]
    assert (job.status, job.result, tried) == ("succeeded", "there", [1, 1, 1, 1])


async def test_a_job_splits_and_goes_on_when_its_parts_have_ended(
    shop: Workshop, effects: Effects, ended: Ended
) -> None:
    async def gather(work: Work, *, words: int) -> dict[str, Any]:
        await work.check_parts()
        return {"words": words, "seen": len(await effects())}

    then = Kind("gather", gather)

    async def divide(work: Work, *, words: int) -> Split:
        await work.report(step="writing")
        return Split(WRITE, [{"word": f"{n}"} for n in range(words)], then=then, span=(10, 90))

    kind = Kind("divide", divide)
    async with shop.catalogue.begin() as session:
        many, none = await enqueue(session, kind, {"words": 7}), await enqueue(session, kind, {"words": 0})
    async with working(shop, by_name(kind, then, WRITE), RHYTHM):
        with_parts, without = await ended(many, none)
    assert (with_parts.status, with_parts.result) == ("succeeded", {"words": 7, "seen": 7})
    assert (without.status, without.result["words"]) == ("succeeded", 0)
    assert (with_parts.parts, with_parts.parts_left, with_parts.step) == (7, 0, "writing")


async def test_a_part_that_fails_is_said_and_the_others_go_on(shop: Workshop, effects: Effects, ended: Ended) -> None:
    async def gather(work: Work) -> None:
        await work.check_parts()

    async def write_or_refuse(work: Work, *, word: str) -> None:
        if word == "3":
            raise Refused("no threes")
        await _write(work, word=word)

    part, then = Kind("part", write_or_refuse), Kind("gather", gather)

    async def divide(_work: Work) -> Split:
        return Split(part, [{"word": f"{n}"} for n in range(6)], then=then)

    kind = Kind("divide", divide)
    async with shop.catalogue.begin() as session:
        job_id = await enqueue(session, kind)
    async with working(shop, by_name(kind, part, then), RHYTHM):
        job = (await ended(job_id))[0]
    assert (job.status, job.error) == ("failed", "1 of its parts did not succeed; the rest is kept.")
    assert job.details == "The first said: no threes"
    assert await effects() == ["0", "1", "2", "4", "5"]


@pytest.mark.parametrize("given", ["half \ud800", "nul \x00", {1: "no name"}, 2**70])
async def test_what_cannot_be_stored_fails_the_job_and_nothing_else(shop: Workshop, ended: Ended, given: Any) -> None:
    async def give(_work: Work) -> Any:
        return given

    async def divide(_work: Work) -> Split:
        return Split(odd, [{"given": given}], then=odd)

    odd, parts = Kind("give", give), Kind("divide", divide)
    async with shop.catalogue.begin() as session:
        ids = [await enqueue(session, kind) for kind in (odd, parts)]
    async with working(shop, by_name(odd, parts), RHYTHM):
        for job in await ended(*ids):
            assert (job.status, job.error) == ("failed", "What it gave cannot be stored.")


async def test_a_file_with_an_odd_name_can_be_spoken_of(shop: Workshop, ended: Ended) -> None:
    async def refuse(work: Work) -> None:
        await work.report(step="reading odd\udcff\x00.wav")
        raise Refused("odd\udcff\x00.wav is odd")

    kind = Kind("refuse", refuse)
    async with shop.catalogue.begin() as session:
        job_id = await enqueue(session, kind)
    async with working(shop, by_name(kind), RHYTHM):
        job = (await ended(job_id))[0]
    assert (job.status, job.step, job.error) == ("failed", "reading odd?.wav", "odd?.wav is odd")


async def test_progress_is_seen_with_an_estimate(shop: Workshop, ended: Ended) -> None:
    go_on = asyncio.Event()

    async def slow(work: Work) -> None:
        await asyncio.sleep(0.2)
        await work.report(50, step="halfway")
        await go_on.wait()

    kind = Kind("slow", slow)
    async with shop.catalogue.begin() as session:
        job_id = await enqueue(session, kind)
    async with working(shop, by_name(kind), RHYTHM):
        while True:
            async with shop.catalogue.begin() as session:
                job = await jobs.get(session, job_id)
                now = await session.scalar(text("select now()"))
            if job.step:
                break
            await asyncio.sleep(0.02)
        go_on.set()
        await ended(job_id)
    assert (job.status, job.progress, job.step) == ("running", 50.0, "halfway")
    assert job.expected_at is not None
    assert now is not None
    assert abs((job.expected_at - now).total_seconds()) < 10


async def test_the_trace_goes_from_the_request_to_the_job(shop: Workshop, ended: Ended) -> None:
    async def seen(_work: Work) -> Any:
        return structlog.contextvars.get_contextvars()["request_id"]

    kind = Kind("seen", seen)
    with structlog.contextvars.bound_contextvars(request_id="the-request"):
        async with shop.catalogue.begin() as session:
            job_id = await enqueue(session, kind)
    async with working(shop, by_name(kind), RHYTHM):
        job = (await ended(job_id))[0]
    assert job.trace == job.result == "the-request"


async def test_many_wait_at_once_and_one_computes_at_a_time(shop: Workshop, ended: Ended) -> None:
    busy = most = 0
    six = asyncio.Event()

    async def wait(_work: Work) -> None:
        nonlocal busy, most
        busy += 1
        most = max(most, busy)
        if busy == 6:
            six.set()
        await six.wait()
        await asyncio.sleep(0.1)
        busy -= 1

    kind = Kind("wait", wait, queue=DEFAULT)
    async with shop.catalogue.begin() as session:
        ids = await enqueue_many(session, kind, [{}] * 12)
    async with working(shop, by_name(kind), RHYTHM, at_once=6):
        await ended(*ids)
    assert most == 6


async def test_forgetting_takes_only_what_ended_long_ago(
    catalogue: Catalogue, shop: Workshop, effects: Effects, ended: Ended
) -> None:
    async with catalogue.begin() as session:
        ids = await enqueue_many(session, WRITE, [{"word": "old"}, {"word": "new"}])
    async with working(shop, by_name(WRITE), RHYTHM):
        await ended(*ids)
    async with catalogue.begin() as session:
        waiting = await enqueue(session, WRITE, {"word": "later"})
        await session.execute(
            text("update jobs set finished_at = now() - interval '31 days' where id = :id"), {"id": ids[0]}
        )
        assert await jobs.forget(session, older_than_days=30) == 1
        assert set(await jobs.get_some(session, [*ids, waiting])) == {ids[1], waiting}
