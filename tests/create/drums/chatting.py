"""What the tests of the chat drummer share: a profile of ours, and parts a model may write."""

from __future__ import annotations

from typing import Any

import orjson

from cratedig.music.drums.feel import Feel
from cratedig.music.drums.notation import read_bar
from cratedig.music.drums.style import QUANTITIES, Claim, Passage, StyleProfile

GROOVE = """4/4 4
hat    6.4. 6.4. 6.4. 6.4.
snare  .... 8..1 .1.. 8...
kick   8... ..7. 7... ...."""
OTHER = """4/4 4
hat    6.4. 6.4. 6.4. 6.4.
snare  .... 8... .... 8..1
kick   8..5 .... 7.7. ...."""

VALUES = {
    "tempo_min": 80.0, "tempo_max": 120.0, "tempo_avg": 96.0, "swing_percent": 55.0, "ghost_note_prob": 0.3,
    "syncopation_level": 0.2, "velocity_mean": 74.0, "velocity_std": 22.0,
}  # fmt: skip


def profile(artist: str = "Nell Harrow", description: str = "Plays a dry, unhurried backbeat.") -> StyleProfile:
    bars = (read_bar(GROOVE), read_bar(OTHER))
    return StyleProfile(
        artist=artist,
        description=description,
        claims={name: Claim(VALUES[name], VALUES[name], VALUES[name], 0.5, 2) for name in QUANTITIES},
        feel=Feel(swing_8=55.0),
        passages=(Passage(bars, ("beat", "beat"), 96.0, "a.mid"),),
        typical=bars,
        sources={"midi": 2},
        confidence=0.5,
    )


def part(bars: int = 4, *, meter: tuple[int, int] = (4, 4), kick_at: int = 0, **changed: Any) -> dict[str, Any]:
    """A plain part that will do: kick, snare and eighths, in every bar a little other."""
    notes = []
    quarters = meter[0] * 4 // meter[1]
    for bar in range(bars):
        begin = bar * quarters * 480
        notes += [{"pitch": 42, "velocity": 60 + 5 * (n % 3), "time": begin + n * 240, "duration": 120}
                  for n in range(2 * quarters)]  # fmt: skip
        notes += [{"pitch": 36, "velocity": 98, "time": begin + kick_at, "duration": 120},
                  {"pitch": 38, "velocity": 90 + bar, "time": begin + 480, "duration": 120},
                  {"pitch": 38, "velocity": 30, "time": begin + 600 + 120 * (bar % 3), "duration": 60}]  # fmt: skip
    return {"notes": notes, "tempo": 96, "time_signature": list(meter), "total_bars": bars} | changed


def words(said: dict[str, Any]) -> str:
    return orjson.dumps(said).decode()
