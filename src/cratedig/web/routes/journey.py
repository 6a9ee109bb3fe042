"""Journeys from one mood to another."""

from __future__ import annotations

from fastapi import APIRouter
from starlette.responses import Response

from cratedig.web import asking
from cratedig.web.answers import as_json
from cratedig.web.deps import TheApp
from cratedig.web.problems import documented
from cratedig.web.schemas import JourneyAnswer, JourneyRequest

router = APIRouter(tags=["find"])


@router.post(
    "/journey",
    response_model=JourneyAnswer,
    responses=documented(400, 404, 413, 422, 503),
    summary="A playlist from one mood to another, with what each step cost",
)
async def journey(body: JourneyRequest, app: TheApp) -> Response:
    return as_json(await asking.journey(app, asking.journey_of(body)))
