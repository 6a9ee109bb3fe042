from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cratedig.music.genre import normal_genre, split_genres
from cratedig.music.recording import DURATION_TOLERANCE_S, Recording, distance, match_key, read_title

titles = st.sampled_from(
    ["Cry", "Cry (Live)", "Cry - Remix", "Laugh", "Cry (feat. Ben)", "Cry - Remastered 2011", "Señorita"]
)
recordings = st.builds(
    Recording,
    artist=st.sampled_from(["Ann", "ANN", "Ben", "Ann & Ben"]),
    title=titles,
    duration_s=st.none() | st.floats(1, 600),
    album=st.none() | st.sampled_from(["One", "Two"]),
)


@given(recordings)
def test_a_recording_is_no_distance_from_itself(a: Recording) -> None:
    assert distance(a, a).value == 0.0
    assert distance(a, a).reasons == ()


@given(recordings, recordings)
def test_distance_is_symmetric_and_between_0_and_1(a: Recording, b: Recording) -> None:
    assert distance(a, b) == distance(b, a)
    assert 0.0 <= distance(a, b).value <= 1.0


@given(recordings, recordings)
def test_an_unknown_duration_speaks_neither_for_nor_against(a: Recording, b: Recording) -> None:
    unknown = Recording(b.artist, b.title, None, b.album)
    assert distance(a, unknown).value <= distance(a, b).value


@given(recordings, recordings)
def test_the_value_is_the_strongest_reason(a: Recording, b: Recording) -> None:
    found = distance(a, b)
    assert (found.value == 0.0) == (found.reasons == ())


@given(st.floats(10, 600), st.floats(0, 100), st.floats(0, 100))
def test_a_larger_difference_of_length_is_never_nearer(base: float, one: float, more: float) -> None:
    here = Recording("Ann", "Cry", base)
    near = distance(here, Recording("Ann", "Cry", base + one)).value
    assert near <= distance(here, Recording("Ann", "Cry", base + one + more)).value


def test_lengths_agree_within_the_tolerance() -> None:
    here = Recording("Ann", "Cry", 200.0)
    assert distance(here, Recording("Ann", "Cry", 200.0 + DURATION_TOLERANCE_S)).is_same
    assert not distance(here, Recording("Ann", "Cry", 200.5 + DURATION_TOLERANCE_S)).is_same


@pytest.mark.parametrize(
    "version",
    ["Live", "Remix", "Dillon Francis Remix", "Acoustic", "Instrumental", "Sped Up", "Slowed + Reverb", "Demo",
     "Extended Mix", "Piano Version", "Live at Wembley"],
)  # fmt: skip
def test_a_version_is_another_recording(version: str) -> None:
    for title in (f"Cry ({version})", f"Cry - {version}", f"Cry [{version}]"):
        found = distance(Recording("Ann", "Cry"), Recording("Ann", title))
        assert not found.is_same
        assert found.reasons[0] == "version"
        assert match_key("Ann", title) == match_key("Ann", "Cry")


@pytest.mark.parametrize(
    "title",
    ["CRY", "Cry (feat. Ben)", "Cry ft. Ben", "Cry [Prod. Kilo]", "Cry - Remastered 2011", "Cry (2011 Remaster)",
     "Cry (Official Video)", "Cry - Radio Edit", "Cry (with Ben)", "Ann - Cry", "Cry.mp3", "Cry (Original Mix)"],
)  # fmt: skip
def test_credits_and_decoration_are_no_other_recording(title: str) -> None:
    assert distance(Recording("Ann", "Cry"), Recording("Ann", title)).is_same
    assert match_key("Ann", title) == match_key("Ann", "Cry")


def test_two_remixes_by_two_people_are_two_recordings() -> None:
    assert not distance(Recording("Ann", "Cry - Ben Remix"), Recording("Ann", "Cry - Cleo Remix")).is_same
    assert distance(Recording("Ann", "Cry - Ben Remix"), Recording("Ann", "Cry (Ben Remix)")).is_same


@given(st.text(max_size=60))
def test_every_title_can_be_taken_apart(title: str) -> None:
    found = read_title(title, artist="Ann")
    assert found.song or not title.strip()
    assert (match_key("Ann", title) is None) == (not title)


@given(st.text(max_size=40))
def test_normalising_a_genre_twice_changes_nothing(genre: str) -> None:
    once = normal_genre(genre)
    assert normal_genre(once) == once
    for name in split_genres(genre):
        assert split_genres(name)[:1] == (name,)


@pytest.mark.parametrize(
    ("spellings", "genre"),
    [
        (("hip-hop", "Hip Hop", "hiphop", "HIP HOP", "#HipHop", "Hip_Hop"), "hip hop"),
        (("R&B", "rnb", "R'n'B", "r and b"), "r&b"),
        (("Drum & Bass", "dnb", "D&B", "drum and bass", "Drum n Bass"), "drum & bass"),
        (("lofi", "Lo-Fi", "lo fi"), "lo-fi"),
    ],
)
def test_spellings_of_a_genre_are_one(spellings: tuple[str, ...], genre: str) -> None:
    assert {normal_genre(spelling) for spelling in spellings} == {genre}
