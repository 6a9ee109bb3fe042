"""A recommendation as it is sent: JSON made once, of which only the metadata changes when it is handed out again."""

from __future__ import annotations

import time
from dataclasses import dataclass, replace

import orjson
from pydantic import TypeAdapter

from cratedig.find.request import Metadata, Response

_RESPONSE = TypeAdapter(Response)
_METADATA = TypeAdapter(Metadata)
_LENGTH_BYTES = 4


@dataclass(frozen=True, slots=True)
class Ready:
    """front: the answer's JSON up to the value of `metadata`, which is its last field."""

    front: bytes
    metadata: Metadata

    @classmethod
    def of(cls, answer: Response) -> Ready:
        whole = {"query": answer.query, "mood_detected": answer.mood_detected, "results": answer.results}
        return cls(orjson.dumps(whole)[:-1] + b',"metadata":', answer.metadata)

    @property
    def json(self) -> bytes:
        return self.front + orjson.dumps(self.metadata) + b"}"

    @property
    def answer(self) -> Response:
        """Read back, as pages want it."""
        return _RESPONSE.validate_json(self.json)

    def handed_out(self, started: float) -> Ready:
        """The same, found before: its times are those since `started`, in seconds of the performance counter."""
        elapsed_ms = round((time.perf_counter() - started) * 1000.0, 3)
        stages = {"cache": elapsed_ms}
        return Ready(self.front, replace(self.metadata, processing_time_ms=elapsed_ms, stages=stages, cached=True))

    def packed(self) -> bytes:
        """For a cache, or another process."""
        metadata = orjson.dumps(self.metadata)
        return len(metadata).to_bytes(_LENGTH_BYTES) + metadata + self.front

    @classmethod
    def unpacked(cls, packed: bytes) -> Ready:
        """What was packed. Raises ValueError where that cannot be."""
        front = _LENGTH_BYTES + int.from_bytes(packed[:_LENGTH_BYTES])
        return cls(packed[front:], _METADATA.validate_json(packed[_LENGTH_BYTES:front]))
