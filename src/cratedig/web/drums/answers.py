"""What was made, in the shape of an answer."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from cratedig.create.compose import Composition
from cratedig.create.drums.request import Fidelity


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
