"""How the web says no: one JSON shape for every error, and a page of it for browsers."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from http import HTTPStatus
from typing import Any

import orjson
from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from pydantic import BaseModel, ConfigDict, Field
from starlette.exceptions import HTTPException
from starlette.responses import Response

from cratedig.errors import CratedigError
from cratedig.log import logger
from cratedig.web.invalid import in_words
from cratedig.web.templating import Pages

RETRY_AFTER_S = 5
"""What a 503 tells a client to wait: the embedded server is back within 5 s of a crash (promises.md, row 4)."""

_CODES = {
    400: "bad_request",
    401: "key_needed",
    403: "not_allowed",
    404: "not_found",
    405: "method_not_allowed",
    406: "not_acceptable",
    409: "conflict",
    413: "body_too_large",
    415: "unsupported_media_type",
    416: "range_not_satisfiable",
    421: "wrong_host",
    422: "invalid",
    429: "too_many_requests",
    503: "unavailable",
}


class Problem(BaseModel):
    """The body of every error answer."""

    model_config = ConfigDict(
        json_schema_extra={
            "example": {
                "error": "invalid",
                "message": "top_k must be at most 100",
                "details": [{"field": "body.top_k", "message": "must be at most 100"}],
                "timestamp": "2026-11-20T21:04:05.123456Z",
                "request_id": "4f0c1d2e3b5a4f0c1d2e3b5a4f0c1d2e",
            }
        }
    )

    error: str = Field(description="a code that does not change between versions")
    message: str = Field(description="one line for a person")
    details: list[dict[str, str]] = Field(description="per field what is wrong, or a hint of what to do next")
    timestamp: datetime
    request_id: str = Field(description="the answer's X-Request-ID; the logs hold it too")


PROBLEMS: dict[int, str] = {
    400: "The body cannot be read",
    401: "No key was sent, or one that is unknown, expired or revoked",
    403: "The key's role is not enough, or a page of another site sent this",
    404: "Nothing has that id",
    409: "The first request with this Idempotency-Key is still being answered",
    413: "The body is over the limit",
    416: "The range lies behind the end of the file",
    421: "No key was made yet, and the request named this server otherwise than localhost",
    422: "A field is missing or outside its bounds",
    429: "The caller's limit is reached; Retry-After says when to try again",
    500: "Something failed here; the request id leads to the log",
    503: "The catalogue or a model is not available; Retry-After says when to try again",
}


def documented(*statuses: int) -> dict[int | str, dict[str, Any]]:
    """The error answers of an operation, for OpenAPI."""
    return {status: {"model": Problem, "description": PROBLEMS[status]} for status in statuses}


def problem(
    request: Request,
    status: int,
    message: str,
    *,
    code: str | None = None,
    details: list[dict[str, str]] | None = None,
    headers: Mapping[str, str] | None = None,
) -> Response:
    """An error answer: a page where a browser asked for one, JSON elsewhere."""
    body = {
        "error": code or _CODES.get(status) or HTTPStatus(status).phrase.lower().replace(" ", "_"),
        "message": message,
        "details": details or [],
        "timestamp": datetime.now(UTC),
        "request_id": request.state.request_id,
    }
    extra = dict(headers or {})
    if status == HTTPStatus.SERVICE_UNAVAILABLE:
        extra.setdefault("Retry-After", str(RETRY_AFTER_S))
    if wants_page(request):
        pages: Pages = request.app.state.pages
        template = "login.html" if status == HTTPStatus.UNAUTHORIZED else "problem.html"
        context = {"problem": body, "status": status, "then": _address_of(request)}
        return pages.page(template, context, status=status, headers=extra)
    return Response(orjson.dumps(body), status, extra, "application/json")


def _address_of(request: Request) -> str:
    """Where a person who comes in wants to be."""
    return request.url.path + (f"?{request.url.query}" if request.url.query else "") if request.method == "GET" else "/"


def wants_page(request: Request) -> bool:
    """True for a browser that navigates: it names text/html first. The API proper always speaks JSON."""
    if request.url.path.startswith(("/api/", "/openapi.json", "/metrics")):
        return False
    accepted = request.headers.get("accept", "")
    page, data = accepted.find("text/html"), accepted.find("application/json")
    return page >= 0 and (data < 0 or page < data)


def answer_to(request: Request, error: CratedigError | HTTPException) -> Response:
    """The answer to an error that was raised on purpose."""
    return _known(request, error) if isinstance(error, CratedigError) else _http(request, error)


async def _on_known(request: Request, error: Exception) -> Response:
    assert isinstance(error, CratedigError)
    return _known(request, error)


async def _on_http(request: Request, error: Exception) -> Response:
    assert isinstance(error, HTTPException)
    return _http(request, error)


def _known(request: Request, error: CratedigError) -> Response:
    if error.status >= HTTPStatus.INTERNAL_SERVER_ERROR:
        logger(__name__).error("a request failed", error=error.code, reason=error.message)
    hint = [{"hint": error.hint}] if error.hint else []
    return problem(request, error.status, error.message, code=error.code, details=hint)


def _http(request: Request, error: HTTPException) -> Response:
    message = error.detail
    if error.status_code == HTTPStatus.NOT_FOUND and message == HTTPStatus.NOT_FOUND.phrase:
        message = f"Nothing is at {request.url.path!r}"
    return problem(request, error.status_code, message, headers=error.headers)


async def _on_invalid(request: Request, error: Exception) -> Response:
    assert isinstance(error, RequestValidationError)
    details = [
        {"field": ".".join(str(part) for part in wrong["loc"]), "message": in_words(wrong)} for wrong in error.errors()
    ]
    first = details[0]
    name = first["field"].partition(".")[2] or first["field"]
    return problem(request, 422, f"{name} {first['message']}", details=details)


def unexpected(request: Request) -> Response:
    """The answer to an error nobody raised on purpose: no internals, an id to look for in the log."""
    return problem(
        request, 500, "Something failed here. The log holds the reason under this request id.", code="failed"
    )


def install(api: FastAPI) -> None:
    """Makes every error of `api` take the shape of Problem."""
    api.add_exception_handler(CratedigError, _on_known)
    api.add_exception_handler(HTTPException, _on_http)
    api.add_exception_handler(RequestValidationError, _on_invalid)
