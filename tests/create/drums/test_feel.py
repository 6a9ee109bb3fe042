"""Feel, by its laws."""

from __future__ import annotations

from fractions import Fraction
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from cratedig.create.drums.feel import feel
from cratedig.music.drums.feel import Feel, Touch
from cratedig.music.drums.groove import Bar, Groove, Hit
from cratedig.music.drums.kit import CLOSED_HAT, KICK, SNARE
from cratedig.music.drums.meter import COMMON
from cratedig.music.drums.strokes import GHOST_BELOW
from grooves import FEELS, SWINGS, grooves

AMOUNTS = st.floats(0, 1)
SEEDS = st.integers(0, 99)
LOOSE = Feel(touches={("hat", None): Touch(4, 12, 70, 12, 99), ("snare", None): Touch(15, 10, 90, 30, 99)})


def put(groove: Groove, of: Feel, *, seed: int = 0, timing: float = 1.0, velocity: float = 1.0) -> Groove:
    return feel(groove, of, timing=timing, velocity=velocity, rng=np.random.default_rng(seed))


def ticks(groove: Groove) -> list[int]:
    return [tick for tick, _ in groove.sounding()]


def hats(steps: int, bars: int = 8) -> Groove:
    """Hats all alike, on so many steps of a quarter."""
    played = tuple(Hit(CLOSED_HAT, Fraction(at, steps), 84) for at in range(4 * steps))
    return Groove((Bar(COMMON, played),) * bars, 120)


@given(grooves(), FEELS, SEEDS)
def test_none_of_it_changes_nothing(groove: Groove, of: Feel, seed: int) -> None:
    assert put(groove, of, seed=seed, timing=0, velocity=0) == groove


@given(grooves(), FEELS, SEEDS, AMOUNTS, AMOUNTS)
def test_the_same_seed_plays_the_same(groove: Groove, of: Feel, seed: int, timing: float, velocity: float) -> None:
    once, again = (put(groove, of, seed=seed, timing=timing, velocity=velocity) for _ in range(2))
    assert once == again


@given(grooves(), FEELS, SEEDS, AMOUNTS)
def test_timing_and_velocity_are_apart(groove: Groove, of: Feel, seed: int, amount: float) -> None:
    moved, louder = put(groove, of, seed=seed, velocity=0, timing=amount), put(groove, of, seed=seed, timing=0)
    assert [hit.velocity for _, hit in moved.sounding()] == [hit.velocity for _, hit in groove.sounding()]
    assert ticks(louder) == ticks(groove)


@given(grooves(), FEELS, SEEDS, AMOUNTS)
def test_strokes_pass_no_neighbour_and_leave_no_groove(groove: Groove, of: Feel, seed: int, amount: float) -> None:
    played = put(groove, of, seed=seed, timing=amount)
    assert [[hit.place for hit in bar.hits] for bar in played.bars] == [
        [hit.place for hit in bar.hits] for bar in groove.bars
    ]
    order = sorted(zip(ticks(groove), ticks(played), strict=True))
    assert all(then[1] > now[1] for now, then in pairwise(order) if then[0] > now[0])
    assert all(0 <= tick < groove.length_ticks for tick in ticks(played))


@given(grooves(), FEELS, SWINGS, SWINGS, SEEDS, AMOUNTS)
def test_more_swing_is_never_earlier(
    groove: Groove, of: Feel, eighths: float, sixteenths: float, seed: int, amount: float
) -> None:
    more = Feel(max(eighths, of.swing_8), max(sixteenths, of.swing_16), of.touches)
    less = ticks(put(groove, of, seed=seed, timing=amount))
    much = ticks(put(groove, more, seed=seed, timing=amount))
    assert all(early <= late for early, late in zip(less, much, strict=True))


@given(SWINGS, st.sampled_from([2, 4]))
def test_the_swing_heard_is_the_swing_asked_for(percent: float, steps: int) -> None:
    """As swing is measured: each second note in its pair, the median of a performance."""
    swing = Feel(**{"swing_8" if steps == 2 else "swing_16": percent}, touches=LOOSE.touches)
    errors = [abs(heard(put(hats(steps), swing, seed=seed)) - percent) / 100 * 960 / steps for seed in range(6)]
    assert np.mean(errors) < 0.6


def heard(groove: Groove) -> float:
    """Percent of a pair; of pairs struck whole, with the beat after them."""
    played = np.array(ticks(groove))
    first, second, following = played[:-2:2], played[1:-1:2], played[2::2]
    return 100 * float(np.median((second - first) / (following - first)))


@given(st.floats(50, 75))
def test_a_bare_swing_is_exact_in_every_stroke(percent: float) -> None:
    assert ticks(put(hats(2, bars=1), Feel(swing_8=percent)))[1::2] == [
        at * 480 + round(4.8 * percent) for at in range(4)
    ]


def test_voices_are_pushed_and_dragged_as_they_are_known_to_be() -> None:
    struck = [(KICK, 0), (SNARE, 1), (KICK, 2), (SNARE, 3)]
    groove = Groove((Bar(COMMON, tuple(Hit(drum, Fraction(at), 100) for drum, at in struck)),) * 32, 96)
    late = put(groove, Feel(touches={("snare", None): Touch(14, 6, 100, 8, 50), ("snare", 12): Touch(20, 0, 90, 8, 9)}))
    pushes = {at: [hit.push for bar in late.bars for hit in bar.hits if hit.place == at] for at in range(4)}
    assert set(pushes[0]) == {0}
    assert abs(np.mean(pushes[1]) - 14) < 3
    assert 3 < np.std(pushes[1]) < 9
    assert set(pushes[3]) == {20}


def test_limbs_wander_together() -> None:
    struck = tuple(Hit(drum, Fraction(at, 2), 90) for at in range(8) for drum in (KICK, CLOSED_HAT))
    loose = Feel(touches={("kick", None): Touch(0, 9, 90, 8, 9), ("hat", None): Touch(0, 9, 90, 8, 9)})
    played = put(Groove((Bar(COMMON, struck),) * 64, 120), loose)
    kick, hat = np.array([hit.push for _, hit in played.sounding()]).reshape(-1, 2).T
    assert 0.3 < np.corrcoef(kick, hat)[0, 1] < 0.55
    assert 0.25 < np.corrcoef(kick[:-1], kick[1:])[0, 1] < 0.6
    assert 8 < np.std(kick) < 10


def test_a_flam_is_pushed_as_one_and_stays_a_flam() -> None:
    flam = (Hit(SNARE, Fraction(455, 480), 40), Hit(SNARE, Fraction(1), 110))
    late = put(Groove((Bar(COMMON, flam),) * 8, 100), Feel(touches={("snare", 4): Touch(15, 8, 110, 5, 9)}))
    pushes = np.array([hit.push for _, hit in late.sounding()]).reshape(-1, 2)
    room = 12  # half way to the main stroke
    assert np.array_equal(np.minimum(pushes[:, 1], room), pushes[:, 0])
    assert (pushes[:, 1] > room).any()


@given(st.integers(1, 127), st.integers(1, 127), st.integers(1, 127))
def test_the_louder_stroke_in_a_place_stays_the_louder(one: int, other: int, usual: int) -> None:
    groove = Groove(tuple(Bar(COMMON, (Hit(SNARE, Fraction(1), velocity),)) for velocity in (one, other)), 120)
    steady = Feel(touches={("snare", None): Touch(0, 0, usual, 0, 9), ("snare", 4): Touch(0, 0, usual, 20, 9)})
    quiet = Feel(touches={key: Touch(0, 0, usual, 0, 9) for key in steady.touches})
    soft, loud = sorted(zip((one, other), (hit.velocity for _, hit in put(groove, quiet).sounding()), strict=True))
    assert soft[1] <= loud[1] + 1


def test_a_place_is_played_as_loudly_as_it_is_known_to_be() -> None:
    played = put(
        hats(2, bars=32), Feel(touches={("hat", 0): Touch(0, 0, 110, 6, 99), ("hat", 2): Touch(0, 0, 60, 6, 9)})
    )
    beats, offs = ([hit.velocity for _, hit in played.sounding() if hit.place % 4 == at] for at in (0, Fraction(1, 2)))
    assert np.mean(beats) > 100
    assert np.mean(offs) < 70


@given(SEEDS, st.integers(1, 40), st.integers(1, 127), st.floats(0, 60))
def test_a_ghost_stays_a_ghost(seed: int, written: int, usual: int, spread: float) -> None:
    groove = Groove((Bar(COMMON, (Hit(SNARE, Fraction(1), written), Hit(SNARE, Fraction(3), 90))),), 120)
    struck = put(groove, Feel(touches={("snare", None): Touch(0, 0, usual, spread, 9)}), seed=seed)
    ghost, stroke = (hit.velocity for _, hit in struck.sounding())
    assert ghost < GHOST_BELOW <= stroke + 1


@given(SEEDS)
def test_no_stroke_of_a_hat_is_as_loud_as_the_one_before(seed: int) -> None:
    played = [hit.velocity for _, hit in put(hats(4), Feel(), seed=seed).sounding()]
    assert all(now != then for now, then in pairwise(played))
    assert max(played) - min(played) < 12


@pytest.mark.parametrize("amounts", [{"timing": 1.1}, {"velocity": -0.1}])
def test_an_amount_that_is_none_is_refused(amounts: dict[str, float]) -> None:
    with pytest.raises(ValueError, match=r"outside 0\.\.1"):
        put(hats(2), Feel(), **amounts)
