"""What is asked of find and search, and what they answer (the recommender's specification, section 8.2)."""

from __future__ import annotations

from dataclasses import asdict, dataclass, field
from typing import Any

from cratedig.catalogue.listening import Weighed
from cratedig.catalogue.lyric_facets import Asked
from cratedig.find.blend import Term
from cratedig.find.query import QueryType
from cratedig.find.taste.personal import Personal
from cratedig.music.mood import Mood


@dataclass(frozen=True, slots=True)
class Filters:
    """Conditions a result must meet; years are inclusive, a track without a year fails a year's condition."""

    min_year: int | None = None
    max_year: int | None = None
    genres: tuple[str, ...] = ()
    exclude_artists: tuple[str, ...] = ()
    dead_links: bool = False


@dataclass(frozen=True, slots=True)
class Request:
    """What to find.

    mood: a point of the plane, wins over the query's own mood.  like, unlike: tracks the results should and should not
    resemble.
    exclude: tracks to leave out.  variance: 0 the best, towards 1 more surprises, drawn with `seed`.
    personal: who listens, as far as that is known.  unheard: leave out what they have heard.
    """

    query: str = ""
    top_k: int = 50
    filters: Filters = field(default_factory=Filters)
    mood: Mood | None = None
    like: tuple[int, ...] = ()
    unlike: tuple[int, ...] = ()
    exclude: tuple[int, ...] = ()
    seed: int = 0
    variance: float = 0.0
    unheard: bool = False
    personal: Personal | None = field(default=None, compare=False, repr=False)

    @property
    def left_out(self) -> tuple[int, ...]:
        """Every track that must not be in the answer."""
        heard = self.personal.heard_ids.tolist() if self.unheard and self.personal is not None else ()
        return (*self.exclude, *self.like, *self.unlike, *heard)


@dataclass(slots=True)
class Result:
    """One track that fits, never changed. `why` adds up to `score` within 1e-9; `confidence` is the share of the weight
    that rested on data the track has.

    rank: by score, from 1; where it stands in the list may be elsewhere, for variety.  without: term -> the rank it
    would have if no score looked at that term.  sentence: why, in words.  moved: why it does not stand where its rank
    is; None where it does.  also: other tracks of the same recording.
    """

    track_id: str
    title: str | None
    artist: str | None
    year: int | None
    genre: str | None
    permalink_url: str | None
    score: float
    mood: Mood | None
    audio_features: dict[str, float | None]
    tags: tuple[str, ...]
    why: tuple[Term, ...]
    receipts: dict[str, dict[str, Any]]
    confidence: float
    rank: int
    without: dict[str, int]
    sentence: str
    moved: str | None
    also: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Metadata:
    """How the answer came about; stages in milliseconds.

    cached: it was found before; the times are then of handing it out.  weighed: how a listener's bandit weighed the
    terms, to be sent back with what came of it.
    """

    total_candidates: int
    processing_time_ms: float
    stages: dict[str, float]
    query_type: QueryType
    default_used: bool
    explanation: str
    cached: bool = False
    weighed: Weighed | None = None


@dataclass(frozen=True, slots=True)
class Response:
    query: str
    mood_detected: Mood | None
    results: tuple[Result, ...]
    metadata: Metadata

    def as_dict(self) -> dict[str, Any]:
        """Plain values for JSON."""
        return asdict(self)


@dataclass(frozen=True, slots=True)
class SearchRequest:
    """artists: any of these.  lyrics: what a track's lyric must be, as findings have it."""

    query: str
    top_k: int = 20
    filters: Filters = field(default_factory=lambda: Filters(dead_links=True))
    artists: tuple[str, ...] = ()
    lyrics: Asked = field(default_factory=Asked)


@dataclass(frozen=True, slots=True)
class Hit:
    """A track found by words and meaning. `span`: the words that match, at most 12, from `span_field`.

    span_line: of a lyric, from 1, headings and blank lines not counted.
    """

    track_id: str
    title: str | None
    artist: str | None
    year: int | None
    genre: str | None
    permalink_url: str | None
    score: float
    why: tuple[Term, ...]
    span: str | None
    span_field: str | None
    span_line: int | None = None


@dataclass(frozen=True, slots=True)
class SearchResponse:
    query: str
    results: tuple[Hit, ...]
    metadata: Metadata

    def as_dict(self) -> dict[str, Any]:
        """Plain values for JSON."""
        return asdict(self)
