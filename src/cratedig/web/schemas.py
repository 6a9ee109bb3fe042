"""The shapes of requests and answers: the recommender's specification, section 8.2, and what we add to it.

Answers are serialised straight from the finders' dataclasses; the models here document them, and a test holds the
two together.
"""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, StringConstraints, model_validator

MAX_QUERY_CHARS = 2_000
MAX_TOP_K = 100
MAX_BATCH = 32
LARGEST_ID = 2**31 - 1

_NO_NUL = r"^[^\x00]*$"  # PostgreSQL's text holds every character but this one
_WORDS = r"^[^\x00]*[^\s\x00][^\x00]*$"  # and not only spaces, which are stripped

Query = Annotated[str, StringConstraints(max_length=MAX_QUERY_CHARS, pattern=_NO_NUL)]
Words = Annotated[str, StringConstraints(min_length=1, max_length=MAX_QUERY_CHARS, pattern=_WORDS)]
Name = Annotated[str, StringConstraints(min_length=1, max_length=500, pattern=_WORDS)]


def _no_truth(value: Any) -> Any:
    """JSON's `true` is no 1, though Python's is; 4.0 is a whole number."""
    return None if isinstance(value, bool) else value


NoTruth = BeforeValidator(_no_truth)  # after the bounds, which the description would lose else
TrackId = Annotated[int, Field(ge=1, le=LARGEST_ID), NoTruth]
AtMost = Annotated[int, Field(ge=1, le=LARGEST_ID), NoTruth]
Year = Annotated[int, Field(ge=1000, le=2100)]
Emotion = Literal["joy", "sadness", "anger", "fear", "surprise", "love"]
Language = Annotated[str, StringConstraints(pattern=r"^[a-z]{2}$")]
Unit = Annotated[float, Field(ge=-1.0, le=1.0, allow_inf_nan=False)]


class Request(BaseModel):
    # Python's regular expressions: what a letter is, the description's readers take from them too
    model_config = ConfigDict(extra="forbid", str_strip_whitespace=True, regex_engine="python-re")


class MoodPoint(BaseModel):
    """A point of the mood plane."""

    valence: Unit = Field(description="sad -1 .. +1 happy")
    arousal: Unit = Field(description="calm -1 .. +1 excited")


class Filters(Request):
    """Conditions a result must meet."""

    min_year: Year | None = None
    max_year: Year | None = None
    genres: list[Name] = Field(default=[], max_length=50, description="any of these")
    exclude_artists: list[Name] = Field(default=[], max_length=200)

    @model_validator(mode="after")
    def _years_in_order(self) -> Filters:
        if self.min_year and self.max_year and self.min_year > self.max_year:
            raise ValueError(f"min_year {self.min_year} is after max_year {self.max_year}")
        return self


class SearchFilters(Filters):
    """Of a search also what a track's lyric must be; of each kind any will do."""

    artists: list[Name] = Field(default=[], max_length=200, description="any of these")
    emotions: list[Emotion] = Field(default=[], max_length=6, description="named by a reader of 3 in 10 of its words")
    themes: list[Name] = Field(default=[], max_length=50)
    languages: list[Language] = Field(default=[], max_length=20, description="ISO 639-1")
    min_rhyme_density: float | None = Field(
        default=None,
        ge=0.0,
        le=20.0,
        allow_inf_nan=False,
        description="syllables that a word's vowels share with a word before, on average",
    )


class RecommendRequest(Request):
    """What to find. An empty query with no mood and no likes gets the stated default."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "query": "i miss my ex",
                    "top_k": 50,
                    "filters": {
                        "min_year": 2010,
                        "max_year": 2023,
                        "genres": ["Alternative", "Indie", "Electronic"],
                        "exclude_artists": ["Artist A", "Artist B"],
                    },
                }
            ]
        }
    )

    query: Query = ""
    top_k: int = Field(default=50, ge=1, le=MAX_TOP_K)
    filters: Filters = Filters()
    mood: MoodPoint | None = Field(default=None, description="a point of the plane; wins over the query's own mood")
    like: list[TrackId] = Field(default=[], max_length=50, description="tracks the results should resemble")
    unlike: list[TrackId] = Field(default=[], max_length=50, description="tracks the results should not resemble")
    exclude: list[TrackId] = Field(default=[], max_length=1000, description="tracks to leave out")
    seed: int = Field(default=0, ge=0, le=2**32 - 1, description="same seed and catalogue, same answer")
    variance: float = Field(default=0.0, ge=0.0, le=1.0, description="0 the best, towards 1 more surprises")
    unheard: bool = Field(default=False, description="leave out what you have listened to")


class Term(BaseModel):
    """One named part of a score: value x weight = contribution."""

    term: str
    weight: float
    value: float
    contribution: float


class ReceiptShape(BaseModel):
    """Where a value that was not simply given came from."""

    source: str
    method: str
    confidence: float = Field(ge=0.0, le=1.0)
    kind: str = Field(description="given, measured or imputed")
    low: float | None = None
    high: float | None = None


class Result(BaseModel):
    track_id: str
    title: str | None
    artist: str | None
    year: int | None
    genre: str | None
    permalink_url: str | None
    score: float = Field(description="the sum of the contributions in `why`")
    mood: MoodPoint | None
    audio_features: dict[str, float | None]
    tags: list[str]
    why: list[Term]
    receipts: dict[str, ReceiptShape]
    confidence: float = Field(ge=0.0, le=1.0)
    rank: int = Field(description="by score, from 1; the list may differ, for variety")
    without: dict[str, int] = Field(description="term -> the rank it would have if no score looked at that term")
    sentence: str = Field(description="why it is shown, in words")
    moved: str | None = Field(description="why it does not stand where its rank is; null where it does")
    also: list[str] = Field(description="track_id of other tracks of the same recording")


class Metadata(BaseModel):
    """How the answer came about."""

    total_candidates: int
    processing_time_ms: float
    stages: dict[str, float] = Field(description="milliseconds by stage")
    query_type: str = Field(description="mood, genre, artist, attribute or default")
    default_used: bool = Field(description="true where the query said nothing to go by")
    explanation: str = Field(description="what was made of the query, in one sentence")
    cached: bool = Field(description="true where it was found before; the times are then of handing it out")
    weighed: dict[str, Any] | None = Field(
        default=None, description="how a bandit weighed the terms; send it back with what came of it"
    )


class Recommendation(BaseModel):
    query: str
    mood_detected: MoodPoint | None
    results: list[Result]
    metadata: Metadata


class SearchRequest(Request):
    """Words or meaning to look for in titles, artists, tags, descriptions and lyrics."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"query": "rain on the window", "top_k": 20}]})

    query: Annotated[str, StringConstraints(min_length=1, max_length=MAX_QUERY_CHARS, pattern=_WORDS)]
    top_k: int = Field(default=20, ge=1, le=MAX_TOP_K)
    filters: SearchFilters = SearchFilters()


class Hit(BaseModel):
    track_id: str
    title: str | None
    artist: str | None
    year: int | None
    genre: str | None
    permalink_url: str | None
    score: float = Field(description="the sum of the contributions in `why`")
    why: list[Term]
    span: str | None = Field(description="the words that match, at most 12")
    span_field: str | None = Field(description="where they stand")
    span_line: int | None = Field(default=None, description="of a lyric, from 1; headings and blank lines do not count")


class SearchAnswer(BaseModel):
    query: str
    results: list[Hit]
    metadata: Metadata


class JourneyRequest(Request):
    """A playlist from one mood to another. A place is words or a point of the mood plane."""

    model_config = ConfigDict(
        json_schema_extra={"examples": [{"from": "sad", "to": "calm and hopeful", "minutes": 45}]},
    )

    start: Words | MoodPoint = Field(alias="from", description="how it starts")
    end: Words | MoodPoint = Field(alias="to", description="how it ends")
    via: list[Words | MoodPoint] = Field(default=[], max_length=8, description="moods to pass, in order")
    minutes: float = Field(default=45.0, ge=10.0, le=600.0, allow_inf_nan=False)
    eased: bool = Field(default=False, description="leaves and arrives slowly")
    exclude: list[TrackId] = Field(default=[], max_length=1000, description="tracks to leave out")
    seed: int = Field(default=0, ge=0, le=2**32 - 1, description="decides between equals")


class WaypointShape(BaseModel):
    """What was made of a place."""

    words: str
    mood: MoodPoint
    receipt: ReceiptShape


class JourneyStepShape(BaseModel):
    track_id: str
    title: str | None
    artist: str | None
    album: str | None
    year: int | None
    genre: str | None
    permalink_url: str | None
    mood: MoodPoint
    target: MoodPoint = Field(description="the mood this step should have")
    starts_s: float
    duration_s: float | None = Field(description="null: not known, counts as metadata.typical_s")
    bpm: float | None
    camelot: str | None = Field(description="the key on the wheel DJs mix by, 8B is C major")
    cost: float = Field(description="the sum of the contributions in `why`; small is good")
    why: list[Term]


class JourneyMetadata(BaseModel):
    total_candidates: int
    processing_time_ms: float
    stages: dict[str, float] = Field(description="milliseconds by stage")
    total_s: float
    typical_s: float
    artist_gap: int = Field(description="tracks there are at least between two of one artist")
    cost: float
    explanation: str


class JourneyAnswer(BaseModel):
    minutes: float
    waypoints: list[WaypointShape]
    steps: list[JourneyStepShape]
    metadata: JourneyMetadata


class ComponentShape(BaseModel):
    name: str
    state: str = Field(description="ok, degraded or failed")
    detail: str
    advice: str = ""
    latency_ms: float


class Health(BaseModel):
    status: str = Field(description="the worst state of the components")
    version: str
    components: list[ComponentShape]


class Ready(BaseModel):
    ready: bool
    reason: str = ""


class TrackShape(BaseModel):
    """One track whole, as the catalogue holds it. Lyrics stay on the owner's own page: here is their length."""

    model_config = ConfigDict(extra="allow")

    track_id: str
    title: str | None
    artist: str | None
    year: int | None
    genre: str | None
    permalink_url: str | None
    mood: MoodPoint | None
    audio_features: dict[str, Any]
    receipts: dict[str, ReceiptShape]
    lyrics_words: int


class KindOfKept(BaseModel):
    """One kind of kept thing, since this process started."""

    kind: str
    lifetime_s: float | None = Field(description="null: until there is no room")
    hits: int = Field(ge=0)
    misses: int = Field(ge=0)
    hit_rate: float | None = Field(ge=0.0, le=1.0, description="null before the first question")


class CacheStats(BaseModel):
    """What was found in the cache."""

    store: Literal["memory", "redis"] = Field(description="where things are kept just now")
    redis: Literal["off", "up", "down"]
    reason: str = Field(description="why Redis is down")
    kinds: list[KindOfKept]
