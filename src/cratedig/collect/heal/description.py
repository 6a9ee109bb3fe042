"""A description for a track without one: the vibe text, or a sentence of the facts that are there."""

from __future__ import annotations

from typing import Any

from cratedig.collect.heal.rows import Row
from cratedig.music.receipt import Receipt


def described(row: Row, genre: str | None, genre_confidence: float) -> tuple[str, dict[str, Any]] | None:
    """A description and its receipt; None where no genre is known: "a track by Ana" tells nothing new.

    genre: given (confidence 1) or imputed. A year that was worked out is left out of the sentence.
    """
    if row.vibe:
        return row.vibe, Receipt("extracted_vibe_text", "stands in for the description", 0.7, "imputed").as_dict()
    if not genre:
        return None
    year = row.year if row.year_given else None
    sentence = sentence_of(genre=genre, artist=row.artist, year=year)
    facts = [name for name, there in (("genre", genre), ("artist", row.artist), ("year", year)) if there]
    return sentence, Receipt(", ".join(facts), "synthetic sentence", genre_confidence, "imputed").as_dict()


def sentence_of(*, genre: str, artist: str | None, year: int | None) -> str:
    """The specification's sentence, with what is known of it.

    >>> sentence_of(genre="indie pop", artist="Ana", year=2014), sentence_of(genre="r&b", artist="Bo", year=None)
    ('An indie pop track by Ana from 2014.', 'An r&b track by Bo.')
    """
    article = "An" if genre[0].lower() in "aeiou" or genre.startswith("r&b") else "A"
    by = f" by {artist}" if artist else ""
    return f"{article} {genre} track{by}{f' from {year}' if year else ''}."
