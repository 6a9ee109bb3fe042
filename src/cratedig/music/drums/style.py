"""How somebody plays, worked out from evidence: claims with intervals, a feel, and the bars they play."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final, Literal, get_args

from cratedig.music.drums.feel import Feel
from cratedig.music.drums.groove import Bar

Source = Literal["papers", "articles", "audio", "midi", "written"]
"""Where evidence is from; "written": a profile of ours, in words and bars of ours."""
SOURCES: Final[tuple[Source, ...]] = get_args(Source)

Role = Literal["beat", "fill"]

QUANTITIES: Final = (
    "tempo_min", "tempo_max", "tempo_avg", "swing_percent", "ghost_note_prob", "syncopation_level", "velocity_mean",
    "velocity_std",
)  # fmt: skip
"""The claims that every profile makes, by the names the API gives them."""


@dataclass(frozen=True, slots=True)
class Claim:
    """A number about a style: the value, a 95 % interval, how sure it is (0..1), and over how many `pieces` of
    evidence (performances, recordings, texts) it is."""

    value: float
    low: float
    high: float
    confidence: float
    pieces: int

    def __post_init__(self) -> None:
        if not self.low <= self.value <= self.high:
            raise ValueError(f"{self.value:g} is outside its interval {self.low:g}..{self.high:g}")
        if not 0.0 <= self.confidence <= 1.0 or self.pieces < 0:
            raise ValueError(f"no claim: {self}")


@dataclass(frozen=True)
class Passage:
    """Bars played one after another, and what each is: from these a drummer's words and sentences are learned."""

    bars: tuple[Bar, ...]
    roles: tuple[Role, ...]
    tempo_bpm: float
    source: str

    def __post_init__(self) -> None:
        if not self.bars or len(self.bars) != len(self.roles):
            raise ValueError("a passage has bars, and a role for each")


@dataclass(frozen=True)
class StyleProfile:
    """claims: by name, QUANTITIES among them. typical: bars most like all the others (medoids), the most usual first.
    sources: pieces of evidence by kind. confidence: 0..1, of the whole."""

    artist: str
    description: str
    claims: Mapping[str, Claim]
    feel: Feel
    passages: tuple[Passage, ...]
    typical: tuple[Bar, ...]
    sources: Mapping[Source, int]
    confidence: float
    titles: tuple[str, ...] = field(default=())
    """What the evidence is called: titles of texts, names of files."""
    heard: frozenset[int] = field(default=frozenset())
    """The marks (strokes.py) of all bars of the evidence, also of those that are not kept: no part repeats one."""

    def __post_init__(self) -> None:
        if not self.artist.strip():
            raise ValueError("a profile is somebody's")
        if missing := [name for name in QUANTITIES if name not in self.claims]:
            raise ValueError(f"the profile of {self.artist} claims nothing about {', '.join(missing)}")
        if not 0.0 <= self.confidence <= 1.0:
            raise ValueError(f"confidence {self.confidence} is outside 0..1")

    def value(self, name: str, otherwise: float) -> float:
        """The value of a claim; `otherwise` where there is none."""
        claim = self.claims.get(name)
        return otherwise if claim is None else claim.value
