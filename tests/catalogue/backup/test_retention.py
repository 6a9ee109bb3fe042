"""Which scheduled backups go: old ones, never the newest, never a file of somebody else."""

from __future__ import annotations

import os
from datetime import UTC, datetime, timedelta
from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st

from cratedig.catalogue.backup.retention import expired, named, sweep_leftovers

NOW = datetime(2026, 11, 20, 12, tzinfo=UTC)


def test_old_scheduled_backups_go_oldest_first(tmp_path: Path) -> None:
    for days in (0, 29, 31, 90):
        (tmp_path / named(NOW - timedelta(days=days), scheduled=True)).touch()
        (tmp_path / named(NOW - timedelta(days=days))).touch()
    (tmp_path / "scheduled-99999999T999999Z.cratedig.tar").touch()
    (tmp_path / "notes.txt").touch()
    gone = expired(tmp_path, now=NOW, keep_days=30)
    assert [path.name for path in gone] == [named(NOW - timedelta(days=days), scheduled=True) for days in (90, 31)]


@given(st.sets(st.integers(0, 1000), min_size=1, max_size=8), st.integers(1, 400))
def test_the_newest_always_stays(tmp_path_factory: object, days: set[int], keep: int) -> None:
    folder = Path(tmp_path_factory.mktemp("backups"))  # type: ignore[attr-defined]
    paths = {day: folder / named(NOW - timedelta(days=day), scheduled=True) for day in days}
    for path in paths.values():
        path.touch()
    gone = expired(folder, now=NOW, keep_days=keep)
    assert paths[min(days)] not in gone
    assert set(gone) == {path for day, path in paths.items() if day > keep and day != min(days)}


def test_what_killed_backups_left_goes_after_a_day(tmp_path: Path) -> None:
    left = [tmp_path / ".backup-a1", tmp_path / f".{named(NOW)}.x1.part"]
    written = [tmp_path / ".backup-b2", tmp_path / f".{named(NOW)}.y2.part", tmp_path / named(NOW)]
    for path in (*left, *written):
        path.mkdir() if path.name.startswith(".backup") else path.touch()
    (left[0] / "catalogue.dump").touch()
    for path in left:
        os.utime(path, times=(0, 0))
    sweep_leftovers(tmp_path, datetime.now(UTC))
    assert set(tmp_path.iterdir()) == set(written)
