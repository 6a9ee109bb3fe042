"""A drum part asked for over HTTP, by whoever may."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from starlette.exceptions import HTTPException

from cratedig.create import compose
from cratedig.create.compose import Composition
from cratedig.create.drums.request import Fidelity, Provider
from cratedig.web.access.caller import Caller
from cratedig.web.access.roles import Role
from cratedig.web.drums.shapes import GenerateRequest
from cratedig.wiring import App

FREE: Provider = "template"


async def generate(app: App, body: GenerateRequest, caller: Caller) -> Composition:
    """What was made. Raises NotFound, Unavailable, and HTTPException 403 where the caller may not spend the owner's
    money: a chat model may cost some, so that `auto` is the template for them."""
    may_pay = caller.role is not None and caller.role >= Role.EDITOR
    if body.provider not in ("auto", FREE) and not may_pay:
        raise HTTPException(403, f"The provider {body.provider!r} may cost money: it needs the role editor")
    asked = body if may_pay else body.model_copy(update={"provider": FREE})
    return await compose.compose(app.studio, asked.commission())


def shape_of(made: Composition) -> dict[str, Any]:
    """The answer to a request."""
    return {
        "status": "success",
        "generation_time_ms": made.generation_time_ms,
        "provider_used": made.provider_used,
        "midi_files": [f"/output/{file.name}" for file in made.files],
        "confidence": made.confidence,
        "id": made.id,
        "artist": made.artist,
        "tempo": made.grooves[0].tempo_bpm,
        "seed": made.commission.wish.seed,
        "variations": [_variation(made, at) for at in range(len(made.grooves))],
        "remarks": made.remarks,
        "sources": dict(made.sources),
    }


def link(made: Composition, variation: int) -> str:
    """Where a variation (from 1) is, as MIDI."""
    return f"/api/v1/grooves/{name_of(made, variation)}.mid"


def name_of(made: Composition, variation: int) -> str:
    """A variation's id."""
    return f"{made.id}-{variation}"


def _variation(made: Composition, at: int) -> dict[str, Any]:
    fidelity: Fidelity | None = made.fidelity[at]
    return {
        "id": name_of(made, at + 1),
        "url": link(made, at + 1),
        "fidelity": asdict(fidelity) if fidelity else None,
        "distances": made.distances[at],
    }
