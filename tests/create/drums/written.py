"""A drummer of a few written bars, for tests."""

from __future__ import annotations

from typing import Final

from cratedig.music.drums.feel import Feel
from cratedig.music.drums.notation import read_bar
from cratedig.music.drums.style import QUANTITIES, Claim, Passage, StyleProfile

ROCK: Final = (
    "4/4 4\nhat 7.5. 7.5. 7.5. 7.5.\nsnare .... 8... .... 8...\nkick 8... ..7. 8... ....",
    "4/4 4\nhat 7.5. 7.5. 7.5. 7.5.\nsnare .... 8..2 .2.. 8...\nkick 8... ...6 ..7. ....",
    "4/4 4\nhat 7.5. 7.5. 7.5. 7...\nopen .... .... .... ..7.\nsnare .... 8..2 .... 8...\nkick 8..6 .... 8... ..6.",
    "4/4 4\nhat 7.5. 7.5.\nsnare .... 8... 5678\ntom1 .... .... .... 78..\ntom5 .... .... .... ..89\nkick 8...",
)
SHUFFLE: Final = (
    "4/4 3\nride 7.5 7.5 7.5 7.5\nsnare ..2 8.2 ..2 8..\nkick 8.. ..5 8.. ...\nfoot ... 5.. ... 5..",
    "4/4 3\nride 7.5 7.5 7.5 7.5\nsnare ... 8.2 ..2 8.2\nkick 8.5 ... 8.. ..5\nfoot ... 5.. ... 5..",
)


def passage(rows: tuple[str, ...], *, fills: tuple[int, ...] = (), tempo_bpm: float = 100.0) -> Passage:
    bars = tuple(read_bar(row) for row in rows)
    return Passage(bars, tuple("fill" if at in fills else "beat" for at in range(len(bars))), tempo_bpm, "written")


def profile(*passages: Passage, artist: str = "Ada Drum", tempo_bpm: float = 100.0) -> StyleProfile:
    claims = {name: Claim(0.0, 0.0, 0.0, 0.3, 1) for name in QUANTITIES}
    claims |= {"tempo_avg": Claim(tempo_bpm, tempo_bpm, tempo_bpm, 0.3, 1)}
    bars = tuple(bar for one in passages for bar in one.bars)
    return StyleProfile(artist, "plays", claims, Feel(), passages, bars[:1], {"written": len(passages)}, 0.3)


ROCKER: Final = profile(passage(ROCK, fills=(3,)))
SHUFFLER: Final = profile(passage(SHUFFLE), artist="Shuffle Sam", tempo_bpm=120.0)
BOTH: Final = profile(passage(ROCK, fills=(3,)), passage(SHUFFLE, tempo_bpm=120.0), artist="Both Ways")
SINGLE: Final = profile(passage(ROCK[:1]), artist="One Bar Wonder")
"""One bar is all that is known."""

PLAYERS: Final = (ROCKER, SHUFFLER, BOTH, SINGLE)
