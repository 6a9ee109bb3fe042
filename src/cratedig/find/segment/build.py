"""Building the segment from the catalogue: part after part aside, then all of them into one file."""

from __future__ import annotations

import tempfile
from collections.abc import AsyncIterator, Sequence
from pathlib import Path

import anyio

from cratedig.catalogue import Catalogue, Session, segments
from cratedig.catalogue.index_builds import Build, Made
from cratedig.catalogue.segments import SEGMENT, Row
from cratedig.find.segment import container
from cratedig.find.segment.container import Column
from cratedig.find.segment.joining import columns_of, joined
from cratedig.find.segment.reading import segment_of
from cratedig.find.segment.segment import Segment
from cratedig.find.spaces.build import Progress, computed, drafted, path_of, switched
from cratedig.models.style import shipped
from cratedig.publish import Published

PART = 10_000
"""Tracks read at once: about 40 MB."""
FORMAT = 1


def params() -> dict[str, object]:
    """What a file of another program version is told by: how it is laid out, and who guessed its styles."""
    return {"format": FORMAT, "styles": shipped().version}


async def build(
    catalogue: Catalogue,
    *,
    data_dir: Path,
    progress: Progress | None = None,
    turn: anyio.CapacityLimiter | None = None,
) -> Build:
    """Builds the segment and makes it the one that is read; the one before serves until then.

    Its memory is bounded: parts lie in temporary files until they are joined, only the postings are held as a whole.
    Raises NotPublished where the disk takes no more, NotFound where another build began meanwhile.
    """

    async def make(path: Path) -> Made:
        path.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=path.parent, prefix=".parts-") as folder:
            parts = await _set_aside(catalogue, Path(folder), progress, turn)
            written = await computed(turn, _written, parts, path)
        return Made(SEGMENT, params(), sum(map(len, parts)), 1.0, path_of(path), written.sha256, written.size)

    return await switched(catalogue, SEGMENT, data_dir=data_dir, make=make)


async def _set_aside(
    catalogue: Catalogue, folder: Path, progress: Progress | None, turn: anyio.CapacityLimiter | None
) -> list[Segment]:
    async with catalogue.begin() as session:
        total = await segments.count(session)
    parts: list[Segment] = []
    after, done = -1, 0
    while True:
        async with catalogue.begin() as session:
            rows = await segments.part(session, after=after, limit=PART)
        if not rows:
            return parts
        parts.append(await computed(turn, _aside, rows, folder / str(len(parts))))
        after, done = rows[-1].track_id, done + len(rows)
        if progress is not None:
            await progress(done, max(done, total))


def _aside(rows: Sequence[Row], path: Path) -> Segment:
    """The segment of a part, in a file instead of in memory."""
    part = segment_of(rows)
    with path.open("xb") as file:
        container.write(file.write, {name: Column.of(array) for name, array in part.arrays.items()})
    return Segment(container.read(path))


def _written(parts: Sequence[Segment], path: Path) -> Published:
    with drafted(path) as draft:
        container.write(draft.write, columns_of(parts))
    return draft.published


async def read_all(session: Session) -> Segment:
    """The segment of all tracks, in memory: what is read where there is no file."""
    parts = [await anyio.to_thread.run_sync(segment_of, rows) async for rows in _parts(session)]
    return await anyio.to_thread.run_sync(joined, parts)


async def _parts(session: Session) -> AsyncIterator[list[Row]]:
    rows = await segments.part(session, after=-1, limit=PART)
    while rows:
        yield rows
        rows = await segments.part(session, after=rows[-1].track_id, limit=PART)
