"""Artists are kept apart and nothing is lost."""

from __future__ import annotations

from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from cratedig.find.spread import spread

artists = st.lists(st.one_of(st.none(), st.sampled_from("abcd")), max_size=40)


@given(artists, st.integers(1, 5), st.integers(1, 10))
def test_every_track_is_shown_once(names: list[str | None], gap: int, cap: int) -> None:
    assert sorted(spread(names, gap=gap, cap=cap)) == list(range(len(names)))


@given(artists, st.integers(1, 5))
def test_a_gap_is_broken_only_where_every_remaining_artist_is_recent(names: list[str | None], gap: int) -> None:
    shown = spread(names, gap=gap, cap=1000)
    for place, position in enumerate(shown):
        recent = {names[at] for at in shown[max(0, place - gap + 1) : place]} - {None}
        if names[position] in recent:
            assert all(names[at] in recent for at in shown[place:])


@given(st.lists(st.none(), max_size=20))
def test_tracks_of_nobody_keep_their_order(names: list[None]) -> None:
    assert spread(names) == list(range(len(names)))


@given(st.permutations(list("abcdefgh")))
def test_different_artists_keep_their_order(names: list[str]) -> None:
    assert spread(names) == list(range(len(names)))


@given(artists, st.integers(1, 4))
def test_one_artist_keeps_the_order_of_its_own_tracks(names: list[str | None], gap: int) -> None:
    shown = spread(names, gap=gap)
    own = [position for position in shown if names[position] == "a"]
    assert own == sorted(own)


def test_the_cap_sends_further_tracks_behind_everyone_else() -> None:
    assert spread(["a"] * 4 + ["b"], gap=1, cap=2) == [0, 1, 4, 2, 3]


@given(st.lists(st.tuples(st.none() | st.sampled_from("ab"), st.none() | st.sampled_from("xyz")), max_size=20))
def test_albums_are_kept_apart_as_artists_are(tracks: list[tuple[str | None, str | None]]) -> None:
    artists, albums = [artist for artist, _ in tracks], [album for _, album in tracks]
    shown = spread(artists, albums, gap=2, cap=1000)
    assert sorted(shown) == list(range(len(tracks)))
    for before, after in pairwise(shown):
        clash = [
            (artists[at] is not None and artists[at] == artists[before])
            or (albums[at] is not None and albums[at] == albums[before])
            for at in shown[shown.index(after) :]
        ]
        assert not clash[0] or all(clash)


@given(artists, st.integers(0, 50))
def test_the_first_few_are_the_beginning_of_all(names: list[str | None], most: int) -> None:
    assert spread(names, cap=3, most=most) == spread(names, cap=3)[:most]
