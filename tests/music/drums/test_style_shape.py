"""A profile written as JSON is read back the same."""

from __future__ import annotations

import json
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cratedig.music.drums.feel import Feel, Touch
from cratedig.music.drums.groove import Bar, Hit
from cratedig.music.drums.kit import DRUMS, VOICES
from cratedig.music.drums.meter import Meter
from cratedig.music.drums.style import QUANTITIES, Claim, Passage, StyleProfile
from cratedig.music.drums.style_shape import style_of, style_plain

SHARES = st.floats(0, 1)


@st.composite
def claims(draw: st.DrawFn) -> Claim:
    low, value, high = sorted(draw(st.tuples(*[st.floats(-1e3, 1e3)] * 3)))
    return Claim(value, low, high, draw(SHARES), draw(st.integers(0, 99)))


@st.composite
def bars(draw: st.DrawFn) -> Bar:
    struck = draw(st.sets(st.tuples(st.integers(0, 1439), st.sampled_from(sorted(DRUMS))), max_size=6))
    return Bar(
        Meter(3, 4),
        tuple(
            Hit(DRUMS[note], Fraction(tick, 480), draw(st.integers(1, 127)), draw(st.integers(-60, 60)))
            for tick, note in sorted(struck)
        ),
    )


@st.composite
def passages(draw: st.DrawFn) -> Passage:
    played = tuple(draw(st.lists(bars(), min_size=1, max_size=3)))
    roles = tuple(draw(st.sampled_from(["beat", "fill"])) for _ in played)
    return Passage(played, roles, draw(st.floats(20, 400)), draw(st.text()))


TOUCHES = st.builds(
    Touch, st.floats(-480, 480), st.floats(0, 99), st.floats(1, 127), st.floats(0, 60), st.integers(0, 9999)
)
FEELS = st.builds(
    Feel,
    st.floats(50, 75),
    st.floats(50, 75),
    st.dictionaries(st.tuples(st.sampled_from(VOICES), st.none() | st.integers(0, 15)), TOUCHES, max_size=4),
)


@st.composite
def profiles(draw: st.DrawFn) -> StyleProfile:
    return StyleProfile(
        artist=draw(st.text(min_size=1).filter(str.strip)),
        description=draw(st.text()),
        claims={name: draw(claims()) for name in (*QUANTITIES, "density")},
        feel=draw(FEELS),
        passages=tuple(draw(st.lists(passages(), max_size=2))),
        typical=tuple(draw(st.lists(bars(), max_size=2))),
        sources={"midi": draw(st.integers(0, 9))},
        confidence=draw(SHARES),
        titles=tuple(draw(st.lists(st.text(), max_size=2))),
        heard=draw(st.frozensets(st.integers(0, 2**48 - 1), max_size=3)),
    )


@given(profiles())
def test_a_profile_comes_back_as_it_was(profile: StyleProfile) -> None:
    assert style_of(json.loads(json.dumps(style_plain(profile)))) == profile


@pytest.mark.parametrize("damage", [{"claims": {}}, {"confidence": 3.0}, {"artist": " "}, {"feel": {}}])
def test_what_is_no_profile_is_refused(damage: dict[str, Any]) -> None:
    plain = style_plain(StyleProfile("A", "", dict.fromkeys(QUANTITIES, Claim(1, 1, 1, 0, 0)), Feel(), (), (), {}, 0.0))
    with pytest.raises((ValueError, KeyError, TypeError)):
        style_of(plain | damage)
