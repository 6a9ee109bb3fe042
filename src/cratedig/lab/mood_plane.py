"""Draws the lexicon on the mood plane: `python -m cratedig.lab.mood_plane > docs/mood-plane.svg`."""

from __future__ import annotations

from html import escape

from cratedig.music.lexicon_words import CONTEXTS, MOODS

SIZE, MARGIN = 720, 40
AXES = (("sad", 0.0, 0.5), ("happy", 1.0, 0.5), ("excited", 0.5, 1.0), ("calm", 0.5, 0.0))
STYLE = (
    "text{font:11px system-ui,sans-serif;fill:#5b6472;text-anchor:middle}"
    ".word{fill:#7c5cff}.context{fill:#d97706}.axis{stroke:#c3c9d4}.end{font-weight:600;fill:#8a93a3}"
)


def plane_svg() -> str:
    """A dot for each point that entries share, named by its first entry where there is room; occasions in amber."""
    words = {point: name for name, point in reversed(MOODS.items()) if name.isascii()}
    occasions = {point: name for name, point in reversed(list(CONTEXTS.values())) if point is not None}
    middle, end = SIZE / 2, SIZE - MARGIN
    lines = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {SIZE} {SIZE}" role="img">',
        "<title>The mood lexicon: valence from left to right, arousal from bottom to top</title>",
        f"<style>{STYLE}</style>",
        f'<path class="axis" d="M{MARGIN} {middle}H{end}M{middle} {MARGIN}V{end}"/>',
        *(
            f'<text class="end" x="{_x(2 * x - 1):.0f}" y="{_y(2 * y - 1) - 6:.0f}">{name}</text>'
            for name, x, y in AXES
        ),
        *(f'<circle class="word" cx="{_x(v):.1f}" cy="{_y(a):.1f}" r="3"/>' for v, a in words),
        *(f'<circle class="context" cx="{_x(v):.1f}" cy="{_y(a):.1f}" r="3"/>' for v, a in occasions),
        *_names(words | occasions),
        "</svg>",
    ]
    return "\n".join(lines)


def _names(points: dict[tuple[float, float], str]) -> list[str]:
    """The names that fit, first come first written."""
    written: list[tuple[float, float, float]] = []  # x, y, half the width
    texts = []
    for (valence, arousal), name in reversed(points.items()):
        x, y, half = _x(valence), _y(arousal) - 6, 3.2 * len(name) + 2
        if all(abs(x - x2) > half + half2 or abs(y - y2) > 11 for x2, y2, half2 in written):
            written.append((x, y, half))
            texts.append(f'<text x="{x:.1f}" y="{y:.1f}">{escape(name)}</text>')
    return texts


def _x(valence: float) -> float:
    return MARGIN + (valence + 1) / 2 * (SIZE - 2 * MARGIN)


def _y(arousal: float) -> float:
    return MARGIN + (1 - arousal) / 2 * (SIZE - 2 * MARGIN)


if __name__ == "__main__":
    print(plane_svg())
