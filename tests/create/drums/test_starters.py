"""Every written profile can be played by a person, says where it is from, and is its own."""

from __future__ import annotations

from collections import Counter
from fractions import Fraction
from itertools import combinations

import numpy as np
import pytest
from numpy.random import default_rng

from cratedig.create.drums.feel import feel
from cratedig.create.drums.starters import starter, starters
from cratedig.create.drums.starters.page import read
from cratedig.music.drums.groove import Bar, Groove
from cratedig.music.drums.quantities import QUANTITY
from cratedig.music.drums.strokes import strokes
from cratedig.music.drums.style import StyleProfile
from cratedig.understand.drums.measured import Performance, measured
from cratedig.understand.drums.played import Played

FEET = {35, 36, 44}
ARTISTS, GENRES = 24, 12

every = pytest.mark.parametrize("name", starters())


def written(name: str) -> StyleProfile:
    profile = starter(name)
    assert profile is not None
    return profile


def bars(profile: StyleProfile) -> dict[Bar, str]:
    return {bar: role for passage in profile.passages for bar, role in zip(passage.bars, passage.roles, strict=True)}


def test_there_are_two_dozen_drummers_and_a_dozen_genres() -> None:
    assert (len(starters("drummer")), len(starters("genre"))) == (ARTISTS, GENRES)
    assert set(starters()) == {*starters("drummer"), *starters("genre")}


@every
def test_two_hands_and_two_feet_can_play_it(name: str) -> None:
    for bar in bars(written(name)):
        hands: Counter[Fraction] = Counter(hit.place for hit in bar.hits if hit.drum.note not in FEET)
        feet: Counter[Fraction] = Counter(hit.place for hit in bar.hits if hit.drum.note in FEET)
        assert max(hands.values(), default=0) <= 2, bar
        assert max(feet.values(), default=0) <= 2, bar
        shut = {hit.place for hit in bar.hits if hit.drum.note in (42, 44)}
        assert not shut & {hit.place for hit in bar.hits if hit.drum.note == 46}, bar


@every
def test_it_has_beats_and_fills_in_sentences(name: str) -> None:
    profile = written(name)
    roles = Counter(bars(profile).values())
    assert roles["beat"] >= 5
    assert roles["fill"] >= 3
    assert all(len(passage.bars) >= 3 for passage in profile.passages)
    assert all(passage.roles[0] == "beat" for passage in profile.passages if "fill" not in passage.roles)
    assert 1 <= len(profile.typical) <= 4


@every
def test_no_bar_is_written_twice(name: str) -> None:
    written_bars = list(bars(written(name)))
    assert len({(bar.meter, strokes(bar)) for bar in written_bars}) == len(written_bars)


@every
def test_it_says_what_it_rests_on_and_that_this_is_little(name: str) -> None:
    profile = written(name)
    assert profile.titles
    assert profile.sources == {"written": len(profile.titles)}
    assert profile.confidence <= 0.35
    assert 120 <= len(profile.description) <= 600
    for quantity, claim in profile.claims.items():
        most = 2 * 1.9 * QUANTITY[quantity].spread
        width = claim.high - claim.low
        edge = claim.low == QUANTITY[quantity].low or claim.high == QUANTITY[quantity].high
        assert width >= most or edge, quantity
        assert claim.confidence <= 0.35


@every
def test_its_numbers_are_those_of_its_bars(name: str) -> None:
    profile = written(name)
    pieces = [
        measured(Performance(name, played(feel(Groove(one.bars, one.tempo_bpm), profile.feel, rng=default_rng(0)))))
        for one in profile.passages
    ]
    for quantity in ("ghost_note_prob", "syncopation_level", "velocity_mean", "density"):
        values = [piece.values[quantity] for piece in pieces if np.isfinite(piece.values[quantity])]
        claim = profile.claims[quantity]
        assert claim.low <= np.mean(values) <= claim.high, quantity


def played(groove: Groove) -> Played:
    rows = [
        (at, hit.tick - hit.push, hit.push, hit.drum.note, hit.velocity)
        for at, bar in enumerate(groove.bars)
        for hit in bar.hits
    ]
    return Played(groove.tempo_bpm, tuple(bar.meter for bar in groove.bars), *np.array(rows).T)


def test_no_two_drummers_play_alike() -> None:
    """Of the beats of any two profiles at most two are the same bar."""
    beats = {
        name: {(bar.meter, strokes(bar)) for bar, role in bars(written(name)).items() if role == "beat"}
        for name in starters()
    }
    alike = {(one, other): len(beats[one] & beats[other]) for one, other in combinations(beats, 2)}
    assert max(alike.values()) <= 2, {pair: same for pair, same in alike.items() if same > 2}


@pytest.mark.parametrize(
    ("called", "name"),
    [("john  BONHAM", "John Bonham"), ("Bonzo", "John Bonham"), ("sheila e", "Sheila E."), ("hip-hop", "Boom bap")],
)
def test_people_may_call_them_what_they_like(called: str, name: str) -> None:
    assert written(called).artist == name


def test_nobody_else_has_one() -> None:
    assert starter("nobody at all") is None


def test_the_shuffle_is_a_shuffle_and_the_one_drop_drops_the_one() -> None:
    purdie, reggae = written("Bernard Purdie"), written("one drop")
    assert any(hit.place % 1 == Fraction(1, 3) and hit.velocity < 50 for hit in purdie.typical[0].hits)
    assert all(hit.place == 2 for hit in reggae.typical[0].hits if hit.drum.voice == "kick")


PAGE = {
    "name": "Somebody", "aliases": [], "says": "Plays.", "titles": ["A Book (1990)"], "confidence": 0.3,
    "tempo": [90, 100, 110], "grid": "4/4 4", "passages": ["a f"],
    "claims": {"ghost_note_prob": 0, "syncopation_level": 0, "velocity_mean": 80, "velocity_std": 10},
    "feel": {"snare": [0, 5, 90, 10]}, "beats": {"a": "kick 8..."}, "fills": {"f": "snare 8888"},
}  # fmt: skip


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"passages": ["a g"]}, "g"),
        ({"passages": ["a a"]}, "bars f are in no passage"),
        ({"beats": {"a": "horn 8..."}}, "bar a: there is no drum 'horn'"),
        ({"beats": {"a": "kick 8", "f": "kick 8"}}, "two bars are called f"),
        ({"feel": {"elbow": [0, 5, 90, 10]}}, "nothing is felt in elbow"),
        ({"feel": {"swing_8": 80}}, "swing of 80"),
        ({"claims": {}}, "claims nothing about"),
        ({"tempo": [90, 80, 70]}, "tempo"),
    ],
)
def test_a_page_that_is_wrong_says_what_is(change: dict[str, object], said: str) -> None:
    assert read(PAGE).artist == "Somebody"
    with pytest.raises((ValueError, KeyError), match=said):
        read({**PAGE, **change})
