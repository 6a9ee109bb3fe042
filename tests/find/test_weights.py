"""The tables of weights: whole, never negative, and only those that their card vouches for."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cratedig.errors import ModelUnavailable
from cratedig.find.weights import SPEC, Weights, digest, learned, weights
from cratedig.wiring import App


def card(table: dict[str, Any]) -> str:
    return json.dumps({"weights": table, "sha256": digest(table)})


@given(st.floats(0.001, 100))
def test_a_table_survives_being_written(times: float) -> None:
    table = SPEC.as_dict() | {"unnamed_mood": times}
    assert Weights.of(json.loads(json.dumps(table))).as_dict() == table


@pytest.mark.parametrize("value", [-0.1, float("nan"), float("inf"), "much", None])
def test_what_is_no_weight_is_refused(value: Any) -> None:
    with pytest.raises((ValueError, TypeError)):
        Weights.of(SPEC.as_dict() | {"sound_of_a_genre": value})


def test_a_table_that_lacks_a_kind_or_weighs_nothing_is_refused() -> None:
    table = SPEC.as_dict()
    with pytest.raises(KeyError):
        Weights.of(table | {"groups": {name: row for name, row in table["groups"].items() if name != "mood"}})
    with pytest.raises(ValueError, match="no weight at all"):
        Weights.of(table | {"groups": table["groups"] | {"mood": dict.fromkeys(table["groups"]["mood"], 0.0)}})


def test_the_digest_does_not_depend_on_the_order_of_keys() -> None:
    table = SPEC.as_dict()
    assert digest(table) == digest(dict(reversed(table.items())))
    assert digest(table) != digest(table | {"unnamed_mood": 0.9})


def test_learned_weights_are_read_only_where_their_card_vouches_for_them(tmp_path: Path) -> None:
    table = SPEC.as_dict() | {"unnamed_mood": 0.9}
    (tmp_path / "blend.json").write_text(card(table), encoding="utf-8")
    assert learned(tmp_path).unnamed_mood == 0.9
    other = tmp_path / "other"
    other.mkdir()
    with pytest.raises(ModelUnavailable, match="cannot be read"):
        learned(other)
    (other / "blend.json").write_text(card(table).replace("0.9", "0.8"), encoding="utf-8")
    with pytest.raises(ModelUnavailable, match="SHA-256"):
        learned(other)


def test_a_setting_chooses_the_weights(app: App) -> None:
    assert app.finder.manner.weights is SPEC
    settings = app.settings.model_copy(update={"find": app.settings.find.model_copy(update={"blend": "learned"})})
    assert replace(app, settings=settings).finder.manner.weights is learned()


def test_the_shipped_weights_are_whole() -> None:
    assert weights("spec") is SPEC
    assert weights("learned").groups.keys() == SPEC.groups.keys()
