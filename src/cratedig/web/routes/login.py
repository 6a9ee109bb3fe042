"""A browser's way in: a key is entered once, and a cookie stands for it while it lives."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Form, Request
from starlette.exceptions import HTTPException
from starlette.responses import RedirectResponse, Response

from cratedig.web.access.door import COOKIE, Door
from cratedig.web.access.keys import SESSION_S, Holder, Keyring
from cratedig.web.access.peer import Peer
from cratedig.web.deps import ThePages

router = APIRouter()

SEE_OTHER = 303


@router.get("/login")
async def form(pages: ThePages, then: str = "/") -> Response:
    return pages.page("login.html", {"then": here(then), "problem": None})


@router.post("/login")
async def login(
    request: Request,
    pages: ThePages,
    key: Annotated[str, Form(max_length=200)] = "",
    then: Annotated[str, Form(max_length=4000)] = "/",
) -> Response:
    door: Door = request.app.state.door
    keyring: Keyring = request.app.state.keyring
    peer: Peer = request.state.peer
    try:
        caller = await door.holder_of(key.strip(), peer)
    except HTTPException as refused:
        context = {"then": here(then), "problem": {"message": refused.detail}}
        return pages.page("login.html", context, status=refused.status_code, headers=refused.headers)
    assert caller.role is not None
    token = await keyring.session_for(Holder(caller.id, caller.role))
    answer = RedirectResponse(here(then), SEE_OTHER)
    answer.set_cookie(COOKIE, token, max_age=SESSION_S, path="/", secure=peer.https, httponly=True, samesite="strict")
    return answer


@router.post("/logout")
async def logout() -> Response:
    answer = RedirectResponse("/login", SEE_OTHER)
    answer.delete_cookie(COOKIE, path="/", httponly=True, samesite="strict")
    return answer


def here(then: str) -> str:
    """`then` where it is an address of ours; "/" for what a browser would read as another site's.

    >>> [here(then) for then in ("/?q=rain", "//evil.example/", "/\\\\evil.example", "https://evil.example", "")]
    ['/?q=rain', '/', '/', '/', '/']
    """
    plain = then.startswith("/") and not then.startswith(("//", "/\\")) and then.isprintable()
    return then if plain else "/"
