from __future__ import annotations

import io
import json
import logging
import sys
import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
import structlog

from cratedig import log


@pytest.fixture
def logged() -> Iterator[Callable[[], str]]:
    """Configured logging, and what it has written so far."""
    written = io.StringIO()
    root = logging.getLogger()
    handlers, level = root.handlers[:], root.level
    log.configure(level="debug", json_lines=True, stream=written)
    yield written.getvalue
    root.handlers[:] = handlers
    logging.getLogger("cratedig").setLevel(logging.NOTSET)
    logging.captureWarnings(False)
    root.setLevel(level)
    structlog.reset_defaults()


def test_secrets_are_hidden_by_name_and_in_addresses(logged: Callable[[], str]) -> None:
    log.logger("cratedig.test").info("hello", api_key="canary-1", url="postgresql://me:canary-2@host/db", track=7)
    line = json.loads(logged())
    assert (line["event"], line["api_key"], line["url"], line["track"]) == (
        "hello", "***", "postgresql://me:***@host/db", 7,
    )  # fmt: skip


def test_a_librarys_message_goes_through_the_same_filter(logged: Callable[[], str]) -> None:
    logging.getLogger("some.library").warning("cannot connect to postgresql://me:canary@host/db")
    written = logged()
    assert "***" in written
    assert "canary" not in written


def test_a_traceback_is_filtered_too(logged: Callable[[], str]) -> None:
    try:
        raise ValueError("postgresql://me:canary@host/db")
    except ValueError:
        log.logger("cratedig.test").exception("failed")
    written = logged()
    assert "***" in written
    assert "canary" not in written


def test_libraries_say_warnings_only_whatever_level_they_gave_themselves(logged: Callable[[], str]) -> None:
    chatty = logging.getLogger("httpcore2.http11")
    chatty.setLevel(logging.DEBUG)
    chatty.debug("send_request_headers canary")
    chatty.warning("broken")
    chatty.setLevel(logging.NOTSET)
    log.logger("cratedig.test").debug("seen")
    assert [json.loads(line)["event"] for line in logged().splitlines()] == ["broken", "seen"]


def test_a_line_that_cannot_be_formatted_is_said_without_its_arguments(logged: Callable[[], str]) -> None:
    broken = {"name": "some.library", "levelno": logging.WARNING, "msg": "%d songs", "args": ("canary",)}
    logging.getLogger().handlers[0].handle(logging.makeLogRecord(broken))
    assert "was lost: TypeError" in logged()
    assert "canary" not in logged()


def test_what_a_thread_does_not_catch_is_logged_and_redacted(logged: Callable[[], str]) -> None:
    def fail() -> None:
        secret = "canary-local"
        raise ValueError(f"token={secret}")

    before = sys.excepthook, threading.excepthook, sys.unraisablehook
    log.catch_uncaught()
    try:
        thread = threading.Thread(target=fail)
        thread.start()
        thread.join()
    finally:
        sys.excepthook, threading.excepthook, sys.unraisablehook = before
    line = json.loads(logged())
    assert (line["event"], line["where"]) == ("an error nobody caught", "a thread")
    assert "ValueError: token=***" in line["exception"]
    assert "canary" not in logged()


def test_an_unforeseen_errors_traceback_is_kept_without_its_secrets(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="cannot reach") as caught:
        raise ValueError("cannot reach redis://:canary@cache")
    assert log.keep_traceback(tmp_path / "none", caught.value) is None
    path = log.keep_traceback(tmp_path, caught.value)
    assert path == tmp_path / "errors.log"
    text = path.read_text()
    assert "ValueError: cannot reach redis://:***@cache" in text
    assert "canary" not in text
    assert path.stat().st_mode & 0o777 == 0o600
