"""Jobs at the command line: the list, calling off, workers that stop cleanly and do not outlive their crew."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from typing import Any

import psutil
import pytest

from commands import Cratedig, one_line
from running import SLOW_S, workers_of


@pytest.fixture
def running(data_dir: Path) -> Iterator[Callable[..., subprocess.Popen[str]]]:
    """Starts `cratedig ...` and leaves it running; killed at the end."""
    started: list[subprocess.Popen[str]] = []

    def start(*arguments: str) -> subprocess.Popen[str]:
        process = subprocess.Popen(
            [sys.executable, "-m", "cratedig", *arguments],
            env=os.environ | {"CRATEDIG_DATA_DIR": str(data_dir)},
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        started.append(process)
        return process

    yield start
    for process in started:
        if process.poll() is None:
            process.send_signal(signal.SIGINT)  # so that it takes its database with it
        try:
            process.communicate(timeout=SLOW_S)
        except subprocess.TimeoutExpired:
            process.kill()
            process.communicate()


def address_of(up: subprocess.Popen[str]) -> str:
    assert up.stdout is not None
    return up.stdout.readline().split("at ")[1].split()[0]


def ask(address: str, body: dict[str, Any]) -> str:
    request = urllib.request.Request(
        f"{address}/api/v1/study", json.dumps(body).encode(), {"Content-Type": "application/json"}
    )
    with urllib.request.urlopen(request) as answer:
        return str(json.load(answer)["task_id"])


def status_of(cratedig: Cratedig, job_id: str) -> str:
    listed = json.loads(cratedig("jobs", "--json").stdout)
    return str(next(job["status"] for job in listed if job["id"] == job_id))


def test_there_are_no_jobs_and_then_there_is_one(cratedig: Cratedig, tmp_path: Path) -> None:
    cratedig = partial(cratedig, env={"CRATEDIG_DATA_DIR": str(tmp_path / "data")})  # others here have jobs
    assert "no jobs" in cratedig("jobs", "--once").stdout
    (tmp_path / "good.csv").write_text("title,artist\nOne,Ann\nTwo,Bo\n")
    cratedig("collect", "csv", "good.csv")
    jobs = json.loads(cratedig("jobs", "--json").stdout)
    assert [(job["kind"], job["status"], job["result"]["text"]["done"]) for job in jobs] == [("study", "succeeded", 2)]
    assert "study" in cratedig("jobs", "--once").stdout


def test_calling_off_what_is_not_there_is_one_line(cratedig: Cratedig) -> None:
    answer = cratedig("jobs", "cancel", "no-such-job")
    assert answer.returncode == 1
    one_line(answer.stderr)


def test_up_without_workers_leaves_the_job_to_a_worker(cratedig: Cratedig, running: Callable[..., Any]) -> None:
    up = running("up", "--port", "0", "--workers", "0")
    address = address_of(up)
    later, called_off = ask(address, {"redo": True}), ask(address, {"what": "mood", "redo": True})
    assert status_of(cratedig, later) == "queued"
    assert "cancelled" in cratedig("jobs", "cancel", called_off[:12]).stdout
    worker = running("worker", "--queues", "compute")
    with urllib.request.urlopen(f"{address}/api/v1/task/{later}/events", timeout=60) as events:
        assert "event: end" in events.read().decode()
    assert status_of(cratedig, later) == "succeeded"
    worker.send_signal(signal.SIGTERM)
    assert worker.wait(10) == 0


def test_a_killed_worker_of_up_is_replaced_and_one_signal_stops_both(running: Callable[..., Any]) -> None:
    up = running("up", "--port", "0")
    address_of(up)
    size = len(workers_of(up.pid, at_least=1))
    first = workers_of(up.pid, at_least=size)[0]
    first.kill()
    first.wait(SLOW_S)
    workers = workers_of(up.pid, at_least=size)  # before the signal: a second later they may be gone
    assert first not in workers
    began = time.monotonic()
    up.send_signal(signal.SIGTERM)
    assert up.wait(10) == 0
    assert time.monotonic() - began < 10
    assert psutil.wait_procs(workers, timeout=1)[1] == []


def test_workers_end_when_their_up_is_killed(running: Callable[..., Any]) -> None:
    up = running("up", "--port", "0")
    address_of(up)
    workers = workers_of(up.pid, at_least=1)
    up.kill()
    assert psutil.wait_procs(workers, timeout=SLOW_S)[1] == []
