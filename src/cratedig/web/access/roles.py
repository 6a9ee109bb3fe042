"""The role matrix: one row for every route. An application with a route that has no row does not start."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from enum import IntEnum

from fastapi.routing import iter_route_contexts
from starlette.routing import BaseRoute, Mount, WebSocketRoute

ALIASED = "/api/v1"


class Role(IntEnum):
    """A higher role may do what a lower one may."""

    READER = 1
    EDITOR = 2
    ADMIN = 3


@dataclass(frozen=True)
class Row:
    """What a route asks of its caller.

    role: the least that is needed; None where the route is open to everyone.
    cost: how many requests it counts as against the caller's limit; 0 is not counted.
    endless: an event stream or a sound, which the limit on a request's time leaves alone.
    """

    role: Role | None
    cost: int = 1
    endless: bool = False


_READ = Row(Role.READER)
_EDIT = Row(Role.EDITOR)
_OPEN = Row(None)
_PROBE = Row(None, cost=0)

MATRIX: dict[str, Row] = {
    # find
    "POST /api/v1/recommend": _READ,
    "POST /api/v1/recommend/batch": Row(Role.READER, cost=8),
    "POST /api/v1/search": _READ,
    "POST /api/v1/journey": Row(Role.READER, cost=4),  # up to a second of one core
    "GET /api/v1/track/{track_id}": _READ,
    "GET /api/v1/track/{track_id}/why": _READ,
    "GET /api/v1/track/{track_id}/similar": _READ,
    "GET /api/v1/track/{track_id}/audio": Row(Role.READER, endless=True),  # a player reads as it plays
    # lyrics: a chat model is for editors (web/analyzing.py), as it may cost money
    "POST /api/v1/analyze": _READ,
    "GET /api/v1/track/{track_id}/analysis": _READ,
    "POST /api/v1/batch": Row(Role.EDITOR, cost=8),
    "GET /api/v1/batch/{task_id}/results": Row(Role.EDITOR, cost=4),
    "GET /api/v1/models/info": _READ,
    # drums: what is made is kept, and a chat model may cost money
    "POST /api/v1/generate": Row(Role.EDITOR, cost=4),
    "GET /api/v1/grooves/{groove_id}-{variation}.mid": _READ,
    "GET /api/v1/artists": _READ,
    "GET /api/v1/similar/{artist}": _READ,
    "GET /api/v1/capabilities": _READ,
    # listening: a caller's own, which moves nobody else's results
    "POST /api/v1/listening": _READ,
    "GET /api/v1/listening": _READ,
    "DELETE /api/v1/listening": _READ,
    "POST /api/v1/listening/{event_id}/undo": _READ,
    # tasks
    "GET /api/v1/task/{task_id}": _READ,
    "GET /api/v1/tasks": _READ,
    "GET /api/v1/task/{task_id}/events": Row(Role.READER, endless=True),
    "POST /api/v1/task/{task_id}/cancel": _EDIT,
    "POST /api/v1/study": _EDIT,
    "POST /api/v1/heal": _EDIT,
    # system
    "GET /api/v1/cache/stats": _READ,
    "GET /live": _PROBE,
    "GET /ready": _PROBE,
    "GET /health": _OPEN,  # without a role only names, states and latencies
    "GET /metrics": _READ,
    "GET /openapi.json": _OPEN,
    "GET /docs": _OPEN,
    # pages
    "GET /": _READ,
    "GET /track/{track_id}": _READ,
    "GET /track/{track_id}/lyric": _READ,
    "GET /analyze": _READ,
    "POST /analyze/lyric": _READ,
    "GET /drummers": _READ,
    "POST /drummers": Row(Role.EDITOR, cost=4),
    "GET /drummers/{groove_id}": _READ,
    "GET /yours": _READ,
    "POST /yours/track/{track_id}": _READ,
    "POST /yours/undo/{event_id}": _READ,
    "POST /yours/forget": _READ,
    "GET /collection": _READ,
    "POST /collection/heal": _EDIT,
    "POST /collection/study": _EDIT,
    "POST /collection/cancel/{task_id}": _EDIT,
    "GET /login": _OPEN,
    "POST /login": _OPEN,
    "POST /logout": _OPEN,
    "GET /static": _PROBE,
}
"""`METHOD template` -> row. A path without the prefix is an alias: the row of its operation is its own."""


@dataclass(frozen=True)
class Guarded:
    """A route as the application holds it, with its row. `prefix`: it answers all that stands below its path too."""

    method: str
    path: str
    row: Row
    prefix: bool = False


class Unlisted(Exception):
    """Routes without a row in the matrix."""


def row_of(method: str, path: str) -> Row | None:
    """The row of a route; what a parameter may hold ("{name:path}") is no matter of roles."""
    path = path.replace(":path}", "}")
    return MATRIX.get(f"{method} {path}") or MATRIX.get(f"{method} {ALIASED}{path}")


def guarded(routes: Iterable[BaseRoute]) -> list[Guarded]:
    """Every route with its row, in the order in which they match. Raises Unlisted."""
    listed, unlisted = [], []
    for method, path, prefix in _methods(routes):
        row = row_of(method, path)
        if row is None:
            unlisted.append(f"{method} {path}")
        else:
            listed.append(Guarded(method, path, row, prefix))
    if unlisted:
        raise Unlisted(f"No row in web/access/roles.py: {', '.join(sorted(unlisted))}")
    return listed


def _methods(routes: Iterable[BaseRoute]) -> Iterator[tuple[str, str, bool]]:
    """(method, template, is it a mount); HEAD goes with GET, a web socket's method is called WEBSOCKET."""
    for route in iter_route_contexts(list(routes)):
        path = route.path or ""
        if isinstance(route.original_route, Mount):
            yield "GET", path, True
        elif isinstance(route.original_route, WebSocketRoute):
            yield "WEBSOCKET", path, False
        else:
            for method in sorted((route.methods or {"*"}) - {"HEAD"}):
                yield method, path, False
