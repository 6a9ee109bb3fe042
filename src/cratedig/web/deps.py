"""What the routes need of the application they stand in."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated

from fastapi import Depends, Request

from cratedig.web.access.listener import listener_of
from cratedig.web.collection import Reports
from cratedig.web.metrics import Metrics
from cratedig.web.overview import Overviews
from cratedig.web.spreads import Spreads
from cratedig.web.templating import Pages
from cratedig.wiring import App


async def _app(request: Request) -> App:
    app: App = request.app.state.app
    return app


async def _metrics(request: Request) -> Metrics:
    metrics: Metrics = request.app.state.metrics
    return metrics


async def _overviews(request: Request) -> Overviews:
    overviews: Overviews = request.app.state.overviews
    return overviews


async def _spreads(request: Request) -> Spreads:
    spreads: Spreads = request.app.state.spreads
    return spreads


async def _reports(request: Request) -> Reports:
    reports: Reports = request.app.state.reports
    return reports


async def _pages(request: Request) -> Pages:
    pages: Pages = request.app.state.pages
    return pages


@dataclass(frozen=True, slots=True)
class Asking:
    """What the routes that are asked most need, found at once: each dependency of its own costs 20 us a request."""

    app: App
    metrics: Metrics
    listener: str


async def _asking(request: Request) -> Asking:
    state = request.app.state
    return Asking(state.app, state.metrics, listener_of(request.state.caller))


TheApp = Annotated[App, Depends(_app)]
TheMetrics = Annotated[Metrics, Depends(_metrics)]
TheOverviews = Annotated[Overviews, Depends(_overviews)]
TheSpreads = Annotated[Spreads, Depends(_spreads)]
TheReports = Annotated[Reports, Depends(_reports)]
ThePages = Annotated[Pages, Depends(_pages)]
TheAsking = Annotated[Asking, Depends(_asking)]
