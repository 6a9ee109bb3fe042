"""The song head: laws, and how it treats names."""

from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from cratedig.models.embedder import TextEmbedder
from cratedig.models.mood_of_song import FEATURES, artist_digest, feature_rows, shipped

SONG = {
    "danceability": 0.65, "energy": 0.7, "key": 5, "loudness": -6.0, "mode": 1, "speechiness": 0.06,
    "acousticness": 0.1, "instrumentalness": 0.0, "liveness": 0.13, "valence": 0.5, "tempo": 120.0,
    "duration_ms": 220_000,
}  # fmt: skip
UNIT = st.floats(0, 1)


@given(UNIT, UNIT)
def test_more_energy_is_never_less_arousal(one: float, other: float) -> None:
    rows = feature_rows([SONG | {"energy": min(one, other)}, SONG | {"energy": max(one, other)}])
    calm, lively = shipped().of_song(rows, np.zeros((2, 2)))
    assert lively[1] >= calm[1]


@given(UNIT, UNIT)
def test_a_happier_sound_is_never_a_sadder_mood(one: float, other: float) -> None:
    rows = feature_rows([SONG | {"valence": min(one, other)}, SONG | {"valence": max(one, other)}])
    sad, happy = shipped().of_song(rows, np.zeros((2, 2)))
    assert happy[0] >= sad[0]


def test_an_artist_is_known_however_the_name_is_written() -> None:
    head = shipped()
    assert artist_digest("The Beatles") == artist_digest("beatles")
    slow, loud, nobody = head.of_artists(["Sigur Rós", "Slayer", "an artist that nobody ever tagged"])
    assert loud[1] > slow[1]
    assert np.all(nobody == 0)


def test_company_does_not_change_a_song(embedder: TextEmbedder) -> None:
    artists, titles = ["Nick Drake", "Slayer", "Nick Drake"], ["Day Is Done", "Raining Blood", "Fly"]
    together = shipped().of_words(artists, titles, embedder.embed)
    alone = [
        shipped().of_words([artist], [title], embedder.embed)[0] for artist, title in zip(artists, titles, strict=True)
    ]
    assert np.allclose(together, alone, atol=1e-3)
    assert together[1, 1] > together[0, 1]


def test_an_absent_feature_counts_as_usual() -> None:
    head = shipped()
    nothing = head.normal(feature_rows([{}, None]))
    assert nothing.shape == (2, len(FEATURES))
    assert np.all(nothing == 0)
