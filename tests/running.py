"""A real `cratedig up` in a process of its own, which a test may stop, kill and start again."""

from __future__ import annotations

import contextlib
import os
import re
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import anyio
import httpx2
import psutil

SLOW_S = 60.0
"""What nobody promised a time for takes no longer, however busy the machine is."""


def postmaster_of(data_dir: Path) -> int | None:
    """The process of the embedded server, from the file it writes; None while there is none."""
    try:
        return int((data_dir / "postgres" / "postmaster.pid").read_text().split("\n", 1)[0])
    except (OSError, ValueError):
        return None


def workers_of(pid: int, *, at_least: int = 0) -> list[psutil.Process]:
    """The living worker processes under process `pid`; waits until there are so many."""
    deadline = time.monotonic() + SLOW_S
    while len(found := [one for one in _below(pid) if "worker" in _words(one)]) < at_least:
        assert time.monotonic() < deadline, f"{len(found)} workers, not {at_least}"
        time.sleep(0.05)
    return found


def _below(pid: int) -> list[psutil.Process]:
    try:
        return psutil.Process(pid).children(recursive=True)
    except psutil.NoSuchProcess:
        return []


def _words(process: psutil.Process) -> list[str]:
    """Its command line; none where it has ended meanwhile."""
    try:
        return process.cmdline()
    except psutil.Error:
        return []


def end_postmaster(data_dir: Path) -> None:
    """Ends the embedded server that a killed product left; does nothing where there is none."""
    left = postmaster_of(data_dir)
    if left is None:
        return
    try:
        server = psutil.Process(left)
        if "postgres" in server.name():
            server.send_signal(signal.SIGQUIT)
            server.wait(SLOW_S)
    except psutil.NoSuchProcess:
        return


async def strike_postmaster(data_dir: Path, number: signal.Signals = signal.SIGKILL, *, within_s: float = 5.0) -> None:
    """Ends the embedded server and waits until another one runs in its place."""
    struck = postmaster_of(data_dir)
    assert struck is not None
    os.kill(struck, number)
    with anyio.fail_after(within_s):
        while postmaster_of(data_dir) in (struck, None):  # noqa: ASYNC110 - a file is looked at
            await anyio.sleep(0.02)


class Running:
    """A started product. `address` is where it listens, `started_s` how long it took until it was ready."""

    def __init__(self, data_dir: Path, *arguments: str, env: dict[str, str] | None = None) -> None:
        self.data_dir = data_dir
        started = time.monotonic()
        with (data_dir / "up.log").open("ab") as log:
            self.process = subprocess.Popen(
                [sys.executable, "-m", "cratedig", "up", "--port", "0", "--data-dir", str(data_dir), *arguments],
                env={**os.environ, **(env or {})},
                cwd=data_dir,
                stdout=subprocess.PIPE,
                stderr=log,
                text=True,
            )
        assert self.process.stdout is not None
        found = (re.search(r"http://[\w.:\[\]]+", line) for line in self.process.stdout)
        self.address = next((match.group() for match in found if match), "")
        self._reading = threading.Thread(target=self.process.stdout.read, daemon=True)
        self._reading.start()
        try:
            assert self.address, (data_dir / "up.log").read_text()[-2000:]
            self._wait_until_ready(started + SLOW_S)
        except BaseException:
            self.kill_everything()
            raise
        self.started_s = time.monotonic() - started

    def _wait_until_ready(self, deadline: float) -> None:
        with httpx2.Client(base_url=self.address) as client:
            while not self._says_ready(client):
                assert time.monotonic() < deadline, "not ready"
                time.sleep(0.05)

    @staticmethod
    def _says_ready(client: httpx2.Client) -> bool:
        try:
            return client.get("/ready").status_code == 200
        except httpx2.TimeoutException:
            return False

    def kill_everything(self) -> None:
        """`up`, its workers, and the database with all its processes, at once."""
        heads = [self.process.pid, postmaster_of(self.data_dir)]
        pids = {child for head in heads if head for child in (head, *(one.pid for one in _below(head)))}
        for pid in pids:
            with contextlib.suppress(ProcessLookupError):  # went with its parent
                os.kill(pid, signal.SIGKILL)
        self.ended()

    def stop(self, within_s: float = 20.0) -> int:
        """As one Ctrl-C does; the exit code."""
        self.process.send_signal(signal.SIGINT)
        return self.process.wait(within_s)

    def ended(self) -> None:
        """Waits until it, and whatever holds its output, has ended."""
        self.process.wait(SLOW_S)
        self._reading.join(SLOW_S)
        assert self.process.stdout is not None
        self.process.stdout.close()


@contextmanager
def running(data_dir: Path, *arguments: str, env: dict[str, str] | None = None) -> Iterator[Running]:
    """Started and ready; at the end nothing of it is left."""
    product = Running(data_dir, *arguments, env=env)
    try:
        yield product
    finally:
        if product.process.poll() is None:
            try:
                product.stop()
            except subprocess.TimeoutExpired:
                product.kill_everything()
        product.ended()
        end_postmaster(data_dir)
