"""Promise 6: an index file is right or absent. A file with one bit, its end or all of it changed is never read."""

from __future__ import annotations

import random
from collections.abc import Iterator
from pathlib import Path

import anyio
import numpy as np
import pytest
from sqlalchemy import text

from cratedig.catalogue import Catalogue, Session, index_builds, jobs, vectors
from cratedig.catalogue.index_builds import Build
from cratedig.errors import Damaged
from cratedig.find.segment.build import build as build_segment
from cratedig.find.segment.container import read
from cratedig.find.spaces.build import build
from cratedig.find.spaces.shelf import Shelf, opened
from cratedig.find.spaces.space import MOOD, SPACES, Space
from cratedig.find.store import Store
from cratedig.jobs.kind import by_name
from cratedig.jobs.kinds import index
from cratedig.jobs.worker import Rhythm, working
from cratedig.jobs.workshop import Workshop
from cratedig.models.index.contract import Params
from cratedig.models.index.structure import Structure
from cratedig.settings import Settings
from nearby import nearest
from tests.faults.sizes import size

N = 400
OF_TRACKS = [SPACES[name] for name in vectors.SPACES]
"""The file of lyrics' lines is of the same kind, and read by the same code: tests/find/spaces/test_lines.py."""
EACH = size(p=66, r=4000)
"""Mutants of each of the three spaces' files, and of the segment's; with one missing of each, more than 260."""


async def add_tracks(session: Session, n: int) -> None:
    await session.execute(text("select setseed(0.5)"))
    await session.execute(
        text(
            """insert into tracks (id, source, valence, arousal, audio_embedding)
            select i, 'test', random() * 2 - 1, random() * 2 - 1,
                cast(array(select random() - 0.5 + i * 0 from generate_series(1, 128)) as vector)
            from generate_series(1, :n) i"""
        ),
        {"n": n},
    )
    await session.execute(
        text(
            """insert into track_texts (track_id, digest, words, embedding)
            select i, '', '', l2_normalize(cast(array(select random() - 0.5 + i * 0
                from generate_series(1, 384)) as vector)) from generate_series(1, :n) i"""
        ),
        {"n": n},
    )


def mutants(whole: bytes, others: list[bytes], count: int) -> Iterator[bytes]:
    """Flipped bits, cut ends, added ends, swapped parts, files of other builds."""
    chance = random.Random(20261121)
    for at in range(count):
        place = chance.randrange(len(whole))
        bit = whole[:place] + bytes([whole[place] ^ 1 << chance.randrange(8)]) + whole[place + 1 :]
        yield (bit, whole[:place], whole + bytes(1 + place % 9), whole[place:] + whole[:place] or b"\0", *others)[
            at % (4 + len(others))
        ]


class Rebuilds:
    """Asks for rebuilds as the product does, and remembers how often it was asked."""

    def __init__(self) -> None:
        self.asked: list[str] = []

    async def ask(self, session: Session, space: str) -> str:
        self.asked.append(space)
        return await index.ask(session, space)


async def answer(catalogue: Catalogue, shelf: Shelf, space: Space) -> tuple[str, int]:
    """Who answered, and how many tracks were found."""
    vector = np.full(space.dim, 1 / np.sqrt(space.dim), dtype=np.float32)
    async with catalogue.begin() as session:
        await shelf.refresh(session)
        found = await nearest(session, shelf, space, vector, 20)
    return found.by, len(found.hits)


async def revive(catalogue: Catalogue, build_id: str) -> None:
    """As if nobody had looked at the file yet."""
    async with catalogue.begin() as session:
        await session.execute(text("update index_builds set state = 'live' where id = :id"), {"id": build_id})


@pytest.mark.parametrize("space", OF_TRACKS, ids=lambda space: space.name)
async def test_a_damaged_index_file_is_refused_unread_and_the_catalogue_answers(
    catalogue: Catalogue, tmp_path: Path, space: Space
) -> None:
    async with catalogue.begin() as session:
        await add_tracks(session, N)
    others = [await build(catalogue, space, data_dir=tmp_path), await build(catalogue, space, data_dir=tmp_path)]
    async with catalogue.begin() as session:
        await session.execute(text("update tracks set valence = -valence"))
        await session.execute(text("delete from tracks where id = 1"))
    live = await build(catalogue, space, data_dir=tmp_path)
    assert live.path is not None
    path = tmp_path / live.path
    whole = path.read_bytes()
    contents = [one for one in (contents_of(tmp_path, other) for other in others) if one != whole]
    assert contents
    rebuilds = Rebuilds()
    for mutant in mutants(whole, contents, EACH):
        path.write_bytes(mutant)
        assert await answer(catalogue, Shelf(tmp_path, rebuilds.ask), space) == ("database", 20)
        await revive(catalogue, live.id)
    path.unlink()
    assert await answer(catalogue, Shelf(tmp_path, rebuilds.ask), space) == ("database", 20)
    await revive(catalogue, live.id)
    async with catalogue.begin() as session:
        (job,) = await jobs.listed(session, limit=10, kind=index.INDEX.name)
    assert rebuilds.asked == [space.name] * (EACH + 1)
    assert (job.status, job.arguments) == ("queued", {"space": space.name})
    path.write_bytes(whole)
    assert await answer(catalogue, Shelf(tmp_path, rebuilds.ask), space) == ("index", 20)


def contents_of(data_dir: Path, one: Build) -> bytes:
    assert one.path is not None
    return (data_dir / one.path).read_bytes()


async def test_a_damaged_segment_is_refused_unread_and_the_catalogue_is_read(
    catalogue: Catalogue, tmp_path: Path
) -> None:
    async with catalogue.begin() as session:
        await add_tracks(session, N)
    other = await build_segment(catalogue, data_dir=tmp_path)
    async with catalogue.begin() as session:
        await session.execute(text("delete from tracks where id = 1"))
    live = await build_segment(catalogue, data_dir=tmp_path)
    assert live.path is not None
    path = tmp_path / live.path
    whole = path.read_bytes()
    rebuilds = Rebuilds()

    async def opened_build() -> str | None:
        """Which file was read; whatever was, every track is found."""
        snapshot = await Store(catalogue, tmp_path, rebuilds.ask).snapshot()
        assert (snapshot.tracks, snapshot.rows_of(np.array([1, N])).tolist()) == (N - 1, [-1, N - 2])
        return snapshot.builds.get("segment")

    for mutant in mutants(whole, [contents_of(tmp_path, other)], EACH):
        path.write_bytes(mutant)
        assert await opened_build() is None
        await revive(catalogue, live.id)
    path.unlink()
    assert await opened_build() is None
    await revive(catalogue, live.id)
    assert rebuilds.asked == ["segment"] * (EACH + 1)
    path.write_bytes(whole)
    assert await opened_build() == live.id


def test_a_file_that_is_no_segment_is_refused_by_its_reader_too(tmp_path: Path) -> None:
    """Were the hash not checked first."""
    for at, content in enumerate((b"", b"not a segment", b"cratedig segment 1\n" + b"\xff" * 100)):
        path = tmp_path / str(at)
        path.write_bytes(content)
        with pytest.raises(ValueError, match="no segment"):
            read(path)


async def test_a_mutant_never_reaches_the_library(catalogue: Catalogue, tmp_path: Path) -> None:
    """The hash is checked first; and a file that is no index is refused by the library too, were it handed one."""
    async with catalogue.begin() as session:
        await add_tracks(session, N)
    live = await build(catalogue, MOOD, data_dir=tmp_path)
    assert live.path is not None
    (tmp_path / live.path).write_bytes(b"not an index")
    async with catalogue.begin() as session:
        with pytest.raises(Damaged, match="It was not read"):
            await opened(session, live, tmp_path)
    assert live.params is not None
    with pytest.raises(ValueError, match="not an index of kind"):
        Structure.read(tmp_path / live.path, Params.of(live.params))


async def test_a_worker_builds_a_damaged_index_anew(catalogue: Catalogue, tmp_path: Path) -> None:
    async with catalogue.begin() as session:
        await add_tracks(session, N)
    damaged = await build(catalogue, MOOD, data_dir=tmp_path)
    assert damaged.path is not None
    (tmp_path / damaged.path).write_bytes(b"")
    shelf = Shelf(tmp_path, index.ask)
    assert await answer(catalogue, shelf, MOOD) == ("database", 20)
    shop = Workshop(Settings.load(data_dir=tmp_path), catalogue)
    async with working(shop, by_name(index.INDEX), Rhythm(heartbeat_s=0.2, stalled_after_s=1.0)):
        for _ in range(1200):
            async with catalogue.begin() as session:
                (job,) = await jobs.listed(session, limit=10, kind=index.INDEX.name)
            if job.is_finished:
                break
            await anyio.sleep(0.05)
    assert (job.status, job.error) == ("succeeded", None)
    assert await answer(catalogue, shelf, MOOD) == ("index", 20)
    async with catalogue.begin() as session:
        states = {one.id: one.state for one in await index_builds.listed(session)}
    assert sorted(states.values()) == ["failed", "live"]
    assert states[damaged.id] == "failed"
