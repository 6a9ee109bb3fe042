"""What a track's page shows of its sound: the player's outline, features among those of the crate, moods apart."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from cratedig.catalogue.sounds import Known
from cratedig.music.features import RANGES, is_possible
from cratedig.music.mood import Mood
from cratedig.music.receipt import Receipt
from cratedig.web.spreads import Spread

ENOUGH: Final = 8  # values; fewer are no distribution
BINS: Final = 32
HIGH: Final = 28.0  # units of the drawing; 100 wide
SHARE_DIGITS: Final = 3
STATISTICS: Final = ("mean", "median", "std", "min", "max", "q25", "q75")
PITCHES: Final = ("C", "C♯", "D", "D♯", "E", "F", "F♯", "G", "G♯", "A", "A♯", "B")
CLOSE: Final = 0.15
"""Moods of sound and words whose valence lies on two sides of the middle by less than this are not told apart."""


@dataclass(frozen=True, slots=True)
class Measure:
    """How a feature is called, its unit, and how many decimals it is shown with."""

    name: str
    unit: str = ""
    decimals: int = 2


MEASURES: Final = {
    "tempo_bpm": Measure("tempo", " BPM", 0),
    "beat_regularity": Measure("evenness of beats"),
    "hit_density": Measure("hits", " a second", 1),
    "syncopation": Measure("syncopation"),
    "loudness_lufs": Measure("loudness", " LUFS", 1),
    "loudness_range_lu": Measure("loudness range", " LU", 1),
    "dynamic_range_db": Measure("dynamic range", " dB", 1),
    "spectral_centroid_mean": Measure("brightness", " Hz", 0),
    "spectral_flux_mean": Measure("change of sound"),
    "zero_crossing_rate_mean": Measure("noisiness", "", 3),
    "loudness": Measure("loudness", " dB", 1),
    "tempo": Measure("tempo", " BPM", 1),
}
NAMED: Final = ("key", "mode", "time_signature")
"""Features of a dump that are names, with no more and less."""


@dataclass(frozen=True, slots=True)
class Place:
    """Where a value lies among the crate's: a histogram as a path in 100 x HIGH, the value's x, and words.

    crowd: "" where too few tracks have the feature; then x is the share of its range, or None where it has none.
    """

    name: str
    words: str
    x: float | None
    crowd: str
    told: str
    receipt: Mapping[str, Any] | None


def places(features: Mapping[str, Any], receipts: Mapping[str, Any], spread: Spread) -> list[Place]:
    """The features that are drawn, measured ones first; impossible values are passed over."""
    return [*_measured(features, receipts, spread), *_given(features, receipts, spread)]


def _measured(features: Mapping[str, Any], receipts: Mapping[str, Any], spread: Spread) -> Iterator[Place]:
    receipt = receipts.get("audio_features")
    for name, measure in MEASURES.items():
        value = features.get(name)
        if name not in RANGES and isinstance(value, int | float):
            yield _place(name, measure, float(value), spread, _of(name, receipt))
    if "key_tonic" in features:
        yield _key(features, _of("key_tonic", receipt))


def _key(features: Mapping[str, Any], receipt: Mapping[str, Any] | None) -> Place:
    scale = "major" if features.get("key_mode") else "minor"
    sure = round(100 * float(features.get("key_confidence", 0.0)))
    return Place("key", f"{PITCHES[int(features['key_tonic']) % 12]} {scale}", None, "", f"{sure} % sure", receipt)


def _given(features: Mapping[str, Any], receipts: Mapping[str, Any], spread: Spread) -> Iterator[Place]:
    possible = {
        name: value
        for name in RANGES
        if isinstance(value := features.get(name), int | float) and is_possible(name, value)
    }
    receipt = receipts.get("audio_features")
    for name, value in possible.items():
        if name not in NAMED:
            measure = MEASURES.get(name, Measure(name))
            yield _place(name, measure, float(value), spread, _of(name, receipt))
    if possible.get("key", -1) >= 0:
        scale = {0: " minor", 1: " major"}.get(int(possible.get("mode", -1)), "")
        yield Place("key", PITCHES[int(possible["key"])] + scale, None, "", "", _of("key", receipt))
    if possible.get("time_signature"):
        meter = f"{possible['time_signature']:g}"
        yield Place("beats to the bar", meter, None, "", "", _of("time_signature", receipt))


def _of(name: str, receipt: Mapping[str, Any] | None) -> Mapping[str, Any] | None:
    """The receipt of one audio feature: none where it was given."""
    return None if receipt is None or name in receipt.get("given", ()) else receipt


def _place(name: str, measure: Measure, value: float, spread: Spread, receipt: Mapping[str, Any] | None) -> Place:
    words = f"{value:,.{measure.decimals}f}{measure.unit}".replace("-", "−")
    others = spread.get(name)
    if others is None or len(others) < ENOUGH:
        low, high = RANGES.get(name, (0.0, 0.0))
        x = round(100 * (value - low) / (high - low), 1) if high > low else None
        return Place(measure.name, words, x, "", "", receipt)
    low, high = min(float(others[0]), value), max(float(others[-1]), value)
    x = 50.0 if high == low else round(100 * (value - low) / (high - low), 1)
    return Place(measure.name, words, x, _histogram(others, low, high), _among(others, value, measure), receipt)


def _histogram(values: NDArray[np.float64], low: float, high: float) -> str:
    """Steps as an SVG path; each step's height is the root of its count, so that single tracks are seen."""
    counts, _ = np.histogram(values, BINS, (low, high) if high > low else (low - 0.5, low + 0.5))
    tops = HIGH * (1 - np.sqrt(counts / max(1, counts.max())))
    steps = " ".join(f"V{top:.1f}H{100 * (at + 1) / BINS:.4g}" for at, top in enumerate(tops.tolist()))
    return f"M0 {HIGH:g}{steps}V{HIGH:g}Z"


def _among(others: NDArray[np.float64], value: float, measure: Measure) -> str:
    below = float((np.searchsorted(others, value, "left") + np.searchsorted(others, value, "right")) / 2 / len(others))
    middle = f"{float(np.median(others)):,.{measure.decimals}f}{measure.unit}".replace("-", "−")
    return f"above {100 * below:.0f} % of the crate, whose middle is {middle}"


@dataclass(frozen=True, slots=True)
class Player:
    """A sound to listen to. outline: an SVG path in 240 x 64; heard: which part was measured, in words."""

    url: str
    outline: str
    outline_width: int
    origin: str
    heard: str
    error: str | None


ORIGINS: Final = {
    "file": "your file",
    "excerpt": "the first 30 s from its link",
    "demo": "played by the demo crate's own band",
}


def player(known: Known | None, track_id: int) -> Player | None:
    """None for a track without a sound."""
    if known is None:
        return None
    peaks = known.peaks or b""
    return Player(
        url=f"/api/v1/track/{track_id}/audio",
        outline=outline_path(peaks),
        outline_width=max(1, len(peaks)),
        origin=ORIGINS.get(known.sound.origin, known.sound.origin),
        heard=_heard_part(known),
        error=known.error,
    )


def outline_path(peaks: bytes) -> str:
    """Bars of a sound's peaks as one path, one unit wide each and 64 high; silence is a thin line.

    >>> outline_path(bytes([255, 0]))
    'M0 0h.7v64h-.7ZM1 31.5h.7v1h-.7Z'
    """
    heights = [max(1.0, 64.0 * peak / 255) for peak in peaks]
    return "".join(f"M{at} {_short(32 - high / 2)}h.7v{_short(high)}h-.7Z" for at, high in enumerate(heights))


def _short(number: float) -> str:
    return f"{number:.1f}".rstrip("0").rstrip(".") or "0"


def _heard_part(known: Known) -> str:
    """Which part was measured, where it was not all."""
    features = known.features or {}
    start_s, length_s = features.get("heard_from_s", 0.0), features.get("heard_s", 0.0)
    if not features or (start_s == 0 and (known.sound.length_s or 0.0) <= length_s + 1):
        return ""
    return f"measured from {clock(start_s)} to {clock(start_s + length_s)}"


def clock(seconds: float) -> str:
    """
    >>> clock(125.4)
    '2:05'
    """
    return f"{int(seconds) // 60}:{int(seconds) % 60:02d}"


def table(known: Known | None) -> list[tuple[str, list[str]]]:
    """Everything that was measured frame by frame: (feature, its STATISTICS in words)."""
    features = (known.features if known else None) or {}
    bases = [name.removesuffix("_mean") for name in features if name.endswith("_mean")]
    return [(_spoken(base), [_number(features.get(f"{base}_{one}")) for one in STATISTICS]) for base in bases]


def whole(known: Known | None) -> list[tuple[str, str]]:
    """Everything that was measured of the sound as a whole."""
    features = (known.features if known else None) or {}
    framed = {name for name in features if name.rpartition("_")[2] in STATISTICS}
    return [(_spoken(name), _number(value)) for name, value in features.items() if name not in framed]


def _spoken(name: str) -> str:
    return name.replace("_sharp", "♯").replace("_", " ")


def _number(value: Any) -> str:
    return "" if value is None else f"{value:.4g}".replace("-", "−")


def contrast(sound: Mood | None, words: Mood | None) -> str:
    """What to say where sound and words feel differently.

    >>> contrast(Mood(0.6, 0.5), Mood(-0.7, -0.2))
    'Sounds happy, its words are sad.'
    """
    if sound is None or words is None or min(abs(sound.valence), abs(words.valence)) < CLOSE:
        return ""
    heard, read = ("happy" if mood.valence > 0 else "sad" for mood in (sound, words))
    return "" if heard == read else f"Sounds {heard}, its words are {read}."


def key_of_receipts() -> Mapping[str, Any]:
    """The badges that the page explains."""
    return {
        "measured": Receipt("the thing itself", "a measurement", 1.0, "measured").as_dict(),
        "imputed": Receipt("other values", "a guess", 1.0, "imputed").as_dict(),
    }


def mood_at(row: Mapping[str, Any], of: Sequence[str]) -> Mood | None:
    """The mood in a row's two columns."""
    valence, arousal = (row[name] for name in of)
    return None if valence is None or arousal is None else Mood.clipped(valence, arousal)
