"""The mood colour: hue from valence, lightness from arousal."""

from __future__ import annotations

import colorsys

from hypothesis import given
from hypothesis import strategies as st

from cratedig.web.colour import mood_colour

unit = st.floats(-1.0, 1.0)


def _rgb(colour: str) -> tuple[float, float, float]:
    return tuple(int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5))  # type: ignore[return-value]


def _luminance(colour: str) -> float:
    """WCAG 2.2, relative luminance."""
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in _rgb(colour)]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


@given(unit, unit)
def test_every_mood_has_a_colour_a_browser_reads(valence: float, arousal: float) -> None:
    colour = mood_colour(valence, arousal)
    assert len(colour) == 7
    assert all(0.0 <= channel <= 1.0 for channel in _rgb(colour))


@given(unit, st.floats(-1.0, 0.9))
def test_more_arousal_is_never_darker(valence: float, arousal: float) -> None:
    assert _luminance(mood_colour(valence, arousal + 0.1)) > _luminance(mood_colour(valence, arousal))


def test_sad_is_blue_and_happy_is_amber() -> None:
    sad_hue = colorsys.rgb_to_hsv(*_rgb(mood_colour(-1.0, 0.0)))[0] * 360
    happy_hue = colorsys.rgb_to_hsv(*_rgb(mood_colour(1.0, 0.0)))[0] * 360
    assert 200 <= sad_hue <= 240
    assert 25 <= happy_hue <= 55


@given(unit, unit)
def test_a_point_can_be_seen_on_the_dark_page(valence: float, arousal: float) -> None:
    ground = _luminance("#131110")
    assert (_luminance(mood_colour(valence, arousal)) + 0.05) / (ground + 0.05) >= 3.0  # WCAG 1.4.11, graphics


def test_a_mood_off_the_plane_has_the_colour_of_its_edge() -> None:
    assert mood_colour(-7.0, 3.0) == mood_colour(-1.0, 1.0)
