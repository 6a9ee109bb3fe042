"""Study resumes, repeats nothing, and ends with the same result."""

from __future__ import annotations

import asyncio

import numpy as np
from sqlalchemy import text

from cratedig.catalogue import Catalogue
from cratedig.lab.crate import fill
from cratedig.models.embedder import TextEmbedder
from cratedig.models.mood import MoodHead
from cratedig.understand.study import COMMON, ENOUGH, common_directions, refresh, study_mood, study_text

TRACKS = [{"title": f"Song number {number}", "artist": "Ana"} for number in range(7)]


async def rows(catalogue: Catalogue, statement: str) -> list[tuple[object, ...]]:
    async with catalogue.begin() as session:
        return [tuple(row) for row in await session.execute(text(statement))]


async def test_a_study_stopped_early_goes_on(catalogue: Catalogue, embedder: TextEmbedder) -> None:
    await fill(catalogue, TRACKS, source="test")
    assert (await study_text(catalogue, embedder, limit=3)).done == 3
    assert (await study_text(catalogue, embedder)).done == 4
    assert (await study_text(catalogue, embedder)).done == 0
    assert await rows(catalogue, "select tracks from word_counts where lexeme in ('', 'song') order by 1") == [
        (7,),
        (7,),
    ]


async def test_a_changed_track_is_studied_again_and_only_it(catalogue: Catalogue, embedder: TextEmbedder) -> None:
    await fill(catalogue, TRACKS, source="test")
    await study_text(catalogue, embedder)
    async with catalogue.begin() as session:
        await session.execute(text("update tracks set genre = 'Dub' where title = 'Song number 3'"))
    assert (await study_text(catalogue, embedder)).done == 1
    assert await rows(catalogue, "select tracks from word_counts where lexeme = 'genre dub'") == [(1,)]


async def test_progress_reaches_the_total(catalogue: Catalogue, embedder: TextEmbedder) -> None:
    await fill(catalogue, TRACKS, source="test")
    seen: list[tuple[int, int]] = []
    await study_text(catalogue, embedder, redo=True, progress=lambda done, total: seen.append((done, total)))
    assert seen[-1] == (7, 7)


async def test_a_mood_comes_with_its_receipt_and_a_given_one_stays(
    catalogue: Catalogue, embedder: TextEmbedder
) -> None:
    await fill(catalogue, [{"title": "Tears in the cold rain"}, {"title": "Happy sunny party"}], source="test")
    async with catalogue.begin() as session:
        await session.execute(text("update tracks set valence = -1, arousal = -1 where title like 'Happy%'"))
    done = await study_mood(catalogue, embedder, MoodHead.load(), redo=True)
    assert (done.done, done.unread) == (1, 0)
    found = await rows(catalogue, "select valence < 0, receipts ? 'mood' from tracks order by id")
    assert found == [(True, True), (True, False)]


def test_few_texts_have_nothing_in_common() -> None:
    rng = np.random.default_rng(0)
    vectors = rng.normal(size=(ENOUGH, 384)).astype(np.float32)
    assert common_directions(vectors[:-1]).shape == (0, 384)
    found = common_directions(vectors)
    assert found.shape == (1 + COMMON, 384)
    assert np.allclose(found[1:] @ found[1:].T, np.eye(COMMON), atol=1e-5)


async def test_studies_that_end_at_once_count_one_after_the_other(catalogue: Catalogue, embedder: TextEmbedder) -> None:
    await fill(catalogue, TRACKS, source="test")
    await study_text(catalogue, embedder)
    await asyncio.gather(*(refresh(catalogue, changed=True) for _ in range(4)))
    assert await rows(catalogue, "select tracks from word_counts where lexeme = ''") == [(7,)]
