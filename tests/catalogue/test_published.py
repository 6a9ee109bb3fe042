"""A published file is known again by its row, or not read at all."""

from __future__ import annotations

from pathlib import Path

import pytest

from cratedig.catalogue import Catalogue, published
from cratedig.errors import Damaged, NotFound
from cratedig.publish import publish


async def _publish(catalogue: Catalogue, path: Path, data: bytes, data_dir: Path) -> None:
    written = publish(path, data)
    async with catalogue.begin() as session:
        await published.record(session, written, kind="index", data_dir=data_dir)


async def test_the_bytes_that_were_published_are_verified(catalogue: Catalogue, tmp_path: Path) -> None:
    path = tmp_path / "indices" / "tracks.index"
    await _publish(catalogue, path, b"first", tmp_path)
    await _publish(catalogue, path, b"second, longer", tmp_path)
    async with catalogue.begin() as session:
        assert await published.verified(session, tmp_path, path) == path
        (row,) = await published.listed(session, ["index"])
        assert (row.path, row.size) == ("indices/tracks.index", 14)
        assert await published.listed(session, ["backup", "midi"]) == []


@pytest.mark.parametrize("change", [b"fIrst", b"firs", b"first and more", None], ids=["flip", "cut", "longer", "gone"])
async def test_other_bytes_are_refused(catalogue: Catalogue, tmp_path: Path, change: bytes | None) -> None:
    path = tmp_path / "tracks.index"
    await _publish(catalogue, path, b"first", tmp_path)
    path.unlink() if change is None else path.write_bytes(change)
    async with catalogue.begin() as session:
        with pytest.raises(Damaged, match=r"tracks\.index"):
            await published.verified(session, tmp_path, path)


async def test_a_file_without_a_row_is_refused(catalogue: Catalogue, tmp_path: Path) -> None:
    path = tmp_path / "tracks.index"
    await _publish(catalogue, path, b"first", tmp_path)
    async with catalogue.begin() as session:
        await published.forget(session, tmp_path, path)
        with pytest.raises(NotFound):
            await published.verified(session, tmp_path, path)


async def test_a_file_outside_the_data_folder_has_no_row(catalogue: Catalogue, tmp_path: Path) -> None:
    written = publish(tmp_path / "elsewhere", b"data")
    async with catalogue.begin() as session:
        with pytest.raises(ValueError, match="elsewhere"):
            await published.record(session, written, kind="midi", data_dir=tmp_path / "data")
