"""What was measured goes into one Parquet file, row by row as the catalogue has it."""

from __future__ import annotations

from pathlib import Path

import pytest
from pyarrow import parquet
from sqlalchemy import insert

from cratedig.catalogue import Catalogue, sounds
from cratedig.catalogue.sounds import Heard, Sound
from cratedig.catalogue.tables import Track
from cratedig.errors import NotPublished
from cratedig.understand import hearing, sound_table


async def hear(catalogue: Catalogue, track_id: int, features: dict[str, float], *, version: str = "1") -> None:
    sound = Sound(track_id, f"{track_id}.flac", f"hash {track_id}", "file")
    async with catalogue.begin() as session:
        await session.execute(insert(Track).values(source="test", title=f"Song {track_id}"))
        await sounds.record(session, [sound])
        await sounds.save_heard(session, [Heard(sound, features)], version=version, receipt=hearing.RECEIPT)


async def test_every_heard_sound_is_a_row_and_every_feature_a_column(catalogue: Catalogue, tmp_path: Path) -> None:
    await hear(catalogue, 1, {"tempo_bpm": 120.0, "rms_mean": 0.25})
    await hear(catalogue, 2, {"tempo_bpm": 90.0, "swing": 2.0}, version="2")
    assert await sound_table.write(catalogue, tmp_path / "sounds.parquet") == 2
    table = parquet.read_table(tmp_path / "sounds.parquet")
    assert table.column_names == [*sound_table.KEPT, "rms_mean", "swing", "tempo_bpm"]
    assert table.to_pylist()[1] == {
        "track_id": 2,
        "title": "Song 2",
        "artist": None,
        "sha256": "hash 2",
        "version": "2",
        "rms_mean": None,
        "swing": 2.0,
        "tempo_bpm": 90.0,
    }


async def test_nothing_heard_is_a_file_without_rows(catalogue: Catalogue, tmp_path: Path) -> None:
    assert await sound_table.write(catalogue, tmp_path / "none.parquet") == 0
    assert parquet.read_table(tmp_path / "none.parquet").num_rows == 0


async def test_a_file_that_cannot_be_written_leaves_nothing(catalogue: Catalogue, tmp_path: Path) -> None:
    (tmp_path / "here").symlink_to(tmp_path / "there")
    with pytest.raises(NotPublished):
        await sound_table.write(catalogue, tmp_path / "here")
    assert not list(tmp_path.glob(".*.part"))  # noqa: ASYNC240 - a test's own folder
