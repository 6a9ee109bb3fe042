"""Grooves are found by the bars they share."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from cratedig.find.grooves import farness, nearest, telling
from cratedig.music.drums.notation import read_bar
from grooves import bars

ROCK = read_bar("4/4 4\nhat 7.5. 7.5. 7.5. 7.5.\nsnare .... 8... .... 8...\nkick 8... .... 8.8. ....")
ROCKING = read_bar("4/4 4\nhat 7.5. 7.5. 7.5. 7.5.\nsnare .... 8... .... 8...\nkick 8... .... 8... ....")
WALTZ = read_bar("3/4 4\nride 7... 6... 6...\nkick 8...")
SILENT = read_bar("4/4 4")


def test_the_nearest_plays_the_same_bars() -> None:
    found = nearest([ROCK], {"waltz": [WALTZ], "rock": [ROCKING, WALTZ], "same": [WALTZ, ROCK], "none": []}, top=2)
    assert [name for name, _ in found] == ["same", "rock"]
    assert found[0][1] == 0


@given(st.lists(bars(), min_size=1, max_size=3), st.lists(bars(), min_size=1, max_size=3))
def test_more_to_choose_from_is_never_farther(query: list, others: list) -> None:
    assert 0 <= farness(query, [*others, *query]) <= farness(query, others) <= 1


def test_a_groove_is_told_by_what_it_plays_most() -> None:
    assert telling([ROCK, WALTZ, SILENT, ROCK, ROCKING, ROCK, WALTZ], most=2) == (ROCK, WALTZ)
