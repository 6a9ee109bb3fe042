from __future__ import annotations

import io
import json
import logging
from collections.abc import Callable, Iterator

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
    root.setLevel(level)
    structlog.reset_defaults()


def test_secrets_are_hidden_by_name_and_in_addresses(logged: Callable[[], str]) -> None:
    log.logger("test").info("hello", api_key="canary-1", url="postgresql://me:canary-2@host/db", track=7)
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
        log.logger("test").exception("failed")
    written = logged()
    assert "***" in written
    assert "canary" not in written
