"""How the gate says no."""

from __future__ import annotations

from starlette.exceptions import HTTPException

from cratedig.web.access.window import Verdict

KEY_HEADER = "X-API-Key"


class NotKnown(HTTPException):
    """401: no key, or none that lets anybody in."""

    def __init__(self, message: str) -> None:
        super().__init__(401, message, {"WWW-Authenticate": f'ApiKey realm="Cratedig", header="{KEY_HEADER}"'})


class TooMany(HTTPException):
    """429, and when to come again."""

    def __init__(self, verdict: Verdict, message: str) -> None:
        super().__init__(429, message, {"Retry-After": str(verdict.wait_s), **rate_headers(verdict)})


def rate_headers(verdict: Verdict) -> dict[str, str]:
    """RateLimit fields as in draft-ietf-httpapi-ratelimit-headers-06, the last that has a field for each number."""
    return {
        "RateLimit-Limit": str(verdict.limit),
        "RateLimit-Remaining": str(verdict.remaining),
        "RateLimit-Reset": str(verdict.reset_s),
    }
