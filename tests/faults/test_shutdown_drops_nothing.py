"""Promise 20: SIGTERM under load. Whoever leaves when /ready says no has lost nothing, and the end comes in 10 s."""

from __future__ import annotations

import itertools
import signal
import threading
import time
from collections import Counter
from pathlib import Path

import httpx2
import psutil
import pytest

from faults.sizes import size
from running import Running, running

CLIENTS = 8
EXIT_WITHIN_S = 10.0
ENOUGH_ANSWERS = 3 * CLIENTS
"""By then each client is in the middle of its questions."""
ENOUGH_WITHIN_S = 60.0
UNLIMITED = {"CRATEDIG_API__REQUESTS_PER_MINUTE": "10000000"}


class Load:
    """Clients that ask one question after the other until they are told to leave."""

    def __init__(self, address: str) -> None:
        self.address = address
        self.leave = threading.Event()
        self.statuses: Counter[int] = Counter()
        self.broken: list[str] = []
        self._threads = [threading.Thread(target=self._ask, args=(n,)) for n in range(CLIENTS)]
        for thread in self._threads:
            thread.start()

    def _ask(self, client_no: int) -> None:
        with httpx2.Client(base_url=self.address, timeout=30) as client:
            for n in itertools.count():
                if self.leave.is_set():
                    return
                try:
                    body = {"query": f"rain {client_no} {n}", "top_k": 10}
                    answer = client.post("/api/v1/recommend", json=body) if n % 3 else client.get("/api/v1/track/1")
                    answer.json()
                    self.statuses[answer.status_code] += 1
                except (httpx2.HTTPError, ValueError) as error:
                    self.broken.append(f"{type(error).__name__}: {error}")

    def wait_until_it_flows(self) -> None:
        deadline = time.monotonic() + ENOUGH_WITHIN_S
        while self.statuses[200] < ENOUGH_ANSWERS:
            assert time.monotonic() < deadline, f"{self.statuses} in {ENOUGH_WITHIN_S:g} s; {self.broken[:3]}"
            time.sleep(0.05)

    def end(self) -> None:
        self.leave.set()
        for thread in self._threads:
            thread.join()


def _wait_until_unready(address: str) -> None:
    """As a balancer asks, each time on a new connection; more often, for all of us here share two cores."""
    deadline = time.monotonic() + EXIT_WITHIN_S
    with httpx2.Client(base_url=address, headers={"Connection": "close"}, timeout=EXIT_WITHIN_S) as balancer:
        while balancer.get("/ready").status_code == 200:
            assert time.monotonic() < deadline, "/ready never said no"
            time.sleep(0.05)


def _terminate_under_load(product: Running) -> Load:
    children = psutil.Process(product.process.pid).children(recursive=True)
    load = Load(product.address)
    try:
        load.wait_until_it_flows()
        asked = time.monotonic()
        product.process.send_signal(signal.SIGTERM)
        _wait_until_unready(product.address)
    finally:
        load.end()
    assert product.process.wait(EXIT_WITHIN_S) == 0
    assert time.monotonic() - asked <= EXIT_WITHIN_S
    assert psutil.wait_procs(children, timeout=1)[1] == []
    return load


@pytest.mark.alone
def test_nobody_who_leaves_in_time_loses_an_answer(tmp_path: Path) -> None:
    for _ in range(size(p=1, r=10)):
        with running(tmp_path, "--demo", env=UNLIMITED) as product:
            load = _terminate_under_load(product)
        assert load.broken == []
        assert set(load.statuses) == {200}


@pytest.mark.alone
def test_a_second_client_is_refused_only_after_the_door_is_closed(tmp_path: Path) -> None:
    with running(tmp_path, env=UNLIMITED) as product:
        product.process.send_signal(signal.SIGTERM)
        _wait_until_unready(product.address)
        answer = httpx2.get(f"{product.address}/live")
        assert (answer.status_code, answer.headers["Connection"]) == (200, "close")
        assert product.process.wait(EXIT_WITHIN_S) == 0
