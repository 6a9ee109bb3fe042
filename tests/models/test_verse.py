"""The verse head: views of a line, and feelings that follow what it says."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pytest
from numpy.typing import NDArray

from cratedig.models.embedder import TextEmbedder
from cratedig.models.verse import FEELINGS, PHRASES, VIEWS, VerseHead, cosines_of

POEMS = {
    "Sadness": [["They laid him in the cold and silent ground", "and all our tears fell down upon the stone"]],
    "Beauty / Joy": [["The roses open and the thrushes sing", "and you, my love, are fairer than the spring"]],
    "Uneasiness": [["A dread came creeping through the rotten door", "and something foul was breathing on the floor"]],
}


@pytest.mark.parametrize(("feeling", "stanzas"), POEMS.items())
def test_a_plain_poem_is_felt_as_it_is_meant(embedder: TextEmbedder, feeling: str, stanzas: list[list[str]]) -> None:
    felt = VerseHead.load().feelings(cosines_of([stanzas], embedder.embed))
    assert [FEELINGS[at] for at in felt.argmax(axis=1)] == [feeling] * 2
    np.testing.assert_allclose(felt.sum(axis=1), 1, atol=1e-5)


def counted(texts: Sequence[str]) -> NDArray[np.float32]:
    """A row that tells how long its text is, in place of a model."""
    return np.array([[len(text)] for text in texts], dtype=np.float32).reshape(-1, 1)


def test_views_of_a_line_are_the_line_its_surroundings_stanzas_and_poem() -> None:
    phrases = [phrase for group in PHRASES.values() for phrase in group]
    views = cosines_of([[["a", "bb", "ccc", "dddd"], ["eeeee"]], [["f"]]], counted)
    assert views.shape == (6, len(VIEWS), len(phrases))
    lengths = views[:, :, 0] / len(phrases[0])
    assert lengths[0].tolist() == [1, 8, 13, 19, 9]  # "a\nbb\nccc"; its stanza; with the next; mean of 13 and 5
    assert lengths[4].tolist() == [5, 5, 5, 19, 9]
    assert lengths[5].tolist() == [1, 1, 1, 1, 1]


def test_no_poem_has_no_lines() -> None:
    assert cosines_of([], counted).shape[0] == 0
