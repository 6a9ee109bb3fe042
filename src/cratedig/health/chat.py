"""The chat models: who is configured, who is left alone, what was spent. None of them is asked."""

from __future__ import annotations

from cratedig.cache import RedisLink
from cratedig.catalogue import Catalogue
from cratedig.health.component import Component
from cratedig.models.chat.standing import Standings, standings
from cratedig.settings import Settings
from cratedig.wiring import open_chat

NAME = "chat models"


async def component(settings: Settings, catalogue: Catalogue, redis: RedisLink | None = None) -> Component:
    """A provider that is left alone by another process is known where they share a Redis. Raises SettingsError."""
    async with open_chat(settings, catalogue=catalogue, redis=redis) as chain:
        return _component(await standings(chain))


def _component(found: Standings) -> Component:
    configured = [provider for provider in found.providers if provider.place is not None]
    if not configured:
        return Component(NAME, "ok", "not configured: analyzers that ask one answer by rules, and say so")
    told = ", ".join(f"{each.name} {each.state}" for each in configured)
    limits = [(found.usd_today, found.budget_per_day, "today"), (found.usd_month, found.budget_per_month, "this month")]
    spent = ", ".join(f"{usd:.2f} of {_limit(limit)} US dollars {when}" for usd, limit, when in limits)
    detail = f"{told}; {spent}"
    if any(each.state == "ready" for each in configured):
        return Component(NAME, "ok", detail)
    advice = "See /models/info, and models.budget_per_day and budget_per_month in docs/settings.md."
    return Component(NAME, "degraded", detail, advice)


def _limit(limit: float | None) -> str:
    return "any number of" if limit is None else f"{limit:g}"
