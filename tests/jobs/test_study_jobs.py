"""Study in parts, by several workers at once, ends as study in one go."""

from __future__ import annotations

import pytest
from sqlalchemy import text

from cratedig.catalogue import Catalogue, jobs
from cratedig.catalogue.jobs import Job
from cratedig.jobs.kind import COMPUTE
from cratedig.jobs.kinds import shipped
from cratedig.jobs.kinds.study import ask, is_something_new
from cratedig.jobs.worker import Rhythm, working
from cratedig.jobs.workshop import Workshop
from cratedig.lab.crate import fill
from cratedig.models.embedder import TextEmbedder
from cratedig.models.mood import MoodHead
from cratedig.understand.study import CHUNK, study_mood, study_text

from .conftest import Ended

SONGS = CHUNK + 40
TRACKS = [{"title": f"Song number {n} in the rain", "artist": f"Ana {n % 7}", "genre": "pop"} for n in range(SONGS)]
RHYTHM = Rhythm(heartbeat_s=0.5, stalled_after_s=10.0)
RESULT = """
select md5(string_agg(concat_ws('|', t.id, x.digest, x.words, x.embedding, round(t.valence::numeric, 4),
    round(t.arousal::numeric, 4)), E'\\n' order by t.id)) from tracks t join track_texts x on x.track_id = t.id
union all select md5(string_agg(concat_ws('|', lexeme, tracks), E'\\n' order by lexeme)) from word_counts
"""


async def result(catalogue: Catalogue) -> list[str]:
    async with catalogue.begin() as session:
        return list((await session.scalars(text(RESULT))).all())


async def twin(shop: Workshop) -> Workshop:
    """What a second process has: its own, with the same model."""
    return Workshop(shop.settings, shop.catalogue, embedder=await shop.embedder())


async def studied(shop: Workshop, ended: Ended, *, workers: int = 1, **wanted: object) -> Job:
    """A study worked on by so many workers."""
    async with shop.catalogue.begin() as session:
        job_id = await ask(session, **wanted)  # type: ignore[arg-type]
    async with working(shop, shipped(), RHYTHM, queues=[COMPUTE]):
        if workers == 1:
            return (await ended(job_id, within_s=60))[0]
        async with working(await twin(shop), shipped(), RHYTHM):
            return (await ended(job_id, within_s=60))[0]


async def test_two_workers_study_as_one_does_in_one_go(
    catalogue: Catalogue, shop: Workshop, embedder: TextEmbedder, head: MoodHead, ended: Ended
) -> None:
    await fill(catalogue, TRACKS, source="test")
    await study_text(catalogue, embedder)
    await study_mood(catalogue, embedder, head)
    expected = await result(catalogue)
    async with catalogue.begin() as session:
        await session.execute(text("truncate track_texts, word_counts"))
        await session.execute(text("update tracks set valence = null, arousal = null, receipts = '{}'"))
    job = await studied(shop, ended, workers=2)
    assert (job.status, job.parts_left, job.progress) == ("succeeded", 0, 100)
    assert job.result == {
        "text": {"done": SONGS, "total": SONGS, "unread": 0},
        "mood": {"done": SONGS, "total": SONGS, "unread": 0},
    }
    assert await result(catalogue) == expected


async def test_a_limit_holds_and_the_rest_comes_with_the_next(
    catalogue: Catalogue, shop: Workshop, ended: Ended
) -> None:
    await fill(catalogue, TRACKS[:20], source="test")
    first = await studied(shop, ended, what="text", limit=15)
    second = await studied(shop, ended, what="text")
    third = await studied(shop, ended, what="text")
    assert [job.result["text"]["done"] for job in (first, second, third)] == [15, 5, 0]
    assert "mood" not in first.result


async def test_what_is_new_is_noticed_but_not_after_a_study_that_failed(
    catalogue: Catalogue, shop: Workshop, ended: Ended
) -> None:
    async def something_new() -> bool:
        async with catalogue.begin() as session:
            return await is_something_new(session)

    assert not await something_new()
    await fill(catalogue, TRACKS[:5], source="test")
    assert await something_new()
    async with catalogue.begin() as session:
        await jobs.cancel(session, await ask(session))
    assert not await something_new()
    await studied(shop, ended)
    assert not await something_new()


@pytest.mark.parametrize("what", ["text", "mood", "all"])
async def test_a_study_of_nothing_is_done_at_once(shop: Workshop, ended: Ended, what: str) -> None:
    job = await studied(shop, ended, what=what)
    assert job.status == "succeeded"
    assert {name: figures["done"] for name, figures in job.result.items()} == {
        name: 0 for name in ("text", "mood") if what in (name, "all")
    }
