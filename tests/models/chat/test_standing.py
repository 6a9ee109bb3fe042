"""What /models/info says of providers."""

from __future__ import annotations

import orjson
import pytest

from cratedig.errors import NoModelAnswered
from cratedig.models.chat.ledger import Budget
from cratedig.models.chat.scripted import Scripted
from cratedig.models.chat.standing import standings
from tests.models.chat.asking import KEY, chain, provider, question, weather
from tests.models.chat.faulty import answer, faulty


async def test_what_was_spent_is_told_and_no_secret() -> None:
    async with Scripted(weather) as model, chain(provider(model.base_url)) as models:
        answered = await models.ask(question())
        found = await standings(models)
    first, *others = found.providers
    assert (first.name, first.state, first.place, first.model) == ("qwen", "ready", 1, "m")
    assert first.today.requests == 1
    assert first.today.usd == pytest.approx(answered.used.cost, abs=1e-8)
    assert found.usd_month == first.month.usd > 0
    assert {each.state for each in others} == {"not configured"}
    assert {each.place for each in others} == {None}
    assert KEY not in orjson.dumps(found.as_dict()).decode()


async def test_a_provider_that_failed_again_and_again_is_left_alone() -> None:
    async with faulty(answer(500)) as site, chain(provider(site.base_url)) as models:
        for _ in range(5):
            with pytest.raises(NoModelAnswered):
                await models.ask(question())
        assert (await standings(models)).providers[0].state == "left alone"


async def test_a_spent_budget_stops_what_costs_and_not_what_is_free() -> None:
    async with Scripted(weather) as model:
        paid = provider(model.base_url)
        free = provider(model.base_url, "ollama", price_in=0.0, price_out=0.0)
        async with chain(paid, free, budget=Budget(per_day=0.0)) as models:
            answered = await models.ask(question())
            assert answered.provider == "ollama"
            assert "budget of the day" in answered.tried[0].reason
            found = await standings(models)
    assert [each.state for each in found.providers[:2]] == ["over budget", "ready"]
    assert len(model.asked) == 1
