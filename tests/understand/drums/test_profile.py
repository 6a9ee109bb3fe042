"""What performances say together: planted habits are found, with intervals that hold them."""

from __future__ import annotations

import random
from dataclasses import replace
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cratedig.errors import InputRejected
from cratedig.music.drums.meter import Meter
from cratedig.music.drums.quantities import QUANTITY
from cratedig.music.drums.style import StyleProfile
from cratedig.understand.drums.measured import Performance, measured
from cratedig.understand.drums.passages import MOST_BARS
from cratedig.understand.drums.profile import claims_of, feel_of, profile
from tests.understand.drums.players import HAT, KICK, eighths, human, playing, tom_fill


def band(pieces: int, *, seed: int = 0, swing: float = 60.0, push: float = -10.0) -> list[Performance]:
    dice = np.random.default_rng(seed)
    return [
        human(dice, swing=swing + dice.normal(0, 2), push=push + dice.normal(0, 5), tempo_bpm=110 + dice.normal(0, 10))
        for _ in range(pieces)
    ]


@given(st.randoms(use_true_random=False))
@settings(max_examples=5)
def test_the_order_of_files_does_not_matter(dice: random.Random) -> None:
    pieces = band(6)
    assert profile("A", dice.sample(pieces, len(pieces))) == profile("A", pieces)


def test_more_pieces_narrow_the_intervals() -> None:
    few, many = profile("A", band(2)), profile("A", band(24))
    narrower = [name for name in QUANTITY if _width(many, name) < _width(few, name)]
    wider = [name for name in QUANTITY if _width(many, name) > _width(few, name)]
    assert len(narrower) > 3 * len(wider)
    assert {"swing_percent", "tempo_avg", "push_snare", "velocity_mean", "ghost_note_prob"} <= set(narrower)
    assert few.confidence < 0.55 < 0.8 < many.confidence


def _width(found: StyleProfile, name: str) -> float:
    return found.claims[name].high - found.claims[name].low


@pytest.mark.parametrize("pieces", [3, 10])
def test_planted_habits_lie_in_their_intervals(pieces: int) -> None:
    planted = {"swing_percent": 60.0, "push_snare": -10.0, "tempo_avg": 110.0}
    claimed = [claims_of([measured(piece) for piece in band(pieces, seed=seed)]) for seed in range(20)]
    held = [claims[name].low <= value <= claims[name].high for claims in claimed for name, value in planted.items()]
    assert np.mean(held) >= 0.93


def test_one_piece_is_trusted_as_little_as_is_stated() -> None:
    found = profile("A", band(1))
    assert _width(found, "tempo_avg") == pytest.approx(4 * QUANTITY["tempo_avg"].spread, rel=0.1)
    assert found.confidence < 0.4
    assert "rests on little: 1 piece" in found.description


def test_louder_playing_is_only_louder() -> None:
    soft = playing([(tick, note, velocity // 2) for tick, note, velocity in eighths(55)])
    loud = replace(soft, velocity=soft.velocity * 2)
    one, two = (profile("A", [Performance("a.mid", played)]) for played in (soft, loud))
    assert two.value("velocity_mean", 0) == 2 * one.value("velocity_mean", 0)
    assert two.value("velocity_std", 0) == 2 * one.value("velocity_std", 0)
    same = [name for name in QUANTITY if not name.startswith("velocity")]
    assert [one.claims[name] for name in same] == [two.claims[name] for name in same]


def test_fills_are_found_where_they_are() -> None:
    strokes = [stroke for stroke in eighths(50, bars=32) if stroke[0] // 1920 % 4 != 3]
    played = playing([*strokes, *(stroke for bar in range(3, 32, 4) for stroke in tom_fill(bar))])
    found = profile("A", [Performance("a.mid", played)])
    assert found.value("fill_every", 0) == pytest.approx(4, abs=0.2)
    assert found.value("fill_phrase_share", 0) == 1
    assert found.value("fill_tom_share", 0) == pytest.approx(10 / 16)
    assert found.passages[0].roles == ("beat", "beat", "beat", "fill") * 8


def test_a_profile_keeps_no_more_bars_than_it_may() -> None:
    found = profile("A", [Performance(f"{at}.mid", playing(eighths(50, bars=40))) for at in range(30)])
    assert sum(len(passage.bars) for passage in found.passages) <= MOST_BARS
    assert len(found.passages) == 30
    assert len(found.typical) == 1


def test_the_feel_is_what_was_played() -> None:
    late = [(tick + 12 * (note == KICK), note, velocity) for tick, note, velocity in eighths(66, bars=16)]
    feel = profile("A", [Performance("a.mid", playing(late))]).feel
    assert feel.swing_8 == pytest.approx(66, abs=1)
    assert feel.touches["kick", None].push == 12
    assert feel.touches["snare", 4].push == 0


def test_fills_alone_are_a_profile_too() -> None:
    found = profile("A", [Performance("a.mid", playing(tom_fill(0)))])
    assert found.passages[0].roles == ("fill",)
    assert found.confidence < 0.1


def test_any_meter_has_a_profile() -> None:
    played = playing([(240 * at, HAT if at % 7 else KICK, 80) for at in range(28)], meter=Meter(7, 8))
    assert profile("A", [Performance("a.mid", played)]).typical[0].meter == Meter(7, 8)


def test_no_evidence_is_no_profile() -> None:
    with pytest.raises(InputRejected, match="no evidence"):
        profile("A", [])


def test_swung_eighths_are_written_as_eighths() -> None:
    found = profile("A", [Performance("a.mid", playing(eighths(200 / 3, bars=8)))])
    assert {hit.place % 1 for bar in found.passages[0].bars for hit in bar.hits} == {0, Fraction(1, 2)}
    assert {hit.tick % 480 for bar in found.passages[0].bars for hit in bar.hits} == {0, 320}
    assert feel_of([playing(eighths(200 / 3, bars=8))]) == found.feel


def test_spreads_of_a_place_are_those_within_pieces() -> None:
    random = np.random.default_rng(3)
    pieces = [human(random, push=push, bars=1) for push in (-20, 20, 0) * 10]
    touches = profile("A", pieces).feel.touches
    assert touches["snare", 4].hits == 30
    assert touches["snare", 4].push_spread == touches["snare", None].push_spread
    assert 4 < touches["hat", None].push_spread < 13
