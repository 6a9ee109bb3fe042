"""Grooves and feels for tests of laws."""

from __future__ import annotations

from fractions import Fraction

from hypothesis import strategies as st

from cratedig.music.drums.feel import Feel, Touch
from cratedig.music.drums.groove import Bar, Groove, Hit
from cratedig.music.drums.kit import DRUMS, VOICES
from cratedig.music.drums.meter import Meter

METERS = st.sampled_from(
    [Meter.parse(one) for one in ("4/4", "3/4", "5/4", "6/8", "7/8", "12/8", "2/2", "5/16", "11/8")]
)
NOTES = st.sampled_from([35, 36, 38, 40, 42, 44, 46, 47, 49, 51, 75, 81])
SWINGS = st.floats(50, 75)


@st.composite
def bars(draw: st.DrawFn, *, drums: st.SearchStrategy[int] = NOTES) -> Bar:
    """A bar of up to 16 strokes on a grid of quarters divided in 4, 6, 8, 12 or 24, nothing pushed."""
    meter, steps = draw(METERS), draw(st.sampled_from([4, 6, 8, 12, 24]))
    cells = int(meter.bar_quarters * steps - Fraction(1, 1000))
    places = st.integers(0, cells).map(lambda at: Fraction(at, steps))
    struck = draw(st.dictionaries(st.tuples(places, drums), st.integers(1, 127), max_size=16))
    return Bar(meter, tuple(Hit(DRUMS[note], place, struck[place, note]) for place, note in sorted(struck)))


def grooves(*, most: int = 3, drums: st.SearchStrategy[int] = NOTES) -> st.SearchStrategy[Groove]:
    return st.builds(
        Groove, st.lists(bars(drums=drums), min_size=1, max_size=most).map(tuple), st.sampled_from([20, 97.3, 120, 400])
    )


TOUCHES = st.builds(
    Touch, st.floats(-60, 60), st.floats(0, 30), st.floats(1, 127), st.floats(0, 40), st.integers(0, 1000)
)
FEELS = st.builds(
    Feel,
    SWINGS,
    SWINGS,
    st.dictionaries(st.tuples(st.sampled_from(VOICES), st.none() | st.integers(0, 15)), TOUCHES, max_size=12),
)
