"""HTTP/1.1 as uvicorn reads it, with a head that is short and comes soon.

Its fast parser keeps whatever a client sends until a request's head is whole: without a key one connection took all of
the memory. A head (request line, fields, and a body's trailer) ends within MAX_HEAD_BYTES and `head_within_s`, and few
requests wait behind the one that is answered.
"""

from __future__ import annotations

import asyncio
from typing import Any, cast

from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol, RequestResponseCycle

MAX_HEAD_BYTES = 65_536  # as uvicorn's other parser (h11) has it; proxies stop at 8 to 32 KiB
MOST_PIPELINED = 64  # browsers send none before the answer


class Wire(HttpToolsProtocol):
    """One connection. What is idle before its first byte is closed without a word: browsers open some ahead."""

    head_within_s = 10.0

    def __init__(self, *given: Any, **named: Any) -> None:
        super().__init__(*given, **named)
        self._has_begun = False
        self._head_bytes = 0
        self._head_timer: asyncio.TimerHandle | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        super().connection_made(cast(asyncio.Transport, transport))
        self._await_head()

    def connection_lost(self, exc: Exception | None) -> None:
        self._head_is_in()
        super().connection_lost(exc)

    def data_received(self, data: bytes) -> None:
        self._head_bytes += len(data)  # before the parser, which sets it back at everything that is no part of a head
        super().data_received(data)
        if self._head_bytes > MAX_HEAD_BYTES and not self.transport.is_closing():
            self._refuse(b"431 Request Header Fields Too Large")

    def on_message_begin(self) -> None:
        super().on_message_begin()
        self._has_begun = True
        self._await_head()

    def on_headers_complete(self) -> None:
        self._head_is_in()
        super().on_headers_complete()
        if len(self.pipeline) > MOST_PIPELINED:
            self.transport.abort()

    def on_body(self, body: bytes) -> None:
        self._head_bytes = 0
        super().on_body(body)

    def on_message_complete(self) -> None:
        self._head_bytes = 0
        super().on_message_complete()

    def _await_head(self) -> None:
        if self._head_timer is None:
            self._head_timer = self.loop.call_later(self.head_within_s, self._refuse, b"408 Request Timeout")

    def _head_is_in(self) -> None:
        self._head_bytes = 0
        if self._head_timer is not None:
            self._head_timer.cancel()
            self._head_timer = None

    def _refuse(self, status: bytes) -> None:
        """Says so where that can be read as the answer to what was begun, and hangs up."""
        last = cast("RequestResponseCycle | None", self.cycle)
        if last is not None and not last.response_complete:
            self.transport.abort()
            return
        if self._has_begun:
            self.transport.write(b"HTTP/1.1 " + status + b"\r\nconnection: close\r\ncontent-length: 0\r\n\r\n")
        self.transport.close()
