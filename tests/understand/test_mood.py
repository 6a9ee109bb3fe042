"""The mood of a track: laws of the audio features, and how sources are weighed."""

from __future__ import annotations

import csv
import gzip
import time
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from cratedig.models.embedder import TextEmbedder
from cratedig.models.mood import MoodHead
from cratedig.music.features import RANGES
from cratedig.understand.mood import (
    FEATURE_CONFIDENCE,
    FEATURES,
    TrackWords,
    feature_matrix,
    mood_of_features,
    mood_of_track,
    moods_of_features,
    moods_of_tracks,
)

SONGS = st.fixed_dictionaries({}, optional={name: st.floats(*RANGES[name]) for name in FEATURES})
LIVELY = {"energy": 0.95, "valence": 0.9, "danceability": 0.8, "loudness": -4.0, "tempo": 128.0, "mode": 1.0}
SOMBRE = {"energy": 0.1, "valence": 0.1, "danceability": 0.3, "loudness": -20.0, "tempo": 70.0, "mode": 0.0}


@given(song=SONGS, energies=st.lists(st.floats(0, 1), min_size=2, max_size=6))
def test_more_energy_is_never_less_arousal(song: dict[str, float], energies: list[float]) -> None:
    moods, _ = moods_of_features(feature_matrix([song | {"energy": energy} for energy in sorted(energies)]))
    assert np.all(np.diff(moods[:, 1]) >= 0)


@given(song=SONGS, valences=st.lists(st.floats(0, 1), min_size=2, max_size=6))
def test_a_happier_sound_is_never_a_sadder_mood(song: dict[str, float], valences: list[float]) -> None:
    moods, _ = moods_of_features(feature_matrix([song | {"valence": valence} for valence in sorted(valences)]))
    assert np.all(np.diff(moods[:, 0]) >= 0)


@given(song=SONGS, louder=st.floats(0.1, 10))
def test_where_energy_is_absent_a_louder_song_is_never_calmer(song: dict[str, float], louder: float) -> None:
    quiet = {name: value for name, value in song.items() if name != "energy"} | {"loudness": -14.0}
    moods, _ = moods_of_features(feature_matrix([quiet, quiet | {"loudness": -14.0 + louder}]))
    assert moods[1, 1] >= moods[0, 1]


@given(song=SONGS)
def test_every_song_lies_on_the_plane_and_more_features_are_never_less_sure(song: dict[str, float]) -> None:
    fewer = dict(list(song.items())[1:])
    moods, sure = moods_of_features(feature_matrix([song, fewer, {}]))
    assert np.all(np.abs(moods) <= 1)
    assert sure[0] >= sure[1] >= sure[2] == 0
    assert sure[0] <= FEATURE_CONFIDENCE + 1e-9


@given(st.lists(SONGS, min_size=1, max_size=8), st.randoms())
def test_order_of_rows_changes_no_mood(songs: list[dict[str, float]], random: np.random.Generator) -> None:
    order = list(range(len(songs)))
    random.shuffle(order)
    straight, _ = moods_of_features(feature_matrix(songs))
    shuffled, _ = moods_of_features(feature_matrix([songs[at] for at in order]))
    assert np.array_equal(straight[order], shuffled)


def test_a_lively_song_is_excited_and_a_sombre_one_sad() -> None:
    lively, sombre = mood_of_features(LIVELY), mood_of_features(SOMBRE)
    assert lively is not None
    assert sombre is not None
    assert (lively[0].quadrant, sombre[0].quadrant) == ("excited", "sad")
    assert lively[1].kind == "measured"
    assert lively[1].source == "audio features"


@pytest.mark.parametrize("energy", [None, "loud", 916.0, float("nan")])
def test_an_unusable_row_has_no_mood(energy: object) -> None:
    assert mood_of_features({"energy": energy, "unknown": 1.0}) is None
    assert mood_of_features({}) is None


def test_imputed_is_never_shown_as_measured(embedder: TextEmbedder, head: MoodHead) -> None:
    words = TrackWords(names="happy sunshine", labels="disco")
    embedding = embedder.embed([words.names])[0]
    guessed = mood_of_track(None, words, embedding, head)
    heard = mood_of_track(LIVELY, words, embedding, head)
    assert guessed is not None
    assert heard is not None
    assert guessed[1].kind == "imputed"
    assert heard[1].source == "audio features, genre and tags, title and description"
    assert heard[1].confidence > guessed[1].confidence


def test_lyrics_are_measured_and_outspeak_a_bare_name(embedder: TextEmbedder, head: MoodHead) -> None:
    lyrics = "I cry alone, my heart is broken, tears fall in the cold dark night, you're gone and I am lonely " * 4
    words = TrackWords(names="Monday", lyrics=lyrics)
    found = mood_of_track(None, words, embedder.embed([lyrics])[0], head)
    assert found is not None
    assert found[0].valence < -0.3
    assert found[1].kind == "measured"


def test_a_genre_alone_gives_its_usual_mood(head: MoodHead) -> None:
    calm, tense = (mood_of_track(None, TrackWords(labels=genre), None, head) for genre in ("Ambient", "death metal"))
    assert calm is not None
    assert tense is not None
    assert calm[0].arousal < 0 < tense[0].arousal
    assert calm[1].kind == "imputed"


def test_a_track_with_nothing_has_no_mood(head: MoodHead) -> None:
    assert mood_of_track(None, TrackWords(), None, head) is None
    assert mood_of_track({}, "04 17", np.full(384, 0.05, dtype=np.float32), head) is None


def test_company_does_not_change_a_track(embedder: TextEmbedder, head: MoodHead) -> None:
    words = [
        TrackWords("rage"),
        TrackWords(),
        TrackWords("soft rain", "ambient"),
        TrackWords(lyrics="we dance all night"),
    ]
    vectors = list(embedder.embed([w.names or w.lyrics for w in words]))
    features = [LIVELY, SOMBRE, None, {}]
    together = moods_of_tracks(features, words, vectors, head)
    for at, found in enumerate(together):
        alone = mood_of_track(features[at], words[at], vectors[at], head)
        assert found is not None
        assert alone is not None
        assert found[0].distance(alone[0]) < 1e-4
        assert found[1].source == alone[1].source


@pytest.mark.alone
def test_a_hundred_thousand_rows_of_features_take_a_second() -> None:
    matrix = np.random.default_rng(1).random((100_000, len(FEATURES)))
    started = time.perf_counter()
    moods_of_features(matrix)
    assert time.perf_counter() - started < 1.0


def test_features_follow_listeners(shared: Path) -> None:
    """653 songs with moods of Last.fm's listeners (../shared/data/deezer_mood); docs/mood.md has the figures."""
    with gzip.open(shared / "deezer_mood" / "va_with_spotify_features.csv.gz", "rt", encoding="utf-8") as lines:
        rows = list(csv.DictReader(lines))
    songs = [{name: float(row["spotify_valence" if name == "valence" else name]) for name in FEATURES} for row in rows]
    moods, _ = moods_of_features(feature_matrix(songs))
    for column, (name, least) in enumerate((("human_valence", 0.36), ("human_arousal", 0.39))):
        assert np.corrcoef(moods[:, column], [float(row[name]) for row in rows])[0, 1] >= least


def test_imputed_features_are_less_sure_and_are_no_mood_of_the_sound(head: MoodHead) -> None:
    measured = moods_of_tracks([LIVELY], [TrackWords()], [None], head)[0]
    imputed = moods_of_tracks([LIVELY], [TrackWords()], [None], head, imputed=[True])[0]
    assert measured is not None
    assert imputed is not None
    assert imputed.receipt.confidence < measured.receipt.confidence
    assert (measured.receipt.kind, imputed.receipt.kind) == ("measured", "imputed")
    assert measured.sound is not None
    assert imputed.sound is None


def test_a_song_can_sound_happy_and_be_sad(embedder: TextEmbedder, head: MoodHead) -> None:
    lyrics = "I cry alone, my heart is broken, tears fall in the cold dark night, you're gone and I am lonely " * 4
    found = moods_of_tracks([LIVELY], [TrackWords(lyrics=lyrics)], [embedder.embed([lyrics])[0]], head)[0]
    assert found is not None
    assert found.sound is not None
    assert found.words is not None
    assert found.words.valence < 0 < found.sound.valence


def test_artist_and_title_speak_only_together(embedder: TextEmbedder, head: MoodHead) -> None:
    words = [TrackWords(artist="Radiohead", title="Let Down"), TrackWords(artist="Radiohead"), TrackWords(title="Rage")]
    song, artist, title = moods_of_tracks([None] * 3, words, [None] * 3, head, embed=embedder.embed)
    assert song is not None
    assert (song.receipt.source, song.receipt.kind) == ("artist and title", "imputed")
    assert artist is title is None
