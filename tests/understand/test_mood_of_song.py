"""A song whose artist the head knows is judged whole; of others artist and title speak apart."""

from __future__ import annotations

from collections.abc import Mapping

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cratedig.models.embedder import TextEmbedder
from cratedig.models.mood import MoodHead
from cratedig.understand.mood import TrackMood, TrackWords, mood_of_features, moods_of_tracks
from cratedig.understand.mood_of_song import SongSaid, moods_of_songs

LIVELY = {"energy": 0.95, "valence": 0.9, "danceability": 0.8, "loudness": -4.0, "tempo": 128.0, "mode": 1.0}
KNOWN, STRANGER = ("Radiohead", "Let Down"), ("an artist that nobody ever tagged", "Let Down")
UNIT = st.floats(0, 1)


def said(
    embedder: TextEmbedder, song: tuple[str, str], features: Mapping[str, float] | None, *, imputed: bool = False
) -> SongSaid:
    found = moods_of_songs([song], [features], [imputed], embedder.embed)[0]
    assert found is not None
    return found


def track(
    embedder: TextEmbedder,
    head: MoodHead,
    song: tuple[str, str],
    features: Mapping[str, float] | None,
    *,
    imputed: bool = False,
) -> TrackMood:
    words = TrackWords(artist=song[0], title=song[1])
    found = moods_of_tracks([features], [words], [None], head, imputed=[imputed], embed=embedder.embed)[0]
    assert found is not None
    return found


def test_a_known_artist_with_features_is_judged_whole(embedder: TextEmbedder) -> None:
    found = said(embedder, KNOWN, LIVELY)
    assert found.whole
    assert (found.said.receipt.source, found.said.receipt.kind) == ("audio features, artist and title", "measured")
    assert found.said.receipt.confidence > said(embedder, KNOWN, None).said.receipt.confidence


def test_of_a_stranger_the_features_speak_apart(embedder: TextEmbedder) -> None:
    stranger = said(embedder, STRANGER, LIVELY)
    assert not stranger.whole
    assert stranger.said.receipt.kind == "imputed"


@pytest.mark.parametrize("absent", ["valence", "energy"])
def test_without_valence_or_energy_nothing_is_judged_whole(embedder: TextEmbedder, absent: str) -> None:
    fewer = {name: value for name, value in LIVELY.items() if name != absent}
    assert not said(embedder, KNOWN, fewer).whole
    assert not said(embedder, KNOWN, fewer | {absent: 916.0}).whole


def test_imputed_features_are_never_part_of_the_whole(embedder: TextEmbedder, head: MoodHead) -> None:
    assert said(embedder, KNOWN, LIVELY, imputed=True) == said(embedder, KNOWN, None)
    found = track(embedder, head, KNOWN, LIVELY, imputed=True)
    assert found.receipt.kind == "imputed"
    assert found.sound is None


def test_the_sound_of_a_whole_song_stays_apart_and_its_features_speak_once(
    embedder: TextEmbedder, head: MoodHead
) -> None:
    found, alone = track(embedder, head, KNOWN, LIVELY), mood_of_features(LIVELY)
    assert alone is not None
    assert found.sound == alone[0]
    assert found.mood == said(embedder, KNOWN, LIVELY).said.mood
    assert found.receipt == said(embedder, KNOWN, LIVELY).said.receipt


@given(UNIT, UNIT)
def test_more_energy_is_never_less_arousal_nor_a_happier_sound_a_sadder_song(
    embedder: TextEmbedder, one: float, other: float
) -> None:
    for axis, name in (("arousal", "energy"), ("valence", "valence")):
        less, more = (
            said(embedder, KNOWN, LIVELY | {name: value}).said.mood for value in (min(one, other), max(one, other))
        )
        assert getattr(more, axis) >= getattr(less, axis)


def test_a_song_without_an_artist_or_a_title_is_not_judged(embedder: TextEmbedder) -> None:
    assert moods_of_songs([("Radiohead", " "), ("", "Rage")], [LIVELY, None], [False] * 2, embedder.embed) == [None] * 2
