"""One listener's signals are absolute, the weights beside a query's are shares of it, and a bandit's draw repeats."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

import numpy as np
import pytest

from columns import candidates_of
from cratedig.find.blend import blend
from cratedig.find.candidates import Candidates, Held
from cratedig.find.taste.bandit import POLICIES, WEIGHINGS, Bandit, Policy
from cratedig.find.taste.choosing import DIMENSIONS, EXPLORED, Chooser, context_of
from cratedig.find.taste.leaning import Directions, leaning
from cratedig.find.taste.personal import Personal, Spaces
from cratedig.find.taste.trend import Trend
from cratedig.music.mood import Mood

NOON = datetime(2026, 3, 4, 12, tzinfo=UTC)
N = 12
NO_TREND = Trend(np.zeros(0, dtype=np.int64), np.zeros(0))


def crate(seed: int = 0) -> Candidates:
    draw = np.random.default_rng(seed)
    texts = draw.normal(size=(N, 384)).astype(np.float32)
    sounds = draw.normal(size=(N, 128)).astype(np.float32)
    texts[3], sounds[1::3] = np.nan, np.nan
    moods = draw.uniform(-1, 1, (2, N)).astype(np.float32)
    ids = np.arange(100, 100 + N)
    return replace(candidates_of(N, ids=ids, valence=moods[0], arousal=moods[1]), embeddings=Held(texts, sounds))


CRATE = crate()
COMMON = np.linalg.qr(np.random.default_rng(9).normal(size=(384, 3)))[0].T.astype(np.float32)
SPACES = Spaces(COMMON)


def personal(said: dict[int, float], trend: Trend = NO_TREND, hour: Mood | None = None) -> Personal:
    heard = SPACES.describe(CRATE.take(np.array([one - 100 for one in said], dtype=np.int64)))
    return Personal("key", NOON, said, leaning(said, heard), SPACES, trend, hour)


def test_a_liked_track_rises_and_a_disliked_one_sinks() -> None:
    found = personal({102: 1.4, 105: -1.6}).signals(CRATE)["taste"]
    assert found[2] == max(found)
    assert found[5] == min(found)
    assert found[5] < 0.5 < found[2]


def test_a_value_does_not_change_when_another_track_leaves() -> None:
    one = personal({102: 1.4, 105: -1.6}, Trend(np.array([104]), np.array([0.5])), Mood(0.5, 0.5))
    every, some = one.signals(CRATE), one.signals(CRATE.take(np.array([5, 4, 0])))
    assert set(every) == {"taste", "hour", "trend"}
    for name, values in every.items():
        np.testing.assert_array_equal(some[name], values[[5, 4, 0]])


def test_what_nothing_is_known_of_has_no_value_unless_it_was_itself_judged() -> None:
    unknown = np.full(2, np.nan)
    bare = replace(candidates_of(2, ids=[7, 8], valence=unknown, arousal=unknown), embeddings=nothing(2))
    found = personal({102: 1.0}).signals(bare)["taste"]
    assert np.isnan(found).all()
    judged = Personal("key", NOON, {7: -1.6}, personal({102: 1.0}).leaning, SPACES, NO_TREND).signals(bare)["taste"]
    assert judged[0] < 0.4
    assert np.isnan(judged[1])


def nothing(n: int) -> Held:
    return Held(np.full((n, 384), np.nan, dtype=np.float32), np.full((n, 128), np.nan, dtype=np.float32))


def test_what_is_taken_off_a_disliked_track_is_named_and_never_more_than_there_is() -> None:
    one = personal({102: 1.4, 105: -1.6, 107: -0.7})
    taken = one.against(CRATE)["not for you"]
    assert np.flatnonzero(taken.values).tolist() == [5, 7]
    assert taken.values[5] > taken.values[7]
    low = blend({"mood": 1.0}, {"mood": np.full(N, 0.1)}, against={"not for you": taken})
    for at in range(N):
        assert sum(term.contribution for term in low.why(at)) == pytest.approx(low.scores[at], abs=1e-9)
    assert low.scores[5] == pytest.approx(0.0, abs=1e-12)
    assert low.scores[7] < 0.1
    assert [term.term for term in low.why(2)] == ["mood"]
    assert personal({102: 1.4}).against(CRATE) == {}


def test_hour_and_trend_are_silent_without_anything_to_go_by() -> None:
    assert set(personal({102: 1.0}).signals(CRATE)) == {"taste"}


def test_personal_terms_are_shares_of_the_querys_weight_and_add_up_in_the_score() -> None:
    one = personal({102: 1.4})
    weights = one.weights({"mood": 0.5, "sound": 0.5})
    assert weights["taste"] == pytest.approx(0.25)
    values = {"mood": np.linspace(0, 1, N), "sound": np.linspace(1, 0, N)} | one.signals(CRATE)
    blended = blend(weights, values)
    for at in range(N):
        assert sum(term.contribution for term in blended.why(at)) == pytest.approx(blended.scores[at], abs=1e-9)
    assert {term.term for term in blended.why(2)} == {"mood", "sound", "taste"}


def test_a_row_counts_without_what_all_texts_share() -> None:
    left = Directions(CRATE.text, COMMON).unit()
    assert np.isnan(left[3]).all()
    np.testing.assert_allclose(left[:3] @ COMMON[1:].T, 0.0, atol=1e-6)
    np.testing.assert_allclose(np.linalg.norm(left[:3], axis=1), 1.0)
    plain = CRATE.text[:3] / np.linalg.norm(CRATE.text[:3], axis=1, keepdims=True)
    np.testing.assert_allclose(Directions(CRATE.text[:3], COMMON[:0]).unit(), plain, rtol=1e-6)


def test_a_product_in_one_pass_is_the_product_of_unit_rows() -> None:
    rows = Directions(CRATE.text, COMMON)
    vector = np.nan_to_num(rows.unit()).sum(axis=0)
    np.testing.assert_allclose(rows.along(vector), rows.unit() @ vector, atol=1e-6)
    assert np.isnan(Directions(np.zeros((2, 4))).along(np.ones(4))).all()


@pytest.mark.parametrize("policy", POLICIES)
def test_the_same_question_draws_the_same_arm_and_every_arm_has_a_chance(policy: Policy) -> None:
    chooser = Chooser(Bandit.fresh(WEIGHINGS, dimensions=DIMENSIONS, policy=policy))
    draws = [chooser.choose("mood", at=NOON, tracks=3, said="calm") for _ in range(2)]
    assert draws[0] == draws[1]
    others = {chooser.choose("mood", at=NOON, tracks=3, said=f"calm {at}").arm for at in range(200)}
    assert others == set(WEIGHINGS)
    chances = chooser.chances(context_of("mood", at=NOON, tracks=3), np.random.default_rng(0))
    assert sum(chances.values()) == pytest.approx(1.0)
    assert min(chances.values()) >= EXPLORED / len(WEIGHINGS) - 1e-12


def test_without_a_bandit_no_arm_is_drawn() -> None:
    assert personal({102: 1.0}).weighed("mood", "calm") is None


def test_an_arm_changes_the_weights_it_names() -> None:
    one = personal({102: 1.0})
    chooser = Chooser(Bandit.fresh({"more taste": {}}, dimensions=DIMENSIONS))
    weighed = chooser.choose("mood", at=NOON, tracks=1, said="calm")
    base = {"mood": 1.0}
    assert one.weights(base, weighed)["taste"] == 2.0 * one.weights(base)["taste"]
    assert one.weights(base, weighed)["mood"] == 1.0
