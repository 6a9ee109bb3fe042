"""The last moments of a process: it still answers everything, and tells everybody to go elsewhere."""

from __future__ import annotations

from starlette.datastructures import MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send


class Drain:
    """begun: /ready says no, and every answer closes its connection, so that none is idle when the listener closes."""

    def __init__(self) -> None:
        self.begun = False

    def begin(self) -> None:
        self.begun = True


class Draining:
    """The outermost layer of the application, for the header that closes a connection."""

    def __init__(self, app: ASGIApp, *, drain: Drain) -> None:
        self.app = app
        self.drain = drain

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        async def closing(message: Message) -> None:
            if message["type"] == "http.response.start" and self.drain.begun:
                MutableHeaders(scope=message)["Connection"] = "close"
            await send(message)

        await self.app(scope, receive, closing if scope["type"] == "http" else send)
