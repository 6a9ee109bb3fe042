"""The hour leans towards a mood, the listener's own hours pull it, and what rises is told from what is loud."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from cratedig.find.taste.hours import Played, mood_of_hour, time_of_day_signal, usual_mood
from cratedig.find.taste.listening import Event
from cratedig.find.taste.trend import trend_signal
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
    found = time_of_day_signal(target, np.array([[target.valence, target.arousal], [-1.0, -1.0], [np.nan, 0.0]]))
    assert found[0] == 1.0
    assert found[1] < 0.6
    assert np.isnan(found[2])


def plays(track: int, ages_days: list[float]) -> list[Event]:
    return [Event(at, track, "play", WEDNESDAY - timedelta(days=age)) for at, age in enumerate(ages_days)]


def test_what_rises_trends_and_what_is_steadily_loud_does_not() -> None:
    rising = plays(1, [0.1 * at for at in range(20)])
    steady = plays(2, [0.1 * at for at in range(2000)])
    gone = plays(3, [30.0 + at for at in range(50)])
    found = trend_signal([*rising, *steady, *gone], WEDNESDAY, [1, 2, 3, 4])
    assert found[0] > 0.3
    assert found[1] < 0.05
    assert found[2:].tolist() == [0.0, 0.0]


@given(st.lists(st.floats(0, 60), max_size=30), st.integers(0, 20))
def test_a_trend_lies_in_0_to_1_and_a_play_now_never_lowers_it(ages: list[float], more: int) -> None:
    before = trend_signal(plays(1, ages), WEDNESDAY, [1])[0]
    after = trend_signal(plays(1, [*ages, *([0.0] * more)]), WEDNESDAY, [1])[0]
    assert 0.0 <= before <= after <= 1.0


def test_a_single_play_and_skips_are_no_trend() -> None:
    skips = [Event(at, 1, "skip", WEDNESDAY) for at in range(50)]
    assert trend_signal(skips, WEDNESDAY, [1])[0] == 0.0
    assert trend_signal(plays(1, [0.0]), WEDNESDAY, [1])[0] < 0.3
