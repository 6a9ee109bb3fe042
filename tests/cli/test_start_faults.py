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

import psycopg
import pytest

from commands import Cratedig, one_line
from cratedig.catalogue import Catalogue
from cratedig.catalogue.schema import HEAD


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


@pytest.mark.parametrize("url", ["me:hush@db", "mysql://me:hush@db/x", "postgresql://me:hush@db:port/x", "hush"])
def test_what_is_no_database_is_exit_2_and_not_quoted(cratedig: Cratedig, url: str) -> None:
    answer = cratedig("db", "check", env={"CRATEDIG_DATABASE__URL": url})
    assert answer.returncode == 2
    assert "hush" not in one_line(answer.stderr)


def test_a_worker_for_a_queue_that_is_none_does_not_wait_for_ever(cratedig: Cratedig) -> None:
    answer = cratedig("worker", "--queues", "computer")
    assert answer.returncode == 2
    assert "compute" in answer.stderr


@contextmanager
def _changed(catalogue_url: str, change: str, back: str) -> Iterator[None]:
    with psycopg.connect(catalogue_url, autocommit=True) as connection:
        connection.execute(change)
        try:
            yield
        finally:
            connection.execute(back)


@pytest.mark.parametrize(
    ("change", "back", "says"),
    [
        (
            "update alembic_version set version_num = '9999'",
            f"update alembic_version set version_num = '{HEAD}'",
            "9999",
        ),
        (
            "alter table track_texts rename embedding to kept; alter table track_texts add embedding vector(768)",
            "alter table track_texts drop embedding; alter table track_texts rename kept to embedding",
            "768 dimensions",
        ),
    ],
)
async def test_a_catalogue_that_is_not_for_this_program_is_left_as_it_is(
    cratedig: Cratedig, catalogue: Catalogue, change: str, back: str, says: str
) -> None:
    url = catalogue.url.replace("+psycopg", "")
    with _changed(url, change, back):
        answer = cratedig("up", "--port", "0", env={"CRATEDIG_DATABASE__URL": url})
    assert answer.returncode == 1
    assert says in one_line(answer.stderr)


async def test_a_database_of_another_program_is_refused(cratedig: Cratedig, catalogue: Catalogue) -> None:
    url = catalogue.url.replace("+psycopg", "")
    with _changed(url, "alter table alembic_version rename to other", "alter table other rename to alembic_version"):
        answer = cratedig("up", "--port", "0", env={"CRATEDIG_DATABASE__URL": url})
    assert answer.returncode == 1
    assert "another program's tables" in one_line(answer.stderr)


def test_more_connections_than_the_server_gives_are_refused_at_the_start(cratedig: Cratedig) -> None:
    answer = cratedig("up", "--port", "0", env={"CRATEDIG_DATABASE__POOL_SIZE": "190"})
    assert answer.returncode == 2
    assert "Set CRATEDIG_DATABASE__POOL_SIZE to " in one_line(answer.stderr)


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
