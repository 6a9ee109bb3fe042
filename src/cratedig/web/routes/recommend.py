"""Recommendations: one question, or a list of them."""

from __future__ import annotations

import asyncio
from typing import Annotated

import anyio
from fastapi import APIRouter, Body, Header
from starlette.responses import Response

from cratedig.web import asking
from cratedig.web.deps import Asking, TheAsking
from cratedig.web.kept import Ready
from cratedig.web.problems import documented
from cratedig.web.schemas import MAX_BATCH, Recommendation, RecommendRequest

router = APIRouter(tags=["find"])

CacheControl = Annotated[
    str, Header(description="no-cache: find it again, though it may have been found before", examples=["no-cache"])
]

BATCH_AT_ONCE = 4  # of the pool's ten connections: a batch leaves room for single questions


@router.post(
    "/recommend",
    response_model=Recommendation,
    responses=documented(400, 404, 413, 422, 503),
    summary="Tracks that fit, best first, each with its reasons",
)
async def recommend(body: RecommendRequest, here: TheAsking, cache_control: CacheControl = "") -> Response:
    ready = await _answer(here, body, fresh="no-cache" in cache_control.lower())
    return Response(ready.json, media_type="application/json")


async def _answer(here: Asking, body: RecommendRequest, *, fresh: bool = False) -> Ready:
    ready = await asking.recommend(here.app, asking.request_of(body), listener=here.listener, fresh=fresh)
    here.metrics.staged(ready.metadata.stages)
    return ready


@router.post(
    "/recommend/batch",
    response_model=list[Recommendation],
    responses=documented(400, 404, 413, 422, 503),
    summary=f"Up to {MAX_BATCH} questions, answered in their order",
)
async def recommend_batch(
    bodies: Annotated[list[RecommendRequest], Body(min_length=1, max_length=MAX_BATCH)], here: TheAsking
) -> Response:
    turn = anyio.CapacityLimiter(BATCH_AT_ONCE)

    async def answer(body: RecommendRequest) -> bytes:
        async with turn:
            return (await _answer(here, body)).json

    # gather, not a task group: an error reaches its handler as it is, and no other question's connection is cut
    answers = await asyncio.gather(*(answer(body) for body in bodies))
    return Response(b"[" + b",".join(answers) + b"]", media_type="application/json")
