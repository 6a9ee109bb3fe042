"""A question arrives as it was sent."""

from __future__ import annotations

from dataclasses import fields
from datetime import datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cratedig.find.processes.question import Listener, Question
from cratedig.find.request import Filters, Request
from cratedig.find.stopwatch import Stopwatch
from cratedig.music.mood import Mood

WORDS = st.text(st.characters(exclude_categories=["Cs"]), max_size=20)
IDS = st.lists(st.integers(1, 2**63 - 1), max_size=4).map(tuple)
YEARS = st.none() | st.integers(1000, 2100)
NAMES = st.lists(WORDS, max_size=3).map(tuple)
FILTERS = st.builds(
    Filters, min_year=YEARS, max_year=YEARS, genres=NAMES, exclude_artists=NAMES, dead_links=st.booleans()
)
POINTS = st.floats(-1.0, 1.0)
REQUESTS = st.builds(
    Request,
    query=WORDS,
    top_k=st.integers(1, 1000),
    filters=FILTERS,
    mood=st.none() | st.builds(Mood, POINTS, POINTS),
    like=IDS,
    unlike=IDS,
    exclude=IDS,
    seed=st.integers(0, 2**32 - 1),
    variance=st.floats(0.0, 1.0),
    unheard=st.booleans(),
    personal=st.none(),
)
ZONES = st.integers(-14 * 60, 14 * 60).map(lambda minutes: timezone(timedelta(minutes=minutes)))
LISTENERS = st.builds(Listener, name=WORDS, now=st.datetimes(datetime(1970, 1, 2), timezones=ZONES), key=WORDS)
QUESTIONS = st.builds(
    Question,
    request=REQUESTS,
    stamp=WORDS,
    version=WORDS,
    listener=st.none() | LISTENERS,
    started=st.floats(0.0, 1e9),
    stages=st.dictionaries(WORDS, st.floats(0.0, 1e6), max_size=3),
    alone=st.booleans(),
)


@given(QUESTIONS)
def test_it_arrives_as_it_was_sent(question: Question) -> None:
    arrived = Question.unpacked(question.packed())
    assert arrived == question
    assert arrived.listener is None or arrived.listener.now.utcoffset() == question.listener.now.utcoffset()


@pytest.mark.parametrize("name", [one.name for one in fields(Request)])
def test_every_field_of_a_request_is_drawn_above(name: str) -> None:
    """Else a new one could be lost on its way, and nobody would see."""
    assert name in REQUESTS.wrapped_strategy.kwargs  # type: ignore[attr-defined]


@pytest.mark.parametrize("packed", [b"", b"null", b"[]", b"{}", b'{"listener":null,"request":{}}', b"\xff"])
def test_what_is_no_question_is_refused(packed: bytes) -> None:
    with pytest.raises((ValueError, TypeError, KeyError, AttributeError)):
        Question.unpacked(packed)


def test_time_goes_on_where_it_was() -> None:
    watch = Stopwatch()
    watch.lap("retrieval")
    question = Question.of(Request(), stamp="s", version="v", listener=None, watch=watch)
    there = Question.unpacked(question.packed()).watch()
    there.lap("scoring")
    assert there.stages["retrieval"] == watch.stages["retrieval"]
    assert sum(there.stages.values()) == pytest.approx(there.total_ms, abs=0.01)


def test_a_listener_of_whom_nothing_is_known_is_not_sent() -> None:
    unknown = Question.of(Request("calm"), stamp="s", version="v", listener="me", watch=Stopwatch())
    assert unknown.listener is None
