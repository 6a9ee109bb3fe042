"""A StyleProfile as plain JSON and back; claims as the API gives them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict
from typing import Any

from cratedig.music.drums.feel import Feel, Touch
from cratedig.music.drums.groove_shape import bar_of, bar_plain
from cratedig.music.drums.style import Claim, Passage, StyleProfile


def style_plain(profile: StyleProfile) -> dict[str, Any]:
    return {
        "artist": profile.artist,
        "description": profile.description,
        "claims": {name: asdict(claim) for name, claim in profile.claims.items()},
        "feel": feel_plain(profile.feel),
        "passages": [_passage_plain(passage) for passage in profile.passages],
        "typical": [bar_plain(bar) for bar in profile.typical],
        "sources": dict(profile.sources),
        "confidence": profile.confidence,
        "titles": list(profile.titles),
        "heard": sorted(profile.heard),
    }


def style_of(plain: Mapping[str, Any]) -> StyleProfile:
    """The profile that was written so. Raises ValueError, KeyError or TypeError where none was."""
    return StyleProfile(
        artist=plain["artist"],
        description=plain["description"],
        claims={name: Claim(**claim) for name, claim in plain["claims"].items()},
        feel=feel_from_plain(plain["feel"]),
        passages=tuple(_passage_of(passage) for passage in plain["passages"]),
        typical=tuple(bar_of(bar) for bar in plain["typical"]),
        sources=dict(plain["sources"]),
        confidence=plain["confidence"],
        titles=tuple(plain["titles"]),
        heard=frozenset(plain["heard"]),
    )


def feel_plain(feel: Feel) -> dict[str, Any]:
    """A touch is [voice, step or null, push, its spread, velocity, its spread, hits]."""
    touches = [
        [voice, step, touch.push, touch.push_spread, touch.velocity, touch.velocity_spread, touch.hits]
        for (voice, step), touch in feel.touches.items()
    ]
    return {"swing_8": feel.swing_8, "swing_16": feel.swing_16, "touches": touches}


def feel_from_plain(plain: Mapping[str, Any]) -> Feel:
    """The feel that was written so. Raises as `style_of` does."""
    touches = {(voice, step): Touch(*numbers) for voice, step, *numbers in plain["touches"]}
    return Feel(plain["swing_8"], plain["swing_16"], touches)


def _passage_plain(passage: Passage) -> dict[str, Any]:
    return {
        "source": passage.source,
        "tempo_bpm": passage.tempo_bpm,
        "roles": list(passage.roles),
        "bars": [bar_plain(bar) for bar in passage.bars],
    }


def _passage_of(plain: Mapping[str, Any]) -> Passage:
    bars = tuple(bar_of(bar) for bar in plain["bars"])
    return Passage(bars, tuple(plain["roles"]), plain["tempo_bpm"], plain["source"])
