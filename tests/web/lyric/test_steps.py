"""Flow, line by line."""

from __future__ import annotations

from cratedig.music.lyric import Lyric
from cratedig.web.lyric.steps import STEP, Steps, steps


def test_every_line_has_its_syllables() -> None:
    found = steps(Lyric.of("The light came in\nteaching the DJ the steps"))
    assert [len(one.pattern) for one in found] == [4, 7]
    assert found[0].told.startswith("4 syllables")


def test_every_syllable_is_one_dot_and_the_stressed_ones_are_full() -> None:
    drawn = list(Steps("x/x").dots)
    assert [stressed for _, stressed in drawn] == [False, True, False]
    assert [x for x, _ in drawn] == [STEP * 0.5, STEP * 1.5, STEP * 2.5]
    assert Steps("").width == STEP


def test_what_cannot_be_spoken_has_no_flow() -> None:
    assert steps(Lyric.of("今日は雨\n明日は晴れ")) == ()
    assert steps(Lyric()) == ()
