"""What a kind of job is, and what becomes of one start of a job."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from cratedig.catalogue.claims import Ending
from cratedig.errors import CratedigError

DEFAULT = "default"
"""The queue of jobs that mostly wait: many at once in a process."""
COMPUTE = "compute"
"""The queue of jobs that mostly compute: one at a time in a process, the next one's reading beside it."""

Run = Callable[..., Awaitable[Any]]
"""`await run(work, **arguments)`; returns the job's result, or a Split."""


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of job. A start of it that takes longer than `limit_s` counts as a crash; higher priorities go first."""

    name: str
    run: Run
    queue: str = DEFAULT
    limit_s: float = 600.0
    priority: int = 0


Kinds = Mapping[str, Kind]


def by_name(*kinds: Kind) -> dict[str, Kind]:
    """The kinds a worker knows."""
    return {kind.name: kind for kind in kinds}


@dataclass(frozen=True, slots=True)
class Split:
    """What a job returns that goes on in parts: when all of them have ended, it goes on itself as kind `then`.

    span: its progress in per cent before and after the parts.
    """

    part: Kind
    arguments: Sequence[dict[str, Any]]
    then: Kind
    span: tuple[float, float] = (0.0, 100.0)


@dataclass(frozen=True, slots=True)
class GiveBack:
    """This start comes to nothing; the job goes back into the queue. Uncounted, it is as if it had not been.

    is_death: it hung or ran out of memory, and may do so again: the next start has its process for itself.
    """

    is_counted: bool
    delay_s: float = 0.0
    is_death: bool = False


Outcome = Ending | GiveBack | Split


class Stopped(Exception):
    """Raised in a job that was cancelled, at the next place where it reports or writes."""


class PartsFailed(CratedigError):
    """Some parts of a job did not succeed; what the others did is kept."""

    code = "parts_failed"
