"""A blend lies between its two, and moves from one to the other."""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cratedig.create.drums.blend import blend
from cratedig.create.drums.starters import starter, starters
from cratedig.music.drums.feel import Feel, Touch
from cratedig.music.drums.groove import Bar
from cratedig.music.drums.style import StyleProfile

NAMES = st.sampled_from(starters())
SHARES = st.floats(0, 1)


def written(name: str) -> StyleProfile:
    profile = starter(name)
    assert profile is not None
    return profile


def bars(profile: StyleProfile) -> list[Bar]:
    return [bar for passage in profile.passages for bar in passage.bars]


@given(NAMES, NAMES)
def test_nothing_and_all_of_it_are_the_two_themselves(one: str, other: str) -> None:
    a, b = written(one), written(other)
    assert blend(a, b, 0.0) is a
    assert blend(a, b, 1.0) is b


@given(NAMES, NAMES, SHARES, SHARES)
def test_every_number_moves_from_one_to_the_other(one: str, other: str, share: float, further: float) -> None:
    a, b = written(one), written(other)
    near, far = blend(a, b, min(share, further)), blend(a, b, max(share, further))
    for name in set(a.claims) & set(b.claims):
        ends = [of.claims[name].value for of in (a, near, far, b)]
        assert is_ordered(ends), name
    for key in set(a.feel.touches) & set(b.feel.touches):
        assert is_ordered([of.feel.touches[key].push for of in (a, near, far, b)])
        assert is_ordered([of.feel.touches[key].velocity for of in (a, near, far, b)])
    assert is_ordered([of.feel.swing_8 for of in (a, near, far, b)])
    assert is_ordered([of.feel.swing_16 for of in (a, near, far, b)])


def is_ordered(numbers: list[float]) -> bool:
    slack = 1e-9
    rising = all(now <= then + slack for now, then in pairwise(numbers))
    return rising or all(now >= then - slack for now, then in pairwise(numbers))


@given(NAMES, NAMES, st.floats(0.01, 0.99), st.floats(0.01, 0.99))
def test_the_bars_are_of_both_by_their_shares(one: str, other: str, share: float, further: float) -> None:
    a, b = written(one), written(other)
    near, far = (blend(a, b, at) for at in sorted((share, further)))
    for mixed, at in ((near, min(share, further)), (far, max(share, further))):
        of_b = sum(len(passage.bars) for passage in mixed.passages if passage.source == b.passages[0].source)
        if one != other:
            assert abs(of_b - at * len(bars(mixed))) <= 0.5
    assert set(bars(near)) - set(bars(a)) <= set(bars(far)) - set(bars(a))
    assert set(bars(far)) - set(bars(b)) <= set(bars(near)) - set(bars(b))


def test_nobody_is_blended_with_themselves() -> None:
    one = written("John Bonham")
    assert blend(one, replace(one, artist="JOHN  bonham", description="."), 0.3) is one


def test_it_says_what_it_is_made_of() -> None:
    mixed = blend(written("John Bonham"), written("Tony Allen"), 0.3)
    assert mixed.artist == "John Bonham with 30% Tony Allen"
    assert mixed.description.startswith("Between two: 70% John Bonham - Heavy")
    assert set(mixed.titles) == {*written("John Bonham").titles, *written("Tony Allen").titles}
    assert mixed.sources == {"written": 8}


def test_what_only_one_knows_is_kept_and_less_sure() -> None:
    a, b = written("Meg White"), written("Elvin Jones")
    only = replace(b, claims={**b.claims, "fill_bars": b.claims["fill_every"]}, feel=Feel())
    mixed = blend(a, only, 0.25)
    assert mixed.claims["fill_bars"].confidence == pytest.approx(0.25 * b.claims["fill_every"].confidence)
    assert mixed.feel.touches == a.feel.touches


def test_a_place_known_to_one_is_set_against_the_voice_of_the_other() -> None:
    a, b = written("Meg White"), written("Rock")
    placed = replace(a, feel=Feel(touches={("kick", 0): Touch(10, 4, 100, 8, 40)}))
    kick = blend(placed, b, 0.5).feel.touches["kick", 0]
    assert (kick.push, kick.velocity, kick.hits) == (5, 101, 20)


@pytest.mark.parametrize("share", [-0.1, 1.1])
def test_there_is_no_more_than_all_of_it(share: float) -> None:
    with pytest.raises(ValueError, match=r"outside 0\.\.1"):
        blend(written("Rock"), written("Funk"), share)
