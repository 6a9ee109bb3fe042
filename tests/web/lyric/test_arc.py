"""The emotion arc goes from section to section, and only through what is felt."""

from __future__ import annotations

from typing import Any

import orjson
import pytest

from cratedig.web.lyric.arc import FELT_FROM, HEIGHT, WIDTH, arc


def point(start: float, end: float, label: str = "", **emotions: float) -> dict[str, Any]:
    return {"kind": "part", "label": label, "start": start, "end": end, "emotions": emotions}


def test_stronger_is_higher_and_later_is_further_right() -> None:
    drawn = arc([point(0.0, 0.5, joy=0.2), point(0.5, 1.0, joy=0.8)])
    assert drawn is not None
    (joy,) = drawn.curves
    (x, y), (later_x, stronger_y) = (tuple(map(float, at.split())) for at in joy.path.removeprefix("M").split("L"))
    assert 0 < x < later_x < WIDTH
    assert 0 <= stronger_y < y <= HEIGHT


def test_what_is_felt_nowhere_is_not_drawn() -> None:
    drawn = arc([point(0.0, 0.5, joy=0.9, fear=FELT_FROM / 2), point(0.5, 1.0, joy=0.1)])
    assert drawn is not None
    assert [curve.name for curve in drawn.curves] == ["joy"]


@pytest.mark.parametrize(
    "points", [[], [point(0.0, 1.0, joy=0.9)], [point(0.0, 0.5, joy=0.0), point(0.5, 1.0, joy=0.0)]]
)
def test_one_section_or_no_feeling_is_no_arc(points: list[dict[str, Any]]) -> None:
    assert arc(points) is None


def test_sections_are_called_as_the_lyric_calls_them() -> None:
    drawn = arc([point(0.0, 0.5, "Verse 1", joy=0.3), point(0.5, 1.0, joy=0.1, anger=0.6)])
    assert drawn is not None
    assert drawn.told == "joy in Verse 1, then anger in part 2"
    assert [name for name, *_ in orjson.loads(drawn.json)["sections"]] == ["Verse 1", "part 2"]
