"""What the drummers' page shows: a style, and what was made of it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from cratedig.create.compose import Composition
from cratedig.create.drums.request import Fidelity
from cratedig.music.drums.groove import Groove
from cratedig.music.drums.style import Claim, Source, StyleProfile
from cratedig.web.drums.answers import link
from cratedig.web.drums.grid import Grid, grid
from cratedig.web.drums.radar import Radar, radar

TYPICAL_SHOWN: Final = 3

_PIECES: Final[Mapping[Source, tuple[str, str]]] = {
    "midi": ("performance", "performances"),
    "audio": ("recording", "recordings"),
    "papers": ("paper", "papers"),
    "articles": ("article", "articles"),
    "written": ("source of a profile written by us", "sources of a profile written by us"),
}


@dataclass(frozen=True)
class Style:
    """A profile as it is shown. rests_on: the evidence and how far it carries, in a sentence or two."""

    artist: str
    description: str
    radar: Radar | None
    claims: tuple[tuple[str, Claim], ...]
    typical: tuple[Grid, ...]
    titles: tuple[str, ...]
    rests_on: str


@dataclass(frozen=True)
class Part:
    """One variation. heard: how near it is to the profile, in words."""

    number: int
    grid: Grid
    link: str
    heard: str


@dataclass(frozen=True)
class Made:
    told: str
    tempo: float
    remarks: tuple[str, ...]
    parts: tuple[Part, ...]


def style_of(profile: StyleProfile) -> Style:
    tempo = profile.value("tempo_avg", 120.0)
    return Style(
        artist=profile.artist,
        description=profile.description,
        radar=radar(profile),
        claims=tuple((name.replace("_", " "), claim) for name, claim in sorted(profile.claims.items())),
        typical=tuple(grid(Groove((bar,), tempo)) for bar in profile.typical[:TYPICAL_SHOWN]),
        titles=profile.titles,
        rests_on=_rests_on(profile),
    )


def made_of(composition: Composition) -> Made:
    parts = tuple(
        Part(number, grid(groove), link(composition, number), _heard(fidelity))
        for number, (groove, fidelity) in enumerate(zip(composition.grooves, composition.fidelity, strict=True), 1)
    )
    return Made(_told(composition), round(composition.grooves[0].tempo_bpm, 1), composition.remarks, parts)


def _rests_on(profile: StyleProfile) -> str:
    pieces = [f"{count} {_PIECES[kind][count != 1]}" for kind, count in profile.sources.items() if count]
    return f"{', '.join(pieces) or 'Nothing'}; {profile.confidence:.0%} sure."


def _told(composition: Composition) -> str:
    bars, tempo = len(composition.grooves[0].bars), composition.grooves[0].tempo_bpm
    who = "the template drummer" if composition.provider_used == "template" else composition.provider_used
    return f"{bars} bars at {tempo:.0f}, by {who}"


def _heard(fidelity: Fidelity | None) -> str:
    return fidelity.says if fidelity else ""
