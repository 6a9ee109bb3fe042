"""Five hundred mood queries, made by rule from a fixed seed: templates x moods and occasions x genres x decades.

Every combination of a kind stands in one shuffled order. From it come, for each kind in turn, the first that a
catalogue can judge: with FEWEST relevant tracks or more. So one catalogue always gets the same queries, and nobody
picked any of them.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import islice, product
from typing import Final

import numpy as np
from numpy.typing import NDArray

from cratedig.lab.mood_rules import MOODS, OCCASIONS, OCTANTS, Mask, Rule, meets, thirds
from cratedig.lab.ranking import bucket
from cratedig.lab.spotify_data import Song

SEED: Final = 19800401  # the month of Russell's circumplex
FEWEST: Final = 10
"""Relevant tracks a query needs to be judged: as many as precision at 10 has places."""
QUOTAS: Final = {"mood": 110, "occasion": 40, "genre": 170, "decade": 80, "genre and decade": 100}

GENRES: Final = ("pop", "rap", "rock", "latin", "r&b", "edm")
DECADES: Final = {"70s": 1970, "80s": 1980, "90s": 1990, "2000s": 2000, "2010s": 2010}
_PLAIN = ("{} songs", "{} music", "something {}", "i want to hear something {}", "play {} tracks")
_FOR = ("songs {}", "music {}", "a playlist {}", "something to listen to {}")
_OF = ("{} {}", "{} {} songs", "some {} {} please", "{} {} tracks")
_OF_BOTH = ("{} {} {}", "{} {} {} songs")


@dataclass(frozen=True, slots=True)
class Question:
    """A query and what its rule asks of a track; genre "" and decade 0 ask nothing. has_mood: a mood, no occasion."""

    text: str
    kind: str
    rule: Rule
    has_mood: bool
    genre: str = ""
    decade: int = 0


@dataclass(frozen=True, slots=True)
class Judged:
    """A question with the tracks that answer it. centre: mean valence and energy of all that meet its rule, -1..1."""

    question: Question
    relevant: frozenset[int]
    centre: NDArray[np.float64]


def questions(songs: Sequence[Song]) -> list[Judged]:
    """The queries this catalogue can judge, at most 500; the same ones for the same songs."""
    cut = thirds([song.features for song in songs])
    plane = np.array([[song.features.get(name, np.nan) for name in ("valence", "energy")] for song in songs]) * 2 - 1
    chosen: list[Judged] = []
    for kind, quota in QUOTAS.items():
        asked = _shuffled(kind)
        judged = (_judged(one, songs, meets(one.rule, cut), plane) for one in asked)
        chosen += islice((one for one in judged if len(one.relevant) >= FEWEST), quota)
    return chosen


def _judged(question: Question, songs: Sequence[Song], there: Mask, plane: NDArray[np.float64]) -> Judged:
    relevant = frozenset(at for at in np.flatnonzero(there).tolist() if _answers(question, songs[at]))
    centre = plane[there].mean(axis=0) if there.any() else np.zeros(2)
    return Judged(question, relevant, centre)


def _answers(question: Question, song: Song) -> bool:
    in_decade = not question.decade or (song.year is not None and song.year // 10 * 10 == question.decade)
    return in_decade and question.genre in ("", song.genre)


def _shuffled(kind: str) -> list[Question]:
    """Every question of a kind, in the order that the seed gives."""
    return sorted(_all(kind), key=lambda one: bucket(f"{SEED} {one.text}"))


def _all(kind: str) -> Iterator[Question]:
    moods = [(OCTANTS[octant], word) for octant, words in MOODS.items() for word in words]
    if kind == "mood":
        for template, (rule, word) in product(_PLAIN, moods):
            yield Question(template.format(word), kind, rule, has_mood=True)
    elif kind == "occasion":
        for template, (occasion, rule) in product(_FOR, OCCASIONS.items()):
            yield Question(template.format(occasion), kind, rule, has_mood=False)
    elif kind == "genre":
        for template, (rule, word), genre in product(_OF, moods, GENRES):
            yield Question(template.format(word, genre), kind, rule, True, genre)
    elif kind == "decade":
        for template, (rule, word), (name, first) in product(_OF, moods, DECADES.items()):
            yield Question(template.format(word, name), kind, rule, True, "", first)
    else:
        for template, (rule, word), (name, first), genre in product(_OF_BOTH, moods, DECADES.items(), GENRES):
            yield Question(template.format(word, name, genre), kind, rule, True, genre, first)
