"""A start that cannot be: one clear line, the documented exit code (promises.md, fault table)."""

from __future__ import annotations

import signal
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from commands import Cratedig, one_line


def test_a_port_in_use_is_said_at_once(cratedig: Cratedig) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        answer = cratedig("up", "--port", taken.getsockname()[1])
    assert answer.returncode == 1
    assert "--port" in one_line(answer.stderr)


@pytest.mark.parametrize("content", ["api: [", "api: {port: eighty}", "\x00"])
def test_a_corrupt_config_is_exit_2(cratedig: Cratedig, tmp_path: Path, content: str) -> None:
    (tmp_path / "config.yaml").write_text(content)
    answer = cratedig("config", "check")
    assert answer.returncode == 2
    one_line(answer.stderr)


def test_a_data_folder_that_is_a_file_is_one_line(cratedig: Cratedig, tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    answer = cratedig("find", "love", "--data-dir", tmp_path / "file")
    assert answer.returncode == 5
    assert "--data-dir" in one_line(answer.stderr)


def test_a_database_that_does_not_answer_is_exit_5_without_its_password(cratedig: Cratedig) -> None:
    answer = cratedig("db", "check", env={"CRATEDIG_DATABASE__URL": "postgresql://me:hush@127.0.0.1:1/none"})
    assert answer.returncode == 5
    assert "hush" not in one_line(answer.stderr)


def test_an_unknown_evaluation_is_wrong_usage(cratedig: Cratedig, tmp_path: Path) -> None:
    answer = cratedig("lab", "evaluate", "nonsense", "--data", tmp_path)
    assert answer.returncode == 2
    assert "emobank" in one_line(answer.stderr)


@contextmanager
def _up(data_dir: Path) -> Iterator[tuple[subprocess.Popen[str], str]]:
    """A running `cratedig up` and its address."""
    process = subprocess.Popen(
        [sys.executable, "-m", "cratedig", "up", "--port", "0", "--data-dir", str(data_dir)],
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
    )
    try:
        assert process.stdout is not None
        address = process.stdout.readline().split("at ")[1].split()[0]
        yield process, address
    finally:
        process.kill()
        process.communicate()


def test_a_second_up_on_the_same_folder_is_refused_and_the_first_goes_on(cratedig: Cratedig, data_dir: Path) -> None:
    with _up(data_dir) as (_, address):
        second = cratedig("up", "--port", "0")
        assert second.returncode == 1
        assert "already runs" in one_line(second.stderr)
        assert urllib.request.urlopen(f"{address}/live").status == 200


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_one_signal_stops_everything_within_10_s(data_dir: Path, number: signal.Signals) -> None:
    with _up(data_dir) as (process, address):
        assert urllib.request.urlopen(f"{address}/ready").status == 200
        started = time.monotonic()
        process.send_signal(number)
        assert process.wait(10) == 0
        assert time.monotonic() - started < 10
    assert not (data_dir / "postgres" / "postmaster.pid").exists()


def test_up_starts_by_itself_after_kill_9_of_everything(cratedig: Cratedig, data_dir: Path) -> None:
    with _up(data_dir) as (process, _):
        postmaster = int((data_dir / "postgres" / "postmaster.pid").read_text().split()[0])
        process.kill()
        process.wait()
        subprocess.run(["kill", "-9", str(postmaster)], check=True)
    with _up(data_dir) as (_, address):
        assert urllib.request.urlopen(f"{address}/ready").status == 200
