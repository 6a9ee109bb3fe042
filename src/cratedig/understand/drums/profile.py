"""From performances to a style: what they say together, how sure it is, and the bars that stand for them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final

import numpy as np

from cratedig.errors import InputRejected
from cratedig.music.drums.feel import Feel
from cratedig.music.drums.quantities import QUANTITY
from cratedig.music.drums.style import QUANTITIES, Claim, StyleProfile
from cratedig.understand.drums import touches
from cratedig.understand.drums.intervals import Resamples, Statistic, claim
from cratedig.understand.drums.measured import Measured, Performance, measured
from cratedig.understand.drums.passages import passages_of, typical_bars
from cratedig.understand.drums.played import Played
from cratedig.understand.drums.portrait import described

WHOLE: Final = 8
"""Bars from which a performance is a whole piece of evidence."""
HEAVIEST: Final = 32  # bars: longer performances weigh no more
MOST_TITLES: Final = 50
STATISTICS: Final[Mapping[str, Statistic]] = {
    "tempo_min": "low",
    "tempo_max": "high",
    "swing_percent": "median",
    "swing_16_percent": "median",
    "fill_every": "rate",
    "fill_bars": "median",
}
"""What is not a mean over pieces weighted by their bars."""


def profile(artist: str, performances: Sequence[Performance]) -> StyleProfile:
    """How `artist` plays, by these performances, in whatever order they come.

    Raises InputRejected where there are none.
    """
    if not performances:
        raise InputRejected(f"There is no evidence of how {artist!r} drums.", hint="Bring in MIDI: collect midi DIR.")
    return profile_of(artist, [measured(one) for one in performances])


def profile_of(artist: str, pieces: Sequence[Measured]) -> StyleProfile:
    """The same from what was measured already; at least one piece."""
    pieces = sorted(pieces, key=_order)
    claims = claims_of(pieces)
    confidence = float(np.mean([claims[name].confidence for name in QUANTITIES]))
    return StyleProfile(
        artist=artist,
        description=described(claims, pieces=len(pieces), confidence=confidence),
        claims=claims,
        feel=_feel(claims, pieces),
        passages=passages_of(pieces),
        typical=typical_bars(pieces),
        sources={"midi": len(pieces)},
        confidence=confidence,
        titles=tuple(piece.name for piece in pieces[:MOST_TITLES]),
        heard=frozenset().union(*(piece.marks for piece in pieces)),
    )


def claims_of(pieces: Sequence[Measured]) -> dict[str, Claim]:
    """Every quantity's claim, over pieces in a settled order."""
    beats = np.array([piece.beats.sum() for piece in pieces], dtype=np.float64)
    fills = np.array([piece.fills.sum() for piece in pieces], dtype=np.float64)
    lengths = np.array([len(piece.beats) for piece in pieces], dtype=np.float64)
    resamples = Resamples.of(len(pieces))
    claims: dict[str, Claim] = {}
    for name, quantity in QUANTITY.items():
        bars = (
            lengths if name.startswith("tempo") or name == "fill_every" else fills if name.startswith("fill") else beats
        )
        values = np.array([piece.values.get(name, np.nan) for piece in pieces])
        claims[name] = claim(
            quantity, values, np.minimum(bars, HEAVIEST), np.minimum(bars / WHOLE, 1.0), resamples,
            statistic=STATISTICS.get(name, "mean"),
        )  # fmt: skip
    return claims


def feel_of(performances: Sequence[Played]) -> Feel:
    """The feel of performances, of at least one: what a profile of them would have."""
    pieces = [measured(Performance("", played)) for played in performances]
    return _feel(claims_of(pieces), pieces)


def _order(piece: Measured) -> tuple[str, float, bytes, bytes]:
    played = piece.strokes.played
    return piece.name, played.tempo_bpm, played.place.tobytes(), played.velocity.tobytes()


def _feel(claims: Mapping[str, Claim], pieces: Sequence[Measured]) -> Feel:
    """Of the pieces in the meter that most bars are in: steps of bars of different length are not the same places."""
    meters = [piece.meter for piece in pieces for _ in range(len(piece.beats))]
    usual = max(dict.fromkeys(meters), key=meters.count)
    fitting = [piece.touches for piece in pieces if piece.meter == usual]
    return touches.feel_from(
        touches.added(fitting),
        swing_8=claims["swing_percent"].value,
        swing_16=claims["swing_16_percent"].value,
    )
