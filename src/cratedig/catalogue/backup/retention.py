"""Scheduled backups: their names, and which of them are old enough to go."""

from __future__ import annotations

import re
import shutil
from datetime import UTC, datetime, timedelta
from pathlib import Path

_SCHEDULED = re.compile(r"scheduled-(\d{8}T\d{6}Z)\.cratedig\.tar")
_MOMENT = "%Y%m%dT%H%M%SZ"


def named(now: datetime, *, scheduled: bool = False) -> str:
    """The file name of a backup made at this moment: "cratedig-20261120T210405Z.cratedig.tar"."""
    return f"{'scheduled' if scheduled else 'cratedig'}-{now.astimezone(UTC).strftime(_MOMENT)}.cratedig.tar"


def expired(folder: Path, *, now: datetime, keep_days: float) -> list[Path]:
    """Scheduled backups older than `keep_days`, oldest first; never the newest one, and never any other file."""
    found = sorted((moment, path) for path in folder.iterdir() if (moment := _made_at(path)) is not None)
    oldest_kept = now - timedelta(days=keep_days)
    return [path for moment, path in found[:-1] if moment < oldest_kept]


def sweep_leftovers(folder: Path, now: datetime) -> None:
    """Removes what backups that were killed more than a day ago left: younger ones may still be written."""
    for path in [*folder.glob(".backup-*"), *folder.glob(".*.cratedig.tar.*.part")]:
        if path.stat().st_mtime < (now - timedelta(days=1)).timestamp():
            shutil.rmtree(path) if path.is_dir() else path.unlink()


def _made_at(path: Path) -> datetime | None:
    name = _SCHEDULED.fullmatch(path.name)
    try:
        return datetime.strptime(name[1], _MOMENT).replace(tzinfo=UTC) if name else None
    except ValueError:
        return None
