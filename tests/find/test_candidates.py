"""Candidates as columns."""

from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from columns import candidates_of
from cratedig.find.candidates import Candidates, Floats, Held, Ids


@given(positions=st.lists(st.integers(0, 6)))
def test_taking_keeps_every_column_in_step(positions: list[int]) -> None:
    found = candidates_of(7)
    at = np.array(positions, dtype=np.int64)
    taken = found.take(at)
    assert len(taken) == len(positions)
    np.testing.assert_array_equal(taken.ids, found.ids[at])
    np.testing.assert_array_equal(taken.text, found.text[at])
    np.testing.assert_array_equal(taken.features, found.features[at])
    np.testing.assert_array_equal(taken.channels["text"], found.channels["text"][at])


def test_embeddings_are_gathered_once_and_only_when_asked_for() -> None:
    asked = 0

    class Counting(Held):
        def text(self, rows: Ids) -> Floats:
            nonlocal asked
            asked += 1
            return self.texts[rows]

    found = candidates_of(5, embeddings=Counting)
    assert asked == 0
    np.testing.assert_array_equal(found.text, found.text)
    assert found.take(np.array([1, 2])).text.shape == (2, 384)
    assert asked == 1


def test_a_mask_takes_what_it_marks() -> None:
    found = candidates_of(4)
    assert found.take(np.array([True, False, False, True])).ids.tolist() == [found.ids[0], found.ids[3]]
    assert isinstance(found.take(np.zeros(4, dtype=bool)), Candidates)
