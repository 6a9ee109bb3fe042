"""The index of lyrics' lines: what the database finds one by one, changed with it, left where its file is damaged."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from sqlalchemy import text

from cratedig.catalogue import Catalogue, Session, index_builds, lyric_chunks
from cratedig.catalogue.lyric_chunks import Chunk, Near, Unread
from cratedig.find.known import known
from cratedig.find.lyric_search import Lyrics, near_lyrics
from cratedig.find.retrieval import Wanted
from cratedig.find.segment.snapshot import Snapshot
from cratedig.find.spaces.build import build
from cratedig.find.spaces.space import LINES
from cratedig.find.store import Store

from .vectors import Vectors, add_tracks, drawn

N = 300
EACH = 3


async def never(_session: Session, space: str) -> None:
    raise AssertionError(f"the {space} index wanted a rebuild")


async def sing(catalogue: Catalogue, track_id: int, vectors: Vectors) -> None:
    """Gives a track these parts in place of those it had."""
    parts = [Chunk(track_id, at, "", at, 1, vector) for at, vector in enumerate(vectors)]
    async with catalogue.begin() as session:
        await lyric_chunks.save(session, [Unread(track_id, "", "")], parts)


@pytest.fixture
async def sung(catalogue: Catalogue) -> Catalogue:
    """Tracks 1 .. N with EACH parts."""
    await add_tracks(catalogue, N)
    vectors = drawn(N * EACH, LINES.dim, seed=4)
    chunks = [Chunk(1 + at // EACH, at % EACH, "", at % EACH, 1, vector) for at, vector in enumerate(vectors)]
    async with catalogue.begin() as session:
        await lyric_chunks.save(session, [], chunks)
    return catalogue


async def asked(store: Store, vector: Vectors, only: list[int] | None = None) -> tuple[Lyrics, Snapshot]:
    snapshot = await store.snapshot()
    flags = None
    if only is not None:
        flags = np.zeros(len(snapshot), dtype=bool)
        flags[snapshot.rows_of(np.array(only, dtype=np.int64))] = True
    wanted = Wanted(known=known(snapshot, wanted=()), vector=vector, only=flags)
    return await near_lyrics(store.catalogue.lines, snapshot, wanted), snapshot


def same(one: dict[int, Near], other: dict[int, Near]) -> bool:
    places = {track: near.number for track, near in one.items()}
    return places == {track: near.number for track, near in other.items()} and all(
        abs(near.likeness - other[track].likeness) < 2e-3 for track, near in one.items()
    )


@pytest.mark.parametrize("only", [None, list(range(1, N, 2)), [5, 7]], ids=["all", "half", "two"])
async def test_the_index_finds_what_the_database_finds(sung: Catalogue, tmp_path: Path, only: list[int] | None) -> None:
    query = drawn(5, LINES.dim, seed=9)[3]
    before, snapshot = await asked(Store(sung, tmp_path, never), query, only)
    assert LINES.name not in snapshot.indices
    built = await build(sung, LINES, data_dir=tmp_path)
    after, snapshot = await asked(Store(sung, tmp_path, never), query, only)
    assert (built.kind, built.tracks, len(snapshot.indices[LINES.name])) == ("exact", N, N * EACH)
    assert same(dict(before.best), dict(after.best))
    assert only is None or set(after.best) <= set(only)


async def test_lines_that_come_change_and_go_are_found_so_at_once(sung: Catalogue, tmp_path: Path) -> None:
    await build(sung, LINES, data_dir=tmp_path)
    store = Store(sung, tmp_path, never)
    new = drawn(6, LINES.dim, seed=11)

    async def nearest(vector: Vectors) -> Near:
        lyrics, _ = await asked(store, vector)
        return max(lyrics.best.values(), key=lambda near: near.likeness)

    assert (await nearest(new[1])).likeness < 0.99
    await sing(sung, 42, new[:2])
    assert (await nearest(new[1]))[:2] == (42, 1)
    await sing(sung, 42, new[2:3])
    assert (await nearest(new[1])).likeness < 0.99
    assert (await nearest(new[2]))[:2] == (42, 0)
    assert len((await store.snapshot()).indices[LINES.name]) == (N - 1) * EACH + 1
    async with sung.begin() as session:
        await session.execute(text("delete from tracks where id = 42"))
    assert (await nearest(new[2])).likeness < 0.99
    assert len((await store.snapshot()).indices[LINES.name]) == (N - 1) * EACH


async def test_a_track_counts_as_one_change_however_many_its_lines(sung: Catalogue, tmp_path: Path) -> None:
    built = await build(sung, LINES, data_dir=tmp_path)
    await sing(sung, 7, drawn(5, LINES.dim, seed=2))
    async with sung.begin() as session:
        assert list(await index_builds.changes(session, LINES.name, since=built.since)) == [7]


async def test_a_damaged_file_is_left_and_the_database_answers(sung: Catalogue, tmp_path: Path) -> None:
    query = drawn(5, LINES.dim, seed=9)[3]
    built = await build(sung, LINES, data_dir=tmp_path)
    right, _ = await asked(Store(sung, tmp_path, never), query)
    assert built.path is not None
    path = tmp_path / built.path
    path.write_bytes(path.read_bytes()[:-1])
    wanted = []

    async def ask_rebuild(_session: Session, space: str) -> None:
        wanted.append(space)

    found, snapshot = await asked(Store(sung, tmp_path, ask_rebuild), query)
    assert (wanted, LINES.name in snapshot.indices) == ([LINES.name], False)
    assert same(dict(right.best), dict(found.best))


async def test_a_catalogue_without_lyrics_has_an_empty_index(catalogue: Catalogue, tmp_path: Path) -> None:
    await build(catalogue, LINES, data_dir=tmp_path)
    found, _ = await asked(Store(catalogue, tmp_path, never), drawn(1, LINES.dim)[0])
    assert not found.best
