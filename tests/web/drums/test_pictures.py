"""The pictures of drumming."""

from __future__ import annotations

from fractions import Fraction

import orjson
import pytest

from cratedig.music.drums.groove import Bar, Groove, Hit
from cratedig.music.drums.kit import CRASH, KICK, SNARE
from cratedig.music.drums.meter import Meter
from cratedig.web.drums.grid import QUARTER, ROW, grid
from cratedig.web.drums.radar import RADIUS, radar
from create.drums.chatting import VALUES, profile

BAR = Bar(
    Meter(3, 4),
    (Hit(KICK, Fraction(0), 127), Hit(CRASH, Fraction(0), 100), Hit(SNARE, Fraction(1), 30, push=48)),
)


def test_a_stroke_is_as_high_as_it_is_loud_and_as_far_off_as_it_is_late() -> None:
    drawn = grid(Groove((BAR, BAR), 90.0))
    assert [drum.name for drum in drawn.rows] == ["crash cymbal", "acoustic snare", "bass drum"]
    first = drawn.bars[0]
    assert first.width == 3 * QUARTER
    loud, _, late = sorted(first.strokes, key=lambda stroke: -stroke.height)
    assert (loud.x, loud.line) == (0, 0)
    assert (late.line, late.x) == (QUARTER, pytest.approx(QUARTER * 1.1))
    assert late.height / loud.height == pytest.approx(30 / 127, abs=0.01)
    assert 2 * ROW <= loud.y < 3 * ROW
    assert "velocity 30, 48 ticks late" in next(stroke.tip for stroke in first.strokes if stroke.force == "ghost")


def test_the_player_gets_every_stroke_where_it_sounds() -> None:
    told = orjson.loads(grid(Groove((BAR, BAR), 90.0)).json)
    assert (told["length"], told["bars"], told["ppq"]) == (2880, [0, 1440], 480)
    assert [480 + 48, SNARE.note, 30] in told["strokes"]
    assert [1440, KICK.note, 127] in told["strokes"]
    assert len(told["strokes"]) == 6


def test_the_radar_holds_its_values_between_its_intervals() -> None:
    drawn = radar(profile())
    assert drawn is not None
    assert len(drawn.axes) == len([name for name in VALUES if name not in ("tempo_min", "tempo_max")])
    assert all(x * x + y * y <= RADIUS**2 + 1 for x, y in (axis.dot for axis in drawn.axes))
    assert "96 (96 to 96) quarters a minute" in drawn.axes[0].tip
