"""The Collection page: what came in, what is missing, what works on it; and its buttons, which need no script."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Path
from starlette.responses import RedirectResponse, Response

from cratedig.catalogue import jobs, report
from cratedig.jobs.kinds import heal, study
from cratedig.web import collection
from cratedig.web.deps import TheApp, TheOverviews, ThePages, TheReports

router = APIRouter()

SEE_OTHER = 303
IMPORTS, TASKS = 6, 6


@router.get("/collection")
async def show(app: TheApp, pages: ThePages, overviews: TheOverviews, reports: TheReports) -> Response:
    async with app.catalogue.begin() as session:
        imports = await report.last_imports(session, limit=IMPORTS)
        latest = await jobs.listed(session, limit=TASKS)
    context = collection.page(await reports.current(), imports, latest, await overviews.current())
    return pages.page("collection.html", context)


@router.post("/collection/heal")
async def ask_for_healing(app: TheApp) -> Response:
    async with app.catalogue.begin() as session:
        await heal.ask(session)
    return RedirectResponse("/collection#tasks", SEE_OTHER)


@router.post("/collection/study")
async def ask_for_study(app: TheApp) -> Response:
    async with app.catalogue.begin() as session:
        await study.ask(session)
    return RedirectResponse("/collection#tasks", SEE_OTHER)


@router.post("/collection/cancel/{task_id}")
async def cancel(app: TheApp, task_id: Annotated[str, Path(max_length=64, pattern=r"^[0-9A-Za-z-]+$")]) -> Response:
    async with app.catalogue.begin() as session:
        await jobs.cancel(session, task_id)
    return RedirectResponse("/collection#tasks", SEE_OTHER)
