"""Analyzers side by side: what each says, and where they differ."""

from __future__ import annotations

from cratedig.music.finding import Finding, Theme
from cratedig.music.mood import Mood
from cratedig.understand.lyrics.hybrid.disagreement import disagreements
from cratedig.web.lyric.voices import STRONGEST, differences, voice
from cratedig.web.readings import shape_of

GLAD = Finding(
    "algorithmic", "1", "positive", 0.6, 0.8, (Theme("party", 0.4),), 0.4, Mood(0.6, 0.3), data={"language": "en"}
)
SAD = Finding("emotion", "2", "negative", -0.5, 0.5, emotions={"sadness": 0.6, "joy": 0.2, "fear": 0.1, "love": 0.05})


def test_a_voice_says_what_the_finding_says() -> None:
    said = voice("algorithmic", shape_of(GLAD))
    assert (said.sentiment, said.confidence, said.themes, said.complexity) == ("positive", 80, (("party", 40),), 0.4)
    assert said.mood == Mood(0.6, 0.3)
    assert said.judges
    assert said.x == 80.0


def test_only_the_strongest_emotions_are_told() -> None:
    assert [name for name, _ in voice("emotion", shape_of(SAD)).emotions] == ["sadness", "joy", "fear"][:STRONGEST]


def test_a_finding_that_no_longer_holds_or_stands_in_for_another_says_so() -> None:
    assert "older lyric" in voice("algorithmic", shape_of(GLAD), stale="lyric").note
    fallen = voice("algorithmic", {**shape_of(GLAD), "fallback": "qwen did not answer"})
    assert fallen.note == "qwen did not answer"


def test_who_could_not_read_it_or_is_not_sure_at_all_judges_nothing() -> None:
    assert voice("emotion", None, error="no words").error == "no words"
    assert not voice("emotion", None).judges
    assert not voice("emotion", shape_of(Finding("emotion", "2", "neutral", 0.0, 0.0))).judges


def test_every_disagreement_is_a_sentence_that_names_its_sides() -> None:
    found = disagreements([GLAD, SAD])
    said = differences(found)
    assert len(said) == len(found) >= 2
    assert all("algorithmic" in sentence and "emotion" in sentence for sentence in said)
    assert differences([]) == []
