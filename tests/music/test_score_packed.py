"""What is packed of a score is all of its drums."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cratedig.music.score import MeterChange, Note, Score, TempoChange
from cratedig.music.score_packed import packed, unpacked

NOTES = st.builds(
    Note, st.integers(0, 9999), st.integers(0, 99), st.integers(0, 127), st.integers(1, 127), st.just(9), st.just(0)
)
SCORES = st.builds(
    Score,
    st.just(1),
    st.sampled_from([96, 480]),
    st.just(1),
    st.lists(NOTES, max_size=20).map(lambda notes: tuple(sorted(notes, key=lambda note: note.start))),
    st.just((TempoChange(0, 400_000),)),
    st.just((MeterChange(0, 3, 4),)),
)


@given(SCORES)
def test_a_score_of_drums_comes_back_as_it_was(score: Score) -> None:
    assert unpacked(packed(score)) == score


def test_only_drums_are_kept() -> None:
    melody, drum = Note(0, 10, 60, 80, 0, 0), Note(5, 10, 36, 80, 9, 1)
    assert unpacked(packed(Score(1, 480, 2, (melody, drum), (), ()))).notes == (drum,)


def test_a_track_named_as_drums_stays_one() -> None:
    score = Score(1, 480, 2, (Note(5, 10, 36, 80, 3, 1),), (), (), frozenset({1}))
    assert unpacked(packed(score)).drums == score.drums


@pytest.mark.parametrize("data", [b"", b"nonsense", packed(Score(1, 480, 1, (), (), ()))[:-3]])
def test_what_was_not_packed_is_refused(data: bytes) -> None:
    with pytest.raises(ValueError, match="no packed score"):
        unpacked(data)
