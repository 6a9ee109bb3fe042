"""Pairing of events, against mir_eval's maximum matching."""

from __future__ import annotations

import mir_eval
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from cratedig.lab.events import Tally, tally

times = st.lists(st.integers(0, 400), max_size=30).map(lambda places: np.sort(np.array(places)) / 40 + 0.003)


@given(times, times)
def test_as_many_are_paired_as_mir_eval_pairs(true: np.ndarray, claimed: np.ndarray) -> None:
    pairs = mir_eval.util.match_events(true, claimed, 0.06)
    assert tally(true, claimed, within_s=0.06) == Tally(len(pairs), len(true), len(claimed))


def test_what_is_true_scores_one_and_nothing_at_all_too() -> None:
    marks = np.array([0.5, 1.0, 1.5])
    assert tally(marks, marks, within_s=0.05).f == 1
    assert Tally().f == 1
    assert tally(marks, marks + 0.2, within_s=0.05).f == 0


def test_tallies_add_up() -> None:
    assert (Tally(1, 2, 3) + Tally(1, 1, 1)).f == pytest.approx(4 / 7)
