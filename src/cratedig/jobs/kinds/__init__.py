"""The kinds of jobs Cratedig has, and when it asks for them by itself. One module to a subject, with its KINDS."""

from __future__ import annotations

from cratedig.jobs.kind import Kind, by_name
from cratedig.jobs.kinds import backup, batch, demo, drums, heal, hear, index, links, read, study, taste, upkeep
from cratedig.jobs.schedule import Tick
from cratedig.settings import Settings

DAY_S = 86_400.0
HOUR_S = 3_600.0
LOOK_FOR_NEW_S = 30.0
LOOK_FOR_DUE_S = 60.0


def shipped() -> dict[str, Kind]:
    """Every kind, by its name."""
    return by_name(
        *study.KINDS,
        *hear.KINDS,
        *read.KINDS,
        *drums.KINDS,
        *batch.KINDS,
        *heal.KINDS,
        *demo.KINDS,
        *upkeep.KINDS,
        *backup.KINDS,
        *links.KINDS,
        *index.KINDS,
        *taste.KINDS,
    )


def periodic(settings: Settings) -> tuple[Tick, ...]:
    """What is asked for in its time."""
    backups = [Tick(backup.BACK_UP, settings.backup.every_hours * HOUR_S)] if settings.backup.every_hours else []
    looks = [Tick(links.LINKS, DAY_S)] if links.is_periodic(settings) else []
    return (
        Tick(study.STUDY, LOOK_FOR_NEW_S, study.is_something_new, once_key=study.key()),
        Tick(taste.TASTE, HOUR_S, taste.is_due, once_key=taste.KEY),
        Tick(index.DUE, LOOK_FOR_DUE_S, index.is_anything_due),
        Tick(upkeep.FORGET, DAY_S),
        Tick(batch.EXPIRE, HOUR_S),
        *backups,
        *looks,
    )
