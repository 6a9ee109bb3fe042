"""The distance of bars is one: nothing is nearer than itself, and no way round is shorter."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cratedig.music.drums.distance import apart, distance, distances
from cratedig.music.drums.groove import Bar, Groove, Hit
from cratedig.music.drums.kit import DRUMS
from cratedig.music.drums.meter import COMMON
from cratedig.music.drums.notation import read_bar


@st.composite
def bars(draw: st.DrawFn) -> Bar:
    struck = draw(st.dictionaries(st.tuples(st.integers(0, 7), st.sampled_from([36, 38, 42, 46, 49, 57])),
                                  st.integers(1, 127), max_size=12))  # fmt: skip
    hits = (
        Hit(DRUMS[note], COMMON.beat_quarters * at / 2, velocity) for (at, note), velocity in sorted(struck.items())
    )
    return Bar(COMMON, tuple(hits))


@given(bars(), bars(), bars())
def test_it_is_a_metric(one: Bar, two: Bar, three: Bar) -> None:
    assert (distance(one, two) == 0) == (one == two)
    assert distance(one, two) == pytest.approx(distance(two, one))
    assert 0 <= distance(one, two) <= 1
    assert distance(one, three) <= distance(one, two) + distance(two, three) + 1e-9


@given(bars())
def test_pushes_do_not_count(bar: Bar) -> None:
    pushed = Bar(COMMON, tuple(replace(hit, push=5) for hit in bar.hits))
    assert distance(bar, pushed) == 0


def test_another_crash_is_nearer_than_a_tom() -> None:
    crash, other, tom = (read_bar(f"4/4 4\nkick 8\n{name} 8") for name in ("crash", "crash2", "tom1"))
    assert 0 < distance(crash, other) < distance(crash, tom) < 1


@given(st.lists(bars(), min_size=1, max_size=4), st.lists(bars(), min_size=1, max_size=4))
def test_grooves_are_as_far_apart_as_their_bars(one: list[Bar], two: list[Bar]) -> None:
    first, second = Groove(tuple(one), 100.0), Groove(tuple(two), 100.0)
    assert apart(first, first) == 0
    assert apart(first, second) == pytest.approx(apart(second, first))
    assert apart(first, second) >= abs(len(one) - len(two)) / max(len(one), len(two))


@given(st.lists(st.builds(Groove, st.lists(bars(), min_size=1, max_size=2).map(tuple), st.just(100.0)), max_size=3))
def test_all_with_all_is_each_with_each(grooves: list[Groove]) -> None:
    assert distances(grooves) == tuple(tuple(apart(one, other) for other in grooves) for one in grooves)
