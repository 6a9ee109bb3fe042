"""A question as it goes to a finder process: a request, the state to find it in, who listens, and the time so far."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any, Self

import orjson

from cratedig.find.request import Filters, Request
from cratedig.find.stopwatch import Stopwatch
from cratedig.music.mood import Mood


@dataclass(frozen=True, slots=True)
class Listener:
    """Whose taste moves the answer.  now: of `Personal`, with its offset from UTC.  key: of the `Personal` that it is
    to be found with."""

    name: str
    now: datetime
    key: str


@dataclass(frozen=True, slots=True)
class Question:
    """request: without what is known of its listener.  stamp: the catalogue's.  version: in what, and by what, the
    answer is to be found (`version_of`).  started: on the performance counter, which all processes of a machine share.
    stages: milliseconds by stage until it was sent.  alone: no other finder has work now, so that cores are free.
    """

    request: Request
    stamp: str
    version: str
    listener: Listener | None = None
    started: float = 0.0
    stages: Mapping[str, float] = field(default_factory=dict)
    alone: bool = True

    @classmethod
    def of(cls, request: Request, *, stamp: str, version: str, listener: str | None, watch: Stopwatch) -> Self:
        """listener: whose the request's `personal` is."""
        personal = request.personal
        asks = None if listener is None or personal is None else Listener(listener, personal.now, personal.key)
        return cls(replace(request, personal=None), stamp, version, asks, watch.started, watch.stages)

    def packed(self) -> bytes:
        return orjson.dumps(self)

    @classmethod
    def unpacked(cls, packed: bytes) -> Self:
        """What was packed. Raises ValueError, TypeError or KeyError where that cannot be."""
        told = orjson.loads(packed)
        listener = told.pop("listener")
        return cls(
            **told | {"request": _request(told["request"])},
            listener=listener and Listener(**listener | {"now": datetime.fromisoformat(listener["now"])}),
        )

    def watch(self) -> Stopwatch:
        """Going on where the asking process was."""
        return Stopwatch(started=self.started, stages=dict(self.stages))


def version_of(found_with: str, snapshot: str) -> str:
    """Equal where answers are equal, byte for byte. found_with: program, model, weights.  snapshot: its `version`."""
    return f"{found_with} {snapshot}"


def _request(told: dict[str, Any]) -> Request:
    mood = told["mood"]
    filters = Filters(**_with_tuples(told["filters"]))
    return Request(**_with_tuples(told) | {"filters": filters, "mood": mood and Mood(**mood)})


def _with_tuples(told: Mapping[str, Any]) -> dict[str, Any]:
    return {name: tuple(value) if isinstance(value, list) else value for name, value in told.items()}
