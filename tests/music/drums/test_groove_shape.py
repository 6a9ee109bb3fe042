"""A groove survives being written as JSON."""

from __future__ import annotations

import json
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cratedig.music.drums.groove import Bar, Groove, Hit
from cratedig.music.drums.groove_shape import groove_of, groove_plain
from cratedig.music.drums.kit import DRUMS
from cratedig.music.drums.meter import PPQ, Meter


@st.composite
def grooves(draw: st.DrawFn) -> Groove:
    meter = draw(st.sampled_from([Meter(4, 4), Meter(7, 8)]))
    cells = st.tuples(st.integers(0, meter.bar_ticks - 1), st.sampled_from(sorted(DRUMS)))
    strengths = st.tuples(st.integers(1, 127), st.integers(-100, 100))
    bars = []
    for _ in range(draw(st.integers(1, 3))):
        struck = sorted(draw(st.dictionaries(cells, strengths, max_size=6)).items())
        bars.append(Bar(meter, tuple(Hit(DRUMS[note], Fraction(tick, PPQ), *how) for (tick, note), how in struck)))
    return Groove(tuple(bars), draw(st.floats(20, 400)))


@given(grooves())
def test_what_is_written_reads_the_same(groove: Groove) -> None:
    assert groove_of(json.loads(json.dumps(groove_plain(groove)))) == groove


@pytest.mark.parametrize("plain", [{}, {"tempo_bpm": 100, "bars": []}, {"tempo_bpm": 1, "bars": [{"meter": "x"}]}])
def test_what_is_no_groove_is_refused(plain: dict[str, object]) -> None:
    with pytest.raises((ValueError, KeyError)):
        groove_of(plain)
