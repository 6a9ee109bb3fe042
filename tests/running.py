"""A real `cratedig up` in a process of its own, which a test may stop, kill and start again."""

from __future__ import annotations

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


def postmaster_of(data_dir: Path) -> int | None:
    """The process of the embedded server, from the file it writes; None while there is none."""
    try:
        return int((data_dir / "postgres" / "postmaster.pid").read_text().split("\n", 1)[0])
    except (OSError, ValueError):
        return None


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
        assert self.address, (data_dir / "up.log").read_text()[-2000:]
        threading.Thread(target=self.process.stdout.read, daemon=True).start()
        self._wait_until_ready(started + 30)
        self.started_s = time.monotonic() - started

    def _wait_until_ready(self, deadline: float) -> None:
        with httpx2.Client(base_url=self.address) as client:
            while client.get("/ready").status_code != 200:
                assert time.monotonic() < deadline, "not ready"
                time.sleep(0.05)

    def kill_everything(self) -> None:
        """`up`, its workers, and the database with all its processes, at once."""
        postmaster = postmaster_of(self.data_dir)
        assert postmaster is not None
        victims = [psutil.Process(self.process.pid), psutil.Process(postmaster)]
        for victim in [*victims, *(child for parent in victims for child in parent.children(recursive=True))]:
            try:
                victim.kill()
            except psutil.NoSuchProcess:  # the postmaster is a child of `up`, or went with its parent
                continue
        self.process.communicate()

    def stop(self, within_s: float = 20.0) -> int:
        """As one Ctrl-C does; the exit code."""
        self.process.send_signal(signal.SIGINT)
        return self.process.wait(within_s)


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
        product.process.communicate()
