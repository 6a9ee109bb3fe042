"""A written profile from its file.

name, aliases, kind ("drummer" or "genre"), says, titles, confidence (0..1)
tempo = [slowest, usual, fastest]            quarters a minute
grid = "4/4 4"                               for bars that do not begin with their own (see music.drums.notation)
passages = ["a b a p", ...]                  bars played one after another
[claims]   a quantity's name = its value
[feel]     swing_8, swing_16; a voice = [push, its spread, velocity, its spread], in ticks and velocities
[beats], [fills]   a bar's name = the bar in notation
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final

from cratedig.music.drums.feel import STRAIGHT, Feel, Touch
from cratedig.music.drums.groove import Bar
from cratedig.music.drums.kit import VOICES, Voice
from cratedig.music.drums.notation import read_bar
from cratedig.music.drums.quantities import QUANTITY
from cratedig.music.drums.style import Claim, Passage, Role, StyleProfile

TYPICAL: Final = 4
WIDE: Final = 1.96  # standard deviations of single pieces on both sides: 95 % of them
_OWN_GRID = re.compile(r"\s*\d+/\d+\s+\d+\s*\n")

Page = Mapping[str, Any]
Bars = dict[str, tuple[Bar, Role]]


def read(page: Page) -> StyleProfile:
    """Raises ValueError or KeyError, saying what is wrong or missing."""
    bars = _bars(page)
    passages = [_passage(page, bars, names.split()) for names in page["passages"]]
    if unplayed := set(bars) - {name for names in page["passages"] for name in names.split()}:
        raise ValueError(f"bars {', '.join(sorted(unplayed))} are in no passage")
    titles = tuple(page["titles"])
    feel = _feel(page["feel"])
    return StyleProfile(
        artist=page["name"],
        description=page["says"],
        claims=_claims(page, feel),
        feel=feel,
        passages=tuple(passages),
        typical=_typical(passages),
        sources={"written": len(titles)},
        confidence=page["confidence"],
        titles=titles,
    )


def _bars(page: Page) -> Bars:
    found: Bars = {}
    for table, role in (("beats", "beat"), ("fills", "fill")):
        for name, text in page[table].items():
            if name in found:
                raise ValueError(f"two bars are called {name}")
            found[name] = (_bar(name, text, page["grid"]), "beat" if role == "beat" else "fill")
    return found


def _bar(name: str, text: str, grid: str) -> Bar:
    try:
        return read_bar(text if _OWN_GRID.match(text) else f"{grid}\n{text}")
    except ValueError as error:
        raise ValueError(f"bar {name}: {error}") from error


def _passage(page: Page, bars: Bars, names: Sequence[str]) -> Passage:
    played, roles = zip(*(bars[name] for name in names), strict=True)
    return Passage(bars=played, roles=roles, tempo_bpm=float(page["tempo"][1]), source=f"written: {page['name']}")


def _typical(passages: Sequence[Passage]) -> tuple[Bar, ...]:
    """The beats that are played most often."""
    played = Counter(
        bar for passage in passages for bar, role in zip(passage.bars, passage.roles, strict=True) if role == "beat"
    )
    return tuple(bar for bar, _ in played.most_common(TYPICAL))


def _feel(table: Mapping[str, Any]) -> Feel:
    voices: list[Voice] = [voice for voice in VOICES if voice in table]
    if unknown := set(table) - {"swing_8", "swing_16", *voices}:
        raise ValueError(f"nothing is felt in {', '.join(sorted(unknown))}")
    touches: dict[tuple[Voice, int | None], Touch] = {}
    for voice in voices:
        push, push_spread, velocity, velocity_spread = map(float, table[voice])
        touches[voice, None] = Touch(push, push_spread, velocity, velocity_spread, hits=0)
    return Feel(float(table.get("swing_8", STRAIGHT)), float(table.get("swing_16", STRAIGHT)), touches)


def _claims(page: Page, feel: Feel) -> dict[str, Claim]:
    slow, usual, fast = page["tempo"]
    if not slow <= usual <= fast:
        raise ValueError(f"a tempo of {usual} is not between {slow} and {fast}")
    values = {
        "tempo_min": slow, "tempo_avg": usual, "tempo_max": fast,
        "swing_percent": feel.swing_8, "swing_16_percent": feel.swing_16,
        **dict(_of_touches(feel)), **page["claims"],
    }  # fmt: skip
    return {name: _claim(name, float(value), page) for name, value in values.items()}


def _of_touches(feel: Feel) -> Iterator[tuple[str, float]]:
    for (voice, _), touch in feel.touches.items():
        if f"push_{voice}" in QUANTITY:
            yield from (
                (f"push_{voice}", touch.push), (f"push_std_{voice}", touch.push_spread),
                (f"velocity_{voice}", touch.velocity), (f"velocity_std_{voice}", touch.velocity_spread),
            )  # fmt: skip


def _claim(name: str, value: float, page: Page) -> Claim:
    quantity = QUANTITY[name]
    low, high = (quantity.within(value + side * WIDE * quantity.spread) for side in (-1, 1))
    return Claim(value, low, high, float(page["confidence"]), len(page["titles"]))
