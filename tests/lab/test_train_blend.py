"""Learning the weights of a score: never worse on what it learned from, and it finds out what tells."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from columns import candidates_of
from cratedig.find.query import read, understand
from cratedig.find.signals import find_signals
from cratedig.find.weights import SPEC
from cratedig.lab.train_blend import Case, fitted, judged_in_halves, objective
from cratedig.music.mood import Mood

TRACKS, RELEVANT = 60, 8


def cases(count: int, *, told_by: str) -> list[Case]:
    """Queries by genre whose relevant tracks are those that one signal puts first."""
    found = []
    for number in range(count):
        candidates = candidates_of(TRACKS + number)
        query = understand(read("rock"), {"genre rock": 9}, Mood(0.0, 0.3), None, has_words=True)
        signals = find_signals(query, candidates)
        best = np.argsort(-np.nan_to_num(signals[told_by]))[:RELEVANT]
        relevant = frozenset(best.tolist())
        found.append(Case(f"list {number}", False, query, candidates, signals, relevant, RELEVANT))
    return found


def test_what_tells_gains_weight_and_nothing_gets_worse() -> None:
    heard = cases(12, told_by="heard")
    found = fitted(heard)
    spec = [case.value(SPEC) for case in heard]
    learned = [case.value(found) for case in heard]
    assert np.mean(learned) > np.mean(spec)
    assert found.groups["genre"]["heard"] > SPEC.groups["genre"]["heard"]
    assert sum(found.groups["genre"].values()) == pytest.approx(sum(SPEC.groups["genre"].values()), abs=1e-3)
    assert found.groups["artist"] == SPEC.groups["artist"]
    assert found.groups["mood"] == SPEC.groups["mood"]


def test_the_specification_is_the_measure() -> None:
    some = cases(4, told_by="mood")
    values = [case.value(SPEC) for case in some]
    assert objective(some, values, {False: float(np.mean(values))}) == pytest.approx(1.0)


def test_a_case_is_as_good_as_its_relevant_tracks_that_were_not_brought() -> None:
    case = cases(1, told_by="mood")[0]
    lacking = replace(case, out_of=RELEVANT + 5)
    assert lacking.value(SPEC) < case.value(SPEC) <= 1.0
    nothing = replace(case, relevant=frozenset(), continued=True)
    assert nothing.value(SPEC) == 0.0


def test_halves_are_judged_by_what_the_other_taught() -> None:
    figures = judged_in_halves(cases(16, told_by="heard"))["playlist_ndcg_at_20"]
    assert figures["learned_on_the_other_half"] > figures["spec"]
    assert figures["change_95"][0] > 0.0
