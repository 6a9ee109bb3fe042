"""Parts drawn from a profile: laws that hold for any drummer, meter, length and seed."""

from __future__ import annotations

from dataclasses import replace
from itertools import combinations, pairwise

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cratedig.create.drums.habits import Vocabulary
from cratedig.create.drums.request import Wish
from cratedig.create.drums.template import Template, draw, parts
from cratedig.errors import ModelUnavailable
from cratedig.music.drums.distance import apart
from cratedig.music.drums.groove import Bar, Groove
from cratedig.music.drums.kit import CLOSED_HAT, OPEN_HAT, PEDAL_HAT
from cratedig.music.drums.meter import COMMON, PPQ, Meter
from cratedig.music.drums.strokes import mark_of, strokes
from cratedig.music.drums.style import StyleProfile
from create.drums.written import BOTH, PLAYERS, ROCKER, SINGLE, profile

VOCABULARIES = {one.artist: Vocabulary.of(one) for one in PLAYERS}
FLAM = PPQ // 24
FEET = {35, 36, PEDAL_HAT.note}
SHIFTS = st.sampled_from([-1.0, -0.5, 0.0, 0.4, 1.0])

players = st.sampled_from(PLAYERS)
meters = st.builds(Meter, st.integers(1, 16), st.sampled_from([1, 2, 4, 8, 16, 32])) | st.just(COMMON)


LENGTHS = st.integers(1, 20)


@st.composite
def wishes(draw: st.DrawFn, *, bars: st.SearchStrategy[int] = LENGTHS) -> Wish:
    return Wish(
        bars=draw(bars),
        meter=draw(meters),
        variations=1,
        seed=draw(st.integers(0, 2**32)),
        fill_every=draw(st.none() | st.integers(0, 8)),
        density=draw(SHIFTS),
        complexity=draw(SHIFTS),
    )


def played(who: StyleProfile, wish: Wish) -> Groove:
    return parts(VOCABULARIES[who.artist], wish)[0]


def plain(wish: Wish) -> Wish:
    return replace(wish, density=0.0, complexity=0.0)


@settings(max_examples=25)
@given(players, wishes(bars=st.integers(1, 64)))
def test_a_part_ends_exactly_on_its_last_bar(who: StyleProfile, wish: Wish) -> None:
    groove = played(who, wish)
    assert len(groove.bars) == wish.bars
    assert {bar.meter for bar in groove.bars} == {wish.meter}
    assert groove.length_ticks == wish.bars * wish.meter.bar_ticks
    assert all(0 <= tick < groove.length_ticks for tick, _ in groove.sounding())
    assert all(hit.push == 0 for bar in groove.bars for hit in bar.hits)


@settings(max_examples=25)
@given(players, wishes())
def test_two_hands_and_two_feet_can_play_it(who: StyleProfile, wish: Wish) -> None:
    for bar in played(who, wish).bars:
        ticks = [hit.tick for hit in bar.hits if hit.drum.note not in FEET]
        assert all(sum(tick <= at <= tick + FLAM for at in ticks) <= 2 for tick in ticks)
        feet = [hit.tick for hit in bar.hits if hit.drum.note in FEET]
        assert all(feet.count(tick) <= 2 for tick in feet)


@settings(max_examples=25)
@given(players, wishes())
def test_a_hat_that_opens_is_closed_within_a_bar(who: StyleProfile, wish: Wish) -> None:
    hats = [(tick, hit.drum) for tick, hit in played(who, wish).sounding() if hit.drum.voice == "hat"]
    assert not hats or hats[-1][1] != OPEN_HAT
    assert all(then - now <= wish.meter.bar_ticks for (now, drum), (then, _) in pairwise(hats) if drum == OPEN_HAT)
    places = {tick for tick, drum in hats if drum == OPEN_HAT}
    assert not places & {tick for tick, drum in hats if drum in (CLOSED_HAT, PEDAL_HAT)}


@settings(max_examples=25)
@given(players, wishes())
def test_no_bar_is_one_of_the_evidence(who: StyleProfile, wish: Wish) -> None:
    theirs = {strokes(bar) for one in who.passages for bar in one.bars}
    assert not any(strokes(bar) in theirs for bar in played(who, replace(wish, meter=COMMON)).bars)


@settings(max_examples=15)
@given(players, wishes(), SHIFTS, SHIFTS)
def test_denser_is_never_fewer_strokes(who: StyleProfile, wish: Wish, one: float, other: float) -> None:
    less, more = (played(who, replace(wish, density=shift)) for shift in sorted((one, other)))
    assert all(len(few.hits) <= len(many.hits) for few, many in zip(less.bars, more.bars, strict=True))


@settings(max_examples=15)
@given(players, wishes(), SHIFTS, SHIFTS)
def test_more_complex_is_never_fewer_strokes_off_the_beat(
    who: StyleProfile, wish: Wish, one: float, other: float
) -> None:
    less, more = (played(who, replace(plain(wish), complexity=shift)) for shift in sorted((one, other)))
    assert all(_off_beat(few) <= _off_beat(many) for few, many in zip(less.bars, more.bars, strict=True))


def _off_beat(bar: Bar) -> int:
    return sum(bar.meter.weight(hit.place) <= -4 for hit in bar.hits)


@settings(max_examples=15)
@given(players, wishes(bars=st.integers(2, 16)), st.integers(1, 4))
def test_after_a_fill_comes_a_crash_with_the_kick(who: StyleProfile, wish: Wish, every: int) -> None:
    groove = played(who, replace(plain(wish), fill_every=every))
    for after in groove.bars[every::every]:
        assert {"crash", "kick"} <= {hit.drum.voice for hit in after.hits if hit.place == 0}


@settings(max_examples=8)
@given(players, wishes())
def test_the_same_wish_is_the_same_part(who: StyleProfile, wish: Wish) -> None:
    again = parts(Vocabulary.of(who), replace(wish, variations=2))
    assert played(who, wish) == again[0]


@settings(max_examples=8)
@given(players, wishes(bars=st.integers(1, 4)))
def test_variations_differ_and_do_not_depend_on_how_many_there_are(who: StyleProfile, wish: Wish) -> None:
    four = parts(VOCABULARIES[who.artist], replace(plain(wish), variations=4, meter=COMMON))
    assert all(apart(one, other) > 0.01 for one, other in combinations(four, 2))
    assert parts(VOCABULARIES[who.artist], replace(plain(wish), variations=2, meter=COMMON)) == four[:2]


@settings(max_examples=15)
@given(st.integers(0, 50))
def test_a_theme_returns(seed: int) -> None:
    bars = played(ROCKER, Wish(bars=8, seed=seed, variations=1, fill_every=0)).bars
    theme, returns, other = (frozenset((hit.place, hit.drum) for hit in bars[at].hits) for at in (0, 4, 1))
    assert len(theme ^ returns) <= 0.5 * len(theme)
    assert len(theme & returns) >= len(theme & other) - 0.3 * len(theme)


def test_what_may_be_repeated_is_repeated() -> None:
    beats = ROCKER.passages[0].bars[:3]
    groove = played(ROCKER, Wish(bars=6, variations=1, verbatim=True, fill_every=0))
    assert [strokes(bar) for bar in groove.bars] == [strokes(bar) for bar in beats * 2]


def test_no_humanising_leaves_what_repeats_as_loud() -> None:
    bars = played(SINGLE, Wish(bars=2, seed=3, variations=1, velocity=0.0)).bars
    kicks = [[hit.velocity for hit in bar.hits if hit.place == 0 and hit.drum.voice == "kick"] for bar in bars]
    assert kicks[0] == kicks[1]


def test_the_tempo_is_the_profiles_own_unless_one_is_wished() -> None:
    assert played(BOTH, Wish(variations=1)).tempo_bpm == 100.0
    assert played(BOTH, Wish(variations=1, tempo_bpm=143.5)).tempo_bpm == 143.5


def test_a_tempo_finds_the_passages_played_at_it() -> None:
    wished = [[Wish(tempo_bpm=tempo, seed=seed, variations=1, bars=1) for seed in range(20)] for tempo in (60, 240)]
    slow, fast = ([played(BOTH, wish) for wish in at_tempo] for at_tempo in wished)
    assert sum(map(_rides, slow)) < sum(map(_rides, fast))


def _rides(groove: Groove) -> int:
    return sum(hit.drum.voice == "ride" for bar in groove.bars for hit in bar.hits)


def test_drawing_takes_its_dice_from_outside() -> None:
    vocabulary = VOCABULARIES[ROCKER.artist]
    one, same, other = (draw(vocabulary, Wish(), np.random.default_rng(seed)) for seed in (1, 1, 2))
    assert one == same
    assert one != other


async def test_a_profile_without_bars_cannot_be_played() -> None:
    with pytest.raises(ModelUnavailable, match="no bars"):
        await Template().play(profile(artist="Nobody"), Wish())


async def test_the_template_says_that_it_played() -> None:
    take = await Template().play(ROCKER, Wish(bars=2, variations=3))
    assert (take.played_by, len(take.grooves), len(take.grooves[0].bars)) == ("template", 3, 2)


@settings(max_examples=15)
@given(st.integers(0, 200))
def test_a_part_stays_on_one_grid(seed: int) -> None:
    for bar in played(BOTH, Wish(bars=4, seed=seed, variations=1, fill_every=0)).bars:
        parts_of_beat = {(hit.place % 1).denominator for hit in bar.hits}
        assert not {3, 4} <= parts_of_beat


@settings(max_examples=15)
@given(players, wishes())
def test_no_bar_is_one_that_is_known_by_its_mark_alone(who: StyleProfile, wish: Wish) -> None:
    wish = replace(plain(wish), meter=COMMON)
    heard = frozenset(mark_of(bar) for bar in played(who, wish).bars[:2])
    again = parts(Vocabulary.of(replace(who, heard=heard)), wish)[0]
    assert not heard & {mark_of(bar) for bar in again.bars}
