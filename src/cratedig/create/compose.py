"""The door of drumming: an artist's name and a wish become parts that are felt, judged, written and remembered."""

from __future__ import annotations

import difflib
import time
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final

import anyio

from cratedig.catalogue import generations, styles
from cratedig.create.drums.chat import ORDER, ChatDrummer
from cratedig.create.drums.composition import Commission, Composition, fidelity_kept, grooves_kept
from cratedig.create.drums.files import write
from cratedig.create.drums.performance import performed
from cratedig.create.drums.request import Take
from cratedig.create.studio import Studio
from cratedig.errors import ModelUnavailable, NotFound, Refused
from cratedig.log import logger
from cratedig.music.drums.fidelity import Fidelity
from cratedig.music.drums.groove import Groove
from cratedig.music.drums.kit import KITS
from cratedig.music.drums.nearness import nearness
from cratedig.music.drums.style import StyleProfile
from cratedig.music.text import fold

__all__ = ["Commission", "Composition", "Studio", "compose", "made", "profile_of", "similar"]

NEAR_NAMES: Final = 3
MODELS_HINT: Final = "(docs/models.md)"


async def compose(studio: Studio, commission: Commission, *, out: Path | None = None) -> Composition:
    """What is asked for: drawn or written, felt, judged, written to `out` (the studio's folder where None), remembered.

    Raises NotFound for an artist of whom nothing is known, NotPublished where the files cannot be written, and
    ModelUnavailable where nobody can play it.
    """
    began = time.monotonic()
    profile = await _wished(studio, commission)
    take = await _take(studio, profile, commission)
    done = await anyio.to_thread.run_sync(_finished, studio, profile, commission, take, out or studio.output)
    composition = Composition(
        id=0,
        artist=profile.artist,
        profile=profile,
        commission=commission,
        grooves=done.grooves,
        files=done.files,
        provider_used=take.played_by,
        remarks=take.remarks,
        confidence=profile.confidence,
        fidelity=done.fidelity,
        generation_time_ms=round((time.monotonic() - began) * 1e3),
    )
    return await _remembered(studio, composition)


async def made(studio: Studio, generation_id: int) -> Composition:
    """What was made before, from the catalogue alone: its files and the artist may be gone. Raises NotFound."""
    async with studio.catalogue.begin() as session:
        row = await generations.get(session, generation_id)
    commission = Commission.of(row.user_params)
    return Composition(
        id=row.id,
        artist=row.artist,
        profile=await _still_known(studio, commission),
        commission=commission,
        grooves=grooves_kept(row.made),
        files=tuple(Path(file) for file in row.output_files),
        provider_used=row.provider_used,
        remarks=tuple(row.made["remarks"]),
        confidence=float(row.made["confidence"]),
        fidelity=fidelity_kept(row.made),
        generation_time_ms=row.generation_time_ms,
    )


async def profile_of(studio: Studio, artist: str) -> StyleProfile:
    """From evidence where there is any, else as we have written it. Raises NotFound, saying how to add evidence."""
    async with studio.catalogue.begin() as session:
        stamp = await styles.stamp(session, artist)
        if stamp is not None:
            found = studio.kept(artist, stamp) or await styles.profile(session, artist)
            if found is not None:
                return studio.keep(artist, stamp, found)
        written = studio.starter(artist)
        if written is None:
            raise _unknown(artist, [*await styles.names(session), *studio.starters()])
    return written


async def similar(studio: Studio, artist: str, *, limit: int = 5) -> tuple[str, tuple[tuple[str, float], ...]]:
    """The artist's name as it is known, and who drums most like them with how much, 0..1, the most alike first: those
    with evidence, and those with a profile of ours. Raises NotFound as `profile_of` does."""
    profile = await profile_of(studio, artist)
    shares = await anyio.to_thread.run_sync(_written_alike, studio, profile)
    async with studio.catalogue.begin() as session:
        if await styles.stamp(session, artist) is not None:
            shares |= {one.name: one.similarity for one in await styles.similar(session, artist, limit=limit)}
    shares = {name: share for name, share in shares.items() if fold(name) != fold(profile.artist)}
    nearest = sorted(shares.items(), key=lambda one: (-one[1], one[0]))[:limit]
    return profile.artist, tuple(nearest)


def _written_alike(studio: Studio, profile: StyleProfile) -> dict[str, float]:
    """How near the written profiles are by their numbers."""
    written = [one for one in map(studio.starter, studio.starters()) if one is not None]
    return {one.artist: nearness(profile.claims, one.claims) for one in written}


def _unknown(artist: str, known: list[str]) -> NotFound:
    folded = {name.casefold(): name for name in known}
    near = [folded[name] for name in difflib.get_close_matches(artist.casefold(), folded, n=NEAR_NAMES)]
    meant = f"Did you mean {' or '.join(near)}? Otherwise bring in" if near else "Bring in"
    return NotFound(
        f"Nothing is known of how {artist!r} drums.",
        hint=f"{meant} MIDI files of their playing: cratedig collect midi DIR --artist NAME.",
    )


async def _wished(studio: Studio, commission: Commission) -> StyleProfile:
    profile = await profile_of(studio, commission.artist)
    if commission.blend is None:
        return profile
    other, share = commission.blend
    return studio.blended(profile, await profile_of(studio, other), share)


async def _still_known(studio: Studio, commission: Commission) -> StyleProfile | None:
    try:
        return await _wished(studio, commission)
    except NotFound:
        return None


async def _take(studio: Studio, profile: StyleProfile, commission: Commission) -> Take:
    """Of the model that was asked for, or of any; of the template where none answers, saying why."""
    wish, provider = commission.wish, commission.provider
    if provider == "template":
        return await studio.template.play(profile, wish)
    chain = await studio.chain()
    configured = [one.name for one in chain.providers] if chain else []
    if chain is None or not configured or provider not in ("auto", *configured):
        what = "No chat model is" if provider == "auto" else f"{provider} is not"
        return await _instead(studio, profile, commission, f"{what} configured {MODELS_HINT}.")
    try:
        return await ChatDrummer(chain, first=ORDER if provider == "auto" else (provider,)).play(profile, wish)
    except (ModelUnavailable, Refused) as error:
        return await _instead(studio, profile, commission, error.message)


async def _instead(studio: Studio, profile: StyleProfile, commission: Commission, why: str) -> Take:
    take = await studio.template.play(profile, commission.wish)
    return Take(take.grooves, take.played_by, (f"{why} The template drummer played.", *take.remarks))


@dataclass(frozen=True)
class _Done:
    grooves: tuple[Groove, ...]
    fidelity: tuple[Fidelity | None, ...]
    files: tuple[Path, ...]


def _finished(studio: Studio, profile: StyleProfile, commission: Commission, take: Take, folder: Path) -> _Done:
    grooves = performed(take.grooves, profile, commission.wish)
    heard = tuple(_heard(studio, groove, profile) for groove in grooves)
    files = write(grooves, folder, artist=profile.artist, kit=KITS[commission.kit], at=studio.now())
    return _Done(grooves, heard, files)


def _heard(studio: Studio, groove: Groove, profile: StyleProfile) -> Fidelity | None:
    """None where nobody listens, or who should cannot."""
    try:
        return studio.ear.hear(groove, profile) if studio.ear else None
    except ModelUnavailable as error:
        logger(__name__).warning("nobody could listen to a drum part", reason=error.message)
        return None


async def _remembered(studio: Studio, composition: Composition) -> Composition:
    async with studio.catalogue.begin() as session:
        added = await generations.add(
            session,
            artist=composition.artist,
            provider_used=composition.provider_used,
            generation_time_ms=composition.generation_time_ms,
            user_params=composition.commission.plain(),
            output_files=[str(file) for file in composition.files],
            made=composition.kept(),
        )
    return replace(composition, id=added)
