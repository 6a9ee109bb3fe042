"""An ear for drum parts: near is near, thin evidence carries nobody's name, and the sentence says why."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction

import numpy as np
import pytest

from cratedig.models.grooves import Namer
from cratedig.models.trees import Forest
from cratedig.music.drums.fidelity import Fidelity
from cratedig.music.drums.groove import Bar, Groove, Hit
from cratedig.music.drums.kit import DRUMS
from cratedig.music.drums.meter import COMMON, Meter
from cratedig.music.drums.style import QUANTITIES, StyleProfile
from cratedig.understand.drums.hearing import FEWEST_PIECES, MOST_KNOWN, Hearing
from cratedig.understand.drums.measured import Performance
from cratedig.understand.drums.nearness import RANGES
from cratedig.understand.drums.profile import profile
from cratedig.understand.drums.replayed import replayed
from tests.understand.drums.players import TOM, eighths, human, playing, sixteenths, tom_fill


def deaf(*names: str, chances: tuple[float, ...] = (1.0,)) -> Namer:
    """Hears the same in everything."""
    leaf = np.array([0])
    return Namer(names, Forest(leaf, np.zeros(1, np.float32), leaf, np.array([chances]), np.array([[0]])))


def band(artist: str, *, pieces: int = 12, seed: int = 0, **habits: float) -> StyleProfile:
    dice = np.random.default_rng(seed)
    return profile(artist, [human(dice, **habits) for _ in range(pieces)])  # type: ignore[arg-type]


def heard(groove: Groove, of: StyleProfile, ear: Namer | None = None) -> Fidelity:
    return Hearing(ear or deaf("nobody")).hear(groove, of)


@pytest.fixture(scope="module")
def straight() -> StyleProfile:
    return band("A")


def another(seed: int = 99, **habits: float) -> Groove:
    played = human(np.random.default_rng(seed), bars=4, **habits).played
    return played.groove()


def toms() -> Groove:
    return playing([(tick, TOM, 127) for tick, _, _ in sixteenths(50, bars=4)]).groove()


def test_who_plays_alike_is_nearer_than_who_does_not(straight: StyleProfile) -> None:
    own, swung = heard(another(), straight), heard(another(swing=66, push=30), straight)
    assert own.nearness > 0.8
    assert own.nearness > swung.nearness
    assert own.terms["timing"] > swung.terms["timing"]
    assert own.terms["swing"] == 1 > swung.terms["swing"]
    assert heard(toms(), straight).nearness < swung.nearness


def test_terms_are_shares_and_nearness_is_their_mean(straight: StyleProfile) -> None:
    found = heard(another(), straight)
    assert set(found.terms) <= set(RANGES)
    assert all(0 <= term <= 1 for term in found.terms.values())
    assert found.nearness == pytest.approx(np.mean(list(found.terms.values())))


def test_a_near_part_may_carry_the_name(straight: StyleProfile) -> None:
    found = heard(another(), straight)
    assert found.claims_artist
    assert found.says.startswith("Near to how A plays")
    assert not heard(toms(), straight).claims_artist


@pytest.mark.parametrize("pieces", range(1, FEWEST_PIECES))
def test_few_pieces_carry_no_name(pieces: int) -> None:
    found = heard(another(), band("A", pieces=pieces))
    assert not found.claims_artist
    assert f"{pieces} performance" in found.says


def test_a_written_profile_carries_no_name(straight: StyleProfile) -> None:
    found = heard(another(), replace(straight, sources={"written": 3}))
    assert not found.claims_artist
    assert "no performance was heard" in found.says


def test_an_unsure_profile_carries_no_name(straight: StyleProfile) -> None:
    found = heard(another(), replace(straight, confidence=0.3))
    assert not found.claims_artist
    assert "0.30" in found.says


def test_an_ear_is_asked_only_about_drummers_it_knows(straight: StyleProfile) -> None:
    assert heard(another(), straight, deaf("B", "C", chances=(0.9, 0.1))).heard_as == {}
    named = heard(another(), straight, deaf("A", "B", chances=(0.9, 0.1)))
    assert named.heard_as == {"A": 0.9, "B": 0.1}
    assert named.claims_artist
    assert "heard as A" in named.says


def test_who_is_heard_as_somebody_else_is_not_claimed(straight: StyleProfile) -> None:
    found = heard(another(), straight, deaf("A", "B", chances=(0.2, 0.8)))
    assert not found.claims_artist
    assert found.says.endswith("but heard as B.")


@pytest.mark.parametrize("meter", [COMMON, Meter(7, 8), Meter(64, 4)])
def test_any_meter_is_heard(straight: StyleProfile, meter: Meter) -> None:
    assert 0 <= heard(playing(eighths(50), meter=meter).groove(), straight).nearness <= 1


def test_a_profile_of_nothing_but_fills_has_no_places_to_compare() -> None:
    fills = profile("A", [Performance("fill.mid", playing(tom_fill(0)))])
    assert {role for one in fills.passages for role in one.roles} == {"fill"}
    assert "places" not in heard(another(), fills).terms


def test_what_cannot_be_compared_is_near_to_nothing(straight: StyleProfile) -> None:
    mute = replace(straight, passages=(), claims={name: straight.claims[name] for name in QUANTITIES})
    cowbell = Bar(COMMON, (Hit(DRUMS[56], Fraction(0), 90),))
    found = heard(Groove((cowbell,), 100.0), mute)
    assert 0 <= found.nearness <= 1
    assert not found.claims_artist


def test_silence_is_like_nobody(straight: StyleProfile) -> None:
    found = heard(Groove((Bar(COMMON),) * 4, 120.0), straight)
    assert (found.nearness, found.claims_artist) == (0, False)


def test_profiles_that_were_long_not_asked_about_are_forgotten(straight: StyleProfile) -> None:
    hearing, part = Hearing(deaf("nobody")), another()
    others = [replace(straight, artist=f"{at}") for at in range(MOST_KNOWN + 3)]
    first = [hearing.hear(part, one).nearness for one in (straight, *others, straight)]
    assert len(set(first)) == 1
    assert len(hearing._known) == MOST_KNOWN


def test_a_groove_sounds_as_its_file_reads() -> None:
    played = human(np.random.default_rng(3), bars=4).played
    again = replayed(played.groove())
    assert len(again) == len(played)
    assert np.array_equal(again.place + again.push + 1920 * again.bar, played.place + played.push + 1920 * played.bar)
    assert again.tempo_bpm == pytest.approx(played.tempo_bpm, abs=0.01)
