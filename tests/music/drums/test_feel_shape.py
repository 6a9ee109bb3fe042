"""A feel is kept as a document and read the same."""

from __future__ import annotations

import json

import pytest
from hypothesis import given

from cratedig.music.drums.feel import Feel, Touch
from cratedig.music.drums.feel_shape import KIND, feel_document, feel_of_document
from grooves import FEELS


@given(FEELS)
def test_what_is_kept_is_read_the_same(feel: Feel) -> None:
    assert feel_of_document(json.loads(json.dumps(feel_document(feel)))) == feel


GOOD = feel_document(Feel(touches={("kick", 0): Touch(0, 1, 90, 5, 8)}))


@pytest.mark.parametrize(
    "wrong",
    [
        [], "feel", {"kind": "another"}, {"kind": KIND}, GOOD | {"swing_8": 90}, GOOD | {"swing_8": "much"},
        GOOD | {"touches": 3}, GOOD | {"touches": [["kick", 0]]}, GOOD | {"touches": [["spoon", 0, 0, 1, 90, 5, 8]]},
        GOOD | {"touches": [["kick", -1, 0, 1, 90, 5, 8]]}, GOOD | {"touches": [["kick", 0, 0, 1, 300, 5, 8]]},
        GOOD | {"touches": [["kick", 0, None, 1, 90, 5, 8]]},
    ],
)  # fmt: skip
def test_what_is_no_feel_is_refused(wrong: object) -> None:
    assert feel_of_document(GOOD).swing_8 == 50
    with pytest.raises(ValueError, match=r"."):
        feel_of_document(wrong)
