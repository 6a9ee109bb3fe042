"""The kinds of jobs Cratedig has, and when it asks for them by itself. One module to a subject, with its KINDS."""

from __future__ import annotations

from cratedig.jobs.kind import Kind, by_name
from cratedig.jobs.kinds import study, upkeep
from cratedig.jobs.schedule import Tick
from cratedig.settings import Settings

DAY_S = 86_400.0
LOOK_FOR_NEW_S = 30.0


def shipped() -> dict[str, Kind]:
    """Every kind, by its name."""
    return by_name(*study.KINDS, *upkeep.KINDS)


def periodic(_settings: Settings) -> tuple[Tick, ...]:
    """What is asked for in its time."""
    return (
        Tick(study.STUDY, LOOK_FOR_NEW_S, study.is_something_new),
        Tick(upkeep.FORGET, DAY_S),
    )
