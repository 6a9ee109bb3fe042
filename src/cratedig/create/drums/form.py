"""How a part of so many bars is built: which theme a bar states, what it answers, where a fill leads on."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, Literal

Letter = Literal["A", "B"]

SONG: Final[tuple[Letter, ...]] = ("A", "A", "B", "A")
"""Phrases of a longer part: the theme, again, something else, the theme."""
PHRASE_BARS: Final = 4
LONG_PART_BARS: Final = 16
"""A part of more bars has phrases twice as long."""
SONG_FROM_BARS: Final = 9
FILL_FROM_BARS: Final = 4


@dataclass(frozen=True, slots=True)
class Spot:
    """What a bar is in the form. letter: whose theme; answers: its second bar; change: how much of it is new, 0 (the
    theme itself) .. 1; fill: the last bar of a fill; first: it opens a phrase; last: it closes one."""

    letter: Letter
    answers: bool
    change: float
    fill: bool
    first: bool
    last: bool


AGAIN, LIGHT, TURN = 0.0, 0.12, 0.3
"""How much of a bar is new: where it is said again, where it returns, where it turns to what comes next."""


def form(bars: int, *, fill_every: int) -> tuple[Spot, ...]:
    """The plan of a part. fill_every: a fill in each so many bars, 0 none.

    >>> "".join(spot.letter for spot in form(16, fill_every=8))
    'AAAAAAAABBBBAAAA'
    """
    phrase = PHRASE_BARS if bars <= LONG_PART_BARS else 2 * PHRASE_BARS
    return tuple(_spot(at, bars, phrase, fill_every) for at in range(bars))


def fill_every(bars: int, *, wished: int | None, habit: int | None) -> int:
    """After how many bars a fill is played, 0 never: as wished, else as usual where the part is long enough for it."""
    if wished is not None:
        return wished
    if bars < FILL_FROM_BARS:
        return 0
    return min(habit or 2 * PHRASE_BARS, max(bars // PHRASE_BARS * PHRASE_BARS, PHRASE_BARS))


def _spot(at: int, bars: int, phrase: int, fill_every: int) -> Spot:
    within = at % PHRASE_BARS
    fill = fill_every > 0 and (at + 1) % fill_every == 0
    letter = SONG[at // phrase % len(SONG)] if bars >= SONG_FROM_BARS else "A"
    return Spot(letter, bool(within % 2), _change(at, phrase), fill, within == 0, within == PHRASE_BARS - 1)


def _change(at: int, phrase: int) -> float:
    """The theme is stated plainly, comes back a little changed, and turns at the end of the phrase."""
    if at % PHRASE_BARS == PHRASE_BARS - 1:
        return TURN if at % phrase == phrase - 1 else LIGHT
    return LIGHT if at % PHRASE_BARS == PHRASE_BARS // 2 else AGAIN
