"""The drummer without a model: parts drawn from what somebody has played, in a form that repeats and turns.

Two bars are put together from what a passage is about; they are stated, answered, come back a little changed and lead
on by a fill. Every choice is drawn by how likely the drummer makes it (likelihood.py), and no bar is one they played.
"""

from __future__ import annotations

import asyncio
import threading
from collections import OrderedDict
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.random import Generator

from cratedig.create.drums.controls import shaped
from cratedig.create.drums.drawing import Theme, as_played, drawn, passages, theme
from cratedig.create.drums.fills import answered, fill
from cratedig.create.drums.form import Letter, Spot, fill_every, form
from cratedig.create.drums.habits import Habits, Vocabulary
from cratedig.create.drums.hats import closed, closers
from cratedig.create.drums.likelihood import CLOSING, OPENING, WITHIN
from cratedig.create.drums.novelty import Told, unlike
from cratedig.create.drums.request import Take, Wish
from cratedig.create.drums.sketch import Sketch, bar, leaning
from cratedig.create.drums.vocabulary import word
from cratedig.errors import ModelUnavailable
from cratedig.music.drums.groove import TEMPI_BPM, Groove
from cratedig.music.drums.style import StyleProfile

USUAL_TEMPO_BPM: Final = 110.0
MOST_KNOWN: Final = 32


@dataclass(frozen=True, eq=False)
class _Part:
    """What the bars of one variation are drawn with."""

    habits: Habits
    themes: dict[Letter, Theme]
    source: int
    heard: frozenset[int]
    wish: Wish
    rng: Generator


class Template:
    """A Drummer that needs no model and no key. What it has learned of the last MOST_KNOWN profiles it keeps."""

    def __init__(self) -> None:
        self._known: OrderedDict[int, Vocabulary] = OrderedDict()
        self._lock = threading.Lock()  # parts are drawn in threads

    async def play(self, profile: StyleProfile, wish: Wish) -> Take:
        """Raises ModelUnavailable for a profile without bars."""
        return Take(tuple(await asyncio.to_thread(self.parts, profile, wish)), "template")

    def parts(self, profile: StyleProfile, wish: Wish) -> list[Groove]:
        """One groove a variation, at once. Raises ModelUnavailable as `play` does."""
        try:
            return parts(self.vocabulary(profile), wish)
        except ValueError as error:
            raise ModelUnavailable(f"The template drummer cannot play it: {error}.") from error

    def vocabulary(self, profile: StyleProfile) -> Vocabulary:
        """What is learned of a profile: of this very value, which is not compared with others."""
        with self._lock:
            found = self._known.setdefault(id(profile), Vocabulary.of(profile))
            self._known.move_to_end(id(profile))
            if len(self._known) > MOST_KNOWN:
                self._known.popitem(last=False)
        return found


def parts(vocabulary: Vocabulary, wish: Wish) -> list[Groove]:
    """The variations of a wish. They begin with bars that differ, and each is drawn by its own dice."""
    habits, tempo = vocabulary.habits(wish.meter), tempo_of(vocabulary.profile, wish)
    order = passages(habits, tempo, np.random.default_rng(wish.seed))
    made: list[Groove] = []
    begun: set[bytes] = set()
    for nth in range(wish.variations):
        rng = np.random.default_rng([wish.seed, nth + 1])
        sketches = _part(vocabulary, wish, order[nth % len(order) :] + order[: nth % len(order)], rng, begun)
        begun.add(word(sketches[0].struck))
        made.append(Groove(tuple(bar(sketch, habits.cells) for sketch in sketches), tempo))
    return made


def draw(vocabulary: Vocabulary, wish: Wish, rng: Generator) -> Groove:
    """One part on the straight grid, by these dice. Raises ValueError for a profile without bars."""
    habits, tempo = vocabulary.habits(wish.meter), tempo_of(vocabulary.profile, wish)
    sketches = _part(vocabulary, wish, passages(habits, tempo, rng), rng, ())
    return Groove(tuple(bar(sketch, habits.cells) for sketch in sketches), tempo)


def tempo_of(profile: StyleProfile, wish: Wish) -> float:
    """The tempo of a wish, else the profile's own, in quarters a minute."""
    low, high = TEMPI_BPM
    own = min(max(profile.value("tempo_avg", USUAL_TEMPO_BPM), low), high)
    return own if wish.tempo_bpm is None else wish.tempo_bpm


def _part(
    vocabulary: Vocabulary, wish: Wish, order: Sequence[int], rng: Generator, begun: Collection[bytes]
) -> list[Sketch]:
    habits = vocabulary.habits(wish.meter)
    every = fill_every(wish.bars, wished=wish.fill_every, habit=vocabulary.between_fills)
    plan = form(wish.bars, fill_every=every)
    part = _Part(habits, _themes(habits, plan, order, rng), order[0], vocabulary.profile.heard, wish, rng)
    return _told_anew(part, plan, _drawn(part, plan), begun)


def _themes(habits: Habits, plan: Sequence[Spot], order: Sequence[int], rng: Generator) -> dict[Letter, Theme]:
    """Theme B is of a passage near theme A's: its own, or the one most like it; on the same grid where it can be."""
    letters = sorted({spot.letter for spot in plan})
    sources = dict.fromkeys(letters, order[0])
    if "B" in sources:
        known = list(habits.beats)
        like = np.argsort(-habits.alike[known.index(order[0])], kind="stable")
        sources["B"] = known[int(like[min(1, len(known) - 1)])]
    made: dict[Letter, Theme] = {}
    for letter in letters:
        like_first = leaning(made["A"].call.struck, habits.cells) if made else 0
        made[letter] = theme(habits, sources[letter], rng, leaning=like_first)
    return made


def _drawn(part: _Part, plan: Sequence[Spot]) -> list[Sketch]:
    bars: list[Sketch] = []
    for at, spot in enumerate(plan):
        sketch = _again(part, at) if part.wish.verbatim else _bar(part, spot)
        if spot.fill:
            sketch = fill(part.habits, sketch, part.rng)
        bars.append(answered(sketch, part.habits) if at > 0 and plan[at - 1].fill else sketch)
    return bars if part.wish.verbatim else closed(bars, part.habits.cells)


def _again(part: _Part, at: int) -> Sketch:
    """A bar of the passage as it is, one after another and from the beginning again."""
    bars = part.habits.beats[part.source]
    return as_played(part.habits, int(bars[at % len(bars)]))


def _bar(part: _Part, spot: Spot) -> Sketch:
    about = part.themes[spot.letter]
    stated = about.answer if spot.answers else about.call
    return drawn(
        *(part.habits, about.near, stated),
        part=OPENING if spot.first else CLOSING if spot.last else WITHIN,
        changes=round(spot.change * stated.struck.sum()),
        steady=part.wish.velocity == 0.0,
        rng=part.rng,
    )


def _told_anew(part: _Part, plan: Sequence[Spot], bars: Sequence[Sketch], begun: Collection[bytes]) -> list[Sketch]:
    """The bars as none of the evidence is, as dense and complex as wished."""
    habits, wish = part.habits, part.wish
    made = []
    for at, (spot, sketch, kept) in enumerate(zip(plan, bars, closers(bars, habits.cells), strict=True)):
        near = part.themes[spot.letter].near
        words, heard = (frozenset[bytes](), frozenset[int]()) if wish.verbatim else (habits.words.told, part.heard)
        told = Told(words.union(begun) if at == 0 else words, heard, habits.cells)
        anew = unlike(habits, near, sketch, told=told, kept=kept, rng=part.rng)
        made.append(shaped(habits, near, anew, kept, density=wish.density, complexity=wish.complexity, told=told))
    return made
