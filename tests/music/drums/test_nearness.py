"""Styles are alike by their numbers: the same is 1, farther is less."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from cratedig.music.drums.nearness import nearness, similarity
from cratedig.music.drums.style import Claim

SHARES = st.floats(0.1, 1)


def numbers(swing: float, density: float, sure: float = 0.8) -> dict[str, Claim]:
    return {
        "swing_percent": Claim(swing, swing, swing, sure, 5),
        "density": Claim(density, density, density, sure, 5),
        "nobody's": Claim(0, 0, 0, 1, 5),
    }


@given(st.floats(50, 75), st.floats(0, 24), SHARES)
def test_the_same_numbers_are_wholly_near(swing: float, density: float, sure: float) -> None:
    assert nearness(numbers(swing, density, sure), numbers(swing, density)) == 1


@given(st.floats(50, 62), st.floats(0, 6), st.floats(0, 6))
def test_farther_is_never_nearer(swing: float, step: float, more: float) -> None:
    own = numbers(swing, 4)
    assert nearness(own, numbers(swing + step + more, 4)) <= nearness(own, numbers(swing + step, 4))


def test_what_nobody_is_sure_of_is_near_to_nothing() -> None:
    assert nearness(numbers(60, 4, 0.0), numbers(60, 4)) == 0
    assert nearness({}, numbers(60, 4)) == 0


@given(st.floats(-1, 1), st.floats(0, 1))
def test_a_similarity_is_a_share(cosine: float, near: float) -> None:
    assert 0 <= similarity(cosine, near) <= 1
