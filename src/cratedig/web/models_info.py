"""What thinks here, and what does not and why: for people and for programs that choose."""

from __future__ import annotations

from typing import Any

from cratedig.catalogue.tables import TEXT_DIM
from cratedig.lab import registry
from cratedig.models.chat.standing import standings
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
        "chat": await _chat(app),
    }


async def _chat(app: App) -> dict[str, Any]:
    chain = await app.analyzers.chain()
    return {} if chain is None else (await standings(chain)).as_dict()


def _analyzer(state: State) -> dict[str, Any]:
    return {
        "name": state.known.name,
        "nature": state.known.nature,
        "summary": state.known.summary,
        "available": state.is_available,
        "reason": state.reason,
        "version": state.version,
    }
