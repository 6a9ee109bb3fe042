"""The form of the drummers' page."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from cratedig.web.drums import form


def test_an_empty_form_with_a_name_asks_for_what_the_profile_has() -> None:
    asked = form.request_of(form.read({"artist": "Nell Harrow"}))
    assert (asked.bars, asked.tempo, asked.time_signature, asked.fill_every) == (4, None, (4, 4), None)
    assert asked.blend is None


@pytest.mark.parametrize(
    ("field", "value"),
    [("bars", "0"), ("bars", "1000000"), ("tempo", "0"), ("meter", "4/3"), ("meter", "waltz"), ("provider", "nobody"),
     ("swing_8", "80"), ("artist", ""), ("variations", "two"), ("density", "nan")],
)  # fmt: skip
def test_what_cannot_be_is_refused(field: str, value: str) -> None:
    with pytest.raises(ValidationError):
        form.request_of(form.read({"artist": "Nell Harrow", field: value}))


@given(
    st.fixed_dictionaries(
        {"bars": st.integers(1, 64), "seed": st.integers(0, 99), "variations": st.integers(1, 16)},
        optional={
            "tempo": st.integers(20, 400), "meter": st.sampled_from(["3/4", "7/8"]), "swing_8": st.integers(50, 75),
            "blend_with": st.just("Olu Brand"), "fill_every": st.integers(0, 8), "density": st.sampled_from([-0.5, 1]),
        },
    )
)  # fmt: skip
def test_what_was_asked_for_stands_in_the_form_again(given: dict[str, object]) -> None:
    fields = form.read({"artist": "Nell Harrow", **given})
    asked = form.request_of(fields)
    assert form.request_of(form.of(asked.commission())) == asked
