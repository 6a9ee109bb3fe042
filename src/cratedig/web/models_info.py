"""What thinks here, and what does not and why: for people and for programs that choose."""

from __future__ import annotations

from typing import Any

from cratedig.catalogue.tables import TEXT_DIM
from cratedig.lab import registry
from cratedig.understand.lyrics.analyzers import State
from cratedig.wiring import App


async def of_app(app: App) -> dict[str, Any]:
    """In the shape of ModelsInfo."""
    return {
        "analyzers": [_analyzer(state) for state in await app.analyzers.states()],
        "embedder": {
            "version": app.embedder.version,
            "precision": app.settings.text.precision,
            "dimensions": TEXT_DIM,
        },
        "heads": registry.cards(),
        "chat": [],
    }


def _analyzer(state: State) -> dict[str, Any]:
    return {
        "name": state.known.name,
        "nature": state.known.nature,
        "summary": state.known.summary,
        "available": state.is_available,
        "reason": state.reason,
        "version": state.version,
    }
