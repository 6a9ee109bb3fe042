"""Laws of fusing what several sources say of one mood."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from cratedig.music.mood import Mood
from cratedig.music.receipt import Receipt
from cratedig.understand.fusion import Said, error_variance, fused

AXIS = st.floats(-1, 1)
MOODS = st.builds(Mood, AXIS, AXIS)


@st.composite
def sayings(draw: st.DrawFn) -> Said:
    source = draw(st.sampled_from(["lyrics", "sound", "audio features", "genre and tags"]))
    kind = draw(st.sampled_from(["measured", "imputed"]))
    receipt = Receipt(source, "a method", draw(st.floats(0.05, 0.9)), kind)  # type: ignore[arg-type]
    return Said.by(draw(MOODS), receipt, (draw(st.floats(0.5, 1.2)), draw(st.floats(0.5, 1.2))))


@given(st.lists(sayings(), max_size=5), st.randoms(use_true_random=False))
def test_order_changes_nothing(said: list[Said], random: object) -> None:
    shuffled = list(said)
    random.shuffle(shuffled)  # type: ignore[attr-defined]
    assert fused(said) == fused(shuffled)


@given(st.lists(sayings(), max_size=4), MOODS)
def test_a_silent_source_changes_nothing(said: list[Said], mood: Mood) -> None:
    silent = Said.by(mood, Receipt("lyrics", "no words", 0.0))
    assert fused([*said, silent]) == fused(said)


@given(MOODS, st.floats(0.05, 0.8), st.floats(0.05, 0.8))
def test_agreement_is_surer_than_each_alone(mood: Mood, first: float, second: float) -> None:
    one, other = (Said.by(mood, Receipt(name, "x", sure)) for name, sure in (("sound", first), ("lyrics", second)))
    both = fused([one, other])
    assert both is not None
    assert both.receipt.confidence > max(first, second) - 1e-4
    assert all(error < min(pair) for error, *pair in zip(both.variance, one.variance, other.variance, strict=True))
    assert both.mood.distance(mood) < 1e-9


@given(MOODS, st.floats(0.1, 0.8), st.floats(0.2, 1.0))
def test_conflict_is_less_sure_than_agreement(mood: Mood, sure: float, apart: float) -> None:
    there = Mood.clipped(mood.valence - apart if mood.valence > 0 else mood.valence + apart, mood.arousal)
    one = Said.by(mood, Receipt("sound", "x", sure))
    agreed, differed = (fused([one, Said.by(at, Receipt("lyrics", "x", sure))]) for at in (mood, there))
    assert agreed is not None
    assert differed is not None
    assert differed.receipt.confidence < agreed.receipt.confidence


@given(st.lists(sayings(), min_size=1, max_size=5))
def test_the_mood_lies_between_what_was_said(said: list[Said]) -> None:
    found = fused(said)
    assert found is not None
    for axis in ("valence", "arousal"):
        values = [getattr(one.mood, axis) for one in said]
        assert min(values) - 1e-9 <= getattr(found.mood, axis) <= max(values) + 1e-9


def test_each_axis_listens_to_who_knows_it() -> None:
    title = Said.by(Mood(0.8, 0.8), Receipt("title", "x", 0.4, "imputed"), (1.0, 0.1))
    sound = Said.by(Mood(-0.8, -0.8), Receipt("sound", "x", 0.4), (0.1, 1.0))
    found = fused([title, sound])
    assert found is not None
    assert found.mood.valence > 0.5
    assert found.mood.arousal < -0.5


def test_who_follows_listeners_better_errs_less() -> None:
    errors = [error_variance(r) for r in (0.0, 0.2, 0.5, 0.9)]
    assert errors == sorted(errors, reverse=True)
