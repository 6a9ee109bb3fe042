"""What a query asks for: mood, names, years, what it does not want, and so which kind of query it is.

Reading happens in two steps. `read` looks at the text alone (find/understanding); `understand` adds what the catalogue
knows of its words (artists, genres and tags of those names). Both are plain functions.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from cratedig.find.understanding.comparison import Shift, shifted
from cratedig.find.understanding.content import VAGUE, content_words
from cratedig.find.understanding.names import named_artists, named_genres, named_tags
from cratedig.find.understanding.reading import Reading, read
from cratedig.find.understanding.said import explained
from cratedig.find.understanding.sounds import ATTRIBUTES, sound_of
from cratedig.find.understanding.years import Years
from cratedig.models.sound_target import quantities_of, shipped
from cratedig.music.facet import ARTIST, GENRE, TAG, facet
from cratedig.music.genre import named_in
from cratedig.music.mood import Mood
from cratedig.music.receipt import Receipt
from cratedig.music.text import fold

__all__ = [
    "ATTRIBUTES",
    "Liked",
    "Query",
    "QueryType",
    "Reading",
    "Years",
    "content_words",
    "read",
    "relative",
    "understand",
]

QueryType = Literal["mood", "genre", "artist", "attribute", "default"]


@dataclass(frozen=True, slots=True)
class Liked:
    """What the tracks that results should be like have in common. sound: their mean audio features."""

    sound: Mapping[str, float]
    years: Years | None


@dataclass(frozen=True, slots=True)
class Query:
    """A query understood; `explanation` says in a sentence what was made of it. sound_target: a point (128,) of the
    space of sounds to look near; None where nothing says how it should sound."""

    reading: Reading
    type: QueryType
    mood: Mood | None
    mood_receipt: Receipt | None
    artists: tuple[str, ...]
    genres: tuple[str, ...]
    tags: tuple[str, ...]
    styles: Mapping[str, float]
    names_a_genre: bool
    explanation: str
    liked: Liked | None = None
    sound_target: NDArray[np.float32] | None = field(default=None, compare=False)

    @property
    def shift(self) -> Shift | None:
        """The step from what the query compares with that its comparatives ask for ("but calmer")."""
        return self.reading.shift

    @property
    def aims(self) -> bool:
        """Is there a mood that somebody named, by a word that is no comparative or by a point of the plane?"""
        given = self.mood_receipt is not None and self.mood_receipt.kind == "given"
        return given or self.reading.names_a_mood

    @property
    def sound(self) -> dict[str, float]:
        """The audio features the query asks for: by its words, else by its mood, else by its occasion, else those of
        the liked tracks. A genre says more about the sound than the occasion does ("Hard Rock Cafe")."""
        asked: dict[str, float] = dict(self.liked.sound) if self.liked else {}
        asked |= {} if self.names_a_genre else sound_of(self.reading.contexts)
        if self.mood is not None and self.type in ("mood", "default"):
            asked |= {"energy": (self.mood.arousal + 1) / 2, "valence": (self.mood.valence + 1) / 2}
        return asked | self._asked_by_words

    @property
    def _asked_by_words(self) -> dict[str, float]:
        """Without what comparatives moved, where there is something to compare with."""
        if self.liked is None or self.shift is None:
            return dict(self.reading.asked)
        return {name: value for name, value in self.reading.asked.items() if name not in self.shift.moves}

    @property
    def years(self) -> tuple[Years, ...]:
        """The spans of years asked for, or those of the liked tracks."""
        if self.reading.years or self.liked is None or self.liked.years is None:
            return self.reading.years
        return (self.liked.years,)

    @property
    def facets(self) -> tuple[str, ...]:
        """The facet lexemes of the names recognised."""
        return (
            *(facet(ARTIST, name) for name in self.artists),
            *(facet(GENRE, name) for name in self.genres),
            *(facet(TAG, name) for name in self.tags),
        )


def understand(
    reading: Reading,
    known: Mapping[str, int],
    mood: Mood | None,
    receipt: Receipt | None,
    *,
    has_words: bool,
    styles: Mapping[str, float] | None = None,
    names_a_genre: bool = False,
    vector: NDArray[np.float32] | None = None,
) -> Query:
    """Adds what the catalogue knows. known: facet lexeme -> in how many tracks; has_words: any content word.
    styles: how much the query means each style, the most meant 1; none of them where it means none. names_a_genre: do
    its words name a genre of styles, whether or not the catalogue has it as a label?
    vector: (384,), the embedding of `reading.meaning`; without it there is no target among sounds.

    Artists, genres and tags are recognised by name in the catalogue; a word of mood is a mood first, unless the name
    is quoted or follows "like" or "by".
    """
    moods = {word for entry in reading.mood_words for word in entry.split()}
    artists = named_artists(reading.words, moods, reading.aimed, known)
    genres = named_genres(reading.words, moods, known)
    tags = tuple(name for name in named_tags(reading.words, moods, known) if name not in genres)
    named = bool(genres or tags) or names_a_genre or _names_a_style(reading.words, styles or {})
    kind = _kind(reading, artists, named, has_words)
    spoken_of = tuple(placed.name for placed in named_in(reading.meaning)) if named and not tags else ()
    query = Query(
        reading=reading,
        type=kind,
        mood=mood,
        mood_receipt=receipt,
        artists=artists,
        genres=genres,
        tags=tags,
        styles=(styles or {}) if kind != "mood" or named else {},  # a mood alone is no matter of style
        names_a_genre=named,
        explanation=explained(
            reading, is_default=kind == "default", artists=artists, genres=genres or spoken_of, tags=tags, mood=mood
        ),
    )
    return query if vector is None else replace(query, sound_target=_sound_target(query, vector))


def _sound_target(query: Query, vector: NDArray[np.float32]) -> NDArray[np.float32] | None:
    """By the mood it names and the features it asks for, for the rest by what its words suggest."""
    asked = {**({} if query.names_a_genre else sound_of(query.reading.contexts)), **query.reading.asked}
    said = vector if any(word not in VAGUE for word in query.reading.words) else None
    return shipped().target(said, quantities_of(query.mood if query.aims else None, asked))


def relative(query: Query, mood: Mood | None, sound: Mapping[str, float]) -> Query:
    """A query with comparatives, asking for a step from what it compares with; any other query as it is.

    mood, sound: the mean mood and the mean audio features of the tracks it compares with ("like Radiohead": theirs).
    A mood that the query names itself stays.
    """
    if query.shift is None:
        return query
    moved, asked = shifted(mood, sound, query.shift)
    years = query.liked.years if query.liked else None
    compared = replace(query, liked=Liked(sound=asked, years=years))
    if moved is None or query.aims:
        return compared
    receipt = Receipt(source="what it is compared with", method="mean mood and a step", confidence=0.8)
    return replace(compared, mood=moved, mood_receipt=receipt)


def _kind(reading: Reading, artists: Sequence[str], names_a_genre: bool, has_words: bool) -> QueryType:
    content = [word for word in reading.words if word not in VAGUE]
    if any(name in aim for name in artists for aim in reading.aimed):
        return "artist"
    if artists and sum(len(name.split()) for name in artists) * 2 >= len(content):
        return "artist"
    if reading.mood_words and (reading.mood_weight >= 1.0 or not names_a_genre):
        return "mood"
    if names_a_genre:
        return "genre"
    if reading.only_negates:
        return "default"
    if content and (has_words or reading.years or reading.asked or reading.sounds):
        return "attribute"
    return "default"


def _names_a_style(words: Sequence[str], styles: Mapping[str, float]) -> bool:
    """Does the query hold every word of a style it means?"""
    return any(set(fold(style).split()) <= set(words) for style in styles)
