"""Imputed audio features: laws of the methods, their mixture and their intervals."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from cratedig.collect.heal.audio import LEAST_TO_LEARN, AudioImputer, Heard, best_mixture, imputable, learned_from
from cratedig.collect.heal.conformal import coverage
from cratedig.collect.heal.rows import Row
from cratedig.music.features import RANGES

GENRES = ("ambient", "rock", "techno")


def crate(size: int, seed: int) -> tuple[list[Row], list[str], np.ndarray]:
    """Tracks whose energy follows their genre and one direction of their text."""
    random = np.random.default_rng(seed)
    vectors = random.standard_normal((size, 16))
    vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
    genres = [GENRES[at] for at in random.integers(3, size=size)]
    energy = [0.3 + 0.2 * GENRES.index(genre) for genre in genres] + 0.3 * vectors[:, 0]
    noisy = np.clip(energy + 0.05 * random.standard_normal(size), 0, 1)
    rows = [
        Row(at, artist_key=f"artist {seed} {at // 3}", audio_features={"energy": float(value), "key": 3.0})
        for at, value in enumerate(noisy)
    ]
    return rows, genres, vectors


@pytest.fixture(scope="module")
def imputer() -> AudioImputer:
    found = learned_from(*crate(3000, 1))
    assert found is not None
    return found


def test_intervals_hold_nine_of_ten_hidden_truths(imputer: AudioImputer) -> None:
    rows, genres, vectors = crate(3000, 2)
    truth = np.array([(row.audio_features or {})["energy"] for row in rows])
    _, low, high = imputer.estimates(vectors, genres)
    assert coverage(truth, low[:, 0], high[:, 0]) == pytest.approx(0.9, abs=0.03)


def test_the_ensemble_errs_no_more_than_any_method(imputer: AudioImputer) -> None:
    rows, genres, vectors = crate(3000, 2)
    truth = np.array([(row.audio_features or {})["energy"] for row in rows])
    values, _, _ = imputer.estimates(vectors, genres)
    alone = imputer.methods.estimates(vectors, genres)[:, :, 0] * imputer.spread[0] + imputer.centre[0]
    assert ((values[:, 0] - truth) ** 2).mean() <= ((alone - truth) ** 2).mean(axis=1).min() * 1.01


def test_the_same_track_is_always_given_the_same_values_inside_what_is_possible(imputer: AudioImputer) -> None:
    _, genres, vectors = crate(50, 3)
    first = imputer.healed(vectors, genres)
    assert first == imputer.healed(vectors, genres)
    assert [one for one, _ in first[:1]] == [one for one, _ in imputer.healed(vectors[:1], genres[:1])]
    for values, receipt in first:
        low, high = receipt["intervals"]["energy"]
        assert RANGES["energy"][0] <= low <= values["energy"] <= high <= RANGES["energy"][1]
        assert receipt["kind"] == "imputed"


def test_names_of_things_are_not_imputed() -> None:
    assert imputable(crate(10, 4)[0]) == ("energy",)


def test_too_few_tracks_teach_nothing() -> None:
    assert learned_from(*crate(LEAST_TO_LEARN - 1, 5)) is None


def test_an_unknown_genre_has_the_mean_as_its_prototype(imputer: AudioImputer) -> None:
    _, _, vectors = crate(5, 6)
    assert np.all(imputer.methods.estimates(vectors, [""] * 5)[0] == 0)


def test_a_neighbour_that_is_the_same_is_heard_most() -> None:
    vectors = np.eye(40)
    features = np.zeros((40, 1))
    features[7] = 1.0
    found = AudioImputer.learned_from(
        ("energy",), Heard(np.tile(vectors, (10, 1)), ["rock"] * 400, np.tile(features, (10, 1)), np.arange(400) // 40)
    )
    assert found is not None
    neighbours = found.methods.estimates(vectors, ["rock"] * 40)[1][:, 0]
    assert int(neighbours.argmax()) == 7


@given(st.integers(0, 2), st.integers(0, 1000))
def test_the_mixture_takes_a_method_that_is_always_right(right: int, seed: int) -> None:
    random = np.random.default_rng(seed)
    truth, said = random.standard_normal(60), random.standard_normal((3, 60))
    said[right] = truth
    shares = best_mixture(said, truth)
    assert shares[right] == pytest.approx(1.0)
    assert shares.sum() == pytest.approx(1.0)
