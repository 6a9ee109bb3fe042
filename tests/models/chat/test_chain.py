"""The chain: what is asked of whom, what is kept, what waits."""

from __future__ import annotations

import asyncio
from dataclasses import replace

import pytest

from cratedig.cache import Cache
from cratedig.errors import NoModelAnswered
from cratedig.models.chat.own_book import OwnBook
from cratedig.models.chat.question import Room
from cratedig.models.chat.scripted import Asked, Scripted
from tests.models.chat.asking import Weather, chain, provider, question, weather
from tests.models.chat.faulty import answer, faulty, said


async def test_nobody_configured_is_told_as_such() -> None:
    async with chain() as models:
        with pytest.raises(NoModelAnswered, match="No chat model is configured"):
            await models.ask(question())


async def test_the_first_can_be_chosen_and_the_others_keep_their_order() -> None:
    async with faulty(answer(500)) as down:
        names = ("qwen", "gemma", "ollama")
        async with chain(*(provider(down.base_url, name) for name in names)) as models:
            with pytest.raises(NoModelAnswered) as caught:
                await models.ask(question(), first=["gemma"])
    words = str(caught.value)
    assert words.index("gemma") < words.index("qwen") < words.index("ollama")


async def test_an_answer_is_kept_by_text_prompt_and_model_and_costs_nothing_again() -> None:
    cache = Cache()
    async with Scripted(weather) as model:
        async with chain(provider(model.base_url), cache=cache) as models:
            first, again = await models.ask(question()), await models.ask(question())
            await models.ask(question("another text"))
        async with chain(provider(model.base_url, model="other"), cache=cache) as models:
            other = await models.ask(question())
    assert (first.kept, again.kept, other.kept) == (False, True, False)
    assert (again.value, again.used.cost) == (first.value, 0.0)
    assert len(model.asked) == 3


async def test_a_longer_answer_is_given_the_room_its_question_asks_for() -> None:
    async with Scripted(weather) as model, chain(provider(model.base_url, max_tokens=500)) as models:
        await models.ask(question("short"))
        await models.ask(replace(question("long"), room=Room(tokens=4000, seconds=60.0)))
    assert [asked.most_tokens for asked in model.asked] == [500, 4000]


async def test_a_kept_answer_that_would_no_longer_do_is_asked_for_again() -> None:
    cache = Cache()

    def no_wind(value: Weather) -> None:
        if value.wind > 1:
            raise ValueError("too much wind")

    async with Scripted(weather) as model, chain(provider(model.base_url), cache=cache) as models:
        await models.ask(question())
        with pytest.raises(NoModelAnswered):
            await models.ask(question(check=no_wind))
    assert len(model.asked) == 1 + 3


async def test_a_failure_is_not_kept() -> None:
    good = answer(200, said('{"sky": "clear", "wind": 1}'))
    async with faulty(answer(500), good) as site, chain(provider(site.base_url), cache=Cache()) as models:
        with pytest.raises(NoModelAnswered):
            await models.ask(question())
        assert not (await models.ask(question())).kept


async def test_no_more_run_at_once_than_may_and_an_impatient_question_gives_up() -> None:
    reached, held = asyncio.Event(), asyncio.Event()

    async def wait(asked: Asked) -> str:
        reached.set()
        await held.wait()
        return weather(asked)

    async with Scripted(wait) as model:
        one, book = provider(model.base_url, concurrency=1), OwnBook()
        async with chain(one, book=book) as models, chain(one, book=book, deadline_s=0.2) as hasty:
            patient = [asyncio.create_task(models.ask(question(str(at)), patient=True)) for at in range(3)]
            await reached.wait()
            with pytest.raises(NoModelAnswered, match="no turn in time"):
                await hasty.ask(question("hasty"))
            held.set()
            assert [(await each).value.sky for each in patient] == ["clear"] * 3
    assert model.most_at_once == 1


async def test_a_cancelled_question_is_entered_as_paid() -> None:
    """Who hangs up may have been charged; and the place is free again."""
    reached, held = asyncio.Event(), asyncio.Event()

    async def wait(asked: Asked) -> str:
        reached.set()
        await held.wait()
        return weather(asked)

    book = OwnBook()
    async with Scripted(wait) as model, chain(provider(model.base_url, concurrency=1), book=book) as models:
        asking = asyncio.create_task(models.ask(question()))
        await reached.wait()
        asking.cancel()
        with pytest.raises(asyncio.CancelledError):
            await asking
        held.set()
        (spent,), _ = await book.spent()
        assert spent.cost > 0
        assert (await models.ask(question("next"))).value.sky == "clear"
