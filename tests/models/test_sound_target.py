"""From words to sounds over four quantities: laws of the shipped head and of any."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from cratedig.models.embedder import TextEmbedder
from cratedig.models.sound_target import FLOOR, FURTHEST, QUANTITIES, SoundTarget, quantities_of, shipped
from cratedig.music.mood import Mood

near = st.floats(-1, 1)


def test_a_text_that_says_too_little_has_no_target() -> None:
    assert shipped().target(None, {}) is None
    assert shipped().point(np.full(len(QUANTITIES), FLOOR * 0.9, dtype=np.float32)) is None


@given(near, near, st.floats(40, 240))
def test_a_target_is_a_point_of_the_space(valence: float, arousal: float, tempo: float) -> None:
    found = shipped().target(None, quantities_of(Mood(valence, arousal), {"tempo": tempo, "loudness": -6.0}))
    if found is not None:
        assert found.shape == (128,)
        assert found.dtype == np.float32
        assert np.abs(found).max() <= FURTHEST


@given(near, near)
def test_opposite_moods_have_opposite_targets(valence: float, arousal: float) -> None:
    head = shipped()
    centred = SoundTarget(
        head.text_middle, head.text_weights, np.zeros_like(head.centre), head.spread, head.sound_weights
    )
    one = centred.target(None, {"valence": valence, "arousal": arousal})
    other = centred.target(None, {"valence": -valence, "arousal": -arousal})
    assert (one is None) == (other is None)
    if one is not None and other is not None:
        assert one == pytest.approx(-other)


def test_what_is_named_counts_instead_of_what_the_text_suggests(embedder: TextEmbedder) -> None:
    vector = embedder.embed(["calm piano"])[0]
    fast, slow = (shipped().target(vector, {"log2_tempo": value}) for value in (7.6, 6.0))
    assert fast is not None
    assert slow is not None
    from cratedig.understand.audio.embedding import COORDINATES

    at = COORDINATES.index("tempo_bpm")
    assert fast[at] > slow[at]


def test_an_energy_stands_in_for_arousal_only_without_a_mood() -> None:
    assert quantities_of(None, {"energy": 1.0})["arousal"] == 1.0
    assert quantities_of(Mood(0.0, -0.5), {"energy": 1.0})["arousal"] == -0.5


@pytest.mark.parametrize(("loud", "quiet"), [("heavy metal", "sleep music"), ("hard techno", "acoustic lullaby")])
def test_loud_music_is_heard_louder_than_quiet(loud: str, quiet: str, embedder: TextEmbedder) -> None:
    first, second = (shipped().heard_in(vector) for vector in embedder.embed([loud, quiet]))
    assert first[QUANTITIES.index("loudness_db")] > second[QUANTITIES.index("loudness_db")]
