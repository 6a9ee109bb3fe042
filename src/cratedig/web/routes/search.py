"""Search by word and by meaning."""

from __future__ import annotations

from fastapi import APIRouter
from starlette.responses import Response

from cratedig.web import asking
from cratedig.web.answers import as_json
from cratedig.web.deps import TheApp
from cratedig.web.problems import documented
from cratedig.web.schemas import SearchAnswer, SearchRequest

router = APIRouter(tags=["find"])


@router.post(
    "/search",
    response_model=SearchAnswer,
    responses=documented(400, 413, 422, 503),
    summary="Tracks whose words or meaning match, each with the words that matched",
)
async def search(body: SearchRequest, app: TheApp) -> Response:
    return as_json(await asking.search(app, asking.search_of(body)))
