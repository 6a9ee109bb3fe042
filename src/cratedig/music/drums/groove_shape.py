"""Grooves and bars as plain JSON and back: a hit is [tick of its place at PPQ, note, velocity, push in ticks]."""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction
from typing import Any

from cratedig.music.drums.groove import Bar, Groove, Hit
from cratedig.music.drums.kit import DRUMS
from cratedig.music.drums.meter import PPQ, Meter


def groove_plain(groove: Groove) -> dict[str, Any]:
    return {"tempo_bpm": groove.tempo_bpm, "bars": [bar_plain(bar) for bar in groove.bars]}


def bar_plain(bar: Bar) -> dict[str, Any]:
    hits = [[int(hit.place * PPQ), hit.drum.note, hit.velocity, hit.push] for hit in bar.hits]
    return {"meter": str(bar.meter), "hits": hits}


def groove_of(plain: Mapping[str, Any]) -> Groove:
    """The groove that was written so. Raises ValueError, KeyError or TypeError where none was."""
    return Groove(tuple(bar_of(bar) for bar in plain["bars"]), float(plain["tempo_bpm"]))


def bar_of(plain: Mapping[str, Any]) -> Bar:
    """The bar that was written so. Raises as `groove_of` does."""
    hits = (Hit(DRUMS[note], Fraction(tick, PPQ), velocity, push) for tick, note, velocity, push in plain["hits"])
    return Bar(Meter.parse(plain["meter"]), tuple(hits))
