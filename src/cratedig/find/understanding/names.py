"""Names in a query: the artists, genres and tags that the catalogue has, longest first, no word used twice."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from functools import lru_cache
from typing import Final

from cratedig.find.understanding.content import VAGUE
from cratedig.find.understanding.sounds import ATTRIBUTES
from cratedig.music.facet import ARTIST, GENRE, TAG
from cratedig.music.genre import place
from cratedig.music.text import fold

LONGEST_NAME: Final = 5  # words
NAMED_WORDS: Final = 24  # names are sought in this many first words: a longer query is prose
LONGEST_GENRE: Final = 3  # words
FEW_WORDS: Final = 3  # a query of so few may be one word that is an artist

_STOPS = r"\b(?:but|only|except|just\s+more|though)\b"
_END = rf"(?=\s*(?:,|;|$|{_STOPS})|\s+from\s+the\s|\s+(?:a\s+)?(?:bit|little)?\s*more\s+\w)"
_AIMED = re.compile(
    rf"\b(?:like|by|from|similar\s+to|sounds?\s+like|in\s+the\s+style\s+of|than)\s+(.+?){_END}", re.IGNORECASE
)
_QUOTED = re.compile(r"[\"“”«»]([^\"“”«»]{1,100})[\"“”«»]")


def aimed(text: str) -> Iterator[str]:
    """What stands in quotes or follows "like", "by" or "than", folded: names, most likely.

    >>> list(aimed("songs like Radiohead but calmer"))
    ['radiohead']
    """
    for pattern in (_QUOTED, _AIMED):
        for match in pattern.finditer(text):
            if name := fold(match.group(1)):
                yield name


def possible_facets(words: Sequence[str]) -> tuple[str, ...]:
    """Every facet lexeme that the folded words could be, each once; of a genre, also its usual spelling."""
    words = words[:NAMED_WORDS]
    names = {
        " ".join(words[at : at + length]): length
        for length in range(1, min(LONGEST_NAME, len(words)) + 1)
        for at in range(len(words) - length + 1)
    }
    usual = [spelling for name, length in names.items() if length <= LONGEST_GENRE for spelling in _spellings(name)]
    facets = [f"{kind} {name}" for kind in (ARTIST, GENRE, TAG) for name in names]
    return tuple(dict.fromkeys([*facets, *(f"{GENRE} {spelling}" for spelling in usual)]))


@lru_cache(maxsize=20_000)
def _spellings(name: str) -> tuple[str, ...]:
    """The usual spelling of a genre of few words, where it is another one: "d n b" is "drum bass"."""
    placed = place(name) if name.count(" ") < LONGEST_GENRE else None
    if placed is None or placed.how == "word inside":
        return ()
    usual = fold(placed.name)
    return () if usual == name else (usual,)


def named_genres(words: Sequence[str], moods: Collection[str], known: Mapping[str, int]) -> tuple[str, ...]:
    """The genres the words name: as they are spelled in the query, in the catalogue's usual spelling, or both."""
    found: dict[str, None] = {}
    for name in _known(GENRE, words, known, lambda name: name not in VAGUE and name not in moods):
        found |= dict.fromkeys(one for one in (name, *_spellings(name)) if _has(GENRE, one, known))
    return tuple(found)


def named_tags(words: Sequence[str], moods: Collection[str], known: Mapping[str, int]) -> tuple[str, ...]:
    """The tags the words name."""
    return tuple(dict.fromkeys(_known(TAG, words, known, lambda name: name not in VAGUE and name not in moods)))


def named_artists(
    words: Sequence[str], moods: Collection[str], aims: Sequence[str], known: Mapping[str, int]
) -> tuple[str, ...]:
    """The artists the words name. Quoted or aimed at: surely. One word that is also a mood, a genre, a sound or vague:
    not."""

    def may_be(name: str) -> bool:
        if any(f" {name} " in f" {aim} " for aim in aims):
            return True
        if any(_has(kind, name, known) for kind in (GENRE, TAG)):
            return False
        parts = name.split()
        if all(word in VAGUE or word in moods or word in ATTRIBUTES for word in parts):
            return False
        return len(parts) > 1 or len(words) <= FEW_WORDS

    return tuple(dict.fromkeys(_known(ARTIST, words, known, may_be)))


def _known(kind: str, words: Sequence[str], known: Mapping[str, int], may_be: Callable[[str], bool]) -> Iterator[str]:
    words = words[:NAMED_WORDS]
    used: set[int] = set()
    for length in range(min(LONGEST_NAME, len(words)), 0, -1):
        for at in range(len(words) - length + 1):
            name = " ".join(words[at : at + length])
            spelled = kind == GENRE and any(_has(kind, one, known) for one in _spellings(name))
            if not (spelled or _has(kind, name, known)) or not used.isdisjoint(range(at, at + length)):
                continue
            if may_be(name):
                used.update(range(at, at + length))
                yield name


def _has(kind: str, name: str, known: Mapping[str, int]) -> bool:
    return f"{kind} {name}" in known
