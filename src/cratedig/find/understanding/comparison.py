"""Comparatives: "like Radiohead but calmer", "happier and faster", "less energetic than this".

A comparative is a step from what the query compares with: on the mood plane along the axes its word is about, and in
the features of the sound. Where there is nothing to compare with, the words are read as any others.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

from cratedig.find.understanding.content import word_set
from cratedig.find.understanding.sounds import possible
from cratedig.music.lexicon import word_forms
from cratedig.music.lexicon_words import MOODS
from cratedig.music.mood import Mood
from cratedig.music.text import fold

STEP: Final = 0.6
"""Of a mood word's own point: how far "sadder" leads from where one is."""
AXIS_FROM: Final = 0.5
"""A word is about an axis on which it has this share of its longer coordinate: "calmer" is about arousal alone."""
TEMPO_STEP: Final = 1.15
"""Ratio of "faster"; listeners notice about 1.06 (Drake & Botte 1993, Perception & Psychophysics 54)."""

SOUND_STEPS: Final[Mapping[str, Mapping[str, float]]] = {
    "loud": {"energy": 0.15, "loudness": 4.0},
    "quiet": {"energy": -0.15, "loudness": -4.0},
    "soft": {"energy": -0.15, "loudness": -3.0},
    "heavy": {"energy": 0.2},
    "acoustic": {"acousticness": 0.3},
    "electronic": {"acousticness": -0.3},
    "electric": {"acousticness": -0.3},
    "danceable": {"danceability": 0.2},
    "dance": {"danceability": 0.2},
    "instrumental": {"instrumentalness": 0.4},
    "vocals": {"instrumentalness": -0.4},
    "vocal": {"instrumentalness": -0.4},
    "singing": {"instrumentalness": -0.4},
    "rap": {"speechiness": 0.15},
    "live": {"liveness": 0.3},
}
"""Word -> what more of it adds to the features, in their own units."""
_TEMPO_WORDS: Final = {"fast": 1, "uptempo": 1, "slow": -1}

_ADJECTIVES: Final = word_set(
    "happy sad calm dark bright slow fast loud quiet soft heavy hard light warm cold sweet gentle mellow chill dreamy "
    "funky groovy jazzy gloomy moody angry wild crazy sexy lonely mean cheerful lively bouncy peppy sunny moody rough "
    "tough raw strong weird creepy scary cozy classy catchy edgy gritty dirty smooth punchy jolly merry perky serene"
)
"""Adjectives whose "-er" compares; "dancer" and "killer" are names."""
_DEGREES: Final = {
    **dict.fromkeys(("much", "lot", "way", "far"), 1.5),
    **dict.fromkeys(("bit", "little", "slightly", "somewhat", "touch", "tad"), 0.5),
}
_HINT = re.compile(r"\b(?:more|less)\b|er\b", re.IGNORECASE)
_DEGREE_WORDS: Final = 2  # words before a comparative in which its degree stands


@dataclass(frozen=True, slots=True)
class Shift:
    """A step on the plane and in the sound. valence, arousal: what is added, -2..2.  tempo: the ratio.  sound: what is
    added to features, in their units.  words: the comparatives, as said."""

    valence: float = 0.0
    arousal: float = 0.0
    tempo: float = 1.0
    sound: Mapping[str, float] = field(default_factory=dict)
    words: tuple[str, ...] = ()

    @property
    def moves(self) -> frozenset[str]:
        """The features it moves by words for sound."""
        return frozenset(self.sound) | (frozenset(("tempo",)) if self.tempo != 1.0 else frozenset())


@dataclass(frozen=True, slots=True)
class _Compared:
    """One comparative. amount: 1 as "calmer", below 0 for "less". held: the words of it in the text."""

    word: str
    amount: float
    said: str


def shift_asked(text: str) -> Shift | None:
    """The step that a text's comparatives ask for; None where it compares nothing. Their order does not matter.

    >>> shift = shift_asked("like Radiohead but calmer and a bit faster")
    >>> shift.words, round(shift.arousal, 2), shift.valence, round(shift.tempo, 3)
    (('calmer', 'a bit faster'), -0.42, 0.0, 1.072)
    """
    if _HINT.search(text) is None:
        return None
    found = list(_comparatives(fold(text).split()))
    if not found:
        return None
    steps = [_step(one) for one in sorted(found, key=lambda one: (one.word, one.amount))]
    sound: dict[str, float] = {}
    for step in steps:
        sound |= {name: sound.get(name, 0.0) + value for name, value in step.sound.items()}
    tempo = 1.0
    for step in steps:
        tempo *= step.tempo
    return Shift(
        valence=sum(step.valence for step in steps),
        arousal=sum(step.arousal for step in steps),
        tempo=tempo,
        sound=sound,
        words=tuple(one.said for one in found),
    )


def shifted(mood: Mood | None, sound: Mapping[str, float], shift: Shift) -> tuple[Mood | None, dict[str, float]]:
    """Mood and features a step further, inside what is possible; what is not known (None, absent) stays so.

    >>> shifted(Mood(0.9, 0.2), {"tempo": 100.0}, Shift(valence=0.48, tempo=1.15))
    (Mood(valence=1.0, arousal=0.2), {'tempo': 115.0})
    """
    moved = mood and Mood.clipped(mood.valence + shift.valence, mood.arousal + shift.arousal)
    steps = {"energy": shift.arousal / 2, "valence": shift.valence / 2}
    for name, step in shift.sound.items():
        steps[name] = steps.get(name, 0.0) + step
    found = {name: possible(name, value + steps.get(name, 0.0)) for name, value in sound.items()}
    if "tempo" in found:
        found["tempo"] = round(possible("tempo", found["tempo"] * shift.tempo), 2)
    return moved, found


def plain(text: str) -> str:
    """The text for a reader of absolute moods: "less sad" is "not too sad".

    >>> plain("something less energetic")
    'something not too energetic'
    """
    return _LESS.sub("not too ", text)


def without(text: str, shift: Shift) -> str:
    """The folded text without the comparatives of a shift.

    >>> without("sad, like Radiohead but calmer", Shift(words=("calmer",)))
    'sad like radiohead but'
    """
    folded = f" {fold(text)} "
    for said in shift.words:
        folded = folded.replace(f" {plain(said)} ", " ")
    return folded.strip()


_LESS = re.compile(r"\bless\s+(?=[^\W\d_])", re.IGNORECASE)


def _comparatives(words: Sequence[str]) -> Iterator[_Compared]:
    for at, word in enumerate(words):
        base = _compares(word)
        is_counted = at > 0 and words[at - 1] in ("more", "less") and base is None
        if is_counted:
            base = _quality(word)
        if base is None:
            continue
        start = at - 1 if is_counted else at
        amount = -1.0 if is_counted and words[at - 1] == "less" else 1.0
        degree, first = _degree(words, start)
        yield _Compared(base, amount * degree, " ".join(words[first : at + 1]))


def _degree(words: Sequence[str], start: int) -> tuple[float, int]:
    """How much, and where saying so begins."""
    for at in range(max(0, start - _DEGREE_WORDS), start):
        if words[at] in _DEGREES:
            return _DEGREES[words[at]], at - 1 if at and words[at - 1] == "a" else at
    return 1.0, start


def _compares(word: str) -> str | None:
    """The adjective that an "-er" word compares."""
    if not word.endswith("er"):
        return None
    return next((form for form in word_forms(word)[1:] if form in _ADJECTIVES and _means(form)), None)


def _quality(word: str) -> str | None:
    """The word of which there can be more or less."""
    return next((form for form in word_forms(word) if _means(form)), None)


def _means(word: str) -> bool:
    return word in SOUND_STEPS or word in _TEMPO_WORDS or word in MOODS


def _step(one: _Compared) -> Shift:
    tempo = TEMPO_STEP ** (_TEMPO_WORDS.get(one.word, 0) * one.amount)
    sound = {name: value * one.amount for name, value in SOUND_STEPS.get(one.word, {}).items()}
    is_of_sound = one.word in SOUND_STEPS or one.word in _TEMPO_WORDS
    valence, arousal = (0.0, 0.0) if is_of_sound else MOODS[one.word]
    longest = max(abs(valence), abs(arousal))
    axes = [value if abs(value) >= AXIS_FROM * longest else 0.0 for value in (valence, arousal)]
    return Shift(axes[0] * STEP * one.amount, axes[1] * STEP * one.amount, tempo, sound)
