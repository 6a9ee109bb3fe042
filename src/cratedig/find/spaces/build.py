"""Building the index of a space from the catalogue, and switching to it."""

from __future__ import annotations

import functools
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

import anyio

from cratedig.catalogue import Catalogue, index_builds, published, vectors
from cratedig.catalogue.index_builds import Build, Made
from cratedig.errors import CratedigError
from cratedig.find.spaces.questions import questions
from cratedig.find.spaces.space import Space
from cratedig.models.index.choice import choose
from cratedig.publish import Draft, Published, only_one, publishing, sweep

if TYPE_CHECKING:
    from cratedig.models.index.building import Building
    from cratedig.models.index.layered import LayeredIndex

FOLDER = "indices"
PART = 10_000
"""Tracks read at once: 15 MB of text vectors."""
SAMPLE = 100_000
"""Vectors that centres are learned from at most."""
GRACE_S = 900.0
"""A build that is not live any more stays so long for those who looked it up and have not opened it yet. Who has it
open keeps it: its pages stay when the file's name is gone."""

T = TypeVar("T")
Progress = Callable[[int, int], Awaitable[None]]
"""Told how many tracks are in, and how many there are."""


async def build(
    catalogue: Catalogue,
    space: Space,
    *,
    data_dir: Path,
    progress: Progress | None = None,
    turn: anyio.CapacityLimiter | None = None,
) -> Build:
    """Builds the index and makes it the one that is searched; the one before serves until then. What changes
    meanwhile is put over it by whoever opens it.

    Raises NotPublished where the disk takes no more, NotFound where another build of the space began meanwhile.
    """

    async def make(path: Path) -> Made:
        index, recall = await _filled(catalogue, space, progress, turn)
        written = await anyio.to_thread.run_sync(_written, index, path)
        params = index.params
        return Made(params.kind, params.as_dict(), index.groups, recall, path_of(path), written.sha256, written.size)

    return await switched(catalogue, space.name, data_dir=data_dir, make=make)


async def switched(
    catalogue: Catalogue, name: index_builds.Name, *, data_dir: Path, make: Callable[[Path], Awaitable[Made]]
) -> Build:
    """A build whose file `make` publishes at the path it is given: begun, recorded, switched to; given up where it
    raises."""
    async with catalogue.begin() as session:
        begun = await index_builds.begin(session, name)
    path = data_dir / FOLDER / f"{name}-{begun.id}.index"
    try:
        made = await make(path)
        written = Published(path, made.sha256, made.size)
        async with catalogue.begin() as session:
            await published.record(session, written, kind="index", data_dir=data_dir)
            await index_builds.switch(session, begun, made)
            done = await index_builds.get(session, begun.id)
    except CratedigError as error:
        await _given_up(catalogue, begun, error, path)
        raise
    await clear(catalogue, data_dir=data_dir)
    return done


async def clear(catalogue: Catalogue, *, data_dir: Path, grace_s: float = GRACE_S) -> int:
    """Removes builds that nobody reads any more, rows first; returns how many."""
    async with catalogue.begin() as session:
        left = await index_builds.left(session, grace_s=grace_s)
        for one in left:
            await index_builds.forget(session, one.id)
            if one.path is not None:
                await published.forget(session, data_dir, data_dir / one.path)
    for one in left:
        await anyio.Path(data_dir / FOLDER / f"{one.space}-{one.id}.index").unlink(missing_ok=True)
    return len(left)


async def _filled(
    catalogue: Catalogue, space: Space, progress: Progress | None, turn: anyio.CapacityLimiter | None
) -> tuple[LayeredIndex, float]:
    from cratedig.models.index.building import Building

    async with catalogue.begin() as session:
        total = await vectors.count(session, space.name)
        every = max(1, total // SAMPLE)
        sample = await vectors.sample(session, space.name, every=every, dim=space.dim)
        asked = await questions(session, space)
    params = choose(
        len(sample) * every,
        space.dim,
        space.metric,
        recall=space.recall,
        group=space.parts,
        is_asked_from_afar=space.asked_in is not None,
        coded=space.coded,
    )
    begun = functools.partial(Building, params, sample.vectors, asked=asked, depth=space.depth)
    building = await computed(turn, begun)
    await _fill(catalogue, space, building, total, progress, turn)
    return await computed(turn, functools.partial(building.done, recall=space.recall))


async def _fill(
    catalogue: Catalogue,
    space: Space,
    building: Building,
    total: int,
    progress: Progress | None,
    turn: anyio.CapacityLimiter | None,
) -> None:
    after, done = -1, 0
    while True:
        async with catalogue.begin() as session:
            part = await vectors.part(session, space.name, after=after, limit=PART, dim=space.dim)
        if not len(part):
            return
        await computed(turn, building.add, part.ids, part.vectors)
        after, done = int(part.ids[-1]), done + len(part)
        if progress is not None:
            await progress(done, max(done, total))


async def computed(turn: anyio.CapacityLimiter | None, function: Callable[..., T], *arguments: object) -> T:
    """Runs what computes in a thread, when its turn comes."""
    return await anyio.to_thread.run_sync(functools.partial(function, *arguments), limiter=turn)


def path_of(path: Path) -> str:
    """The path as rows have it, relative to the data folder."""
    return f"{FOLDER}/{path.name}"


@contextmanager
def drafted(path: Path) -> Iterator[Draft]:
    """`publishing` into the folder of indices, from which what killed writers left is removed."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with only_one(path.parent):
        sweep(path.parent)
        with publishing(path) as draft:
            yield draft


def _written(index: LayeredIndex, path: Path) -> Published:
    with drafted(path) as draft:
        index.write(draft.write)
    return draft.published


async def _given_up(catalogue: Catalogue, begun: Build, error: CratedigError, path: Path) -> None:
    async with catalogue.begin() as session:
        await index_builds.fail(session, begun.id, str(error))
    await anyio.Path(path).unlink(missing_ok=True)
