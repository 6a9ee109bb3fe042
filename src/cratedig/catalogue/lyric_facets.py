"""Which tracks' lyrics are what a search asks for: by what their findings say (`lyric_facets`), and by language."""

from __future__ import annotations

from dataclasses import dataclass

from cratedig.catalogue.lines import Lines


@dataclass(frozen=True, slots=True)
class Asked:
    """What is asked of a lyric; what is empty or None asks nothing. Within one kind any will do, every kind must.

    emotions, themes: names, as findings have them, in lower case. languages: ISO 639-1. min_rhyme_density: syllables of
    the longest vowels that a word shares with one before, on average (docs/rhyme.md), 0 or more.
    """

    emotions: tuple[str, ...] = ()
    themes: tuple[str, ...] = ()
    languages: tuple[str, ...] = ()
    min_rhyme_density: float | None = None

    def __bool__(self) -> bool:
        return bool(self.emotions or self.themes or self.languages or self.min_rhyme_density is not None)


_NAMED = "select track_id from lyric_facets where facets && cast(%s as text[])"
_DENSE = "select track_id from lyric_facets where rhyme_density >= %s"
_SPOKEN = "select track_id from lyric_texts where language = any(cast(%s as text[]))"


async def tracks_that_meet(lines: Lines, asked: Asked) -> list[int]:
    """The ids of the tracks whose lyrics meet everything that is asked, rising; `asked` asks something."""
    parts: list[tuple[str, object]] = []
    if asked.emotions:
        parts.append((_NAMED, [f"emotion {name}" for name in asked.emotions]))
    if asked.themes:
        parts.append((_NAMED, [f"theme {name}" for name in asked.themes]))
    if asked.languages:
        parts.append((_SPOKEN, list(asked.languages)))
    if asked.min_rhyme_density is not None:
        parts.append((_DENSE, asked.min_rhyme_density))
    statement = " intersect ".join(f"({part})" for part, _ in parts)
    rows = await lines.rows(f"select track_id from ({statement}) met order by 1", [given for _, given in parts])
    return [row[0] for row in rows]
