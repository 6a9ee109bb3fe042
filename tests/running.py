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

import httpx2
import psutil


class Running:
    """A started product. `address` is where it listens, `started_s` how long it took until it was ready."""

    def __init__(self, data_dir: Path, env: dict[str, str] | None = None) -> None:
        self.data_dir = data_dir
        started = time.monotonic()
        with (data_dir / "up.log").open("ab") as log:
            self.process = subprocess.Popen(
                [sys.executable, "-m", "cratedig", "up", "--port", "0", "--data-dir", str(data_dir)],
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

    @property
    def postmaster(self) -> int:
        return int((self.data_dir / "postgres" / "postmaster.pid").read_text().split()[0])

    def kill_postgres(self) -> None:
        os.kill(self.postmaster, signal.SIGKILL)

    def kill_everything(self) -> None:
        """`up`, its workers, and the database with all its processes, at once."""
        victims = [psutil.Process(self.process.pid), psutil.Process(self.postmaster)]
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
def running(data_dir: Path, env: dict[str, str] | None = None) -> Iterator[Running]:
    """Started and ready; at the end nothing of it is left."""
    product = Running(data_dir, env)
    try:
        yield product
    finally:
        if product.process.poll() is None:
            try:
                product.stop()
            except subprocess.TimeoutExpired:
                product.kill_everything()
        product.process.communicate()
