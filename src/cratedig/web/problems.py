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
from cratedig.web.templating import Pages

RETRY_AFTER_S = 5
"""What a 503 tells a client to wait: the embedded server is back within 5 s of a crash (promises.md, row 4)."""

_CODES = {
    400: "bad_request",
    404: "not_found",
    405: "method_not_allowed",
    406: "not_acceptable",
    413: "body_too_large",
    415: "unsupported_media_type",
    422: "invalid",
}


class Problem(BaseModel):
    """The body of every error answer."""

    model_config = ConfigDict(
        json_schema_extra={
            "example": {
                "error": "invalid",
                "message": "body.top_k: Input should be less than or equal to 100",
                "details": [{"field": "body.top_k", "message": "Input should be less than or equal to 100"}],
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
    404: "Nothing has that id",
    413: "The body is over the limit",
    422: "A field is missing or outside its bounds",
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
        return pages.page("problem.html", {"problem": body, "status": status}, status=status, headers=extra)
    return Response(orjson.dumps(body), status, extra, "application/json")


def wants_page(request: Request) -> bool:
    """True for a browser that navigates: it names text/html first. The API proper always speaks JSON."""
    if request.url.path.startswith(("/api/", "/openapi.json", "/metrics")):
        return False
    accepted = request.headers.get("accept", "")
    page, data = accepted.find("text/html"), accepted.find("application/json")
    return page >= 0 and (data < 0 or page < data)


async def _on_known(request: Request, error: Exception) -> Response:
    assert isinstance(error, CratedigError)
    if error.status >= HTTPStatus.INTERNAL_SERVER_ERROR:
        logger(__name__).error("a request failed", error=error.code, reason=error.message)
    hint = [{"hint": error.hint}] if error.hint else []
    return problem(request, error.status, error.message, code=error.code, details=hint)


async def _on_http(request: Request, error: Exception) -> Response:
    assert isinstance(error, HTTPException)
    message = error.detail
    if error.status_code == HTTPStatus.NOT_FOUND and message == HTTPStatus.NOT_FOUND.phrase:
        message = f"Nothing is at {request.url.path!r}"
    return problem(request, error.status_code, message, headers=error.headers)


async def _on_invalid(request: Request, error: Exception) -> Response:
    assert isinstance(error, RequestValidationError)
    details = [
        {"field": ".".join(str(part) for part in wrong["loc"]), "message": str(wrong["msg"])}
        for wrong in error.errors()
    ]
    first = details[0]
    return problem(request, 422, f"{first['field']}: {first['message']}", details=details)


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
