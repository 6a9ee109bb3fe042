"""Is it up, is it ready, how does it do."""

from __future__ import annotations

from typing import Any

import anyio
from fastapi import APIRouter, Request
from starlette.responses import Response

import cratedig
from cratedig import health
from cratedig.errors import CratedigError
from cratedig.health import Component
from cratedig.web.access.caller import Caller, TheCaller
from cratedig.web.answers import as_json
from cratedig.web.deps import TheApp, TheMetrics, ThePages
from cratedig.web.problems import RETRY_AFTER_S
from cratedig.web.schemas import Health, Ready
from cratedig.wiring import App

router = APIRouter(tags=["system"])

READY_WITHIN_S = 2.0
_WORST_FIRST = ("failed", "degraded", "ok")


@router.get("/live", summary="The process answers")
async def live() -> dict[str, bool]:
    return {"live": True}


@router.get(
    "/ready",
    response_model=Ready,
    responses={503: {"model": Ready, "description": "The catalogue or a model does not answer yet"}},
    summary="The catalogue and the models answer",
)
async def ready(app: TheApp, request: Request) -> Response:
    reason = await _unready(app) if not request.app.state.drain.begun else "This process is about to end."
    answer = as_json({"ready": not reason, "reason": reason}, 503 if reason else 200)
    if reason:
        answer.headers["Retry-After"] = str(RETRY_AFTER_S)
    return answer


async def _unready(app: App) -> str:
    """Why requests could not be answered; "" where they could."""
    if app.store.is_opening:
        return "What finding reads is being opened."
    try:
        with anyio.fail_after(READY_WITHIN_S):
            async with app.catalogue.begin() as session:
                await session.connection()
            await anyio.to_thread.run_sync(app.embedder.embed, ["ready"], abandon_on_cancel=True)
    except CratedigError as error:
        return str(error)
    except TimeoutError:
        return f"No answer within {READY_WITHIN_S:g} s."
    return ""


@router.get(
    "/health",
    response_model=Health,
    responses={503: {"model": Health, "description": "A component does not work"}},
    summary="Every component with its state and latency; with a key also details and advice",
)
async def health_of_all(app: TheApp, metrics: TheMetrics, caller: TheCaller) -> Response:
    components = await health.of_app(app)
    for component in components:
        metrics.components.labels(component.name).set(component.state != "failed")
    worst = min((component.state for component in components), key=_WORST_FIRST.index)
    body = {
        "status": worst,
        "version": cratedig.__version__,
        "components": [_shown_to(caller, component) for component in components],
    }
    answer = as_json(body, 503 if worst == "failed" else 200)
    if worst == "failed":
        answer.headers["Retry-After"] = str(RETRY_AFTER_S)
    return answer


def _shown_to(caller: Caller, component: Component) -> dict[str, Any]:
    """Folders, counts and versions are for who has a role; a probe needs the states."""
    return component.as_dict() | ({} if caller.role else {"detail": "", "advice": ""})


@router.get("/metrics", summary="What this process counts, for Prometheus", response_class=Response)
async def metrics_text(metrics: TheMetrics) -> Response:
    return Response(metrics.text(), media_type="text/plain; version=0.0.4; charset=utf-8")


@router.get("/docs", include_in_schema=False)
async def docs(pages: ThePages) -> Response:
    return pages.page("docs.html", {})
