"""What was made of a query, in a sentence for whoever asked."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from cratedig.find.understanding.reading import Reading
from cratedig.find.understanding.sounds import tempo_asked
from cratedig.music.genre import place
from cratedig.music.lexicon_words import CONTEXTS
from cratedig.music.mood import Mood
from cratedig.music.text import fold

_PLACES: Final = {
    "excited": "happy and full of energy",
    "tense": "tense and full of energy",
    "sad": "sad and quiet",
    "calm": "calm and content",
}
NEAR_THE_MIDDLE: Final = 0.15  # a mood so near the middle has no side worth naming
_WIDELY_HEARD: Final = "widely heard tracks near the middle of the mood map, the nearest in meaning first"
NOT_HEARD: Final = f"No mood, artist, genre or word of this catalogue was recognised: these are {_WIDELY_HEARD}."
ONLY_NEGATED: Final = f"It only says what is not wanted: these are {_WIDELY_HEARD}."
_NEEDS_FOR: Final = frozenset(("work", "sleep", "rest", "study", "focus", "run", "walk", "dinner", "drive"))


def explained(
    reading: Reading,
    *,
    is_default: bool,
    artists: Sequence[str],
    genres: Sequence[str],
    tags: Sequence[str],
    mood: Mood | None,
) -> str:
    """One to three sentences: "Heard as: sad; hip hop; 1990s. Not: drums." """
    sentences = [_heard(reading, artists, (*genres, *tags)), _avoided(reading)]
    if is_default:
        return _joined([ONLY_NEGATED if reading.only_negates else NOT_HEARD, *sentences])
    if not any(sentences):
        sentences.append("Heard as plain words: the nearest in words and meaning.")
    if mood is not None and reading.names_a_mood:
        sentences.append(f"Looking for music that feels {_feels(mood)}.")
    return _joined(sentences)


def _heard(reading: Reading, artists: Sequence[str], genres: Sequence[str]) -> str:
    moods = _moods(reading)
    occasions = [name for name in reading.contexts if name not in moods]
    tempo = tempo_asked(reading.text)
    heard = (
        moods,
        [f"for {name}" if name in _NEEDS_FOR else name for name in occasions],
        [f"by {name}" for name in artists],
        [_spelled(name) for name in genres],
        () if reading.avoided_years else [span.said for span in reading.years],
        [word for word in reading.sounds if word not in moods and word not in genres],
        reading.shift.words if reading.shift else (),
        () if tempo is None else [f"{tempo:.0f} bpm"],
    )
    said = "; ".join(", ".join(dict.fromkeys(words)) for words in heard if words)
    return f"Heard as: {said}." if said else ""


def _avoided(reading: Reading) -> str:
    unwanted = [_spelled(phrase) for phrase in reading.unwanted] + [span.said for span in reading.avoided_years]
    softly = [] if reading.shift else reading.softly
    sentences = [f"Not: {', '.join(unwanted)}." if unwanted else "", f"Not too: {', '.join(softly)}." if softly else ""]
    return _joined(sentences)


def _moods(reading: Reading) -> tuple[str, ...]:
    """The mood words that are wanted; neither occasions nor comparatives, which are said apart."""
    if reading.shift and not reading.names_a_mood:
        return ()
    return tuple(word for word in reading.mood_words if word not in CONTEXTS and not word.startswith("not "))


def _spelled(genre: str) -> str:
    """A genre as people write it: "r b" is "r&b"."""
    placed = place(genre)
    return placed.name if placed is not None and fold(placed.name) == genre else genre


def _feels(mood: Mood) -> str:
    if max(abs(mood.valence), abs(mood.arousal)) < NEAR_THE_MIDDLE:
        return "neither sad nor happy"
    return _PLACES[mood.quadrant]


def _joined(sentences: Sequence[str]) -> str:
    return " ".join(sentence for sentence in sentences if sentence)
