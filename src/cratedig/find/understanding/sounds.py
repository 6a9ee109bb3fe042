"""Words for how music sounds, as Spotify-like audio features (tempo in BPM, loudness in dB, the others 0..1).

Where a number follows a study it is named beside it; the other numbers are ours.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Final

from cratedig.music.lexicon_words import INTENSITY

Sound = Mapping[str, float]

ATTRIBUTES: Final[Mapping[str, Sound]] = {
    "acoustic": {"acousticness": 1.0},
    "unplugged": {"acousticness": 1.0},
    "piano": {"acousticness": 0.9},
    "guitar": {},
    "drums": {},
    "bass": {},
    "vocals": {"instrumentalness": 0.0},
    "vocal": {"instrumentalness": 0.0},
    "singing": {"instrumentalness": 0.0},
    "lyrics": {"instrumentalness": 0.0},
    "singer": {"instrumentalness": 0.0},
    "instrumental": {"instrumentalness": 1.0},
    "live": {"liveness": 1.0},
    "remix": {"danceability": 0.8},
    "rap": {"speechiness": 0.35},
    "spoken": {"speechiness": 0.5},
    "danceable": {"danceability": 1.0},
    "dance": {"danceability": 0.9},
    "dancing": {"danceability": 0.9},
    "fast": {"tempo": 165.0},
    "slow": {"tempo": 75.0},
    "loud": {"energy": 1.0, "loudness": -3.0},
    "quiet": {"energy": 0.1, "loudness": -18.0},
    "soft": {"energy": 0.25, "loudness": -12.0},
    "heavy": {"energy": 1.0},
    "solo": {},
    "cover": {},
    "electric": {"acousticness": 0.0},
    "electronic": {"acousticness": 0.05},
}
"""Word -> what it means."""

_NOT_ACOUSTIC, _NOT_SUNG, _NOT_SPOKEN = {"acousticness": 0.1}, {"instrumentalness": 1.0}, {"speechiness": 0.05}
_NOT_DANCED, _NOT_ELECTRIC = {"danceability": 0.4}, {"acousticness": 0.7}
AVOIDED: Final[Mapping[str, Sound]] = {
    **{"acoustic": _NOT_ACOUSTIC, "unplugged": _NOT_ACOUSTIC, "rap": _NOT_SPOKEN, "spoken": _NOT_SPOKEN},
    **{"vocals": _NOT_SUNG, "vocal": _NOT_SUNG, "singing": _NOT_SUNG, "singer": _NOT_SUNG, "lyrics": _NOT_SUNG},
    **{"danceable": _NOT_DANCED, "dance": _NOT_DANCED, "dancing": _NOT_DANCED},
    **{"electric": _NOT_ELECTRIC, "electronic": _NOT_ELECTRIC},
    "instrumental": {"instrumentalness": 0.0},
    "live": {"liveness": 0.1},
    "fast": {"tempo": 100.0},
    "slow": {"tempo": 130.0},
    "loud": {"energy": 0.35, "loudness": -12.0},
    "quiet": {"energy": 0.65, "loudness": -7.0},
    "soft": {"energy": 0.7, "loudness": -6.0},
    "heavy": {"energy": 0.4},
}
"""Word that is not wanted -> what is: the usual or mildly the other way, never the opposite pole."""

OCCASIONS: Final[Mapping[str, Sound]] = {
    # Karageorghis et al. 2011 (Res. Q. Exercise & Sport 82): 125-140 BPM is liked best at most intensities of exercise
    "workout": {"tempo": 132.0, "energy": 0.85},
    "run": {"tempo": 165.0, "energy": 0.85},  # steps a minute at an easy pace
    "party": {"danceability": 0.8, "energy": 0.8},
    # Scarratt et al. 2023 (PLoS ONE 18): quieter, slower, more acoustic and more instrumental than music at large
    "sleep": {"energy": 0.1, "loudness": -18.0, "acousticness": 0.9, "instrumentalness": 0.8, "tempo": 75.0},
    "rest": {"energy": 0.2, "acousticness": 0.8},
    # Perham & Currie 2014 (Appl. Cogn. Psychol. 28): reading suffers from lyrics
    "study": {"instrumentalness": 0.8, "speechiness": 0.04},
    "focus": {"instrumentalness": 0.8, "speechiness": 0.04},
    # Milliman 1986 (J. Consumer Res. 13): guests stay longer at 72 BPM and below
    "dinner": {"tempo": 75.0, "energy": 0.35},
    "coffee": {"acousticness": 0.7, "energy": 0.4},
    "funeral": {"energy": 0.2, "tempo": 75.0},
    "gaming": {"energy": 0.8},
}
"""Occasion -> how its music sounds; those that are not here ask for nothing in particular."""

MIDDLE: Final[Sound] = {
    **{"tempo": 120.0, "energy": 0.6, "loudness": -8.0, "danceability": 0.6, "acousticness": 0.3},
    **{"instrumentalness": 0.1, "speechiness": 0.1, "liveness": 0.2},
}
"""The usual: what "very" leads away from and "a bit" back to."""
_TEMPO = re.compile(r"(?<![\d.])(\d{2,3})\s*bpm\b", re.IGNORECASE)
_LIMITS: Final = {"tempo": (40.0, 240.0), "loudness": (-30.0, 0.0)}


def tempo_asked(text: str) -> float | None:
    """The tempo in BPM that a text names as a number, 40..240; None where it names none.

    >>> tempo_asked("techno, 132 bpm"), tempo_asked("900bpm")
    (132.0, None)
    """
    match = _TEMPO.search(text)
    tempo = float(match.group(1)) if match else 0.0
    return tempo if possible("tempo", tempo) == tempo else None


def sound_words(words: Sequence[str]) -> tuple[str, ...]:
    """Those of the folded words that say how music sounds, each once."""
    return tuple(dict.fromkeys(word for word in words if word in ATTRIBUTES))


def stretched(sound: Sound, factor: float) -> dict[str, float]:
    """Further from the usual by a factor above 1, nearer to it by one below, inside what is possible.

    >>> stretched({"tempo": 160.0}, 0.5)
    {'tempo': 140.0}
    """
    return {name: possible(name, MIDDLE[name] + (value - MIDDLE[name]) * factor) for name, value in sound.items()}


def possible(name: str, value: float) -> float:
    """The value, inside what music has."""
    low, high = _LIMITS.get(name, (0.0, 1.0))
    return min(high, max(low, value))


def sound_of(occasions: Sequence[str]) -> dict[str, float]:
    """What occasions ask of the sound; of two that disagree, the later by name."""
    asked: dict[str, float] = {}
    for occasion in sorted(occasions):
        asked |= OCCASIONS.get(occasion, {})
    return asked


def asked_sound(text: str, wanted: Sequence[str], unwanted: Sequence[str]) -> dict[str, float]:
    """The features a query's words ask for: what it does not want, under its words, under a tempo in numbers.

    wanted: the folded words that are wanted.  unwanted: folded phrases.

    >>> asked_sound("very fast, no vocals", ["very", "fast"], ("vocals",))["instrumentalness"]
    1.0
    """
    asked: dict[str, float] = {}
    for word in sorted(word for phrase in unwanted for word in phrase.split()):
        asked |= AVOIDED.get(word, {})
    for word, factor in sorted(_strengths(wanted).items()):
        asked |= stretched(ATTRIBUTES[word], factor) if factor != 1.0 else ATTRIBUTES[word]
    tempo = tempo_asked(text)
    return asked if tempo is None else asked | {"tempo": tempo}


def _strengths(words: Sequence[str]) -> dict[str, float]:
    """Sound word -> how strongly it was said: by the intensity in the two words before it."""
    return {
        word: INTENSITY.get(" ".join(words[max(0, at - 2) : at])) or INTENSITY.get(words[at - 1] if at else "", 1.0)
        for at, word in enumerate(words)
        if word in ATTRIBUTES
    }
