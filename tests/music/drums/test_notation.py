"""Bars in writing."""

from __future__ import annotations

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cratedig.music.drums.groove import Bar, Hit
from cratedig.music.drums.kit import DRUMS, OPEN_HAT, SNARE
from cratedig.music.drums.meter import Meter
from cratedig.music.drums.notation import LOUDER, read_bar, write_bar

METERS = st.sampled_from([Meter(4, 4), Meter(3, 4), Meter(5, 4), Meter(6, 8), Meter(7, 8), Meter(12, 8), Meter(3, 16)])


@st.composite
def bars(draw: st.DrawFn) -> Bar:
    meter = draw(METERS)
    steps = draw(st.sampled_from([4, 6, 8, 12, 24]))
    cells = int(meter.bar_quarters * steps)
    places = st.integers(0, cells - 1).map(lambda at: Fraction(at, steps))
    struck = draw(st.sets(st.tuples(places, st.sampled_from(sorted(DRUMS))), max_size=20))
    hits = (Hit(DRUMS[note], place, LOUDER * draw(st.integers(1, 9))) for place, note in sorted(struck))
    return Bar(meter, tuple(hits))


@given(bars())
def test_what_is_written_reads_the_same(bar: Bar) -> None:
    assert read_bar(write_bar(bar)) == bar


def test_a_bar_is_read_from_rows_of_cells() -> None:
    bar = read_bar("3/4 4\nsnare  .... 8..1 |....\nopen .... .... ..7.")
    assert bar.meter == Meter(3, 4)
    assert [(hit.drum, hit.place, hit.velocity) for hit in bar.hits] == [
        (SNARE, Fraction(1), 112), (SNARE, Fraction(7, 4), 14), (OPEN_HAT, Fraction(5, 2), 98)
    ]  # fmt: skip


@pytest.mark.parametrize("text", ["", "4/4", "4/4 4\nhorn 8", "4/4 4\nkick x", "3/4 1\nkick ....", "4/4 0\nkick 8"])
def test_what_is_no_bar_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r"."):
        read_bar(text)
