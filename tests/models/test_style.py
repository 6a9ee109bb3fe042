"""Which styles words name: a style by its own name, all styles of a genre by the genre's."""

from __future__ import annotations

import pytest

from cratedig.find.understood import styles_meant
from cratedig.models.embedder import TextEmbedder
from cratedig.models.style import shipped
from cratedig.music.text import fold


@pytest.mark.parametrize("genre", sorted(set(shipped().genres)))
def test_a_genre_names_all_its_styles_and_no_other(genre: str) -> None:
    head = shipped()
    named = head.of_genres(["sad", *fold(genre).split(), "songs"])
    assert named == [style for style, of in zip(head.styles, head.genres, strict=True) if of == genre]


def test_who_names_a_style_does_not_mean_its_whole_genre() -> None:
    assert shipped().of_genres(["hard", "rock"]) == []
    assert shipped().of_genres(["songs", "for", "the", "rain"]) == []
    assert shipped().of_genres([]) == []


def test_styles_of_a_named_genre_are_meant_as_much_as_any(embedder: TextEmbedder) -> None:
    words = ["sad", "rock", "songs"]
    meant = styles_meant(embedder.embed([" ".join(words)])[0], shipped().of_genres(words))
    assert {meant[style] for style in shipped().of_genres(words)} == {max(meant.values())}
