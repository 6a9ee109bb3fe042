"""What was found in the cache, and what had to be worked out."""

from __future__ import annotations

from dataclasses import asdict

from fastapi import APIRouter
from starlette.responses import Response

from cratedig.cache import KindStats, RedisLink
from cratedig.web.answers import as_json
from cratedig.web.deps import TheApp
from cratedig.web.schemas import CacheStats

router = APIRouter(tags=["system"])


@router.get(
    "/cache/stats", response_model=CacheStats, summary="Hits and misses by kind, of this process since it started"
)
async def stats(app: TheApp) -> Response:
    return as_json(
        {
            "store": app.cache.store,
            "redis": _in_a_word(app.redis),
            "reason": app.redis.state.reason if app.redis else "",
            "kinds": [_shape(kind) for kind in app.cache.stats()],
        }
    )


def _in_a_word(redis: RedisLink | None) -> str:
    if redis is None:
        return "off"
    return "up" if redis.state.up else "down"


def _shape(kind: KindStats) -> dict[str, object]:
    counted = asdict(kind)
    return {"kind": counted.pop("name"), **counted, "hit_rate": kind.hit_rate}
