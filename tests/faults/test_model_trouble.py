"""Promise 11: model trouble is not ours. Each fault, on a real server: in time, in plain words, and left alone."""

from __future__ import annotations

import io
import logging
from collections.abc import Iterator

import pytest
import structlog

from cratedig import log
from cratedig.cache import RedisLink
from cratedig.cache.counts import RedisCounts
from cratedig.errors import NoModelAnswered
from cratedig.models.chat.chain import DEADLINE_S
from cratedig.music.lyric import Lyric
from cratedig.understand.lyrics.algorithmic import Algorithmic
from cratedig.understand.lyrics.chat.analyzer import ChatAnalyzer, or_local
from tests.models.chat.asking import CLEAR, KEY, Now, chain, provider, question
from tests.models.chat.faulty import (
    Fault,
    answer,
    cut_off,
    endless_head,
    faulty,
    fifty_megabytes,
    hang,
    hang_up,
    nowhere,
    one_byte_a_second,
    said,
)
from tests.redis_server import running_redis

GOOD = answer(200, said(CLEAR.decode()))
SOON_S = 0.4  # the deadline of these tests: as the real one, but nobody waits 20 s
FAULTS: dict[str, tuple[Fault, str]] = {
    "429": (answer(429), "too many requests"),
    "500": (answer(500), "it fails (500)"),
    "503": (answer(503), "it fails (503)"),
    "401": (answer(401), "the key is not accepted"),
    "404": (answer(404), "the model is not known there"),
    "redirect": (answer(307, location="http://127.0.0.1:9/elsewhere"), ""),
    "hang": (hang, "no answer in time"),
    "one byte a second": (one_byte_a_second, "no answer in time"),
    "fifty megabytes": (fifty_megabytes, "the answer is too long"),
    "endless head": (endless_head, ""),
    "hang up": (hang_up, "it cannot be reached, or hung up"),
    "cut off": (cut_off, "it cannot be reached, or hung up"),
    "invalid JSON around": (answer(200, b'{"choices": [{'), ""),
    "another JSON around": (answer(200, b'{"error": "none of that"}'), ""),
    "not HTTP's JSON at all": (answer(200, b"<html>busy</html>", content_type="text/html"), ""),
    "empty body": (answer(200, b""), ""),
    "compressed": (answer(200, b"\x1f\x8b\x08\x00", content_encoding="gzip"), "the answer cannot be read"),
    "empty words": (answer(200, said("")), "the answer is not what was asked for"),
    "words that are no JSON": (answer(200, said("The sky is clear.")), "the answer is not what was asked for"),
    "wrong schema": (answer(200, said('{"sky": "green", "wind": 3}')), "the answer is not what was asked for"),
    "out of range": (answer(200, said('{"sky": "clear", "wind": 1e9}')), "the answer is not what was asked for"),
    "not a number": (answer(200, said('{"sky": "clear", "wind": NaN}')), "the answer is not what was asked for"),
    "cut at its length": (answer(200, said('{"sky": "cl', finish="length")), ""),
}


@pytest.mark.parametrize(("fault", "reason"), FAULTS.values(), ids=FAULTS)
async def test_a_fault_ends_at_the_deadline_in_words_of_ours(fault: Fault, reason: str) -> None:
    """A hang would never end by itself, nor one byte a second within hours: there the deadline is a short one."""
    deadline_s = SOON_S if reason == "no answer in time" else DEADLINE_S
    async with faulty(fault) as site, chain(provider(site.base_url), deadline_s=deadline_s) as models:
        with pytest.raises(NoModelAnswered) as caught:
            await models.ask(question())
    assert reason in str(caught.value)
    assert "kEy" not in str(caught.value)
    assert "blue morning" not in str(caught.value)
    assert caught.value.__cause__ is None


def test_the_deadline_is_twenty_seconds() -> None:
    assert DEADLINE_S == 20.0


async def test_a_connection_that_is_refused_is_told_as_such() -> None:
    async with chain(provider(await nowhere())) as models:
        with pytest.raises(NoModelAnswered, match="cannot be reached"):
            await models.ask(question())


@pytest.mark.parametrize("fault", [FAULTS[name][0] for name in ("500", "hang", "fifty megabytes", "wrong schema")])
async def test_after_five_failures_a_provider_is_left_alone(fault: Fault) -> None:
    async with faulty(fault) as site, chain(provider(site.base_url, timeout_s=SOON_S)) as models:
        for _ in range(5):
            with pytest.raises(NoModelAnswered):
                await models.ask(question())
        asked = site.requests
        with pytest.raises(NoModelAnswered, match="left alone"):
            await models.ask(question())
        assert site.requests == asked


async def test_a_circuit_that_one_process_opened_is_open_for_all_that_share_a_redis() -> None:
    with running_redis() as server:
        async with (
            faulty(answer(500)) as site,
            RedisLink(server.url, timeout_s=5.0) as one,
            RedisLink(server.url, timeout_s=5.0) as two,
            chain(provider(site.base_url), counts=RedisCounts(one, Now())) as models,
            chain(provider(site.base_url), counts=RedisCounts(two, Now())) as others,
        ):
            for _ in range(5):
                with pytest.raises(NoModelAnswered):
                    await models.ask(question())
            with pytest.raises(NoModelAnswered, match="left alone"):
                await others.ask(question())
            assert site.requests == 5


@pytest.mark.parametrize("fault", [FAULTS[name][0] for name in ("429", "500", "hang", "fifty megabytes", "empty body")])
async def test_the_algorithmic_finding_takes_the_place_and_says_so(fault: Fault) -> None:
    lyric = Lyric.of("A light in the window\nA long way to go")
    async with faulty(fault) as site, chain(provider(site.base_url), deadline_s=SOON_S) as models:
        found = await or_local(ChatAnalyzer("qwen", models), Algorithmic()).analyze(lyric)
    assert found.analyzer == "algorithmic"
    assert found.fallback.startswith("No chat model answered (qwen: ")


TALKATIVE = ("openai", "httpx2", "httpcore2", "pydantic_ai")


@pytest.fixture
def debug_log() -> Iterator[io.StringIO]:
    """What is logged at debug level, by us and by libraries that were told to say all."""
    lines = io.StringIO()
    root = logging.getLogger()
    handlers, level = root.handlers[:], root.level
    log.configure(level="debug", stream=lines)
    for name in TALKATIVE:
        logging.getLogger(name).setLevel(logging.DEBUG)
    yield lines
    for name in (*TALKATIVE, "cratedig"):
        logging.getLogger(name).setLevel(logging.NOTSET)
    root.handlers[:] = handlers
    root.setLevel(level)
    logging.captureWarnings(False)
    structlog.reset_defaults()


async def test_at_debug_level_neither_text_nor_key_nor_answer_is_logged(debug_log: io.StringIO) -> None:
    """The providers' libraries write whole requests at that level."""
    canaries = ("cAnAry-lyric", "cAnAry-answer", KEY)
    async with (
        faulty(answer(500), answer(200, said(canaries[1]))) as site,
        chain(provider(site.base_url)) as models,
    ):
        for _ in range(2):
            with pytest.raises(NoModelAnswered):
                await ChatAnalyzer("qwen", models).analyze(Lyric.of(canaries[0]))
    assert debug_log.getvalue().count("a model did not answer") == 2
    assert [canary for canary in canaries if canary in debug_log.getvalue()] == []


async def test_the_next_provider_answers_and_the_answer_says_why() -> None:
    async with (
        faulty(answer(500)) as bad,
        faulty(GOOD) as good,
        chain(provider(bad.base_url), provider(good.base_url, "gemma")) as models,
    ):
        answered = await models.ask(question())
    assert (answered.provider, answered.value.sky) == ("gemma", "clear")
    assert [(each.provider, each.reason) for each in answered.tried] == [("qwen", "it fails (500)")]
    assert bad.requests == 1  # the libraries' own retries are off


async def test_a_provider_that_asks_for_a_pause_is_given_it_and_asked_again() -> None:
    async with faulty(answer(429, retry_after="1"), GOOD) as site, chain(provider(site.base_url)) as models:
        answered = await models.ask(question())
    assert (answered.value.sky, answered.tried, site.requests) == ("clear", (), 2)
    assert site.times[1] - site.times[0] >= 1.0


async def test_a_pause_beyond_the_deadline_is_not_waited_for_by_anybody() -> None:
    async with faulty(answer(429, retry_after="3600"), GOOD) as site, chain(provider(site.base_url)) as models:
        for reason in ("too many requests", "it asked for a pause of 3600 s"):
            with pytest.raises(NoModelAnswered, match=reason):
                await models.ask(question())
    assert site.requests == 1


async def test_a_model_is_told_what_was_wrong_and_asked_twice_more_at_most() -> None:
    wrong = answer(200, said('{"sky": "green", "wind": 3}'))
    async with faulty(wrong, wrong, GOOD) as site, chain(provider(site.base_url)) as models:
        answered = await models.ask(question())
    assert answered.used.requests == site.requests == 3
    assert b"'clear' or 'cloudy'" in site.bodies[1]
    async with faulty(wrong) as site, chain(provider(site.base_url)) as models:
        with pytest.raises(NoModelAnswered):
            await models.ask(question())
        assert site.requests == 3
