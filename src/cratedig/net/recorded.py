"""Recorded answers: what sites said once, played back with no network. For tests, the demo, and a look at a source.

A file is a JSON list of `{"url", "method", "status", "headers", "body"}`; `body_base64` stands for a body that is no
UTF-8 text. Credentials are not recorded: no request headers, no cookies, no secret in a URL.
"""

from __future__ import annotations

import base64
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Self

import httpx2
import orjson

from cratedig.errors import InputRejected, NotRecorded
from cratedig.net.bodies import decoded
from cratedig.net.limits import Limits
from cratedig.net.target import without_secrets
from cratedig.publish import publish

_LEFT_OUT = frozenset({"set-cookie", "content-encoding", "content-length", "transfer-encoding", "connection"})


@dataclass(frozen=True, slots=True)
class Recorded:
    """One answer as it was: its body decoded, its URL without secrets."""

    url: str
    method: str
    status: int
    headers: Mapping[str, str]
    body: bytes

    @classmethod
    def read(cls, row: Mapping[str, Any]) -> Self:
        """Raises KeyError, TypeError or ValueError for a row that is no answer."""
        body = base64.b64decode(row["body_base64"]) if "body_base64" in row else row.get("body", "").encode()
        headers = {name.lower(): str(value) for name, value in row.get("headers", {}).items()}
        return cls(without_secrets(row["url"]), row.get("method", "GET"), int(row.get("status", 200)), headers, body)

    def row(self) -> dict[str, Any]:
        """What `read` reads."""
        row = {"url": self.url, "method": self.method, "status": self.status, "headers": dict(self.headers)}
        try:
            return row | {"body": self.body.decode()}
        except UnicodeDecodeError:
            return row | {"body_base64": base64.b64encode(self.body).decode()}


class RecordedTransport(httpx2.AsyncBaseTransport):
    """Stands where the wire would. Of several answers for one URL each is given once, the last for ever."""

    def __init__(self, answers: Iterable[Recorded]) -> None:
        self._answers: dict[tuple[str, str], list[Recorded]] = defaultdict(list)
        for answer in answers:
            self._answers[answer.method, answer.url].append(answer)

    @classmethod
    def read(cls, path: Path) -> Self:
        """From one file, or from all `*.json` of a folder by name. Raises InputRejected naming the file at fault."""
        files = sorted(path.glob("*.json")) if path.is_dir() else [path]
        return cls([answer for file in files for answer in _answers_of(file)])

    async def handle_async_request(self, request: httpx2.Request) -> httpx2.Response:
        url = without_secrets(str(request.url))
        held = self._answers.get((request.method, url))
        if held is None and request.url.path == "/robots.txt":
            return httpx2.Response(404, stream=httpx2.ByteStream(b""))  # a site of which no rules were recorded
        if not held:
            raise NotRecorded(
                f"No answer is recorded for {request.method} {url}.",
                hint="Record it, or fetch without recorded answers.",
            )
        answer = held.pop(0) if len(held) > 1 else held[0]
        return httpx2.Response(answer.status, headers=dict(answer.headers), stream=httpx2.ByteStream(answer.body))


class RecordingTransport(httpx2.AsyncBaseTransport):
    """Passes requests on to the wire and notes what comes back; `save` writes it as RecordedTransport reads it."""

    def __init__(self, wire: httpx2.AsyncBaseTransport, limits: Limits | None = None) -> None:
        self._wire = wire
        self._limits = limits or Limits()
        self.answers: list[Recorded] = []

    async def handle_async_request(self, request: httpx2.Request) -> httpx2.Response:
        response = await self._wire.handle_async_request(request)
        try:
            body = await decoded(response, self._limits, max_bytes=self._limits.max_bytes)
        finally:
            await response.aclose()
        headers = {name: value for name, value in response.headers.items() if name not in _LEFT_OUT}
        url = without_secrets(str(request.url))
        self.answers.append(Recorded(url, request.method, response.status_code, headers, body))
        return httpx2.Response(response.status_code, headers=headers, stream=httpx2.ByteStream(body))

    def save(self, path: Path) -> None:
        """Writes everything noted so far to one file."""
        publish(path, orjson.dumps([answer.row() for answer in self.answers], option=orjson.OPT_INDENT_2) + b"\n")

    async def aclose(self) -> None:
        await self._wire.aclose()


def _answers_of(file: Path) -> list[Recorded]:
    try:
        return [Recorded.read(row) for row in orjson.loads(file.read_bytes())]
    except OSError as error:
        raise InputRejected(f"Recorded answers {str(file)!r} cannot be read: {error.strerror}.") from error
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise InputRejected(
            f"{str(file)!r} does not hold recorded answers.", hint="See cratedig.net.recorded."
        ) from error
