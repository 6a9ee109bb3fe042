"""Flow, line by line."""

from __future__ import annotations

from cratedig.music.lyric import Lyric
from cratedig.web.lyric.steps import DRAWN, STEP, Steps, steps


def test_every_line_has_its_syllables() -> None:
    found = steps(Lyric.of("The light came in\nteaching the DJ the steps"))
    assert [len(one.pattern) for one in found] == [4, 7]
    assert found[0].told.startswith("4 syllables")


def test_every_syllable_is_one_dot_and_the_stressed_ones_are_full() -> None:
    drawn = Steps("x/x")
    assert drawn.stressed == f"M{STEP * 1.5} 6h0"
    assert drawn.unstressed == f"M{STEP * 0.5} 6h0M{STEP * 2.5} 6h0"
    assert Steps("").width == STEP


def test_a_line_nobody_can_sing_is_drawn_in_part_and_told_in_full() -> None:
    endless = Steps("x/" * 500)
    assert endless.width == STEP * DRAWN
    assert (endless.stressed + endless.unstressed).count("M") == DRAWN
    assert endless.shown == "x/" * (DRAWN // 2) + "…"
    assert endless.told == "1000 syllables, 500 stressed"


def test_what_cannot_be_spoken_has_no_flow() -> None:
    assert steps(Lyric.of("今日は雨\n明日は晴れ")) == ()
    assert steps(Lyric()) == ()
