"""A pytest plugin: a test marked `alone` runs while no other test does, however many workers share the run.

Such a test measures seconds that somebody was promised; what another worker computes meanwhile must not count.
"""

from __future__ import annotations

import fcntl
import tempfile
from collections.abc import Generator, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

MARK = "alone: measures time; no test of another worker runs meanwhile"


class Turns:
    """Who runs a test holds the room, with others or alone; who waits for it holds the door, so nobody overtakes."""

    def __init__(self, folder: Path) -> None:
        self._door, self._room = folder / "door", folder / "room"

    @contextmanager
    def one(self, *, alone: bool) -> Iterator[None]:
        with self._door.open("a") as door, self._room.open("a") as room:
            fcntl.flock(door, fcntl.LOCK_EX)
            fcntl.flock(room, fcntl.LOCK_EX if alone else fcntl.LOCK_SH)
            fcntl.flock(door, fcntl.LOCK_UN)
            yield


class Sharing:
    """Tells the workers where they take turns."""

    def __init__(self, folder: str) -> None:
        self._folder = folder

    @pytest.hookimpl(optionalhook=True)
    def pytest_configure_node(self, node: Any) -> None:
        node.workerinput["turns"] = self._folder


class TakingTurns:
    """Of one worker."""

    def __init__(self, turns: Turns) -> None:
        self._turns = turns

    @pytest.hookimpl(wrapper=True, tryfirst=True)
    def pytest_runtest_protocol(self, item: pytest.Item) -> Generator[None, object, object]:
        with self._turns.one(alone=item.get_closest_marker("alone") is not None):
            return (yield)


def pytest_configure(config: pytest.Config) -> None:
    config.addinivalue_line("markers", MARK)
    given = getattr(config, "workerinput", None)
    if given is not None:
        config.pluginmanager.register(TakingTurns(Turns(Path(given["turns"]))))
    elif config.getoption("numprocesses", None):
        folder = tempfile.TemporaryDirectory(prefix="cratedig-turns-")
        config.add_cleanup(folder.cleanup)
        config.pluginmanager.register(Sharing(folder.name))
