"""What a query asks for: mood, names, years, what it does not want, and so which kind of query it is.

Reading happens in two steps. `read` looks at the text alone; `understand` adds what the catalogue knows of its words
(document frequencies, artists, genres and tags of those names). Both are plain functions.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from cratedig.music.facet import ARTIST, GENRE, TAG, facet
from cratedig.music.lexicon import contexts, read_styles, read_words
from cratedig.music.mood import Mood
from cratedig.music.receipt import Receipt
from cratedig.music.text import fold

QueryType = Literal["mood", "genre", "artist", "attribute", "default"]

LONGEST_NAME = 5  # words
NAMED_WORDS = 24  # names are sought in this many first words: a longer query is prose
MOST_CHARS = 4000  # of a query that are read

_VAGUE_WORDS = (
    "a about all an and any anything are as at be best can could cool do every everything favourite favorite "
    "find fine for from get give good great hear here hits i in is it just kind let like listen listening "
    "lists me mix music my new nice now of on one or perfect play played playing playlist please put radio "
    "really recommend recommendation recommendations related s similar sing so some something song songs sort "
    "sound sounds stuff suggest suggestion t that the these this those to top track tracks tune tunes us want "
    "we what whatever with would you your "
)
_VAGUE = frozenset(_VAGUE_WORDS.split())
"""Words that say somebody wants music, not which."""

ATTRIBUTES: Mapping[str, Mapping[str, float]] = {
    "acoustic": {"acousticness": 1.0},
    "unplugged": {"acousticness": 1.0},
    "piano": {"acousticness": 0.9},
    "guitar": {},
    "drums": {},
    "bass": {},
    "vocals": {"instrumentalness": 0.0},
    "vocal": {"instrumentalness": 0.0},
    "singer": {"instrumentalness": 0.0},
    "instrumental": {"instrumentalness": 1.0},
    "live": {"liveness": 1.0},
    "remix": {"danceability": 0.8},
    "rap": {"speechiness": 0.35},
    "danceable": {"danceability": 1.0},
    "dance": {"danceability": 0.9},
    "dancing": {"danceability": 0.9},
    "fast": {"tempo": 165.0},
    "slow": {"tempo": 75.0},
    "loud": {"energy": 1.0, "loudness": -3.0},
    "quiet": {"energy": 0.1, "loudness": -18.0},
    "heavy": {"energy": 1.0},
    "solo": {},
    "cover": {},
    "electric": {"acousticness": 0.0},
    "electronic": {"acousticness": 0.05},
}
"""Word for how music sounds -> what Spotify-like audio features it means (tempo in BPM, loudness in dB)."""

_DECADE_NAMES = {
    "twenties": 1920,
    "thirties": 1930,
    "forties": 1940,
    "fifties": 1950,
    "sixties": 1960,
    "seventies": 1970,
    "eighties": 1980,
    "nineties": 1990,
    "noughties": 2000,
}
_CENTURY_TURN = 30  # "20s" is 2020-2029, "30s" 1930-1939

_YEAR = r"(?:19|20)\d\d"
_RANGE = re.compile(rf"\b({_YEAR})\s*(?:-|–|—|to|until|and)\s*({_YEAR})\b")
_DECADE = re.compile(r"(?<![\d.])(19|20)?(\d)0(?:['’]?\s?s|er)\b", re.IGNORECASE)
_OPEN = re.compile(rf"\b(before|until|pre|after|since|post)[\s-]+({_YEAR})\b", re.IGNORECASE)
_SINGLE = re.compile(rf"(?<![\d.,-])({_YEAR})(?![\d.,]|s\b)")
_NOT = re.compile(
    r"(?:\b(?:no|not|without|except|minus|never|nothing|isn['’]t|aren['’]t|don['’]t (?:like|want|play))\b"
    r"|(?<!\S)-(?=\w))"
    r"\s*(?:(?:too|very|so|any|a|an|the|much|more|that|my|want|like)\s+)*"
    r"([^\W\d_][\w'’]*(?:[ -](?!but|and|or|with)[^\W\d_]+)?)",
    re.IGNORECASE,
)
_AIMED = re.compile(r"\b(?:like|by|from|similar to|sounds? like)\s+(.+)$", re.IGNORECASE)
_QUOTED = re.compile(r"[\"“”«»]([^\"“”«»]{1,100})[\"“”«»]")


_ESCAPED = re.compile(r"<U\+([0-9A-Fa-f]{2,8})>")


@dataclass(frozen=True, slots=True)
class Years:
    """A span of years, both ends in it; None is open."""

    first: int | None
    last: int | None

    def __str__(self) -> str:
        return str(self.first) if self.first == self.last else f"{self.first or '...'}-{self.last or '...'}"


@dataclass(frozen=True, slots=True)
class Reading:
    """What the text alone says.

    wanted: the text without its negated parts.  unwanted: those parts ("drums").  aimed: names that follow "like" or
    "by" or stand in quotes, folded.  names: every facet lexeme its words could be.
    """

    text: str
    wanted: str
    unwanted: tuple[str, ...]
    years: tuple[Years, ...]
    contexts: tuple[str, ...]
    aimed: tuple[str, ...]
    names: tuple[str, ...]
    mood_words: tuple[str, ...]
    mood_weight: float
    sounds: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Liked:
    """What the tracks that results should be like have in common. sound: their mean audio features."""

    sound: Mapping[str, float]
    years: Years | None


@dataclass(frozen=True, slots=True)
class Query:
    """A query understood; `explanation` says in one sentence what was made of it."""

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

    @property
    def sound(self) -> dict[str, float]:
        """The audio features the query asks for by name, by mood otherwise."""
        asked: dict[str, float] = dict(self.liked.sound) if self.liked else {}
        if self.mood is not None and self.type in ("mood", "default"):
            asked |= {"energy": (self.mood.arousal + 1) / 2, "valence": (self.mood.valence + 1) / 2}
        for word in self.reading.sounds:
            asked |= ATTRIBUTES[word]
        return asked

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


def read(text: str) -> Reading:
    """Reads a query's text.

    >>> reading = read("sad 90s rock without drums")
    >>> reading.unwanted, [str(years) for years in reading.years], reading.mood_words
    (('drums',), ['1990-1999'], ('sad',))
    """
    text = " ".join(_ESCAPED.sub(_character, text[:MOST_CHARS]).split())
    wanted, unwanted = _negated(text)
    years = tuple(_years(wanted))
    spoken = read_words(text)
    words = fold(wanted).split()
    return Reading(
        text=text,
        wanted=wanted,
        unwanted=unwanted,
        years=years,
        contexts=contexts(wanted),
        aimed=tuple(dict.fromkeys(_aimed(wanted))),
        names=tuple(_possible_facets(words[:NAMED_WORDS])),
        mood_words=spoken.matched if spoken else (),
        mood_weight=_outspoken(text),
        sounds=tuple(dict.fromkeys(word for word in words if word in ATTRIBUTES)),
    )


def understand(
    reading: Reading,
    known: Mapping[str, int],
    mood: Mood | None,
    receipt: Receipt | None,
    *,
    has_words: bool,
    styles: Mapping[str, float] | None = None,
) -> Query:
    """Adds what the catalogue knows. known: facet lexeme -> in how many tracks; has_words: any content word.
    styles: how much the query means each style, the most meant 1; none of them where it means none.

    Artists, genres and tags are recognised by name in the catalogue; a word of mood is a mood first, unless the name
    is quoted or follows "like" or "by".
    """
    words = fold(reading.wanted).split()
    artists = tuple(_named(ARTIST, words, reading, known))
    genres = tuple(_named(GENRE, words, reading, known))
    tags = tuple(name for name in _named(TAG, words, reading, known) if name not in genres)
    named = bool(genres or tags) or _names_a_style(words, styles or {})
    kind = _kind(reading, words, artists, named, has_words)
    return Query(
        reading=reading,
        type=kind,
        mood=mood,
        mood_receipt=receipt,
        artists=artists,
        genres=genres,
        tags=tags,
        styles=(styles or {}) if kind != "mood" or named else {},  # a mood alone is no matter of style
        names_a_genre=named,
        explanation=_explained(kind, reading, artists, genres, tags, mood),
    )


def _character(escape: re.Match[str]) -> str:
    """The character of an escape such as "<U+1F525>", as R writes what a locale cannot."""
    number = int(escape.group(1), 16)
    return chr(number) if 0x20 <= number <= 0x10FFFF and not 0xD800 <= number <= 0xDFFF else " "


def content_words(text: str) -> list[str]:
    """The folded words that say which music, in order.

    >>> content_words("play me some good music")
    []
    """
    return [word for word in fold(text).split() if word not in _VAGUE]


def _kind(
    reading: Reading,
    words: Sequence[str],
    artists: Sequence[str],
    names_a_genre: bool,
    has_words: bool,
) -> QueryType:
    content = [word for word in words if word not in _VAGUE]
    if any(name in aimed for name in artists for aimed in reading.aimed):
        return "artist"
    if artists and sum(len(name.split()) for name in artists) * 2 >= len(content):
        return "artist"
    if reading.mood_words and (reading.mood_weight >= 1.0 or not names_a_genre):
        return "mood"
    if names_a_genre:
        return "genre"
    if content and (has_words or reading.years or reading.sounds):
        return "attribute"
    return "default"


def _names_a_style(words: Sequence[str], styles: Mapping[str, float]) -> bool:
    """Does the query hold every word of a style it means?"""
    return any(set(fold(style).split()) <= set(words) for style in styles)


def _named(kind: str, words: Sequence[str], reading: Reading, known: Mapping[str, int]) -> Iterator[str]:
    """Names of one kind the catalogue has, longest first, no word used twice."""
    spoken = {word for entry in reading.mood_words for word in entry.split()}
    used: set[int] = set()
    for length in range(min(LONGEST_NAME, len(words)), 0, -1):
        for at in range(len(words) - length + 1):
            name = " ".join(words[at : at + length])
            if facet(kind, name) not in known or not used.isdisjoint(range(at, at + length)):
                continue
            if kind == ARTIST and not _may_be_artist(name, words, spoken, reading, known):
                continue
            if kind != ARTIST and (name in _VAGUE or name in spoken):
                continue
            used.update(range(at, at + length))
            yield name


def _may_be_artist(
    name: str, words: Sequence[str], spoken: set[str], reading: Reading, known: Mapping[str, int]
) -> bool:
    """Is this an artist here? Quoted or aimed at: yes. One word that is also a mood, a genre, a sound or vague: no."""
    if any(f" {name} " in f" {aimed} " for aimed in reading.aimed):
        return True
    if any(facet(kind, name) in known for kind in (GENRE, TAG)):
        return False
    parts = name.split()
    if all(word in _VAGUE or word in spoken or word in ATTRIBUTES for word in parts):
        return False
    return len(parts) > 1 or len(words) <= 3


def _negated(text: str) -> tuple[str, tuple[str, ...]]:
    """The text without its negated parts, and those parts, folded. A text that is only a negation is kept whole."""
    unwanted = tuple(fold(match.group(1)) for match in _NOT.finditer(text))
    wanted = " ".join(_NOT.sub(" ", text).split())
    return (wanted or text, tuple(dict.fromkeys(part for part in unwanted if part)))


def _years(text: str) -> Iterator[Years]:
    taken = text
    for match in _RANGE.finditer(text):
        first, last = sorted((int(match.group(1)), int(match.group(2))))
        yield Years(first, last)
    taken = _RANGE.sub(" ", taken)
    for match in _OPEN.finditer(taken):
        year = int(match.group(2))
        yield Years(None, year) if match.group(1).lower() in ("before", "until", "pre") else Years(year, None)
    taken = _OPEN.sub(" ", taken)
    for match in _DECADE.finditer(taken):
        yield _decade(match)
    taken = _DECADE.sub(" ", taken)
    yield from (Years(int(match.group(1)), int(match.group(1))) for match in _SINGLE.finditer(taken))
    for word in fold(taken).split():
        if word in _DECADE_NAMES:
            yield Years(_DECADE_NAMES[word], _DECADE_NAMES[word] + 9)


def _decade(match: re.Match[str]) -> Years:
    tens = int(match.group(2)) * 10
    century = int(match.group(1)) * 100 if match.group(1) else (2000 if tens < _CENTURY_TURN else 1900)
    return Years(century + tens, century + tens + 9)


def _aimed(text: str) -> Iterator[str]:
    for pattern in (_QUOTED, _AIMED):
        for match in pattern.finditer(text):
            if name := fold(match.group(1)):
                yield name


def _outspoken(text: str) -> float:
    """How much of mood is said in words that no genre's name holds and no picture: 1 a mood word, 0.5 an occasion."""
    styles, moods = read_styles(text), read_words(text)
    genres = set(styles.matched if styles else ()) - set(moods.matched if moods else ())
    held = {word for name in genres for word in name.split()}
    plain = " ".join(word for word in re.findall(r"[\w'’.,;:!?-]+", text) if fold(word) not in held | set(ATTRIBUTES))
    spoken = read_words(plain)
    return spoken.weight if spoken else 0.0


def _possible_facets(words: Sequence[str]) -> Iterator[str]:
    for length in range(1, min(LONGEST_NAME, len(words)) + 1):
        for at in range(len(words) - length + 1):
            name = " ".join(words[at : at + length])
            yield from (facet(kind, name) for kind in (ARTIST, GENRE, TAG))


def _explained(
    kind: QueryType,
    reading: Reading,
    artists: Sequence[str],
    genres: Sequence[str],
    tags: Sequence[str],
    mood: Mood | None,
) -> str:
    heard = [
        ("mood words", reading.mood_words),
        ("occasions", reading.contexts),
        ("artists", artists),
        ("genres", genres),
        ("tags", tags),
        ("years", [str(years) for years in reading.years]),
        ("sound", reading.sounds),
        ("unwanted", reading.unwanted),
    ]
    said = "; ".join(f"{name} {', '.join(found)}" for name, found in heard if found)
    if kind == "default":
        return (
            "No mood, artist, genre or word of this catalogue was recognised: showing widely heard tracks around the "
            "middle of the mood plane, nearest in meaning first." + (f" Recognised: {said}." if said else "")
        )
    place = f" Aiming at {mood.quadrant} ({mood.valence:+.2f}, {mood.arousal:+.2f})." if mood and kind == "mood" else ""
    return f"Read as a query by {kind}{': ' + said if said else ''}.{place}"
