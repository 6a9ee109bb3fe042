"""A stand-in for a provider: speaks OpenAI's chat completions on this machine, and says what its script says.

Development, the demo and tests use it alike: `python -m cratedig.models.chat.scripted --port 9999`, and
`models.providers.ollama.base_url` set to the address it prints. It knows what it was asked, when, and how many at once.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from typing import Any, Self

import orjson

MOST_BODY_BYTES = 4 << 20


@dataclass(frozen=True, slots=True)
class Asked:
    """One request. at_s: monotonic seconds when it was read. system, user: what it says; key: what it came with.

    most_tokens: of the answer, 0 where it does not say.
    """

    at_s: float
    model: str
    system: str
    user: str
    key: str
    turns: int
    schema: dict[str, Any]
    most_tokens: int


Script = Callable[[Asked], "str | Awaitable[str]"]


@dataclass(slots=True)
class Scripted:
    """An async context manager; `base_url` is where it listens while it is open.

    script: the answer's words for what was asked. delay_s: how long each answer takes.
    """

    script: Script
    delay_s: float = 0.0
    port: int = 0
    asked: list[Asked] = field(default_factory=list)
    most_at_once: int = 0
    _at_once: int = 0
    _server: asyncio.Server | None = None
    _writers: set[asyncio.StreamWriter] = field(default_factory=set)
    _ended: asyncio.Event = field(default_factory=asyncio.Event)

    async def __aenter__(self) -> Self:
        self._server = await asyncio.start_server(self._serve, "127.0.0.1", self.port)
        self.port = self._server.sockets[0].getsockname()[1]
        return self

    async def __aexit__(self, *_: object) -> None:
        """Once every connection has ended; what is being answered is answered first."""
        if self._server is not None:
            self._server.close()
        for writer in self._writers:
            writer.close()
        if self._writers:
            await self._ended.wait()

    @property
    def base_url(self) -> str:
        return f"http://127.0.0.1:{self.port}/v1"

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._writers.add(writer)
        self._ended.clear()
        try:
            while (asked := await _read(reader)) is not None:
                writer.write(_response(await self._answered(asked)))
                await writer.drain()
        except (OSError, asyncio.IncompleteReadError):
            pass  # who asked went away
        finally:
            writer.close()
            self._writers.discard(writer)
            if not self._writers:
                self._ended.set()

    async def _answered(self, asked: Asked) -> bytes:
        self.asked.append(asked)
        self._at_once += 1
        self.most_at_once = max(self.most_at_once, self._at_once)
        try:
            await asyncio.sleep(self.delay_s)
            said = self.script(asked)
            words = said if isinstance(said, str) else await said
        finally:
            self._at_once -= 1
        return completion(words, asked)


def completion(words: str, asked: Asked) -> bytes:
    """A whole answer as OpenAI's API gives it. Four characters count as one token."""
    used = {"prompt_tokens": len(asked.system + asked.user) // 4, "completion_tokens": len(words) // 4}
    return orjson.dumps(
        {
            "id": "chatcmpl-scripted",
            "object": "chat.completion",
            "created": int(time.time()),
            "model": asked.model,
            "choices": [
                {"index": 0, "message": {"role": "assistant", "content": words}, "finish_reason": "stop"},
            ],
            "usage": {**used, "total_tokens": sum(used.values())},
        }
    )


def smallest(schema: dict[str, Any]) -> Any:
    """The first value that fits a JSON schema: lower bounds, first choices, empty lists. What the demo says.

    >>> smallest({"type": "object", "properties": {"a": {"enum": ["x", "y"]}, "b": {"minimum": -1, "type": "number"}}})
    {'a': 'x', 'b': -1}
    """
    return _smallest(schema, schema.get("$defs", {}))


def _smallest(schema: dict[str, Any], defs: dict[str, Any]) -> Any:
    if "$ref" in schema:
        return _smallest(defs[schema["$ref"].rpartition("/")[2]], defs)
    if "enum" in schema:
        return schema["enum"][0]
    kind = schema.get("type")
    if kind == "object":
        return {name: _smallest(inner, defs) for name, inner in schema.get("properties", {}).items()}
    if kind == "array":
        return [_smallest(schema["items"], defs)] * schema.get("minItems", 0)
    if kind == "string":
        return "x" * schema.get("minLength", 0)
    return schema.get("minimum", False if kind == "boolean" else 0)


async def _read(reader: asyncio.StreamReader) -> Asked | None:
    """One request; None where the connection ended instead."""
    head = await reader.readuntil(b"\r\n\r\n") if not reader.at_eof() else b""
    if not head:
        return None
    fields = dict(line.partition(": ")[::2] for line in head.decode("latin-1").lower().split("\r\n")[1:])
    length = min(int(fields.get("content-length", "0")), MOST_BODY_BYTES)
    return _understood(orjson.loads(await reader.readexactly(length)), fields.get("authorization", ""))


def _understood(body: dict[str, Any], key: str) -> Asked:
    said: dict[str, list[str]] = {"system": [], "user": [], "assistant": []}
    for message in body["messages"]:
        said["system" if message["role"] == "developer" else message["role"]].append(str(message["content"]))
    system = "\n".join(said["system"])
    return Asked(
        at_s=time.monotonic(),
        model=body["model"],
        system=system,
        user="\n".join(said["user"]),
        key=key.removeprefix("bearer "),
        turns=len(said["user"]),
        schema=_schema(body, system),
        most_tokens=body.get("max_completion_tokens") or body.get("max_tokens") or 0,
    )


def _schema(body: dict[str, Any], system: str) -> dict[str, Any]:
    """What the answer must fit: given as such, or told in the instructions on a line of its own."""
    told = body.get("response_format", {}).get("json_schema", {}).get("schema")
    if told is not None:
        return dict(told)
    for line in reversed(system.splitlines()):
        if line.startswith("{"):
            try:
                return dict(orjson.loads(line))
            except orjson.JSONDecodeError:
                continue
    return {}


def _response(body: bytes) -> bytes:
    return b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: %d\r\n\r\n%b" % (len(body), body)


async def _main(port: int) -> None:
    def script(asked: Asked) -> str:
        return orjson.dumps(smallest(asked.schema)).decode()

    async with Scripted(script, port=port) as scripted:
        print(scripted.base_url, flush=True)
        await asyncio.Event().wait()


if __name__ == "__main__":
    import argparse

    parser = argparse.ArgumentParser(description="A stand-in for a provider of chat models.")
    parser.add_argument("--port", type=int, default=0)
    asyncio.run(_main(parser.parse_args().port))
