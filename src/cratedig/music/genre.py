"""Genres as people write them, brought to one spelling each, and to their place in a small tree."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache, lru_cache
from importlib.resources import files
from typing import Literal

from cratedig.music.text import fold

# Folded spelling -> the one we keep. A genre that is not here keeps its own folded spelling.
_SPELLINGS = {
    "hiphop": "hip hop",
    "hip hop music": "hip hop",
    "rap hip hop": "hip hop",
    "rnb": "r&b",
    "r b": "r&b",
    "r n b": "r&b",
    "r and b": "r&b",
    "rhythm and blues": "r&b",
    "rhythm blues": "r&b",
    "dnb": "drum & bass",
    "d b": "drum & bass",
    "d n b": "drum & bass",
    "drum bass": "drum & bass",
    "drum n bass": "drum & bass",
    "drum and bass": "drum & bass",
    "drumnbass": "drum & bass",
    "drumandbass": "drum & bass",
    "rock n roll": "rock & roll",
    "rock roll": "rock & roll",
    "rock and roll": "rock & roll",
    "lofi": "lo-fi",
    "lo fi": "lo-fi",
    "lofi hip hop": "lo-fi hip hop",
    "lo fi hip hop": "lo-fi hip hop",
    "lofi hiphop": "lo-fi hip hop",
    "lo fi hiphop": "lo-fi hip hop",
    "k pop": "k-pop",
    "kpop": "k-pop",
    "j pop": "j-pop",
    "jpop": "j-pop",
    "v pop": "v-pop",
    "vpop": "v-pop",
    "synth pop": "synthpop",
    "electro pop": "electropop",
    "dance hall": "dancehall",
    "dub step": "dubstep",
    "nu metal": "nu metal",
    "numetal": "nu metal",
    "trip hop": "trip hop",
    "triphop": "trip hop",
    "post rock": "post-rock",
    "postrock": "post-rock",
    "post punk": "post-punk",
    "postpunk": "post-punk",
    "singer songwriter": "singer-songwriter",
    "singersongwriter": "singer-songwriter",
    "electronica": "electronic",
    "electronic music": "electronic",
    "electronic dance music": "edm",
    "e d m": "edm",
    "classical music": "classical",
    "sound track": "soundtrack",
    "deephouse": "deep house",
    "techhouse": "tech house",
    "futurebass": "future bass",
    "alt rock": "alternative rock",
    "alternativerock": "alternative rock",
    "reggaetón": "reggaeton",
    "regueton": "reggaeton",
}

# SoundCloud's own menu joins two genres in one name; each is (genre, the other).
_PAIRS = {
    "hip hop rap": ("hip hop", "rap"),
    "hip hop and rap": ("hip hop", "rap"),
    "r b soul": ("r&b", "soul"),
    "r b and soul": ("r&b", "soul"),
    "jazz blues": ("jazz", "blues"),
    "jazz and blues": ("jazz", "blues"),
    "dance edm": ("dance", "edm"),
    "dance and edm": ("dance", "edm"),
    "folk singer songwriter": ("folk", "singer-songwriter"),
    "folk and singer songwriter": ("folk", "singer-songwriter"),
}

_BETWEEN = re.compile(r"\s*[,;|/\n]\s*|\s+[-–]\s+")


def normal_genre(given: str) -> str:
    """The one spelling of a genre; "" when nothing readable stands there.

    >>> [normal_genre(g) for g in ("Hip-Hop", "hiphop", "HIP HOP", "#HipHop")]
    ['hip hop', 'hip hop', 'hip hop', 'hip hop']
    >>> normal_genre("Rnb"), normal_genre("Drum & Bass"), normal_genre("dnb")
    ('r&b', 'drum & bass', 'drum & bass')
    """
    folded = fold(given)
    return _SPELLINGS.get(folded, folded)


@lru_cache(maxsize=20_000)
def split_genres(given: str) -> tuple[str, ...]:
    """Every genre named in a cell, normalised, each once, in the order given.

    >>> split_genres("Hip-hop & Rap"), split_genres("Rap/Trap, rap"), split_genres("Jazz")
    (('hip hop', 'rap'), ('rap', 'trap'), ('jazz',))
    """
    names: dict[str, None] = {}
    for part in [given] if fold(given) in _PAIRS else _BETWEEN.split(given):
        names |= dict.fromkeys(_PAIRS.get(fold(part)) or (normal_genre(part),))
    return tuple(name for name in names if name)


How = Literal["spelling", "spelling without spaces", "word inside"]

_SPEAKS_INSIDE = frozenset((
    "pop", "rock", "metal", "punk", "rap", "trap", "hiphop", "rnb", "soul", "funk", "disco", "house", "techno",
    "trance", "dubstep", "dnb", "edm", "electronic", "electro", "hardstyle", "ambient", "jazz", "blues", "piano",
    "classical", "folk", "country", "reggae", "reggaeton", "dancehall", "salsa", "bachata", "cumbia", "merengue",
    "latin", "sertanejo", "soundtrack", "soundtracks", "ost", "anime", "podcast", "audiobook", "gospel", "lofi",
    "indie", "ballad", "bollywood", "vinahouse", "kpop", "vpop",
))  # fmt: skip
"""Words that say a genre wherever they stand in a cell; others ("game", "deep", "story") speak only when alone."""
_MOST_WORDS = 5
"""A cell with more words than this is a title or a sentence, whatever genre it mentions."""


@dataclass(frozen=True, slots=True)
class Placed:
    """Where a genre stands in the tree. name: the genre there; family: the root above it."""

    name: str
    family: str
    how: How

    @property
    def is_general(self) -> bool:
        """Does it say no more than its family?

        >>> place("Hip-Hop").is_general, place("drill").is_general
        (True, False)
        """
        return self.name == general(self.family)


@cache
def tree() -> dict[str, dict[str, tuple[str, ...]]]:
    """Family -> genre -> its further spellings, as `genres.txt` beside this file lists them.

    >>> len(tree()), "drill" in tree()["hip hop"]
    (22, True)
    """
    found: dict[str, dict[str, tuple[str, ...]]] = {}
    family = ""
    for line in files("cratedig.music").joinpath("genres.txt").read_text(encoding="utf-8").splitlines():
        name, colon, further = line.partition(": ")
        if line.startswith("["):
            found[family := line.strip("[]")] = {}
        elif colon and not line.startswith("#"):
            found[family][name] = tuple(further.split(", "))
    return found


FAMILIES: tuple[str, ...] = tuple(tree())
"""The tree's roots, in its order."""


def general(family: str) -> str:
    """The genre that says no more than its family: the first one there."""
    return next(iter(tree()[family]))


@lru_cache(maxsize=50_000)
def place(given: str) -> Placed | None:
    """A genre's place in the tree; None for what is no genre (a city, a mood, an artist, nonsense).

    >>> place("Deep-House"), place("futurehouse").name, place("indie trap").family
    (Placed(name='deep house', family='electronic', how='spelling'), 'future house', 'hip hop')
    >>> place("New York") is place("") is None
    True
    """
    folded = fold(given)
    for key in (folded, fold(_SPELLINGS.get(folded, folded))):
        if key in _index():
            return Placed(*_index()[key], "spelling")
    if found := _squashed().get(folded.replace(" ", "")):
        return Placed(*found, "spelling without spaces")
    return _inside(folded.split())


def _inside(words: list[str]) -> Placed | None:
    """The longest spelling within a few words, of several the last: English puts the genre after what qualifies it."""
    if len(words) > _MOST_WORDS:
        return None
    for size in range(len(words) - 1, 0, -1):
        for start in range(len(words) - size, -1, -1):
            phrase = " ".join(words[start : start + size])
            if (size > 1 or phrase in _SPEAKS_INSIDE) and phrase in _index():
                return Placed(*_index()[phrase], "word inside")
    return None


def _spellings() -> Iterator[tuple[str, tuple[str, str]]]:
    """(folded spelling, (genre, family)) of the whole tree; names before further spellings."""
    for family, genres in tree().items():
        yield fold(family), (general(family), family)
        yield from ((fold(name), (name, family)) for name in genres)
    for family, genres in tree().items():
        for name, further in genres.items():
            yield from ((key, (name, family)) for spelling in further if (key := fold(spelling)))


@cache
def _index() -> dict[str, tuple[str, str]]:
    found: dict[str, tuple[str, str]] = {}
    for key, placed in _spellings():
        found.setdefault(key, placed)
    return found


@cache
def _squashed() -> dict[str, tuple[str, str]]:
    """Spellings without their spaces, "deephouse"; none so short that it is a word of its own."""
    return {squashed: placed for key, placed in _index().items() if len(squashed := key.replace(" ", "")) >= 5}


@cache
def _first_words() -> frozenset[str]:
    return frozenset(key.split(" ", 1)[0] for key in _index() if " " in key or key in _SPEAKS_INSIDE)


def named_in(text: str) -> tuple[Placed, ...]:
    """The genres a text names, longest spellings first taken: of titles, tags and prose, where a genre is one word of
    many.

    >>> [found.name for found in named_in("Late night deep house mix, with some jazz")]
    ['deep house', 'jazz']
    """
    return named_in_folded(fold(text))


def named_in_folded(folded: str) -> tuple[Placed, ...]:
    """The same of a text that is folded."""
    words, firsts = folded.split(), _first_words()
    found: dict[str, Placed] = {}
    at = 0
    while at < len(words):
        for size in (3, 2, 1) if words[at] in firsts else ():
            phrase = " ".join(words[at : at + size])
            if (" " in phrase or phrase in _SPEAKS_INSIDE) and (placed := _index().get(phrase)):
                found.setdefault(placed[0], Placed(*placed, "word inside"))
                at += size - 1
                break
        at += 1
    return tuple(found.values())
