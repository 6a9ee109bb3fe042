"""Promise 11: model trouble is not ours. Each fault, on a real server: in time, in plain words, and left alone."""

from __future__ import annotations

import pytest

from cratedig.errors import NoModelAnswered
from cratedig.models.chat.chain import DEADLINE_S
from tests.models.chat.asking import CLEAR, chain, provider, question
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
    """A hang would never end by itself, nor one byte a second within hours."""
    async with faulty(fault) as site, chain(provider(site.base_url), deadline_s=SOON_S) as models:
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
