"""The one colour system: hue says valence, lightness says arousal. The same mood has the same colour on every page.

OKLCH and its matrices: Ottosson 2020, "A perceptual color space for image processing".
"""

from __future__ import annotations

import math
from functools import lru_cache

COLD_HUE, WARM_HUE = 255.0, 435.0
"""Degrees: night blue over violet and rose to amber (435 = 75), the way a sky does it."""

CALM_LIGHTNESS, LOUD_LIGHTNESS = 0.53, 0.85
CHROMA = 0.13


def mood_colour(valence: float, arousal: float) -> str:
    """The sRGB colour of a point of the mood plane, "#rrggbb".

    >>> mood_colour(-1.0, 0.0), mood_colour(1.0, 0.0)
    ('#619eea', '#ca8e2c')
    """
    return _hex(round(max(-1.0, min(1.0, valence)), 2), round(max(-1.0, min(1.0, arousal)), 2))


@lru_cache(maxsize=4096)
def _hex(valence: float, arousal: float) -> str:
    lightness = CALM_LIGHTNESS + (LOUD_LIGHTNESS - CALM_LIGHTNESS) * (arousal + 1.0) / 2.0
    hue = COLD_HUE + (WARM_HUE - COLD_HUE) * (valence + 1.0) / 2.0
    chroma = CHROMA
    while min(rgb := _linear_srgb(lightness, chroma, hue)) < 0.0 or max(rgb) > 1.0:
        chroma *= 0.95  # into the gamut: same hue, same lightness, less colour
    return "#" + "".join(f"{round(255 * _gamma(channel)):02x}" for channel in rgb)


def _linear_srgb(lightness: float, chroma: float, hue_degrees: float) -> tuple[float, float, float]:
    a = chroma * math.cos(math.radians(hue_degrees))
    b = chroma * math.sin(math.radians(hue_degrees))
    long = (lightness + 0.3963377774 * a + 0.2158037573 * b) ** 3
    middle = (lightness - 0.1055613458 * a - 0.0638541728 * b) ** 3
    short = (lightness - 0.0894841775 * a - 1.2914855480 * b) ** 3
    return (
        4.0767416621 * long - 3.3077115913 * middle + 0.2309699292 * short,
        -1.2684380046 * long + 2.6097574011 * middle - 0.3413193965 * short,
        -0.0041960863 * long - 0.7034186147 * middle + 1.7076147010 * short,
    )


def _gamma(channel: float) -> float:
    return 12.92 * channel if channel <= 0.0031308 else 1.055 * channel ** (1 / 2.4) - 0.055
