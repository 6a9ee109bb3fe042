"""A MIDI file's drums as evidence: whether they are any, what is told of them, and the performance they are."""

from __future__ import annotations

from typing import Any, Final

from cratedig.music.drums.kit import Kit
from cratedig.music.score import Score
from cratedig.understand.drums.measured import Performance
from cratedig.understand.drums.played import played

VERSION: Final = "drums 1"
"""Of how evidence is measured: a profile that another version made is made anew."""


def facts(score: Score, kit: Kit) -> dict[str, Any]:
    """What is told of a file beside its strokes. Raises InputRejected where nothing can be learned from it."""
    found = played(score, kit=kit)
    return {
        "kit": kit.name,
        "tempo_bpm": round(found.tempo_bpm, 3),
        "meters": sorted({str(meter) for meter in found.meters}),
        "bars": len(found.meters),
        "strokes": len(found),
        "unknown": found.unknown,
    }


def performance(name: str, score: Score, kit: Kit) -> Performance:
    """Raises InputRejected as `facts` does."""
    return Performance(name, played(score, kit=kit))
