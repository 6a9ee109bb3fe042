"""Laws of taste: a like never lowers what is similar, a dislike never raises it, nothing heard changes nothing."""

from __future__ import annotations

from datetime import UTC, datetime

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from cratedig.find.blend import blend
from cratedig.find.taste.leaning import FULL, MOOD_NEAR, Described, Directions, leaning, taste_signal
from cratedig.find.taste.listening import KINDS, Event, preferences, undone
from cratedig.find.taste.terms import personal_weights

NOW = datetime(2026, 3, 4, 12, tzinfo=UTC)
TRACKS = 40


def described(seed: int = 0, n: int = TRACKS) -> Described:
    draw = np.random.default_rng(seed)
    text, sound = draw.normal(size=(n, 12)), draw.normal(size=(n, 6))
    moods = draw.uniform(-1, 1, (n, 2))
    sound[1::4], moods[2::5] = np.nan, np.nan
    return Described({"text": Directions(text), "sound": Directions(sound)}, moods)


CRATE = described()


def part(tracks: list[int]) -> Described:
    return Described({name: Directions(one.rows[tracks]) for name, one in CRATE.spaces.items()}, CRATE.moods[tracks])


def taste(events: list[Event] | tuple[Event, ...]) -> np.ndarray:
    said = preferences(events, NOW)
    return taste_signal(leaning(said, part(list(said))), CRATE)


events_of = st.lists(st.tuples(st.sampled_from(KINDS), st.integers(0, TRACKS - 1)), max_size=20).map(
    lambda rows: [Event(at, track, kind, NOW) for at, (kind, track) in enumerate(rows)]
)
one = st.integers(0, TRACKS - 1)


def similar(track: int) -> np.ndarray:
    """Which tracks have nothing against that one in any space both have; moods are never against each other."""
    agree = np.ones(TRACKS, dtype=bool)
    for rows in (one.rows for one in CRATE.spaces.values()):
        agree &= ~(rows @ rows[track] < 0.0)
    return agree


@given(events_of, one, st.sampled_from(["like", "play", "add_to_playlist"]))
def test_a_like_never_lowers_a_similar_track(events: list[Event], track: int, kind: str) -> None:
    before, after = taste(events), taste([*events, Event(99, track, kind, NOW)])
    has = similar(track) & ~np.isnan(before)
    assert (after[has] >= before[has] - 1e-12).all()


@given(events_of, one, st.sampled_from(["dislike", "skip"]))
def test_a_dislike_never_raises_a_similar_track(events: list[Event], track: int, kind: str) -> None:
    before, after = taste(events), taste([*events, Event(99, track, kind, NOW)])
    has = similar(track) & ~np.isnan(before)
    assert (after[has] <= before[has] + 1e-12).all()


@given(events_of, one)
def test_a_dislike_lowers_the_track_itself(events: list[Event], track: int) -> None:
    seen = [*events, Event(98, track, "play", NOW)]
    before, after = taste(seen), taste([*seen, Event(99, track, "dislike", NOW)])
    assert after[track] < before[track] or before[track] < 1e-6


def test_what_was_liked_is_above_the_middle_and_what_was_disliked_below() -> None:
    assert taste([Event(0, 3, "like", NOW)])[3] > 0.5 > taste([Event(0, 3, "dislike", NOW)])[3]


@given(events_of, one, st.sampled_from(KINDS))
def test_taking_an_event_back_restores_every_byte(events: list[Event], track: int, kind: str) -> None:
    more = [*events, Event(99, track, kind, NOW)]
    assert taste(undone(more, 99)).tobytes() == taste(events).tobytes()


def test_without_events_the_term_is_absent_and_the_score_the_same() -> None:
    nothing = taste([])
    assert np.isnan(nothing).all()
    signals = {"mood": np.linspace(0.0, 1.0, TRACKS)}
    alone = blend({"mood": 1.0}, signals)
    beside = blend(personal_weights({"mood": 1.0}), {**signals, "taste": nothing})
    assert alone.scores.tobytes() == blend(personal_weights({"mood": 1.0}), signals).scores.tobytes()
    assert np.array_equal(alone.scores, beside.scores)


@given(events_of)
def test_personal_terms_add_up_with_the_others(events: list[Event]) -> None:
    signals = {"mood": np.linspace(0.0, 1.0, TRACKS), "taste": taste(events), "trend": np.zeros(TRACKS)}
    found = blend(personal_weights({"mood": 1.0}), signals)
    for at, score in enumerate(found.scores):
        assert sum(term.contribution for term in found.why(at)) == pytest.approx(score, abs=1e-9)


@given(events_of, one)
def test_a_candidate_is_judged_the_same_whoever_stands_beside_it(events: list[Event], track: int) -> None:
    said = preferences(events, NOW)
    alone = taste_signal(leaning(said, part(list(said))), part([track]))
    assert alone[0] == pytest.approx(taste(events)[track], abs=1e-12, nan_ok=True)


@given(st.floats(-1, 1), st.floats(-1, 1), st.floats(-1, 1), st.floats(-1, 1))
def test_nearness_on_the_plane_falls_as_a_bell(v: float, a: float, other_v: float, other_a: float) -> None:
    heard, candidate = Described({}, np.array([[v, a]])), Described({}, np.array([[other_v, other_a]]))
    found = taste_signal(leaning({1: 1.0}, heard), candidate)[0]
    sums = np.arctanh(2.0 * found - 1.0) / np.arctanh(0.5) * FULL
    squares = (v - other_v) ** 2 + (a - other_a) ** 2
    assert sums == pytest.approx(np.exp(-squares / (2 * MOOD_NEAR**2)), abs=0.006)


def test_shapes_that_do_not_fit_are_refused() -> None:
    with pytest.raises(ValueError, match="does not fit"):
        Described({"text": Directions(np.zeros((2, 3)))}, np.zeros((3, 2)))
    with pytest.raises(ValueError, match="no space"):
        Described({"smell": Directions(np.zeros((3, 3)))}, np.zeros((3, 2)))
    with pytest.raises(ValueError, match="not \\(n, 2\\)"):
        Described({}, np.zeros((3, 3)))
    with pytest.raises(ValueError, match="1 preferences"):
        leaning({1: 1.0}, described())
