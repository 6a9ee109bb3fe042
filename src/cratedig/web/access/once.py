"""POSTs that create have one effect however often they are sent, where the client names them with an Idempotency-Key.

After draft-ietf-httpapi-idempotency-key-header: the same key and request get the stored answer again, another request
under the same key 422, one that comes while the first still runs 409.
"""

from __future__ import annotations

import hashlib
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Annotated

from fastapi import Depends, Header, Request
from starlette.exceptions import HTTPException
from starlette.responses import Response

from cratedig.catalogue import Catalogue, Session, repeats
from cratedig.web.access.caller import TheCaller
from cratedig.web.deps import TheApp

MAX_KEY_CHARS = 255
REPLAYED = "Idempotency-Replayed"

IdempotencyKey = Annotated[
    str | None,
    Header(
        min_length=1,
        max_length=MAX_KEY_CHARS,
        pattern=r"^[\x21-\x7e]+$",
        description=f"a word you make up; sent again within {repeats.KEPT_HOURS} hours, the request is not done twice",
    ),
]


@dataclass(frozen=True)
class Once:
    """How a route that creates does its work: in one transaction, together with its answer."""

    catalogue: Catalogue
    asked: repeats.Asked | None

    async def answer(self, work: Callable[[Session], Awaitable[Response]]) -> Response:
        """What `work` answers, committed with what it did; the stored answer where this was asked before.

        What `work` raises rolls both back: the same key may then be tried again. `work` gives a whole response, no
        stream. Raises HTTPException 409 and 422.
        """
        async with self.catalogue.begin() as session:
            if self.asked is None:
                return await work(session)
            found = await repeats.look_up(session, self.asked)
            if isinstance(found, repeats.Answer):
                return Response(found.body, found.status, {REPLAYED: "true"}, found.media_type)
            if found != "new":
                raise HTTPException(*_REFUSALS[found])
            answer = await work(session)
            media_type = answer.headers.get("content-type", "")
            await repeats.keep(session, self.asked, repeats.Answer(answer.status_code, bytes(answer.body), media_type))
            return answer


_REFUSALS = {
    "running": (409, "The first request with this Idempotency-Key is still being answered"),
    "another": (422, "This Idempotency-Key was used for another request"),
}


async def _once(request: Request, app: TheApp, caller: TheCaller, idempotency_key: IdempotencyKey = None) -> Once:
    if idempotency_key is None:
        return Once(app.catalogue, None)
    line = f"{request.method} {request.url.path}?{request.url.query}"
    whole = line.encode() + b"\0" + await request.body()
    return Once(app.catalogue, repeats.Asked(caller.id, idempotency_key, hashlib.sha256(whole).digest()))


TheOnce = Annotated[Once, Depends(_once)]
