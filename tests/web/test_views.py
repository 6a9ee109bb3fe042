"""Bars that add up, links that cannot run, addresses that say what they hold."""

from __future__ import annotations

from dataclasses import dataclass

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cratedig.music.mood import Mood
from cratedig.web import views
from cratedig.web.templating import query_string, safe_link


@dataclass(frozen=True)
class Term:
    term: str
    weight: float
    value: float

    @property
    def contribution(self) -> float:
        return self.weight * self.value


whys = st.lists(
    st.builds(Term, st.sampled_from(["meaning", "words", "mood", "heard"]), st.floats(0.01, 1.0), st.floats(0.0, 1.0)),
    min_size=1,
    max_size=4,
    unique_by=lambda term: term.term,
)


@given(whys)
def test_a_bar_without_penalties_is_as_wide_as_its_score(why: list[Term]) -> None:
    drawn = views.bar(why, scale=1.0, worn=views.textures([why]), mood=Mood(0.0, 0.0))
    assert sum(segment.width for segment in drawn.segments) == pytest.approx(100 * drawn.total, abs=0.05)


@given(whys)
def test_segments_stand_side_by_side(why: list[Term]) -> None:
    drawn = views.bar(why, scale=1.0, worn=views.textures([why]), mood=None)
    end = 0.0
    for segment in drawn.segments:
        assert segment.x == pytest.approx(end, abs=0.05)
        end = segment.x + segment.width


def test_a_penalty_is_taken_off_the_end() -> None:
    why = [Term("meaning", 0.8, 1.0), Term("too familiar", -0.05, 1.0)]
    drawn = views.bar(why, scale=1.0, worn=views.textures([why]), mood=None)
    plus, minus = drawn.segments
    assert (plus.x, plus.width) == (0.0, 80.0)
    assert (minus.x, minus.width, minus.texture) == (75.0, 5.0, "texture-minus")
    assert drawn.total == pytest.approx(0.75)


def test_the_widest_score_of_a_page_fills_the_bar() -> None:
    near, far = [Term("meaning", 1.0, 0.5)], [Term("meaning", 1.0, 0.25)]
    scale = max(map(views.reach, (near, far)))
    worn = views.textures([near, far])
    assert views.bar(near, scale=scale, worn=worn, mood=None).segments[0].width == 100.0
    assert views.bar(far, scale=scale, worn=worn, mood=None).segments[0].width == 50.0


def test_each_term_has_its_own_texture_and_only_mood_has_a_hue() -> None:
    why = [Term(name, 0.1, 1.0) for name in ("meaning", "mood", "words", "sound", "heard")]
    worn = views.textures([why])
    assert len(set(worn.values())) == len(worn)
    drawn = views.bar(why, scale=1.0, worn=worn, mood=Mood(0.5, 0.5))
    assert [segment.texture for segment in drawn.segments if segment.fill] == ["texture-mood"]


def test_stage_shares_fill_the_strip() -> None:
    laid = views.stages({"query_understanding": 2.0, "retrieval": 6.0, "scoring": 2.0})
    assert [stage.width for stage in laid] == [20.0, 60.0, 20.0]
    assert [stage.x for stage in laid] == [0.0, 20.0, 80.0]
    assert laid[0].words == "query understanding 2.0 ms"


@pytest.mark.parametrize(
    "url",
    [
        "javascript:alert(1)",
        "JaVaScRiPt:alert(1)",
        " javascript:alert(1)",
        "java\tscript:alert(1)",
        "data:text/html,<script>alert(1)</script>",
        "vbscript:x",
        "file:///etc/passwd",
        "//host/path",
        "http:///no-host",
        "http://[::1",
        "",
        None,
    ],
)
def test_what_is_not_a_web_address_is_no_link(url: str | None) -> None:
    assert safe_link(url) is None


def test_a_query_string_leaves_out_what_is_empty() -> None:
    assert query_string(q="", like=[], k=None, genre=["R&B", "Pop"]) == "genre=R%26B&genre=Pop"
