"""Everything that was measured of sounds, as one Parquet file: a row a sound, a column a feature."""

from __future__ import annotations

import io
from collections.abc import Sequence
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Any

import anyio

from cratedig.catalogue import Catalogue, sounds
from cratedig.errors import Unavailable
from cratedig.publish import Draft, publishing

if TYPE_CHECKING:
    from typing_extensions import Buffer

CHUNK = 2000  # rows; 2.6 MB of features
KEPT = ("track_id", "title", "artist", "sha256", "version")


async def write(catalogue: Catalogue, path: Path) -> int:
    """Writes the file, whole or not at all. Returns how many sounds it holds.

    Columns: KEPT, then the features by name, float32; a feature that an older version did not measure is null.
    Raises Unavailable where pyarrow is not installed, NotPublished where the file cannot be written.
    """
    arrow, parquet = _libraries()
    names = await _names(catalogue)
    schema = arrow.schema(
        [("track_id", arrow.int64()), *((name, arrow.string()) for name in KEPT[1:])]
        + [(name, arrow.float32()) for name in names]
    )
    rows = after = 0
    with publishing(path) as draft, parquet.ParquetWriter(_Sink(draft), schema, compression="zstd") as writer:
        while found := await _next(catalogue, after):
            table = arrow.table(_columns(found, names), schema=schema)
            await anyio.to_thread.run_sync(writer.write_table, table)
            rows, after = rows + len(found), found[-1][0]
    return rows


def _libraries() -> tuple[Any, Any]:
    try:
        return import_module("pyarrow"), import_module("pyarrow.parquet")  # an extra: types are not there to check
    except ImportError as error:
        raise Unavailable(
            "Parquet is written by pyarrow, which is not installed.", hint="pip install 'cratedig[parquet]'"
        ) from error


async def _next(catalogue: Catalogue, after: int) -> list[tuple[Any, ...]]:
    async with catalogue.begin() as session:
        return await sounds.measured(session, after=after, limit=CHUNK)


async def _names(catalogue: Catalogue) -> list[str]:
    async with catalogue.begin() as session:
        return await sounds.measured_names(session)


def _columns(rows: Sequence[tuple[Any, ...]], names: Sequence[str]) -> dict[str, list[Any]]:
    kept = dict(zip(KEPT, map(list, zip(*(row[:5] for row in rows), strict=True)), strict=True))
    return kept | {name: [row[5].get(name) for row in rows] for name in names}


class _Sink(io.RawIOBase):
    """A draft as the file that pyarrow writes to."""

    def __init__(self, draft: Draft) -> None:
        self._draft = draft
        self._at = 0

    def writable(self) -> bool:
        return True

    def write(self, data: Buffer, /) -> int:
        written = self._draft.write(bytes(data))
        self._at += written
        return written

    def tell(self) -> int:
        return self._at
