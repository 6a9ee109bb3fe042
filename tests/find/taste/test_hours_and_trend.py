"""The hour leans towards a mood, the listener's own hours pull it, and what rises is told from what is loud."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from cratedig.find.taste.hours import Played, hour_signal, mood_of_hour, usual_mood
from cratedig.find.taste.trend import Trend, rise
from cratedig.music.mood import Mood

WEDNESDAY = datetime(2026, 3, 4, tzinfo=UTC)


def at_hour(hour: int, day: datetime = WEDNESDAY) -> datetime:
    return day.replace(hour=hour)


def test_nights_are_calmer_and_fridays_livelier() -> None:
    friday = WEDNESDAY + timedelta(days=2)
    assert usual_mood(at_hour(2)).arousal < usual_mood(at_hour(9)).arousal
    assert usual_mood(at_hour(21, friday)).arousal > usual_mood(at_hour(21)).arousal


def test_summer_is_brighter_than_winter_and_the_south_is_the_other_way_round() -> None:
    june, december = datetime(2026, 6, 21, 9, tzinfo=UTC), datetime(2026, 12, 21, 9, tzinfo=UTC)
    assert usual_mood(june).valence > usual_mood(december).valence
    assert usual_mood(june, southern=True).valence < usual_mood(december, southern=True).valence


@given(st.integers(0, 23), st.integers(1, 60))
def test_own_plays_draw_the_hour_to_their_mood(hour: int, plays: int) -> None:
    now, mood = at_hour(hour), Mood(-0.9, 0.9)
    targets = [mood_of_hour(now, [Played(now, mood)] * count) for count in (0, plays, plays + 1)]
    away = [abs(target.valence - mood.valence) + abs(target.arousal - mood.arousal) for target in targets]
    assert away[0] > away[1] > away[2]


def test_plays_of_the_other_half_of_the_day_hardly_count() -> None:
    night = [Played(at_hour(2), Mood(-0.9, -0.9))] * 30
    assert mood_of_hour(at_hour(14), night).arousal == pytest.approx(usual_mood(at_hour(14)).arousal, abs=0.01)


def test_a_track_of_the_mood_of_the_hour_has_the_whole_signal() -> None:
    target = usual_mood(at_hour(9))
    found = hour_signal(target, np.array([[target.valence, target.arousal], [-1.0, -1.0], [np.nan, 0.0]]))
    assert found[0] == 1.0
    assert found[1] < 0.6
    assert np.isnan(found[2])


def test_what_rises_trends_and_what_is_steadily_loud_does_not() -> None:
    found = rise(np.array([8.0, 20.0, 0.1, 0.0]), np.array([0.7, 20.0, 1.5, 0.0]))
    assert found[0] > 0.5
    assert found[1:].tolist() == [0.0, 0.0, 0.0]


@given(st.floats(0, 1e4), st.floats(0, 1e4), st.floats(0, 10))
def test_a_trend_lies_in_0_to_1_and_more_plays_of_late_never_lower_it(late: float, usual: float, more: float) -> None:
    before, after = rise(np.array([late, late + more]), np.array([usual, usual]))
    assert 0.0 <= before <= after <= 1.0


def test_a_track_that_does_not_rise_has_0() -> None:
    trend = Trend(np.array([3, 8]), np.array([0.25, 1.0]))
    assert trend.signal(np.array([8, 1, 3, 9])).tolist() == [1.0, 0.0, 0.25, 0.0]
    assert Trend(np.zeros(0, dtype=np.int64), np.zeros(0)).signal(np.array([8])).tolist() == [0.0]
