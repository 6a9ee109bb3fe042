"""What goes wrong with a model, in words of ours: what providers, their libraries and models say is never passed on,
since it may quote the prompt or the key."""

from __future__ import annotations

from collections.abc import Iterator

from cratedig.errors import RemoteMalformed, RemoteTooLarge


class Trouble(Exception):
    """One provider did not answer. reason: a few words. retry_after_s: when it wants to be asked again, if it said.

    is_theirs: it counts against the provider; else it lies with the question, the budget or the time that was left.
    """

    def __init__(self, reason: str, *, retry_after_s: float | None = None, is_theirs: bool = True) -> None:
        super().__init__(reason)
        self.reason = reason
        self.retry_after_s = retry_after_s
        self.is_theirs = is_theirs


def named(error: Exception) -> Trouble | None:
    """The trouble that an error of pydantic-ai or of the wire is; None where it is a fault of ours."""
    from pydantic_ai import exceptions as said

    if isinstance(error, Trouble):
        return error
    if isinstance(error, said.ModelAPIError):
        return _of_wire(error) or _of_answer(error)
    if isinstance(error, said.ContentFilterError):
        return Trouble("the model refused the text", is_theirs=False)
    if isinstance(error, said.OutputTokenLimitExceeded):
        return Trouble("the answer was cut off at its longest length")
    if isinstance(error, said.UnexpectedModelBehavior):
        return Trouble("the answer is not what was asked for")
    return _of_wire(error)


def _of_wire(error: Exception) -> Trouble | None:
    for cause in _causes(error):
        if isinstance(cause, RemoteTooLarge):
            return Trouble("the answer is too long")
        if isinstance(cause, RemoteMalformed):
            return Trouble("the answer cannot be read")
    return None


def _of_answer(error: Exception) -> Trouble:
    from pydantic_ai import exceptions as said

    if isinstance(error, said.ModelRateLimitError):
        return Trouble("too many requests (429)", retry_after_s=error.retry_after)
    for kind, reason, is_theirs in (
        (said.ModelQuotaExceededError, "the account's quota is used up", True),
        (said.ModelAuthenticationError, "the key is not accepted", True),
        (said.ModelNotFoundError, "the model is not known there", True),
        (said.ModelContextWindowExceededError, "the text is too long for the model", False),
        (said.ModelRequestRejectedError, "the request was refused", True),
        (said.ModelTimeoutError, "no answer in time", True),
        (said.ModelRequestTimeout, "no answer in time", True),
        (said.ModelConnectionError, "it cannot be reached, or hung up", True),
    ):
        if isinstance(error, kind):
            return Trouble(reason, is_theirs=is_theirs)
    if isinstance(error, said.ModelHTTPError):
        return Trouble(f"it fails ({error.status_code})", retry_after_s=error.retry_after)
    return Trouble("the answer cannot be read")


def _causes(error: BaseException | None) -> Iterator[BaseException]:
    seen: set[int] = set()
    while error is not None and id(error) not in seen:
        seen.add(id(error))
        yield error
        error = error.__cause__ or error.__context__
