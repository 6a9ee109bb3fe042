"""Fault table: a request cut at any byte leaves nothing behind: no error of ours, nothing made, nothing held."""

from __future__ import annotations

import socket
import time
from pathlib import Path

import httpx2
from prometheus_client.parser import text_string_to_metric_families

from faults.sizes import size
from running import SLOW_S, running

BODY = b'{"query": "rain on the window", "top_k": 5, "filters": {"genres": ["Soul"]}}'


def _request(host: str) -> bytes:
    head = f"POST /api/v1/recommend HTTP/1.1\r\nHost: {host}\r\nContent-Type: application/json\r\n"
    return head.encode() + f"Content-Length: {len(BODY)}\r\n\r\n".encode() + BODY


def _samples(address: str) -> dict[tuple[str, str], float]:
    """(metric, status) -> value of what the product counts."""
    text = httpx2.get(f"{address}/metrics", timeout=SLOW_S).text
    return {
        (sample.name, sample.labels.get("status", "")): sample.value
        for family in text_string_to_metric_families(text)
        for sample in family.samples
        if sample.name in ("cratedig_http_requests_total", "cratedig_http_requests_in_flight")
    }


def test_a_request_cut_at_any_byte_leaves_nothing(tmp_path: Path) -> None:
    with running(tmp_path, "--workers", "0") as product:
        host = product.address.removeprefix("http://")
        whole = _request(host)
        for cut in range(0, len(whole), size(p=3, r=1)):
            with socket.create_connection((host.split(":")[0], int(host.split(":")[1])), timeout=SLOW_S) as line:
                line.sendall(whole[:cut])
        deadline = time.monotonic() + SLOW_S
        while (samples := _samples(product.address))[("cratedig_http_requests_in_flight", "")] > 1:
            assert time.monotonic() < deadline, "a cut request is still being answered"
            time.sleep(0.05)
        assert not [status for name, status in samples if name.endswith("_total") and status.startswith("5")]
        headers = {"Content-Type": "application/json"}
        answer = httpx2.post(f"{product.address}/api/v1/recommend", content=BODY, headers=headers, timeout=SLOW_S)
        assert answer.status_code == 200
    log = (tmp_path / "up.log").read_text()
    assert "nobody foresaw" not in log
    assert "Traceback" not in log
