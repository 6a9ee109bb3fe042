"""Moods of tags: where they lie, and what genres and instruments suggest."""

from __future__ import annotations

import numpy as np
import pytest

from cratedig.lab.jamendo_mood import area_under_roc, mean_auc
from cratedig.models.mood_of_tags import (
    MOOD_POINTS,
    Labelled,
    inputs_of,
    leaning_of,
    mood_of_tag,
    musicians,
    shipped,
)
from cratedig.music.lexicon import read_words

QUADRANTS = {"happy": "excited", "energetic": "excited", "party": "excited", "upbeat": "excited", "sad": "sad",
             "melancholic": "sad", "relaxing": "calm", "calm": "calm", "meditative": "calm", "dark": "tense",
             "horror": "tense", "heavy": "tense"}  # fmt: skip


@pytest.mark.parametrize(("tag", "quadrant"), QUADRANTS.items())
def test_a_mood_tag_lies_in_its_quadrant(tag: str, quadrant: str) -> None:
    mood = mood_of_tag(tag)
    assert mood is not None
    assert mood.quadrant == quadrant


def test_tags_of_use_have_no_mood_and_every_point_is_a_learned_tag() -> None:
    assert mood_of_tag("advertising") is None
    assert set(MOOD_POINTS) <= set(shipped().moods)


def test_tags_agree_with_the_lexicon_about_valence() -> None:
    for tag, point in MOOD_POINTS.items():
        said = read_words(tag)
        if said is not None and min(abs(said.mood.valence), abs(point[0])) > 0.3:
            assert said.mood.valence * point[0] > 0, tag


@pytest.mark.parametrize(("calm", "lively"), [("ambient", "dance"), ("classical", "metal"), ("chillout", "house")])
def test_calm_genres_lie_below_lively_ones(calm: str, lively: str) -> None:
    head = shipped()
    below, above = head.on_the_plane(head.predict([Labelled([one], [], 220.0) for one in (calm, lively)]))
    assert below[1] < 0 < above[1]


def test_unknown_tags_say_nothing() -> None:
    head = shipped()
    some, none = head.predict([Labelled(["no such genre"], ["kazoo choir"], None), Labelled([], [], None)])
    assert np.array_equal(some, none)
    assert not head.knows(["no such genre"])


def test_a_track_leans_as_its_tags_do_and_twice_the_same_tag_no_more() -> None:
    head = shipped()
    once, alone = (inputs_of([track], head.genres, head.instruments) for track in (
        Labelled(["metal"], [], 200.0, "someone"), Labelled(["metal", "metal"], [], 200.0)))  # fmt: skip
    leaning = leaning_of(once, head.leanings)
    assert np.array_equal(leaning, leaning_of(alone, head.leanings))
    heavy = head.moods.index("heavy")
    assert musicians(leaning)[0, heavy] == pytest.approx(head.leanings[1, head.genres.index("metal"), heavy])
    assert np.all(leaning_of(np.zeros_like(once), head.leanings) == 0)


def test_the_area_is_one_for_a_perfect_ranking_and_a_half_for_none() -> None:
    truth = np.array([True, False, True, False])
    assert area_under_roc(np.array([0.9, 0.1, 0.8, 0.2]), truth) == 1.0
    assert area_under_roc(np.zeros(4), truth) == 0.5
    assert mean_auc(np.zeros((4, 2)), np.stack([truth, np.zeros(4, bool)], axis=1)) == 0.5
