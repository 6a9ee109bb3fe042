"""Indices of a real catalogue: built, searched, changed with it, left when a newer one is there."""

from __future__ import annotations

import asyncio
from pathlib import Path

import numpy as np
import pytest
from sqlalchemy import text

from cratedig.catalogue import Catalogue, Session, index_builds, published, vectors
from cratedig.errors import NotFound
from cratedig.find.spaces.build import FOLDER, build, clear
from cratedig.find.spaces.shelf import Shelf
from cratedig.find.spaces.space import MOOD, SPACES, TEXT, Space
from nearby import Nearest, nearest

from .vectors import Vectors, add_tracks, drawn, moods

N = 600
OF_TRACKS = [SPACES[name] for name in vectors.SPACES]


async def never(_session: Session, space: str) -> None:
    raise AssertionError(f"the {space} index wanted a rebuild")


async def ask(catalogue: Catalogue, shelf: Shelf, space: Space, vector: Vectors, k: int = 10) -> Nearest:
    async with catalogue.begin() as session:
        await shelf.refresh(session)
        return await nearest(session, shelf, space, vector, k)


def vectors_of(space: Space, n: int = N, seed: int = 1) -> Vectors:
    return moods(n, seed) if space is MOOD else drawn(n, space.dim, seed)


@pytest.mark.parametrize("space", OF_TRACKS, ids=lambda space: space.name)
async def test_an_index_and_the_catalogue_give_the_same_answer(
    catalogue: Catalogue, tmp_path: Path, space: Space
) -> None:
    await add_tracks(catalogue, N)
    shelf = Shelf(tmp_path, never)
    query = vectors_of(space, 3, seed=8)[1]
    before = await ask(catalogue, shelf, space, query, 40)
    built = await build(catalogue, space, data_dir=tmp_path)
    after = await ask(catalogue, shelf, space, query, 40)
    assert (before.by, after.by, built.state, built.tracks) == ("database", "index", "live", N)
    assert len(np.intersect1d(before.hits.ids, after.hits.ids)) >= 39  # pgvector's graph may leave one out
    np.testing.assert_allclose(before.hits.scores[:10], after.hits.scores[:10], atol=1e-4)


@pytest.mark.parametrize("space", OF_TRACKS, ids=lambda space: space.name)
async def test_what_changes_in_the_catalogue_is_found_at_once(
    catalogue: Catalogue, tmp_path: Path, space: Space
) -> None:
    await add_tracks(catalogue, N)
    await build(catalogue, space, data_dir=tmp_path)
    shelf = Shelf(tmp_path, never)
    new = vectors_of(space, 5, seed=9)
    assert (await ask(catalogue, shelf, space, new[2], 1)).hits.ids[0] <= N
    await add_tracks(catalogue, 5, first=N + 1, seed=9)
    assert (await ask(catalogue, shelf, space, new[2], 1)).hits.ids.tolist() == [N + 3]
    async with catalogue.begin() as session:
        await session.execute(text("delete from tracks where id in (:one, 7)"), {"one": N + 3})
    seen = (await ask(catalogue, shelf, space, new[2], N + 10)).hits.ids
    assert len(seen) == N + 3
    assert not np.isin([N + 3, 7], seen).any()


async def test_a_changed_mood_moves_its_track(catalogue: Catalogue, tmp_path: Path) -> None:
    await add_tracks(catalogue, N)
    await build(catalogue, MOOD, data_dir=tmp_path)
    shelf = Shelf(tmp_path, never)
    async with catalogue.begin() as session:
        await session.execute(text("update tracks set valence = 0.999, arousal = -0.999 where id = 42"))
    corner = np.array([0.999, -0.999], dtype=np.float32)
    assert (await ask(catalogue, shelf, MOOD, corner, 1)).hits.ids.tolist() == [42]
    async with catalogue.begin() as session:
        await session.execute(text("update tracks set valence = null, arousal = null where id = 42"))
    assert 42 not in (await ask(catalogue, shelf, MOOD, corner, N)).hits.ids


async def test_what_is_committed_while_an_index_is_built_is_not_lost(catalogue: Catalogue, tmp_path: Path) -> None:
    """A transaction that was open before the build began, and ends after it."""
    await add_tracks(catalogue, N)
    written, may_commit = asyncio.Event(), asyncio.Event()

    async def slow() -> None:
        async with catalogue.begin() as session:
            await session.execute(text("update tracks set valence = 0.999, arousal = 0.999 where id = 5"))
            await session.execute(text("delete from tracks where id = 6"))
            written.set()
            await may_commit.wait()

    async with asyncio.TaskGroup() as together:
        together.create_task(slow())
        await written.wait()
        await build(catalogue, MOOD, data_dir=tmp_path)
        shelf = Shelf(tmp_path, never)
        corner = np.array([0.999, 0.999], dtype=np.float32)
        assert 6 in (await ask(catalogue, shelf, MOOD, corner, N)).hits.ids
        may_commit.set()
    seen = (await ask(catalogue, shelf, MOOD, corner, N)).hits.ids
    assert seen[0] == 5
    assert 6 not in seen


async def test_readers_move_to_a_newer_build_and_the_old_one_leaves_later(catalogue: Catalogue, tmp_path: Path) -> None:
    await add_tracks(catalogue, N)
    old = await build(catalogue, MOOD, data_dir=tmp_path)
    shelf = Shelf(tmp_path, never)
    query = moods(1, 3)[0]
    first = await ask(catalogue, shelf, MOOD, query)
    new = await build(catalogue, MOOD, data_dir=tmp_path)
    assert await clear(catalogue, data_dir=tmp_path) == 0
    assert old.path is not None
    assert (tmp_path / old.path).exists()
    assert shelf.builds() == {"mood": old.id}
    second = await ask(catalogue, shelf, MOOD, query)
    assert shelf.builds() == {"mood": new.id}
    assert np.array_equal(first.hits.ids, second.hits.ids)
    assert await clear(catalogue, data_dir=tmp_path, grace_s=0) == 1
    assert [path.name for path in (tmp_path / FOLDER).glob("*.index")] == [f"mood-{new.id}.index"]
    async with catalogue.begin() as session:
        assert [one.id for one in await index_builds.listed(session)] == [new.id]
        assert [one.path for one in await published.listed(session, ["index"])] == [new.path]


async def test_a_build_that_another_overtook_does_not_become_live(catalogue: Catalogue) -> None:
    async with catalogue.begin() as session:
        slow = await index_builds.begin(session, "mood")
    async with catalogue.begin() as session:
        await index_builds.begin(session, "mood")
    made = index_builds.Made("exact", {}, 0, 1.0, "indices/x", "0", 0)
    with pytest.raises(NotFound, match="given up"):
        async with catalogue.begin() as session:
            await index_builds.switch(session, slow, made)
    async with catalogue.begin() as session:
        assert await index_builds.live(session) == {}


async def test_an_index_is_due_when_much_has_changed_and_the_catalogue_is_quiet(
    catalogue: Catalogue, tmp_path: Path
) -> None:
    async def is_due() -> bool:
        async with catalogue.begin() as session:
            return await index_builds.is_due(session, "mood")

    async def be_quiet() -> None:
        """As if everything had been written a while ago."""
        async with catalogue.begin() as session:
            while_ago = "update index_changes set changed_at = changed_at - make_interval(secs => :ago)"
            await session.execute(text(while_ago), {"ago": 2 * index_builds.QUIET_S})

    assert not await is_due()
    await add_tracks(catalogue, 10)
    await be_quiet()
    assert not await is_due()  # a small catalogue needs none
    await add_tracks(catalogue, index_builds.DUE_FROM, first=1000)
    assert not await is_due()
    await be_quiet()
    assert await is_due()
    await build(catalogue, MOOD, data_dir=tmp_path)
    assert not await is_due()
    await add_tracks(catalogue, index_builds.DUE_FROM + 1, first=5000)
    assert await is_due()  # more than half of what there was


async def test_a_build_makes_older_changes_superfluous(catalogue: Catalogue, tmp_path: Path) -> None:
    await add_tracks(catalogue, N)
    built = await build(catalogue, TEXT, data_dir=tmp_path)
    async with catalogue.begin() as session:
        changes = await index_builds.changes(session, "text", since=built.since)
        left = await session.scalar(text("select count(*) from index_changes where space = 'text'"))
    assert (len(changes), left) == (0, 0)


async def test_an_empty_catalogue_has_an_empty_index(catalogue: Catalogue, tmp_path: Path) -> None:
    for space in OF_TRACKS:
        await build(catalogue, space, data_dir=tmp_path)
        found = await ask(catalogue, Shelf(tmp_path, never), space, vectors_of(space, 1)[0])
        assert (found.by, len(found.hits)) == ("index", 0)
