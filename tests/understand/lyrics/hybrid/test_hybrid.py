"""Laws of combining findings."""

from __future__ import annotations

import math
from dataclasses import replace
from typing import get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cratedig.music.finding import EMOTIONS, Finding, Sentiment, Theme
from cratedig.music.mood import Mood
from cratedig.understand.lyrics.hybrid import combine

SHARES = st.floats(0, 1)
SIGNED = st.floats(-1, 1)
CONFIDENCES = st.one_of(st.just(0.0), st.just(1.0), SHARES)
THEMES = st.dictionaries(st.sampled_from(["love", "loss", "money", "the street"]), SHARES, max_size=3).map(
    lambda held: tuple(Theme(name, share) for name, share in sorted(held.items(), key=lambda it: (-it[1], it[0])))
)


def findings(name: str) -> st.SearchStrategy[Finding]:
    return st.builds(
        Finding,
        analyzer=st.just(name),
        version=st.just("1"),
        sentiment=st.sampled_from(get_args(Sentiment)),
        valence=SIGNED,
        confidence=CONFIDENCES,
        themes=THEMES,
        complexity=st.one_of(st.none(), SHARES),
        mood=st.one_of(st.none(), st.builds(Mood, SIGNED, SIGNED)),
        emotions=st.one_of(st.just({}), st.fixed_dictionaries(dict.fromkeys(EMOTIONS, SHARES))),
    )


GROUPS = st.lists(st.sampled_from("abcd"), min_size=1, max_size=4, unique=True).flatmap(
    lambda names: st.tuples(*(findings(name) for name in names))
)


@given(findings("a"))
def test_one_alone_is_itself(alone: Finding) -> None:
    both = combine([alone])
    assert (both.sentiment, both.valence, both.complexity, both.mood) == (
        alone.sentiment,
        alone.valence,
        alone.complexity,
        alone.mood,
    )
    assert both.confidence == pytest.approx(alone.confidence, abs=1e-9)
    assert (both.themes, dict(both.emotions)) == (alone.themes, dict(alone.emotions))
    assert both.data["disagreements"] == []


@given(GROUPS, st.randoms())
def test_the_order_does_not_matter(group: tuple[Finding, ...], chance: object) -> None:
    shuffled = list(group)
    chance.shuffle(shuffled)  # type: ignore[attr-defined]
    assert combine(shuffled) == combine(group)


@given(GROUPS, findings("z"))
def test_who_has_no_confidence_changes_nothing(group: tuple[Finding, ...], other: Finding) -> None:
    sure = [replace(group[0], confidence=0.5), *group[1:]]
    with_it, without = combine([*sure, replace(other, confidence=0.0)]), combine(sure)
    assert replace(with_it, version="") == replace(without, version="")


@given(GROUPS)
def test_what_comes_out_lies_between_what_went_in(group: tuple[Finding, ...]) -> None:
    both = combine(group)
    assert min(each.valence for each in group) <= both.valence <= max(each.valence for each in group)
    assert both.confidence <= max(each.confidence for each in group)
    assert both.sentiment in {each.sentiment for each in group}
    judged = [each.complexity for each in group if each.complexity is not None and each.confidence > 0]
    if both.complexity is not None and judged:
        assert min(judged) <= both.complexity <= max(judged)
    for name, strength in both.emotions.items():
        felt = [each.emotions[name] for each in group if each.emotions]
        assert min(felt) <= strength <= max(felt)
    assert {theme.name for theme in both.themes} <= {theme.name for each in group for theme in each.themes}


@given(findings("a"), findings("b"), st.floats(0.05, 0.9))
def test_the_surer_one_pulls_harder(one: Finding, other: Finding, confidence: float) -> None:
    weak = combine([replace(one, confidence=confidence), replace(other, confidence=0.5)])
    strong = combine([replace(one, confidence=confidence + 0.05), replace(other, confidence=0.5)])
    assert abs(strong.valence - one.valence) <= abs(weak.valence - one.valence) + 1e-9


@given(findings("a"), findings("b"))
def test_agreement_is_no_disagreement_and_opposites_are_one(one: Finding, other: Finding) -> None:
    same = combine([one, replace(one, analyzer="b")])
    assert same.data["disagreements"] == []
    happy = replace(one, sentiment="positive", valence=0.9, confidence=0.8)
    sad = replace(other, sentiment="negative", valence=-0.9, confidence=0.6)
    said = {each["field"]: each for each in combine([happy, sad]).data["disagreements"]}
    assert said["sentiment"]["says"] == {"a": "positive", "b": "negative"}
    assert said["sentiment"]["apart"] == 1.0
    assert math.isclose(said["valence"]["apart"], 0.9)


def test_a_stand_in_is_not_counted_twice() -> None:
    local = Finding("algorithmic", "1", "positive", 0.5, 0.6)
    stood_in = replace(local, fallback="No chat model answered.")
    other = Finding("emotion", "1", "negative", -0.5, 0.6)
    assert replace(combine([local, stood_in, other]), data={}) == replace(combine([local, other]), data={})


def test_nothing_cannot_be_combined() -> None:
    with pytest.raises(ValueError, match="no finding"):
        combine([])
