"""What to make of an answer that is none: which errors it is, whether to ask again, and when."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

import httpcore2
import httpx2
import stamina

from cratedig.errors import (
    CircuitOpen,
    NotYet,
    RemoteMalformed,
    RemoteRefused,
    RemoteTimeout,
    RemoteTooLarge,
    RemoteUnavailable,
    UsageError,
)
from cratedig.net.target import Target

IDEMPOTENT = frozenset({"GET", "HEAD", "OPTIONS", "PUT", "DELETE"})  # RFC 9110, section 9.2.2
TRIES = 4
RETRY_BASE_S = 2.0  # waits of 2, 4, 8 s, each with up to half a base more
MOST_PAUSE_S = 3600.0
_TOO_MANY, _UNAVAILABLE = 429, 503


@contextmanager
def wire_errors(target: Target) -> Iterator[None]:
    """Turns the HTTP library's errors into ours."""
    try:
        yield
    except httpcore2.LocalProtocolError as error:
        raise UsageError(f"The request to {target} is not valid HTTP.") from error
    except httpcore2.ProtocolError as error:
        if _says_too_large(error):
            raise RemoteTooLarge(f"{target} sent headers without end; they were dropped.") from error
        raise RemoteMalformed(f"{target} does not speak HTTP: {_words(error)}.") from error
    except httpcore2.TimeoutException as error:
        raise RemoteUnavailable(f"{target.origin} does not answer.") from error
    except httpcore2.NetworkError as error:
        raise RemoteUnavailable(f"{target.origin} cannot be reached: {_words(error)}.") from error


def check_status(target: Target, response: httpx2.Response) -> None:
    """Raises for the answers that mean "not now": 429 and 5xx."""
    if response.status_code == _TOO_MANY:
        raise RemoteRefused(f"{target} answers 429: too many requests.", hint="Try again later.")
    if response.status_code >= 500:
        raise RemoteUnavailable(f"{target} answers {response.status_code}.", hint="Try again later.")


def tries(most: int, *, base_s: float) -> AsyncIterator[stamina.Attempt]:
    """Attempts with growing waits between them, for errors that may pass."""
    waits = stamina.retry_context(
        on=_may_pass,
        attempts=most,
        timeout=None,  # the fetch's own deadline holds
        wait_initial=base_s,
        wait_max=base_s * 4.5,
        wait_jitter=base_s / 2,
        wait_exp_base=2,
    )
    return aiter(waits)


def pause_s(response: httpx2.Response, *, now: datetime | None = None) -> float:
    """How long a 429 or 503 asks to be left alone, in seconds up to an hour; 0 where it does not say.

    Retry-After is a number of seconds or a date (RFC 9110, section 10.2.3); one that cannot be read is ignored.
    """
    said = response.headers.get("retry-after", "").strip()
    if response.status_code not in (_TOO_MANY, _UNAVAILABLE) or not said:
        return 0.0
    if said.isascii() and said.isdecimal():
        return min(MOST_PAUSE_S, float(said[:12]))
    try:
        until = parsedate_to_datetime(said)
    except (ValueError, OverflowError):
        return 0.0
    until = until if until.tzinfo else until.replace(tzinfo=UTC)
    return min(MOST_PAUSE_S, max(0.0, (until - (now or datetime.now(UTC))).total_seconds()))


def _may_pass(error: Exception) -> bool:
    lasting = RemoteTimeout | CircuitOpen | NotYet
    return isinstance(error, RemoteUnavailable | RemoteRefused) and not isinstance(error, lasting)


def _says_too_large(error: BaseException) -> bool:
    """True when h11 gave up on headers that filled its buffer (it hints at status 431)."""
    return any(getattr(said, "error_status_hint", None) == 431 for said in error.args)


def _words(error: Exception) -> str:
    return (" ".join(str(error).split()) or type(error).__name__)[:100].rstrip(".")
