"""One part and its state."""

from __future__ import annotations

import time
from collections.abc import Awaitable, Callable
from dataclasses import asdict, dataclass, replace
from typing import Any, Literal

from cratedig.errors import CratedigError

State = Literal["ok", "degraded", "failed"]


@dataclass(frozen=True)
class Component:
    """One part. `advice` says what to do where it is not ok; `latency_ms` is how long asking it took."""

    name: str
    state: State
    detail: str
    advice: str = ""
    latency_ms: float = 0.0

    def as_dict(self) -> dict[str, Any]:
        return asdict(self)


async def asked(name: str, ask: Callable[[], Awaitable[Component]]) -> Component:
    """What `ask` finds, with the time it took; an error of ours is a part that failed."""
    started = time.perf_counter()
    try:
        component = await ask()
    except CratedigError as error:
        component = Component(name, "failed", error.message, error.hint)
    return replace(component, latency_ms=round((time.perf_counter() - started) * 1000, 2))
