"""What stands around the routes: the envelope outermost, then CORS, then the gate."""

from __future__ import annotations

from fastapi import FastAPI
from starlette.middleware.cors import CORSMiddleware

from cratedig.web.access.door import Door
from cratedig.web.access.gate import Directory, Gate
from cratedig.web.access.keys import Keyring
from cratedig.web.access.limits import Limits
from cratedig.web.access.once import REPLAYED
from cratedig.web.access.pepper import pepper_of
from cratedig.web.access.refusals import KEY_HEADER
from cratedig.web.access.roles import guarded
from cratedig.web.access.window import Windows
from cratedig.web.envelope import Envelope
from cratedig.wiring import App

SENT = ["Content-Type", KEY_HEADER, "Idempotency-Key", "X-Request-ID", "Last-Event-ID"]
SHOWN = ["RateLimit-Limit", "RateLimit-Remaining", "RateLimit-Reset", "Retry-After", REPLAYED, "X-Request-ID"]


def surround(api: FastAPI, app: App) -> None:
    """Puts the layers around every route `api` has by now, the innermost first. Raises Unlisted."""
    settings = app.settings.api
    keyring = Keyring(app.catalogue, lambda: pepper_of(app.settings))
    door = Door(keyring)
    most = settings.requests_per_minute
    api.state.keyring, api.state.door = keyring, door
    api.add_middleware(
        Gate,
        directory=Directory(guarded(api.routes)),
        keyring=keyring,
        door=door,
        limits=Limits(addresses=Windows(limit=most), keys=Windows(limit=most), redis=app.redis),
        timeout_s=settings.timeout_s,
        origins=settings.cors_origins,
    )
    if settings.cors_origins:
        api.add_middleware(
            CORSMiddleware,
            allow_origins=settings.cors_origins,
            allow_methods=["GET", "POST"],
            allow_headers=SENT,
            expose_headers=SHOWN,
        )
    api.add_middleware(
        Envelope,
        metrics=api.state.metrics,
        max_body_bytes=settings.max_body_bytes,
        trusted_proxies=settings.trusted_proxies,
    )
