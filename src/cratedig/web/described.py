"""The description of the API, with what the gate asks and answers written at every operation."""

from __future__ import annotations

from typing import Any

from cratedig.web.access.refusals import KEY_HEADER
from cratedig.web.access.roles import Role, Row, row_of
from cratedig.web.problems import PROBLEMS

SCHEME = "key"
_PROBLEM = {"schema": {"$ref": "#/components/schemas/Problem"}}
_FASTAPIS = {"$ref": "#/components/schemas/HTTPValidationError"}
_METHODS = {"get", "post", "put", "patch", "delete"}
_RATE = {
    "RateLimit-Limit": "requests in any minute",
    "RateLimit-Remaining": "of them left",
    "RateLimit-Reset": "seconds until one more is free",
}


def complete(description: dict[str, Any]) -> dict[str, Any]:
    """`description` (OpenAPI) with keys, roles, limits and their refusals, from the role matrix."""
    components = description.setdefault("components", {})
    components["securitySchemes"] = {SCHEME: {"type": "apiKey", "in": "header", "name": KEY_HEADER}}
    for path, operations in description["paths"].items():
        for method in _METHODS & operations.keys():
            row = row_of(method.upper(), path)
            assert row is not None
            _complete(operations[method], row)
    return description


def _complete(operation: dict[str, Any], row: Row) -> None:
    statuses = [503] if not row.endless else []
    if row.cost:
        statuses.append(429)
    if row.role is not None:
        statuses += [401, 403, 421]
        operation["security"] = [{SCHEME: []}]
        operation["description"] = f"{operation.get('description', '')}\n\n{_asks(row)}".strip()
    if "requestBody" in operation:
        statuses += [400, 413]
    for status in statuses:
        operation["responses"].setdefault(str(status), _problem(status))
    for status, answer in operation["responses"].items():
        if status >= "400" and "content" in answer:
            answer["content"] = {"application/json": _as_we_answer(next(iter(answer["content"].values())))}
    if row.cost:
        for answer in operation["responses"].values():
            answer.setdefault("headers", {}).update({name: _header(words) for name, words in _RATE.items()})


def _asks(row: Row) -> str:
    role = Role(row.role or Role.READER).name.lower()
    counts = f" Counts as {row.cost} requests." if row.cost > 1 else ""
    return f"Role: {role}.{counts}"


def _as_we_answer(said: dict[str, Any]) -> dict[str, Any]:
    """FastAPI writes its own shape where a route names none for 422, and the route's media type at every answer."""
    return _PROBLEM if said.get("schema") == _FASTAPIS else said


def _problem(status: int) -> dict[str, Any]:
    answer: dict[str, Any] = {"description": PROBLEMS[status], "content": {"application/json": _PROBLEM}}
    if status in {429, 503}:
        answer["headers"] = {"Retry-After": _header("seconds")}
    return answer


def _header(words: str) -> dict[str, Any]:
    return {"description": words, "schema": {"type": "integer", "minimum": 0}}
