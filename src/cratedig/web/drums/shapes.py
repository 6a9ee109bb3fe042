"""The shapes of drumming over HTTP: the drum generator's specification, and what we add to it."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any, Final, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, StringConstraints, field_validator, model_validator

from cratedig.create.compose import Commission
from cratedig.create.drums.request import MOST_BARS, MOST_VARIATIONS, Provider, Wish
from cratedig.music.drums.feel import MOST_SWING, STRAIGHT
from cratedig.music.drums.groove import TEMPI_BPM
from cratedig.music.drums.meter import FINEST_UNIT, MOST_BEATS, Meter
from cratedig.web.schemas import NoTruth, Request

MAX_NAME_CHARS: Final = 100
METERS: Final = ("4/4", "3/4", "5/4", "6/8", "7/8", "12/8")
"""Those that are offered; any other n/d can be asked for."""
UNITS: Final = [1, 2, 4, 8, 16, 32, 64]

ArtistName = Annotated[
    str, StringConstraints(min_length=1, max_length=MAX_NAME_CHARS, pattern=r"^[^\x00]*[^\s\x00][^\x00]*$")
]
Bars = Annotated[int, Field(ge=1, le=MOST_BARS), NoTruth]
Swing = Annotated[float, Field(ge=STRAIGHT, le=MOST_SWING, allow_inf_nan=False)]
Amount = Annotated[float, Field(ge=0.0, le=1.0, allow_inf_nan=False)]
Shift = Annotated[float, Field(ge=-1.0, le=1.0, allow_inf_nan=False)]
KitName = Literal["general midi", "roland td"]


class Blend(Request):
    """Half of somebody else."""

    artist: ArtistName
    share: Amount = Field(default=0.5, description="of theirs: 0 none, 1 all")


class GenerateRequest(Request):
    """A drum part in somebody's manner. What is left out is as the profile has it."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "artist": "John Bonham",
                    "bars": 4,
                    "tempo": 96,
                    "time_signature": [4, 4],
                    "variations": 4,
                    "provider": "template",
                    "humanize": True,
                }
            ]
        }
    )

    artist: ArtistName
    bars: Bars = 4
    tempo: float | None = Field(
        default=None, ge=TEMPI_BPM[0], le=TEMPI_BPM[1], allow_inf_nan=False, description="quarters a minute"
    )
    time_signature: tuple[
        Annotated[int, Field(ge=1, le=MOST_BEATS), NoTruth],
        Annotated[int, Field(ge=1, le=FINEST_UNIT, json_schema_extra={"enum": UNITS}), NoTruth],
    ] = Field(default=(4, 4), description="beats of a bar, and the part of a whole note that one is")
    variations: Annotated[int, Field(ge=1, le=MOST_VARIATIONS), NoTruth] = 4
    provider: Provider = Field(default="auto", description="who writes it; auto: a chat model where one is configured")
    humanize: bool = Field(default=True, description="false: on the grid, as written")
    seed: Annotated[int, Field(ge=0, le=2**31 - 1), NoTruth] = Field(
        default=0, description="the same seed, the same MIDI"
    )
    fill_every: Annotated[int, Field(ge=0, le=MOST_BARS), NoTruth] | None = Field(default=None, description="0: none")
    density: Shift = Field(default=0.0, description="-1 sparse .. 1 dense")
    complexity: Shift = Field(default=0.0, description="-1 plain .. 1 intricate")
    swing_8: Swing | None = Field(default=None, description="percent of a pair of eighths")
    swing_16: Swing | None = Field(default=None, description="percent of a pair of sixteenths")
    timing: Amount = Field(default=1.0, description="how much of the pushes and drags")
    velocity: Amount = Field(default=1.0, description="how much of the touch")
    verbatim: bool = Field(default=False, description="bars of the evidence may be repeated as they are")
    blend: Blend | None = None
    kit: KitName = Field(default="general midi", description="how the notes are numbered")

    @field_validator("time_signature")
    @classmethod
    def _a_meter(cls, given: tuple[int, int]) -> tuple[int, int]:
        Meter(*given)  # 4/3 is none
        return given

    @model_validator(mode="after")
    def _not_too_long(self) -> Self:
        self.commission()  # all of it together
        return self

    def commission(self) -> Commission:
        """What is asked of the door."""
        amount = (self.timing, self.velocity) if self.humanize else (0.0, 0.0)
        wish = Wish(
            bars=self.bars,
            tempo_bpm=self.tempo,
            meter=Meter(*self.time_signature),
            variations=self.variations,
            seed=self.seed,
            fill_every=self.fill_every,
            density=self.density,
            complexity=self.complexity,
            swing_8=self.swing_8,
            swing_16=self.swing_16,
            timing=amount[0],
            velocity=amount[1],
            verbatim=self.verbatim,
        )
        blend = (self.blend.artist, self.blend.share) if self.blend else None
        return Commission(self.artist, wish, provider=self.provider, blend=blend, kit=self.kit)


class FidelityShape(BaseModel):
    nearness: float = Field(ge=0, le=1, description="to the profile")
    terms: dict[str, float]
    heard_as: dict[str, float] = Field(description="drummers a classifier names, with their chances")
    claims_artist: bool = Field(description="whether the evidence allows to say that it plays like the artist")
    says: str


class VariationShape(BaseModel):
    id: str
    url: str = Field(description="where its MIDI is")
    fidelity: FidelityShape | None
    distances: list[float] = Field(description="to each variation, 0 the same .. 1 nothing in common")


class GenerateAnswer(BaseModel):
    status: Literal["success"]
    generation_time_ms: int
    provider_used: str
    midi_files: list[str]
    confidence: float = Field(ge=0, le=1)
    id: int
    artist: str
    tempo: float
    seed: int
    variations: list[VariationShape]
    remarks: list[str] = Field(description="who was asked in vain and why, what was mended")
    sources: dict[str, int] = Field(description="pieces of evidence by kind")


class KnownArtist(BaseModel):
    name: str
    confidence: float
    last_updated: datetime | None


class ArtistsAnswer(BaseModel):
    total: int
    cached: int
    researching: int
    failed: int
    recent: list[KnownArtist]
    written: list[str] = Field(description="drummers and genres with a profile of ours, played without any evidence")


class SimilarArtist(BaseModel):
    name: str
    similarity: float = Field(ge=0, le=1)


class SimilarAnswer(BaseModel):
    artist: str
    similar_artists: list[SimilarArtist]


class Capabilities(BaseModel):
    """Every allowed value."""

    drums: dict[str, Any]
    analyzers: list[str]
    roles: list[str]
