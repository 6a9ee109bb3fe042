"""The scheduled backup, and what is kept of those before it (settings: backup)."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import anyio

from cratedig.catalogue import Session, published
from cratedig.catalogue.backup import back_up, rehearse, retention
from cratedig.jobs.kind import Kind
from cratedig.jobs.work import Work
from cratedig.settings import Settings

LIMIT_S = 6 * 3600.0


async def _back_up(work: Work) -> dict[str, Any]:
    """Makes a backup, restores it beside the catalogue to be sure, and removes what is too old."""
    settings = work.shop.settings
    folder = settings.backup.folder or settings.data_dir / "backups"
    path = folder / await work.once("name", _named)
    await work.report(5, step="writing")
    manifest, written = await back_up(work.catalogue.url, path, data_dir=settings.data_dir)
    await work.report(50, step="restoring it beside the catalogue")
    await rehearse(path, work.catalogue.url)
    await work.report(95, step="removing old ones")

    async def record(session: Session) -> None:
        if _is_inside(path, settings):
            await published.record(session, written, kind="backup", data_dir=settings.data_dir)

    await work.once("record", record)
    removed = await _remove_expired(work, folder)
    return {"file": str(path), "size": written.size, "rows": manifest.rows, "removed": removed}


async def _named(_session: Session) -> str:
    """Chosen once, so that a start after a crash writes the same file."""
    return retention.named(datetime.now(UTC), scheduled=True)


async def _remove_expired(work: Work, folder: Path) -> int:
    settings = work.shop.settings
    now = datetime.now(UTC)
    expired = await anyio.to_thread.run_sync(
        lambda: retention.expired(folder, now=now, keep_days=settings.backup.keep_days)
    )
    for path in expired:
        if _is_inside(path, settings):
            async with work.catalogue.begin() as session:
                await published.forget(session, settings.data_dir, path)
        await anyio.Path(path).unlink(missing_ok=True)
    await anyio.to_thread.run_sync(retention.sweep_leftovers, folder, now)
    return len(expired)


def _is_inside(path: Path, settings: Settings) -> bool:
    return path.resolve().is_relative_to(settings.data_dir.resolve())


BACK_UP = Kind("backup", _back_up, limit_s=LIMIT_S)
KINDS = (BACK_UP,)
