"""The state of every part: what `doctor` prints and `/health` answers."""

from cratedig.health.analysis import coverage
from cratedig.health.component import Component, State
from cratedig.health.connections import check_room, connections
from cratedig.health.quick import examine, of_app

__all__ = ["Component", "State", "check_room", "connections", "coverage", "examine", "of_app"]
