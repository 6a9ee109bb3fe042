"""The figures of one benchmark at growing sizes as a picture: both axes logarithmic, a line for each figure."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence

WIDTH, HEIGHT, LEFT, RIGHT, TOP, BOTTOM = 640, 360, 64, 116, 24, 48
COLOURS = ("#4b7bd6", "#c26a1c", "#2f8f5b", "#9a4fb0")


def drawn(title: str, sizes: Sequence[int], lines: Mapping[str, Sequence[float]], unit: str) -> str:
    """An SVG. lines: name -> one value above 0 for each size."""
    low = 10 ** math.floor(math.log10(min(min(values) for values in lines.values())))
    high = 10 ** math.ceil(math.log10(max(max(values) for values in lines.values())))

    def x(size: float) -> float:
        return LEFT + _share(size, sizes[0], sizes[-1]) * (WIDTH - LEFT - RIGHT)

    def y(value: float) -> float:
        return HEIGHT - BOTTOM - _share(value, low, high) * (HEIGHT - TOP - BOTTOM)

    parts = [_text(LEFT, 16, title, "start")]
    for mark in _marks(low, high):
        parts.append(f'<path d="M{LEFT} {y(mark):.1f}H{WIDTH - RIGHT}" stroke="#8886" fill="none"/>')
        parts.append(_text(LEFT - 8, y(mark) + 4, f"{mark:,.0f} {unit}", "end"))
    parts += [_text(x(size), HEIGHT - BOTTOM + 20, f"{size:,}", "middle") for size in sizes]
    parts.append(_text((LEFT + WIDTH - RIGHT) / 2, HEIGHT - 8, "tracks", "middle"))
    for colour, (name, values) in zip(COLOURS, lines.items(), strict=False):
        places = [(x(size), y(value)) for size, value in zip(sizes, values, strict=True)]
        path = "L".join(f"{across:.1f} {up:.1f}" for across, up in places)
        parts.append(f'<path d="M{path}" stroke="{colour}" stroke-width="2" fill="none"/>')
        for (across, up), value in zip(places, values, strict=True):
            parts.append(
                f'<circle cx="{across:.1f}" cy="{up:.1f}" r="3" fill="{colour}"><title>{value:,}</title></circle>'
            )
        parts.append(_text(places[-1][0] + 10, places[-1][1] + 4, f"{name} {values[-1]:,.0f}", "start", colour))
    body = "\n".join(parts)
    return f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}" role="img">\n{body}\n</svg>\n'


def _share(value: float, low: float, high: float) -> float:
    return math.log(value / low) / math.log(high / low)


def _marks(low: float, high: float) -> list[float]:
    """Every power of ten, with 2 and 5 times it."""
    tens = [low * 10**step for step in range(round(math.log10(high / low)) + 1)]
    return [mark for ten in tens for mark in (ten, 2 * ten, 5 * ten) if mark <= high]


def _text(x: float, y: float, words: str, anchor: str, colour: str = "#888") -> str:
    style = f'font-family="system-ui, sans-serif" font-size="12" fill="{colour}" text-anchor="{anchor}"'
    return f'<text x="{x:.1f}" y="{y:.1f}" {style}>{words}</text>'
