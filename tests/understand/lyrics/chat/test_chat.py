"""The chat analyzer: what a model says becomes a finding, or somebody else's."""

from __future__ import annotations

from typing import Any

import orjson
import pytest

from cratedig.errors import CratedigError, InputRejected, NoModelAnswered
from cratedig.models.chat.scripted import Asked, Scripted
from cratedig.music.finding import EMOTIONS, Finding
from cratedig.music.lyric import Lyric
from cratedig.understand.lyrics.chat.analyzer import ChatAnalyzer, chat_analyzers, or_local, prompt_version
from cratedig.understand.lyrics.chat.runs import estimate, many
from tests.models.chat.asking import chain, provider
from tests.models.chat.faulty import answer, faulty

VERSE = "I left the harbour lamp on burning low\nfor anybody walking home across the snow tonight alone"
LYRIC = Lyric.of(f"[Chorus]\n{VERSE}")
GOOD: dict[str, Any] = {
    "sentiment": "positive",
    "valence": 0.4,
    "arousal": -0.2,
    "confidence": 0.9,
    "emotions": dict.fromkeys(EMOTIONS, 0.25),
    "themes": [{"name": "Coming  Home", "share": 0.7}, {"name": "winter", "share": 0.9}],
    "complexity": 0.3,
    "devices": ["metaphor", "alliteration"],
    "summary": "A lamp is left burning for whoever comes home late.",
}


class Local:
    """An analyzer that is always there."""

    name, version = "algorithmic", "1"

    async def analyze(self, lyric: Lyric, *, tempo_bpm: float | None = None) -> Finding:
        return Finding(self.name, self.version, "neutral", 0.0, 0.5)


def saying(**changed: Any) -> str:
    return orjson.dumps({**GOOD, **changed}).decode()


async def test_what_a_model_says_becomes_a_finding() -> None:
    async with Scripted(lambda asked: saying()) as model, chain(provider(model.base_url)) as models:
        (analyzer,) = chat_analyzers(models)
        found = await analyzer.analyze(LYRIC)
    assert (found.analyzer, found.version) == ("qwen", analyzer.version)
    assert analyzer.version == f"qwen:m:{prompt_version()}"
    assert [(theme.name, theme.share) for theme in found.themes] == [("winter", 0.9), ("coming home", 0.7)]
    assert found.mood is not None
    assert (found.mood.valence, found.mood.arousal) == (0.4, -0.2)
    assert found.data["confidence"] == {"claimed": 0.9, "calibrated": False}
    assert 1 / 3 < found.confidence < 0.9
    assert found.data["usage"]["usd"] > 0
    assert found.fallback == ""
    assert "| [Chorus]" in model.asked[0].user


async def test_another_models_answer_is_its_own_and_says_why() -> None:
    async with (
        faulty(answer(500)) as bad,
        Scripted(lambda asked: saying()) as good,
        chain(provider(bad.base_url), provider(good.base_url, "gemma")) as models,
    ):
        found = await ChatAnalyzer("qwen", models).analyze(LYRIC)
    assert (found.analyzer, found.fallback) == ("gemma", "qwen: it fails (500)")


async def test_without_any_model_the_local_finding_says_so() -> None:
    """Promise 11: the algorithmic fallback says so in the result."""
    async with faulty(answer(503)) as bad, chain(provider(bad.base_url)) as models:
        found = await or_local(ChatAnalyzer("qwen", models), Local()).analyze(LYRIC)
    assert found.analyzer == "algorithmic"
    assert found.fallback == "No chat model answered (qwen: it fails (503))."


@pytest.mark.parametrize(
    "changed",
    [
        {"sentiment": "negative"},  # against its own valence
        {"summary": VERSE.replace("\n", " ")},
        {"summary": "The words say: " + " ".join(VERSE.split()[:13])},
        {"summary": ""},
        {"summary": "word " * 31},
        {"themes": [{"name": "a", "share": 2}]},
        {"themes": [{"name": "x", "share": 0.1}] * 7},
        {"devices": ["witchcraft"]},
        {"emotions": {"joy": 1}},
        {"valence": None},
    ],
    ids=str,
)
async def test_what_will_not_do_is_refused_in_the_end(changed: dict[str, Any]) -> None:
    async with Scripted(lambda asked: saying(**changed)) as model, chain(provider(model.base_url)) as models:
        with pytest.raises(NoModelAnswered, match="not what was asked for"):
            await ChatAnalyzer("qwen", models).analyze(LYRIC)
    assert len(model.asked) == 3


async def test_a_better_second_answer_is_taken() -> None:
    def script(asked: Asked) -> str:
        return saying(summary=VERSE) if asked.turns == 1 else saying()

    async with Scripted(script) as model, chain(provider(model.base_url)) as models:
        found = await ChatAnalyzer("qwen", models).analyze(LYRIC)
    assert found.data["usage"]["requests"] == 2
    assert "own words" in model.asked[1].user


@pytest.mark.parametrize(
    "text",
    ["", "\n\n", "🎵🎶🔥", "love", "la " * 170_000, "‏אהבה‎ שלום", "\x00\x01\xff" * 50 + "a", "\ud800 broken", "1 2 3"],
    ids=["empty", "blank", "emoji", "one word", "500 kB", "right to left", "binary", "lone surrogate", "digits"],
)
async def test_an_odd_lyric_is_a_finding_or_a_clear_error(text: str) -> None:
    async with Scripted(lambda asked: saying()) as model, chain(provider(model.base_url)) as models:
        (_, found), *_ = [
            answered async for answered in many(ChatAnalyzer("qwen", models), [Lyric.of(text)], at_once=1)
        ]
    if isinstance(found, CratedigError):
        assert isinstance(found, InputRejected)
        assert not model.asked
    else:
        assert found.data["cut"] == (len(text) > 8_000)
        assert len(model.asked[0].user) < 12_000


async def test_many_lyrics_are_each_answered_once() -> None:
    lyrics = [Lyric.of(f"song number {at}") if at % 5 else Lyric() for at in range(30)]
    async with Scripted(lambda asked: saying()) as model, chain(provider(model.base_url)) as models:
        answers = {number: found async for number, found in many(ChatAnalyzer("qwen", models), lyrics, at_once=4)}
    assert sorted(answers) == list(range(30))
    assert {number for number, found in answers.items() if isinstance(found, InputRejected)} == set(range(0, 30, 5))
    assert model.most_at_once <= 4


def test_an_estimate_grows_with_the_text_and_ends_where_reading_does() -> None:
    one = provider("http://127.0.0.1:1/v1", requests_per_minute=60)
    short, long, cut = (estimate(one, [chars] * 10) for chars in (100, 8_000, 500_000))
    assert 0 < short.usd < long.usd == cut.usd
    assert short.seconds == 10.0
