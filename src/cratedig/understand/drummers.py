"""The door of drumming: evidence becomes profiles, where there is newer evidence than the profile rests on."""

from __future__ import annotations

from dataclasses import dataclass

import anyio
import numpy as np
from numpy.typing import NDArray

from cratedig.catalogue import Catalogue, Session, evidence, styles
from cratedig.catalogue.evidence import Due, Kept
from cratedig.errors import InputRejected
from cratedig.models.embedder import TextEmbedder
from cratedig.music.drums.kit import GENERAL_MIDI, KITS
from cratedig.music.drums.style import StyleProfile
from cratedig.music.score_packed import unpacked
from cratedig.music.text import fold
from cratedig.understand.drums.evidence import VERSION, performance
from cratedig.understand.drums.measured import Performance
from cratedig.understand.drums.profile import profile


@dataclass(frozen=True, eq=False)
class Studied:
    """profile: None where no piece of the evidence can be used; embedding: (384,) of its description."""

    due: Due
    profile: StyleProfile | None
    embedding: NDArray[np.float32] | None


async def due(
    catalogue: Catalogue, *, artist: str | None = None, limit: int | None = None, redo: bool = False
) -> list[Due]:
    """The artists, or the one of this name, whose profile does not rest on all their evidence; all with `redo`."""
    if artist and not fold(artist):  # nobody's name, rather than everybody's
        return []
    async with catalogue.begin() as session:
        return await evidence.due(session, version=VERSION, artist=fold(artist or ""), redo=redo, limit=limit)


async def is_something_due(session: Session) -> bool:
    """Whether an artist waits for a profile."""
    return bool(await evidence.due(session, version=VERSION, limit=1))


async def study(
    catalogue: Catalogue, embedder: TextEmbedder, one: Due, *, turn: anyio.CapacityLimiter | None = None
) -> Studied:
    """The profile of one artist from all their evidence, to be saved."""
    async with catalogue.begin() as session:
        kept = await evidence.of_artist(session, one.artist_id)
    async with turn or anyio.CapacityLimiter(1):
        found = await anyio.to_thread.run_sync(profiled, one.name, kept)
        if found is None:
            return Studied(one, None, None)
        vectors = await anyio.to_thread.run_sync(embedder.embed, [found.description])
    return Studied(one, found, vectors[0])


async def save(session: Session, studied: Studied) -> None:
    """Writes the profile; where there is none, that there is none."""
    one = studied.due
    if studied.profile is None or studied.embedding is None:
        await styles.fail(session, one.artist_id)
        return
    await styles.save(session, one.artist_id, studied.profile, embedding=studied.embedding, evidence=one.evidence)


def profiled(artist: str, kept: list[Kept]) -> StyleProfile | None:
    """The profile by what is usable of the evidence; None where nothing is."""
    performances = [found for one in kept if (found := _performance(one)) is not None]
    return profile(artist, performances) if performances else None


def _performance(kept: Kept) -> Performance | None:
    try:
        return performance(kept.title, unpacked(kept.played), KITS.get(kept.facts.get("kit", ""), GENERAL_MIDI))
    except (InputRejected, ValueError, KeyError, TypeError):
        return None
