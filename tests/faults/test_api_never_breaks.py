"""Promise 12: whatever is sent to whatever operation, the answer is one that the description names, and never a 5xx."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress
from typing import Any

import pytest
import schemathesis
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis.errors import Unsatisfiable
from schemathesis import Case
from schemathesis.config import SchemathesisConfig

from cratedig.catalogue import Catalogue
from cratedig.web.access.roles import Role
from faults.sizes import size
from served import Served, served

EXAMPLES = size(p=12, r=400)
REFUSALS = ["400", "401", "403", "404", "405", "406", "409", "413", "415", "422", "428", "429"]
"""How wrong data may be answered; 413 is ours to a lyric that is too long for a body."""


@pytest.fixture(scope="module")
def product(worker_catalogue: Catalogue, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    folder = tmp_path_factory.mktemp("served")
    limits = {"requests_per_minute": 10_000_000, "trusted_proxies": ["127.0.0.1"]}
    with served(worker_catalogue.url, folder, **limits) as it:
        yield it


@pytest.fixture(scope="module")
def schema(product: Served) -> Any:
    # what is not asked about is not read, and the key is ours: ignored_auth tries without it and with a wrong one
    generation = {"allow-extra-parameters": False, "with-security-parameters": False}
    checks = {"negative_data_rejection": {"expected-statuses": REFUSALS}}
    config = SchemathesisConfig.from_dict({"seed": 12, "generation": generation, "checks": checks})
    return schemathesis.openapi.from_url(f"{product.url}/openapi.json", config=config)


@pytest.mark.filterwarnings("default")  # of the libraries that schemathesis brings
@pytest.mark.parametrize("mode", list(schemathesis.GenerationMode), ids=lambda mode: mode.value)
def test_every_operation_keeps_to_its_description(product: Served, schema: Any, mode: Any) -> None:
    tried = set()
    addresses = (f"10.{n >> 16}.{n >> 8 & 255}.{n & 255}" for n in range(1 << 24))

    for found in schema.get_all_operations():
        operation = found.ok()

        @settings(
            max_examples=EXAMPLES,
            deadline=None,
            database=None,
            derandomize=True,
            phases=[Phase.explicit, Phase.generate],
            suppress_health_check=list(HealthCheck),
        )
        @given(case=operation.as_strategy(generation_mode=mode))
        def one_operation(case: Case) -> None:
            tried.add(case.operation.label)
            _order_years(case.body)
            _shorten(case.body)
            # from an address of its own: the check that tries wrong keys must not meet the limit on those
            headers = {"X-API-Key": product.keys[Role.ADMIN], "X-Forwarded-For": next(addresses)}
            if mode.is_positive and "Idempotency-Key" in (case.headers or {}):
                headers["Idempotency-Key"] = headers["X-Forwarded-For"]  # one that no other example used
            case.call_and_validate(headers=headers, timeout=60)

        with suppress(Unsatisfiable):  # what takes nothing can be sent nothing wrong
            one_operation()
    assert len(tried) >= {"positive": 8, "negative": 5}[mode.value], tried


def _shorten(body: Any) -> None:
    """Nor can it say that a drum part is not too long as a whole."""
    if isinstance(body, dict) and all(type(body.get(name)) is int for name in ("bars", "variations")):
        body["bars"], body["variations"] = min(body["bars"], 4), min(body["variations"], 4)


def _order_years(body: Any) -> None:
    """That a minimum is not over its maximum is a rule no JSON Schema can say."""
    if isinstance(body, list):
        for part in body:
            _order_years(part)
    elif isinstance(body, dict):
        years = [body.get("min_year"), body.get("max_year")]
        if all(type(year) in (int, float) for year in years):
            body["min_year"], body["max_year"] = sorted(years)
        for part in body.values():
            _order_years(part)
