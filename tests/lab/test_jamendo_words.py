"""How moods go with genres in what others wrote: laws of counting, and how artists are dealt to folds."""

from __future__ import annotations

from pathlib import Path

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from cratedig.lab.jamendo_words import associations, mentions, more_than_usual
from cratedig.lab.train_jamendo_mood import FOLDS, by_hash

NAMED = st.lists(st.tuples(st.booleans(), st.booleans()), min_size=10, max_size=60)


def test_a_label_is_named_by_any_of_its_spellings_and_more_surely_by_more() -> None:
    table = mentions([{"dreamy": 1.0}, {"dream": 9.0, "rock": 1.0}, {"dreamless": 5.0}], ["dream", "rock"])
    assert table.tolist() == [[0.75, 0.0], [1.0, 0.75], [0.0, 0.0]]


@given(NAMED)
def test_the_sign_says_whether_a_mood_is_more_frequent_beside_a_label(named: list[tuple[bool, bool]]) -> None:
    table = np.array(named, dtype=float)
    label, mood = table[:, :1], table[:, 1:]
    found = more_than_usual(label, mood)[0, 0]
    beside, usual = (label * mood).sum() / max(label.sum(), 1), (mood.sum() + 0.5) / len(mood)
    if mood.sum() < 5 or label.sum() == 0:
        assert abs(found) < 1e-12
    else:
        assert np.sign(round(found, 12)) == np.sign(round(beside - usual, 12))


def test_musicians_and_listeners_find_metal_heavier_than_ambient(shared: Path) -> None:
    tables = associations(shared, ["metal", "ambient"], ["heavy", "meditative"])
    assert np.all(tables[:, 0, 0] > tables[:, 1, 0])
    assert np.all(tables[:, 1, 1] > tables[:, 0, 1])


def test_an_artist_is_in_one_fold() -> None:
    artists = [f"artist {at % 50}" for at in range(200)]
    fold = by_hash(artists)
    assert len(set(zip(artists, fold.tolist(), strict=True))) == 50
    assert set(fold.tolist()) == set(range(FOLDS))
