"""A test that measures time has the machine to itself, and is not kept waiting by those that come after it."""

from __future__ import annotations

import fcntl
import threading
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path

from alone import Turns

SLOW_S = 60.0


class Stay:
    """Somebody who takes a turn, and ends it when told to."""

    def __init__(self, pool: ThreadPoolExecutor, folder: Path, *, alone: bool) -> None:
        self.is_in, self.leave = threading.Event(), threading.Event()
        self._done: Future[None] = pool.submit(self._stay, Turns(folder), alone)

    def _stay(self, turns: Turns, alone: bool) -> None:
        with turns.one(alone=alone):
            self.is_in.set()
            assert self.leave.wait(SLOW_S)

    def comes_in(self) -> bool:
        return self.is_in.wait(SLOW_S)

    def ends(self) -> None:
        self.leave.set()
        self._done.result(SLOW_S)


def test_others_run_together_and_one_that_is_alone_waits_for_all_and_lets_none_in(tmp_path: Path) -> None:
    with ThreadPoolExecutor(4) as pool:
        first, second = (Stay(pool, tmp_path, alone=False) for _ in range(2))
        assert first.comes_in()
        assert second.comes_in()
        alone = Stay(pool, tmp_path, alone=True)
        while not _is_held(tmp_path / "door"):
            pass
        late = Stay(pool, tmp_path, alone=False)
        first.ends()
        assert not alone.is_in.wait(0.1)
        second.ends()
        assert alone.comes_in()
        assert not late.is_in.wait(0.1)
        alone.ends()
        assert late.comes_in()
        late.ends()


def _is_held(path: Path) -> bool:
    """Whether somebody waits at the door."""
    with path.open("a") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return True
        return False
