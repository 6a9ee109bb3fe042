"""What is asked of the door of drumming, and what comes of it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any, Self

from cratedig.create.drums.request import PROVIDERS, Provider, Wish
from cratedig.music.drums.distance import distances
from cratedig.music.drums.fidelity import Fidelity
from cratedig.music.drums.groove import Groove
from cratedig.music.drums.groove_shape import groove_of, groove_plain
from cratedig.music.drums.kit import GENERAL_MIDI, KITS
from cratedig.music.drums.meter import Meter
from cratedig.music.drums.style import Source, StyleProfile


@dataclass(frozen=True)
class Commission:
    """Who is to be played like, and how. blend: another artist, and how much of them, 0 none .. 1 all.

    kit: a name in KITS, by which the files number their notes.
    """

    artist: str
    wish: Wish = field(default_factory=Wish)
    provider: Provider = "auto"
    blend: tuple[str, float] | None = None
    kit: str = GENERAL_MIDI.name

    def __post_init__(self) -> None:
        if not self.artist.strip():
            raise ValueError("an artist needs a name")
        if self.provider not in PROVIDERS:
            raise ValueError(f"there is no provider {self.provider!r}: {', '.join(PROVIDERS)}")
        if self.kit not in KITS:
            raise ValueError(f"there is no kit {self.kit!r}: {', '.join(KITS)}")
        if self.blend is not None and not (self.blend[0].strip() and 0.0 <= self.blend[1] <= 1.0):
            raise ValueError(f"a blend is with somebody, by 0..1, not {self.blend[0]!r} by {self.blend[1]:g}")

    def plain(self) -> dict[str, Any]:
        """As JSON, in the specification's names where it has them."""
        wish = asdict(self.wish) | {"meter": str(self.wish.meter)}
        asked = {"bars": wish["bars"], "tempo": wish["tempo_bpm"], "variations": wish["variations"]}
        meter = [self.wish.meter.beats, self.wish.meter.unit]
        return {**asked, "time_signature": meter, "provider": self.provider, "kit": self.kit, "artist": self.artist,
                "blend": list(self.blend) if self.blend else None, "wish": wish}  # fmt: skip

    @classmethod
    def of(cls, plain: Mapping[str, Any]) -> Self:
        """What was written so. Raises ValueError, KeyError or TypeError where none was."""
        wish = Wish(**{**plain["wish"], "meter": Meter.parse(plain["wish"]["meter"])})
        blend = (str(plain["blend"][0]), float(plain["blend"][1])) if plain["blend"] else None
        return cls(plain["artist"], wish, plain["provider"], blend, plain["kit"])


@dataclass(frozen=True)
class Composition:
    """A part that was made, in variations.

    artist: the name it is under, of both where two are blended. profile: None where it was made before, and what was
    known of the artist is gone. provider_used: "template", or whose model wrote it.
    remarks: who was asked in vain and why, what was mended. confidence: 0..1, of the profile. fidelity: one a
    variation, None where nobody listened.
    """

    id: int
    artist: str
    profile: StyleProfile | None
    commission: Commission
    grooves: tuple[Groove, ...]
    files: tuple[Path, ...]
    provider_used: str
    remarks: tuple[str, ...]
    confidence: float
    fidelity: tuple[Fidelity | None, ...]
    generation_time_ms: int

    @cached_property
    def distances(self) -> tuple[tuple[float, ...], ...]:
        """How far each variation is from each: 0 the same strokes .. 1 none in common; square."""
        return distances(self.grooves)

    @property
    def sources(self) -> Mapping[Source, int]:
        """Pieces of evidence by kind."""
        return self.profile.sources if self.profile else {}

    @property
    def titles(self) -> tuple[str, ...]:
        """What the evidence is called."""
        return self.profile.titles if self.profile else ()

    def kept(self) -> dict[str, Any]:
        """What is kept of it besides what the history has columns for."""
        heard = [asdict(fidelity) if fidelity else None for fidelity in self.fidelity]
        grooves = [groove_plain(groove) for groove in self.grooves]
        return {"grooves": grooves, "fidelity": heard, "remarks": list(self.remarks), "confidence": self.confidence}


def grooves_kept(kept: Mapping[str, Any]) -> tuple[Groove, ...]:
    """The variations of what `Composition.kept` gave."""
    return tuple(groove_of(groove) for groove in kept["grooves"])


def fidelity_kept(kept: Mapping[str, Any]) -> tuple[Fidelity | None, ...]:
    """What was heard in each of them."""
    return tuple(Fidelity(**heard) if heard else None for heard in kept["fidelity"])
