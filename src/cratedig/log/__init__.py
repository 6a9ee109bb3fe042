"""Structured logs on stderr, one trace id from request to job, secrets redacted."""

from __future__ import annotations

import logging
import os
import sys
import threading
import traceback
from collections.abc import Iterable, MutableMapping
from pathlib import Path
from types import TracebackType
from typing import Any, TextIO

import structlog

from cratedig.log.redaction import hide, redacted, redacted_traceback, redacted_value, secrets_of

__all__ = ["catch_uncaught", "configure", "hide", "keep_traceback", "logger", "redact", "redacted"]

OURS = "cratedig"
TRACEBACKS = "errors.log"
MOST_TRACEBACK_BYTES = 1024 * 1024  # a longer file is begun anew


def logger(name: str) -> structlog.stdlib.BoundLogger:
    """The logger of a module."""
    bound: structlog.stdlib.BoundLogger = structlog.stdlib.get_logger(name)
    return bound


def redact(_logger: Any, _method: str, event: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    """The line's values as they may be read, at any depth; see `redaction`."""
    for name, value in event.items():
        is_trace = name in {"exception", "stack"} and isinstance(value, str)
        event[name] = redacted_traceback(value) if is_trace else redacted_value(value, name=name)
    return event


def configure(
    *, level: str = "info", json_lines: bool = False, stream: TextIO | None = None, secrets: Iterable[str] = ()
) -> None:
    """Sends every log line, ours and the libraries', to `stream` (stderr) through one formatter.

    secrets: values masked wherever they stand, besides those in environment variables with a secret's name. Of
    libraries only warnings and errors are written, at every level: what they say below quotes requests and arguments.
    """
    hide([*secrets, *secrets_of(os.environ)])
    shared: list[Any] = [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_log_level,
        structlog.stdlib.add_logger_name,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
    ]
    structlog.configure(
        processors=[*shared, structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
        logger_factory=structlog.stdlib.LoggerFactory(),
    )
    handler = _Handler(stream or sys.stderr)
    handler.setFormatter(_formatter(shared, json_lines))
    handler.addFilter(_is_ours_or_warns)
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(max(logging.WARNING, logging.getLevelName(level.upper())))
    logging.getLogger(OURS).setLevel(level.upper())
    logging.captureWarnings(True)


def _formatter(shared: list[Any], json_lines: bool) -> logging.Formatter:
    renderer: Any = structlog.processors.JSONRenderer() if json_lines else structlog.dev.ConsoleRenderer(colors=False)
    return structlog.stdlib.ProcessorFormatter(
        foreign_pre_chain=shared,
        processors=[
            structlog.stdlib.ProcessorFormatter.remove_processors_meta,
            structlog.processors.format_exc_info,  # plain: frames without their variables
            redact,  # last, so that it sees the traceback's text too
            renderer,
        ],
    )


def _is_ours_or_warns(record: logging.LogRecord) -> bool:
    """Also of a library that has set its own logger's level."""
    return record.levelno >= logging.WARNING or record.name.partition(".")[0] == OURS


class _Handler(logging.StreamHandler[TextIO]):
    def handleError(self, record: logging.LogRecord) -> None:
        """A line that cannot be formatted is said without its arguments, which logging would print as they are."""
        kind, error, _ = sys.exc_info()
        if isinstance(error, OSError | ValueError) and self.stream.closed:
            return
        said = kind.__name__ if kind else "an error"
        self.stream.write(f"a log line of {record.name} ({record.filename}:{record.lineno}) was lost: {said}\n")


def catch_uncaught() -> None:
    """Sends what nobody caught, in any thread or finaliser, through the log instead of as it is to stderr."""
    sys.excepthook = _on_uncaught
    threading.excepthook = lambda found: _on_uncaught(
        found.exc_type, found.exc_value or found.exc_type(), found.exc_traceback, where="a thread"
    )
    sys.unraisablehook = lambda found: _on_uncaught(
        found.exc_type, found.exc_value or found.exc_type(), found.exc_traceback, where="a finaliser"
    )


def _on_uncaught(
    kind: type[BaseException], error: BaseException, trace: TracebackType | None, *, where: str = "the main thread"
) -> None:
    if not issubclass(kind, KeyboardInterrupt | SystemExit):
        logger(__name__).error("an error nobody caught", where=where, exc_info=(kind, error, trace))


def keep_traceback(folder: Path, error: BaseException) -> Path | None:
    """Appends the error's redacted traceback to errors.log in `folder`; None where it cannot be written."""
    path = folder / TRACEBACKS
    text = redacted_traceback("".join(traceback.format_exception(error)))
    moment = structlog.processors.TimeStamper(fmt="iso", utc=True)(None, "", {})["timestamp"]
    try:
        is_long = path.exists() and path.stat().st_size > MOST_TRACEBACK_BYTES
        with open(path, "w" if is_long else "a", encoding="utf-8", opener=_for_the_owner) as file:
            file.write(f"{moment} {' '.join(sys.argv[:3])}\n{text}\n\n")
    except OSError:
        return None
    return path


def _for_the_owner(path: str, flags: int) -> int:
    return os.open(path, flags, mode=0o600)
