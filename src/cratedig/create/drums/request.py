"""What is asked of a drummer, and what comes back."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, Literal, Protocol, get_args

from cratedig.music.drums.feel import MOST_SWING, STRAIGHT
from cratedig.music.drums.fidelity import Fidelity as Fidelity
from cratedig.music.drums.groove import TEMPI_BPM, Groove
from cratedig.music.drums.meter import COMMON, Meter
from cratedig.music.drums.style import StyleProfile

Provider = Literal["auto", "anthropic", "google", "openai", "qwen", "ollama", "template"]
PROVIDERS: Final[tuple[Provider, ...]] = get_args(Provider)

MOST_BARS, MOST_VARIATIONS = 64, 16
MOST_QUARTERS: Final = 65_536
"""Of all variations together: four of 64 bars of the longest meter, some half a minute's work."""


def _within(name: str, value: float, low: float, high: float) -> None:
    if not low <= value <= high:
        raise ValueError(f"{name} {value:g} is outside {low:g}..{high:g}")


@dataclass(frozen=True)
class Wish:
    """How the part is to be.

    tempo_bpm: quarters a minute, the profile's own where None. density, complexity: -1 (sparse, plain) .. 1, 0 as the
    profile. swing_8, swing_16: percent, the profile's own where None. timing, velocity: how much of the feel, 0..1
    (`humanize` False is both 0). fill_every: a fill each so many bars, 0 none, the profile's habit where None.
    verbatim: bars of the evidence may be repeated as they are.
    """

    bars: int = 4
    tempo_bpm: float | None = None
    meter: Meter = COMMON
    variations: int = 4
    seed: int = 0
    fill_every: int | None = None
    density: float = 0.0
    complexity: float = 0.0
    swing_8: float | None = None
    swing_16: float | None = None
    timing: float = 1.0
    velocity: float = 1.0
    verbatim: bool = False

    def __post_init__(self) -> None:
        _within("bars", self.bars, 1, MOST_BARS)
        _within("variations", self.variations, 1, MOST_VARIATIONS)
        _within("seed", self.seed, 0, 2**63 - 1)
        if self.tempo_bpm is not None:
            _within("tempo", self.tempo_bpm, *TEMPI_BPM)
        if self.fill_every is not None:
            _within("fill_every", self.fill_every, 0, MOST_BARS)
        for name, swing in (("swing_8", self.swing_8), ("swing_16", self.swing_16)):
            if swing is not None:
                _within(name, swing, STRAIGHT, MOST_SWING)
        for name, shift in (("density", self.density), ("complexity", self.complexity)):
            _within(name, shift, -1.0, 1.0)
        for name, amount in (("timing", self.timing), ("velocity", self.velocity)):
            _within(name, amount, 0.0, 1.0)
        quarters = self.bars * self.variations * self.meter.bar_quarters
        if quarters > MOST_QUARTERS:
            raise ValueError(f"that is {int(quarters):,} quarters, {MOST_QUARTERS:,} at most: fewer bars or variations")


class Ear(Protocol):
    """Who judges how near a part is to a profile."""

    def hear(self, groove: Groove, profile: StyleProfile) -> Fidelity: ...


@dataclass(frozen=True)
class Take:
    """What a drummer played: one groove a variation, on the straight grid, before any feel.

    played_by: "template", or the provider whose model wrote it. remarks: what should be known of it, a sentence each:
    who was asked in vain and why, what was mended.
    """

    grooves: tuple[Groove, ...]
    played_by: str
    remarks: tuple[str, ...] = ()


class Drummer(Protocol):
    """Who plays."""

    async def play(self, profile: StyleProfile, wish: Wish) -> Take:
        """Raises cratedig.errors.ModelUnavailable where it cannot."""
        ...
