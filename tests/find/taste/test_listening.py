"""Events become weights: they fade, they add up, and what is taken back leaves no trace."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cratedig.find.taste.listening import KINDS, Event, preferences, undone

NOW = datetime(2026, 3, 4, 12, tzinfo=UTC)


def happened(at: int, kind: str, *, track: int = 1, days: float = 0.0) -> Event:
    return Event(at, track, kind, NOW - timedelta(days=days))


happenings = st.lists(
    st.tuples(st.sampled_from(KINDS), st.integers(1, 5), st.floats(0, 400)), min_size=1, max_size=30
).map(lambda rows: [happened(at, kind, track=track, days=days) for at, (kind, track, days) in enumerate(rows)])


def test_no_events_are_no_preferences() -> None:
    assert preferences([], NOW) == {}


@pytest.mark.parametrize(
    ("kind", "sign"), [("play", 1), ("like", 1), ("add_to_playlist", 1), ("skip", -1), ("dislike", -1)]
)
def test_likes_count_for_a_track_and_dislikes_against_it(kind: str, sign: int) -> None:
    assert preferences([happened(0, kind)], NOW)[1] * sign > 0


@given(happenings, st.randoms())
def test_the_order_of_events_changes_no_bit(events: list[Event], draw) -> None:
    shuffled = draw.sample(events, len(events))
    assert list(preferences(shuffled, NOW).items()) == list(preferences(events, NOW).items())


@given(happenings, st.sampled_from(KINDS), st.integers(1, 6), st.floats(0, 400))
def test_an_event_taken_back_leaves_no_trace(events: list[Event], kind: str, track: int, days: float) -> None:
    more = [happened(99, kind, track=track, days=days), *events]
    assert repr(preferences(undone(more, 99), NOW)) == repr(preferences(events, NOW))


def test_taking_back_what_never_was_is_refused() -> None:
    with pytest.raises(ValueError, match="no event 7"):
        undone([happened(0, "like")], 7)


@given(st.sampled_from(KINDS), st.floats(0, 300), st.floats(1, 300))
def test_what_is_longer_ago_says_less(kind: str, days: float, later: float) -> None:
    fresh, old = (abs(preferences([happened(0, kind, days=age)], NOW)[1]) for age in (days, days + later))
    assert old < fresh


def test_a_like_outlasts_a_play() -> None:
    left = {kind: preferences([happened(0, kind, days=90)], NOW)[1] / preferences([happened(0, kind)], NOW)[1]
            for kind in ("play", "like")}  # fmt: skip
    assert left["like"] > 2 * left["play"]


@given(st.integers(1, 50))
def test_another_play_never_lowers_but_says_less_each_time(plays: int) -> None:
    weights = [
        preferences([happened(at, "play") for at in range(count)], NOW).get(1, 0.0)
        for count in (plays - 1, plays, plays + 1)
    ]
    assert weights[0] < weights[1] < weights[2]
    assert weights[2] - weights[1] < weights[1] - weights[0]


def test_a_clock_that_runs_fast_makes_an_event_fresh_not_stronger() -> None:
    assert preferences([happened(0, "play", days=-3)], NOW) == preferences([happened(0, "play")], NOW)


@pytest.mark.parametrize(
    ("kind", "at", "message"), [("love", NOW, "kind 'love'"), ("like", NOW.replace(tzinfo=None), "no offset from UTC")]
)
def test_an_event_refuses_to_be_wrong(kind: str, at: datetime, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        Event(0, 1, kind, at)
