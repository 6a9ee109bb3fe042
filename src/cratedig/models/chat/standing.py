"""How each provider stands: configured or why not, answering or left alone, what it spent. Without any secret."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any, Literal

from cratedig.models.chat.chain import Chain
from cratedig.models.chat.ledger import Spent
from cratedig.models.chat.provider import PRESETS, Provider

State = Literal["ready", "left alone", "over budget", "not configured"]


@dataclass(frozen=True, slots=True)
class Usage:
    """Of one provider in a day or a month of UTC. usd: what runs just now counts as it might cost at the most."""

    requests: int = 0
    failures: int = 0
    tokens_in: int = 0
    tokens_out: int = 0
    usd: float = 0.0


@dataclass(frozen=True, slots=True)
class Standing:
    """place: in the order in which they are asked, from 1; None where it is not configured. Prices: US dollars for a
    million tokens, None where they must be set."""

    name: str
    state: State
    place: int | None
    model: str
    address: str
    price_in: float | None
    price_out: float | None
    concurrency: int
    requests_per_minute: int
    timeout_s: float
    today: Usage
    month: Usage

    def as_dict(self) -> dict[str, Any]:
        return asdict(self)


@dataclass(frozen=True, slots=True)
class Standings:
    """Budgets in US dollars of all providers together; None: no limit."""

    providers: tuple[Standing, ...]
    budget_per_day: float | None
    budget_per_month: float | None
    usd_today: float
    usd_month: float

    def as_dict(self) -> dict[str, Any]:
        return asdict(self)


async def standings(chain: Chain) -> Standings:
    """Of every provider there can be, the configured ones first. Asks none of them; raises CatalogueUnavailable."""
    today, month = await chain.book.spent()
    usd_today, usd_month = _usd(today), _usd(month)
    is_spent = bool(chain.budget.refusal(today=usd_today, this_month=usd_month, cost=1e-9))
    asked = {provider.name: provider for provider in chain.providers}
    providers = [*asked.values(), *(preset for name, preset in PRESETS.items() if name not in asked)]
    found = [
        _standing(
            provider,
            place=place if provider.name in asked else None,
            state=await _state(chain, provider, is_spent=is_spent) if provider.name in asked else "not configured",
            today=_usage(provider, today),
            month=_usage(provider, month),
        )
        for place, provider in enumerate(providers, 1)
    ]
    return Standings(tuple(found), chain.budget.per_day, chain.budget.per_month, usd_today, usd_month)


async def _state(chain: Chain, provider: Provider, *, is_spent: bool) -> State:
    if await chain.breaker.is_open(provider.name):
        return "left alone"
    costs = bool(provider.price_in or provider.price_out)
    return "over budget" if is_spent and costs else "ready"


def _standing(provider: Provider, *, place: int | None, state: State, today: Usage, month: Usage) -> Standing:
    return Standing(
        name=provider.name,
        state=state,
        place=place,
        model=provider.model,
        address=provider.base_url,
        price_in=provider.price_in,
        price_out=provider.price_out,
        concurrency=provider.concurrency,
        requests_per_minute=provider.requests_per_minute,
        timeout_s=provider.timeout_s,
        today=today,
        month=month,
    )


def _usage(provider: Provider, spent: Sequence[Spent]) -> Usage:
    """Of all its models together."""
    theirs = [each for each in spent if each.provider == provider.name]
    return Usage(
        requests=sum(each.calls for each in theirs),
        failures=sum(each.failures for each in theirs),
        tokens_in=sum(each.tokens_in for each in theirs),
        tokens_out=sum(each.tokens_out for each in theirs),
        usd=_usd(theirs),
    )


def _usd(spent: Sequence[Spent]) -> float:
    return round(math.fsum(each.cost for each in spent), 8)
