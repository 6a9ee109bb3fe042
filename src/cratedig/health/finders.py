"""The finder processes: how many there are, and whether they can be asked."""

from __future__ import annotations

from cratedig.find.processes.finders import Finders, Standing
from cratedig.health.component import Component

NAME = "finders"


def component(finders: Finders) -> Component:
    """Nothing depends on them for an answer: what they cannot find is found in the process that answers."""
    standing = finders.standing
    if not standing.size:
        return Component(NAME, "ok", "none: the process that answers finds by itself")
    if standing.able == standing.size:
        return Component(NAME, "ok", _detail(standing))
    return Component(NAME, "degraded", _detail(standing), _ADVICE)


def _detail(standing: Standing) -> str:
    return f"{standing.able} of {standing.size} can be asked, {standing.ended} ended since the start"


_ADVICE = "They are started again by themselves, and answers come meanwhile; where that does not end, see the log."
