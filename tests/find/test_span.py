"""A hit shows the words that match, and few of them."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from cratedig.find.span import LONGEST, matching_span

LYRIC = "The lights are low tonight and nobody is home\nI keep on dancing in the rain until the morning comes\nAlone"


def test_the_span_is_where_most_words_match() -> None:
    assert matching_span(LYRIC, ["dance", "rain"], at_most=4) == "dancing in the rain"


def test_nothing_matches_nothing() -> None:
    assert matching_span(LYRIC, ["helicopter"]) is None
    assert matching_span("", ["rain"]) is None


@given(st.text(max_size=400), st.lists(st.sampled_from(["rain", "love", "night"]), min_size=1))
def test_a_span_is_never_longer_than_twelve_words(text: str, words: list[str]) -> None:
    span = matching_span(text + " rain love " * 20, words)
    assert span is None or len(span.split()) <= LONGEST
