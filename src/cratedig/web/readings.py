"""The shapes of reading lyrics over HTTP: one lyric, a batch of them, a track's findings, who reads."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any, Final, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, StringConstraints, model_validator

from cratedig.music.finding import Finding
from cratedig.web.schemas import LARGEST_ID, MoodPoint, Name, NoTruth, Request, TrackId, Year
from cratedig.web.tasks import AnalyzerName

MAX_LYRIC_CHARS: Final = 100_000
"""Fifty times a long rap; the longest real lyric is a third of it."""
MAX_PASTED: Final = 1_000
MAX_TRACKS: Final = 10_000

_A_LETTER = r"^[^\x00]*[^\W\d_][^\x00]*$"

LyricText = Annotated[str, StringConstraints(min_length=1, max_length=MAX_LYRIC_CHARS, pattern=_A_LETTER)]
Asked = Literal["auto", "algorithmic", "emotion", "qwen", "gemma", "ollama", "openai", "anthropic", "google", "hybrid"]


def _without_default(shape: dict[str, Any]) -> None:
    """What is not given is not there: it has no value of its own."""
    shape.pop("default", None)


def _either(*names: str) -> dict[str, Any]:
    return {"oneOf": [{"required": [name]} for name in names]}


class AnalyzeRequest(Request):
    """One lyric: pasted, of which nothing is stored, or a track's."""

    model_config = ConfigDict(
        json_schema_extra={
            **_either("lyrics", "track_id"),
            "examples": [
                {"lyrics": "Rain on the tin roof, train on the track\nI gave you the night and you gave it back"}
            ],
        }
    )

    lyrics: LyricText = Field(default="", description="as you have it", json_schema_extra=_without_default)
    track_id: TrackId = Field(default=0, description="a track with lyrics", json_schema_extra=_without_default)
    analyzer: Asked = Field(default="auto", description="auto: what is there, combined")
    tempo_bpm: float | None = Field(
        default=None, ge=20, le=400, allow_inf_nan=False, description="of the song, for its flow; a track's own if null"
    )

    sensitivity: float | None = Field(
        default=None,
        ge=0,
        le=1,
        allow_inf_nan=False,
        description="of the rhymes: they are in the answer where it is given",
    )

    @model_validator(mode="after")
    def _one_lyric(self) -> Self:
        _check_one_of(self, "lyrics", "track_id")
        return self


class TrackFilter(Request):
    """Which tracks: those that meet all that is said here, and have lyrics."""

    artists: list[Name] = Field(default=[], max_length=50, description="any of these")
    genres: list[Name] = Field(default=[], max_length=50, description="any of these")
    min_year: Year | None = None
    max_year: Year | None = None


class BatchRequest(Request):
    """Many lyrics: pasted ones, tracks', or those of all tracks that meet a filter."""

    model_config = ConfigDict(
        json_schema_extra={
            **_either("lyrics", "track_ids", "filters"),
            "examples": [{"filters": {"genres": ["Hip Hop"], "min_year": 1990}, "analyzer": "algorithmic"}],
        }
    )

    lyrics: list[LyricText] = Field(default=[], min_length=1, max_length=MAX_PASTED, json_schema_extra=_without_default)
    track_ids: list[TrackId] = Field(
        default=[], min_length=1, max_length=MAX_TRACKS, json_schema_extra=_without_default
    )
    filters: TrackFilter = Field(default=TrackFilter(), json_schema_extra=_without_default)
    analyzer: Asked = "auto"
    limit: Annotated[int, Field(ge=1, le=MAX_TRACKS), NoTruth] = Field(
        default=MAX_TRACKS, description="of the tracks that meet the filter"
    )

    @model_validator(mode="after")
    def _one_kind(self) -> Self:
        _check_one_of(self, "lyrics", "track_ids", "filters")
        return self


def _check_one_of(request: BaseModel, *names: str) -> None:
    if len(request.model_fields_set & set(names)) != 1:
        raise ValueError(f"give one of {', '.join(names)}")


class ThemeShape(BaseModel):
    name: str
    share: float = Field(ge=0.0, le=1.0, description="how much of the lyric is about it")


class FindingShape(BaseModel):
    """What an analyzer says of a lyric. It repeats no line of it."""

    analyzer: str = Field(description="who says so")
    version: str = Field(description="of its rules, model and prompt")
    sentiment: Literal["negative", "neutral", "positive"]
    valence: float = Field(ge=-1.0, le=1.0, description="what the sentiment rests on")
    confidence: float = Field(ge=0.0, le=1.0)
    themes: list[ThemeShape] = Field(description="strongest first")
    complexity: float | None = Field(ge=0.0, le=1.0)
    mood: MoodPoint | None
    emotions: dict[str, float] = Field(description="joy, sadness, anger, fear, surprise, love; each 0 .. 1")
    data: dict[str, Any] = Field(description="what only this analyzer measures (docs/analyzers.md)")
    processing_ms: float = Field(ge=0.0)
    fallback: str = Field(description="why another analyzer, which was asked for, did not answer; empty where it did")


class Analysis(FindingShape):
    """A finding as it is answered. cached: it was worked out before; processing_ms is then of that time."""

    asked: Asked
    track_id: str | None
    cached: bool
    rhymes: dict[str, Any] | None = Field(
        default=None, description="where it rhymes: groups of [line, start, end], schemes, measures (docs/rhyme.md)"
    )


class TrackFinding(BaseModel):
    """A stored finding. stale: why it no longer holds ("analyzer" or "lyric" changed); empty where it does."""

    analyzer: str
    analyzer_type: str
    version: str
    finding: FindingShape | None = Field(description="null: the lyric could not be read")
    error: str = Field(description="why it could not; empty where it could")
    stale: Literal["", "analyzer", "lyric"]
    read_at: datetime


class TrackAnalysis(BaseModel):
    track_id: str
    findings: list[TrackFinding]


class AnalyzerState(BaseModel):
    name: AnalyzerName
    nature: Literal["computed", "asked", "combined"]
    summary: str
    available: bool
    reason: str = Field(description="why it is not, and what to do about it")
    version: str | None


class ModelsInfo(BaseModel):
    """What thinks here. No secrets."""

    analyzers: list[AnalyzerState]
    embedder: dict[str, Any] = Field(description="the text embedder: name, precision, dimensions")
    heads: list[dict[str, Any]] = Field(description="the small models that ship, with their cards")
    chat: dict[str, Any] = Field(description="chat providers, how each stands and what it spent; budgets in US dollars")


def shape_of(finding: Finding) -> dict[str, Any]:
    """A finding in the shape of FindingShape: all but its embedding."""
    return {
        "analyzer": finding.analyzer,
        "version": finding.version,
        "sentiment": finding.sentiment,
        "valence": finding.valence,
        "confidence": finding.confidence,
        "themes": finding.themes,
        "complexity": finding.complexity,
        "mood": finding.mood,
        "emotions": dict(finding.emotions),
        "data": finding.data,
        "processing_ms": round(finding.processing_ms, 3),
        "fallback": finding.fallback,
    }


Cursor = Annotated[int, Field(ge=0, le=LARGEST_ID)]
