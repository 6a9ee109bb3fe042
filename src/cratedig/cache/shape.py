"""How kept values become bytes, and how bytes are read that may be damaged or somebody else's."""

from __future__ import annotations

import hashlib
from typing import Any, Generic, Protocol, TypeVar

import orjson
from pydantic import TypeAdapter, ValidationError

T = TypeVar("T")

_DIGEST_BYTES = 16


class Shape(Protocol[T]):
    """Of one type of value. `read` gives None where the bytes are no such value."""

    def write(self, value: T) -> bytes: ...
    def read(self, raw: bytes) -> T | None: ...


class Json(Generic[T]):
    """Values as JSON, checked by their type when they are read."""

    def __init__(self, of: Any) -> None:
        self._adapter: TypeAdapter[T] = TypeAdapter(of)

    def write(self, value: T) -> bytes:
        return orjson.dumps(value, option=orjson.OPT_SERIALIZE_NUMPY)

    def read(self, raw: bytes) -> T | None:
        try:
            return self._adapter.validate_json(raw)
        except ValidationError:
            return None


def sealed(content: bytes) -> bytes:
    """Bytes that `opened` knows to be whole."""
    return _digest(content) + content


def opened(raw: bytes) -> bytes | None:
    """What was sealed; None where it is not as it was.

    >>> opened(sealed(b"ready")), opened(sealed(b"ready")[:-1])
    (b'ready', None)
    """
    seal, content = raw[:_DIGEST_BYTES], raw[_DIGEST_BYTES:]
    return content if seal == _digest(content) else None


def _digest(content: bytes) -> bytes:
    return hashlib.sha256(content).digest()[:_DIGEST_BYTES]
