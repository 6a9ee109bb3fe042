"""The first stage: a request becomes a query and what to fetch for it."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from cratedig.catalogue import hydration
from cratedig.errors import NotFound
from cratedig.find.beside import Beside
from cratedig.find.candidates import Candidates
from cratedig.find.channels import Conditions
from cratedig.find.finder import Finder
from cratedig.find.known import Known, counted, known
from cratedig.find.like import like, towards
from cratedig.find.query import Query, Reading, content_words, read, understand
from cratedig.find.request import Filters, Request
from cratedig.find.retrieval import Begun, Spoken, Wanted, begin, gather, spoken
from cratedig.find.segment.snapshot import Snapshot
from cratedig.find.understanding.feeling import feeling
from cratedig.models.mood import MoodHead
from cratedig.models.style import shipped
from cratedig.music.facet import ARTIST, GENRE, HEARD, HEARD_TIERS, STYLE, STYLE_TIERS, TAG, facet
from cratedig.music.mood import NEUTRAL, Mood
from cratedig.music.receipt import Receipt

WIDELY_HEARD = 300  # tracks a vague query looks at beside those of its meaning and mood
OF_A_STYLE = 60
FOREMOST_STYLES = 3
MOST_TIMES = 3  # a tier with more than this many times the tracks wanted is left to the other channels
_TIERS = tuple(facet(HEARD, str(tier)) for tier in range(HEARD_TIERS, -1, -1))

Vector = NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class Understood:
    """A query, what the catalogue knows of it, and where among texts to look, shape (384,), in this snapshot."""

    snapshot: Snapshot
    query: Query
    known: Known
    vector: Vector
    spoken: Spoken
    beside: Beside
    begun: Begun | None = None

    def wanted(self, request: Request) -> Wanted:
        """What to fetch candidates for."""
        return Wanted(
            known=self.known,
            vector=self.vector,
            sound=self.query.sound_target,
            names=self.query.facets,
            likely=_likely(self.query, self.known),
            mood=self.query.mood,
            conditions=conditions(request.filters, request.left_out),
            at_least=request.top_k,
            spoken=self.spoken,
            beside=self.beside,
            begun=self.begun,
        )


@dataclass(frozen=True, slots=True)
class LookedUp:
    """A request's words with what the database says of them, and the artists of the tracks it likes.

    embedding: gives that of the words, and of what is not wanted beside liked tracks, (1 + n, 384).
    """

    reading: Reading
    lexemes: Sequence[str]
    unwanted_lexemes: Sequence[str]
    embedding: Callable[[], Vector]
    artists: Sequence[str] = ()


@dataclass(frozen=True, slots=True)
class _Said:
    """What the words mean: vector (384,), unwanted (n, 384)."""

    reading: Reading
    vector: Vector
    unwanted: Vector

    @property
    def direction(self) -> Vector | None:
        """None where the words say nothing, or only what is not wanted ("minus drums")."""
        only_negated = self.reading.unwanted and self.reading.wanted == self.reading.text
        return None if only_negated or not content_words(self.reading.text) else self.vector


async def looked_up(finder: Finder, request: Request) -> LookedUp:
    """Reads a request's words, begins to embed them, and asks the database for what is not known of them yet."""
    reading, store = read(request.query), finder.store
    texts = [reading.meaning, *(reading.unwanted if request.like or request.unlike else ())]
    embedding = finder.beside(finder.embedder.embed, texts)
    lexemes = await store.lexemes([reading.wanted])
    unwanted_lexemes = await store.lexemes(reading.unwanted, as_said=False)
    if not request.like:
        return LookedUp(reading, lexemes, unwanted_lexemes, embedding)
    shown = await hydration.details(store.catalogue.lines, request.like)
    artists = [shown[one].artist or "" for one in dict.fromkeys(request.like) if one in shown]
    return LookedUp(reading, lexemes, unwanted_lexemes, embedding, artists)


def understood(finder: Finder, found: LookedUp, request: Request, snapshot: Snapshot) -> Understood:
    """What a request means. Raises NotFound where a track in `like` or `unlike` does not exist."""
    limits = conditions(request.filters, request.left_out)
    found_words = _known(snapshot, found)
    heard = spoken(snapshot, found_words, limits)  # while the words are embedded
    vectors = found.embedding()
    said = _Said(found.reading, vectors[0], vectors[1:])
    if not request.like and not request.unlike:
        begun = begin(snapshot, said.vector, limits, finder.beside)
        return replace(_understand(snapshot, finder, said, found_words, heard, request), begun=begun)
    plain = _understand(snapshot, finder, said, found_words, heard, request)
    return _towards_liked(plain, said, request, found.artists)


def _known(snapshot: Snapshot, found: LookedUp) -> Known:
    reading = found.reading
    return known(
        snapshot,
        wanted=found.lexemes,
        unwanted=(*found.unwanted_lexemes, *_unwanted_names(reading)),
        names=reading.names,
        tiers=_TIERS,
    )


def _understand(
    snapshot: Snapshot, finder: Finder, said: _Said, found: Known, heard: Spoken, request: Request
) -> Understood:
    reading = said.reading
    of_genres = shipped().of_genres(reading.words)
    styles = styles_meant(said.vector, of_genres) if content_words(reading.wanted) else {}
    tiers = counted(snapshot, [tier for style in _foremost(styles) for tier in _style_tiers(style)])
    mood, receipt = _target(reading, said.vector, finder.head, request)
    query = understand(
        reading,
        found.names,
        mood,
        receipt,
        has_words=_says_something(reading, found),
        styles=styles,
        names_a_genre=bool(of_genres),
        vector=said.vector,
    )
    if query.type == "default" and request.mood is not None:
        query = replace(query, type="mood", explanation="A point of the mood plane was asked for.")
    return Understood(snapshot, query, replace(found, tiers=found.tiers | tiers), said.vector, heard, finder.beside)


def _unwanted_names(reading: Reading) -> list[str]:
    """What is not wanted, as an artist's, a genre's or a tag's name."""
    return [facet(kind, phrase) for phrase in reading.unwanted for kind in (ARTIST, GENRE, TAG)]


def _target(reading: Reading, vector: Vector, head: MoodHead, request: Request) -> tuple[Mood, Receipt]:
    if request.mood is not None:
        return request.mood, Receipt(source="request", method="point of the mood plane", confidence=1.0, kind="given")
    if not content_words(reading.text) and not reading.mood_words:
        return NEUTRAL, Receipt(
            source="query", method="default: the middle of the plane", confidence=0.0, kind="imputed"
        )
    return feeling(reading, vector, head)


def _towards_liked(plain: Understood, said: _Said, request: Request, artists: Sequence[str]) -> Understood:
    """Moves the target to the middle of the liked tracks, where a query beside them keeps half the say, and away from
    the unliked ones and the unwanted words."""
    asked_for = Wanted(plain.known, plain.vector)
    liked = _existing(plain.snapshot, asked_for, request.like)
    unliked = _existing(plain.snapshot, asked_for, request.unlike)
    vector = towards(said.direction, _studied(liked), np.concatenate([_studied(unliked), said.unwanted]))
    query = like(plain.query, liked, artists) if len(liked) else plain.query
    if len(unliked):
        query = replace(query, explanation=f"{query.explanation} Unlike the {len(request.unlike)} tracks given.")
    return replace(plain, query=query, vector=plain.vector if vector is None else vector)


def _existing(snapshot: Snapshot, wanted: Wanted, ids: Sequence[int]) -> Candidates:
    """These tracks. Raises NotFound where one does not exist."""
    found = gather(snapshot, wanted, ids)
    if missing := set(ids) - set(found.ids.tolist()):
        raise NotFound(f"There is no track {min(missing)}.")
    return found


def _studied(tracks: Candidates) -> Vector:
    """The embeddings of those whose text was studied, shape (m, 384)."""
    return tracks.text[~np.isnan(tracks.text).any(axis=1)]


def _says_something(reading: Reading, found: Known) -> bool:
    """Does the catalogue know a word of the query that is not vague? Stems are compared by their beginning."""
    content = content_words(reading.wanted)
    return any(word[:4] == lexeme[:4] for word in content for lexeme in found.words)


def styles_meant(vector: Vector, of_genres: Sequence[str] = ()) -> dict[str, float]:
    """How much a query's embedding means each style, the styles of genres it names no less than any other; {} where it
    means none."""
    head = shipped()
    shares = head.meant(vector)
    meant = {} if shares is None else dict(zip(head.styles, shares.tolist(), strict=True))
    return meant | dict.fromkeys(of_genres, 1.0)


def _foremost(styles: Mapping[str, float]) -> list[str]:
    return sorted(styles, key=lambda style: (-styles[style], style))[:FOREMOST_STYLES]


def _style_tiers(style: str) -> list[str]:
    return [facet(STYLE, f"{style} {tier}") for tier in range(STYLE_TIERS - 1, 0, -1)]


def _likely(query: Query, found: Known) -> tuple[tuple[str, ...], ...]:
    """Facets to fetch from, the surest tiers of each: widely heard tracks for a vague query, styles for one that means
    some."""
    groups = [_highest(_TIERS, found, WIDELY_HEARD)] if query.type == "default" else []
    groups += [_highest(_style_tiers(style), found, OF_A_STYLE) for style in _foremost(query.styles)]
    return tuple(group for group in groups if group)


def _highest(tiers: Sequence[str], found: Known, enough: int) -> tuple[str, ...]:
    """The highest tiers that together have `enough` tracks."""
    chosen: list[str] = []
    count = 0
    for tier in tiers:
        if tier in found.tiers and (not chosen or count + found.tiers[tier] <= MOST_TIMES * enough):
            chosen.append(tier)
            count += found.tiers[tier]
        if count >= enough:
            break
    return tuple(chosen)


def conditions(filters: Filters, without: Sequence[int]) -> Conditions:
    """What every candidate must meet."""
    return Conditions(
        min_year=filters.min_year,
        max_year=filters.max_year,
        genres=tuple(facet(GENRE, genre) for genre in filters.genres),
        without_artists=tuple(facet(ARTIST, artist) for artist in filters.exclude_artists),
        without_tracks=tuple(without),
        dead_links=filters.dead_links,
    )
