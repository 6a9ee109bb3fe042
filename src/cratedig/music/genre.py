"""Genres as people write them, brought to one spelling each."""

from __future__ import annotations

import re
from functools import lru_cache

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
