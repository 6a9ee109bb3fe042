"""Hearing in parts, the demo crate's sound, and healing, as workers do them."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest
from sqlalchemy import insert, select, text

from cratedig.catalogue import Catalogue, Session, jobs, sounds
from cratedig.catalogue.jobs import Job
from cratedig.catalogue.tables import Track
from cratedig.collect.demo import SOURCE, recordings
from cratedig.collect.demo.sound import scores
from cratedig.jobs.kind import COMPUTE
from cratedig.jobs.kinds import demo, heal, shipped, study
from cratedig.jobs.worker import Rhythm, working
from cratedig.jobs.workshop import Workshop
from cratedig.models.embedder import TextEmbedder

from .conftest import Ended

SONGS = scores()[:6]
RHYTHM = Rhythm(heartbeat_s=0.5, stalled_after_s=20.0)
HEARD = """select md5(string_agg(concat_ws('|', t.id, t.audio_features, t.audio_embedding, s.features, s.peaks), E'\n'
    order by t.id)) from tracks t join sounds s on s.track_id = t.id"""


@pytest.fixture
async def crate(catalogue: Catalogue) -> None:
    """Some songs of the demo crate, without their sound."""
    songs = [{"source": SOURCE, "source_id": song.song_id, "title": f"Song {song.song_id}"} for song in SONGS]
    async with catalogue.begin() as session:
        await session.execute(insert(Track), songs)


@pytest.fixture
async def open_shop(shop: Workshop) -> AsyncIterator[Workshop]:
    async with shop:
        yield shop


async def done(shop: Workshop, ended: Ended, job_id: str) -> Job:
    async with working(shop, shipped(), RHYTHM, queues=[COMPUTE]):
        return (await ended(job_id, within_s=90))[0]


async def put_sounds(shop: Workshop) -> None:
    folder = shop.settings.data_dir
    played = {song.song_id: recordings.play(song, folder) for song in SONGS}
    async with shop.catalogue.begin() as session:
        await recordings.keep(session, played, folder)


async def heard(catalogue: Catalogue) -> str | None:
    async with catalogue.begin() as session:
        return await session.scalar(text(HEARD))


async def test_the_demo_crates_sound_is_played_recorded_and_heard(
    catalogue: Catalogue, crate: None, open_shop: Workshop, ended: Ended
) -> None:
    async with catalogue.begin() as session:
        job_id = await demo.ask(session)
        assert await demo.ask(session) == job_id
    async with working(open_shop, shipped(), RHYTHM, queues=[COMPUTE]):
        [job] = await ended(job_id, within_s=60)
        async with catalogue.begin() as session:
            [asked] = await jobs.listed(session, limit=9, kind="study")
        [studied] = await ended(asked.id, within_s=60)
    assert job.result == {"played": len(SONGS)}
    assert studied.result["audio"] == {"done": len(SONGS), "total": len(SONGS), "unread": 0}
    async with catalogue.begin() as session:
        counts = await sounds.count(session)
        assert not await study.is_something_new(session)
    assert (counts.sounds, counts.heard, counts.failed) == (len(SONGS), len(SONGS), 0)


async def test_two_workers_hear_as_one_does(
    catalogue: Catalogue, crate: None, open_shop: Workshop, ended: Ended, embedder: TextEmbedder
) -> None:
    await put_sounds(open_shop)

    async def ask(session: Session) -> str:
        return await study.ask(session, what="audio", redo=True)

    async with catalogue.begin() as session:
        job = await ask(session)
    assert (await done(open_shop, ended, job)).result == {"audio": {"done": 6, "total": 6, "unread": 0}}
    alone = await heard(catalogue)
    async with catalogue.begin() as session:
        job = await ask(session)
    async with (
        Workshop(open_shop.settings, catalogue, embedder=embedder) as other,
        working(other, shipped(), RHYTHM, queues=[COMPUTE]),
    ):
        assert (await done(open_shop, ended, job)).status == "succeeded"
    assert await heard(catalogue) == alone


async def test_sounds_that_wait_are_something_new(catalogue: Catalogue, crate: None, shop: Workshop) -> None:
    await put_sounds(shop)
    async with catalogue.begin() as session:
        await session.execute(
            text(
                """insert into track_texts (track_id, digest, words, embedding)
                select id, 'x', '', array_fill(0.1, array[384])::vector from tracks"""
            )
        )
        assert await study.is_something_new(session)


async def test_healing_says_what_it_did_and_asks_for_a_study(
    catalogue: Catalogue, crate: None, open_shop: Workshop, ended: Ended
) -> None:
    async with catalogue.begin() as session:
        job_id = await heal.ask(session, only=["tags", "description"])
    job = await done(open_shop, ended, job_id)
    assert job.status == "succeeded", job.error
    assert job.result["tracks"] == len(SONGS)
    async with catalogue.begin() as session:
        assert [one.kind for one in await jobs.listed(session, limit=9, kind="study")] == ["study"]
        given = (await session.scalars(select(Track.title).order_by(Track.id))).all()
    assert given == [f"Song {song.song_id}" for song in SONGS]
