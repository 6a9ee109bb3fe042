"""The rhyme engine: where a lyric rhymes, how, and by which scheme.

How it works stands in docs/rhyme.md.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache

import numpy as np

from cratedig.models.rhyme import shipped
from cratedig.models.rhyme_scheme import Links
from cratedig.music.lyric import Lyric
from cratedig.understand.lyrics.rhyme.echoes import Echoes, Floats, Stream, echoes
from cratedig.understand.lyrics.rhyme.ends import shipped_coder
from cratedig.understand.lyrics.rhyme.groups import grouped, kept
from cratedig.understand.lyrics.rhyme.links import WEAKEST, Link, echo_links, scheme_links
from cratedig.understand.lyrics.rhyme.measures import measured, together
from cratedig.understand.lyrics.rhyme.naming import letters, name, partition
from cratedig.understand.lyrics.rhyme.result import Group, Measures, Rhymes, Scheme, Span
from cratedig.understand.lyrics.rhyme.shown import Line, Part, Run, parts, to_html, to_text
from cratedig.understand.lyrics.rhyme.stanza import evidence_of, schemes
from cratedig.understand.lyrics.rhyme.tokens import Words, last_words, words_of

__all__ = [
    "Group",
    "Line",
    "Measures",
    "Part",
    "Rhymes",
    "Run",
    "Scheme",
    "Span",
    "parts",
    "rhymes",
    "to_html",
    "to_text",
    "together",
]


def rhymes(lyric: Lyric, *, sensitivity: float = 0.5) -> Rhymes:
    """All rhymes of a lyric. Pure and deterministic; a lyric without words has none.

    sensitivity: 0..1. Links at least 1 - sensitivity sure count, so that a higher one never loses a pair of words that
    a lower one had. Raises ValueError outside 0..1, ModelUnavailable where dictionary or head are absent.
    """
    if not 0.0 <= sensitivity <= 1.0:
        raise ValueError(f"a sensitivity is 0..1, not {sensitivity}")
    lines, sections = lyric.lines, tuple(len(section.lines) for section in lyric.sections)
    words = words_of(lines)
    ends = last_words(words, len(lines))
    found = _schemes(words, ends, sections)
    stream = Stream.of(words)
    heard = echoes(stream)
    links = kept(_links(words, ends, found, stream, heard, 1.0 - sensitivity))
    groups = grouped(lines, words, links)
    named = tuple(_named(scheme) for scheme, _ in found)
    return Rhymes(
        lines=lines,
        sections=sections,
        groups=groups,
        schemes=named,
        measures=measured(words, stream, heard, links, groups, named),
        sensitivity=sensitivity,
    )


def _schemes(words: Words, ends: Sequence[int], sections: Sequence[int]) -> list[tuple[Links, Floats]]:
    head = shipped()
    codes = shipped_coder().codes([words.text[at] if at >= 0 else "" for at in ends])
    evidence = evidence_of(head, codes, sections)
    return list(zip(schemes(head.prior, evidence), evidence, strict=True))


@lru_cache(maxsize=4_096)
def _named(links: Links) -> Scheme:
    groups = partition(links)
    lettered = letters(groups)
    return Scheme(lettered, name(lettered), tuple(groups))


def _links(
    words: Words,
    ends: Sequence[int],
    found: Sequence[tuple[Links, Floats]],
    stream: Stream,
    heard: Echoes,
    least: float,
) -> list[Link]:
    """Links by echo and by scheme at least as strong as `least`, each pair of words once."""
    parted = np.full(len(words), -1, dtype=np.int64)
    start = 0
    for scheme, _ in found:
        for at, group in zip(ends[start : start + len(scheme)], _named(scheme).groups, strict=True):
            if at >= 0:
                parted[at] = start + group
        start += len(scheme)
    links = echo_links(words, stream, heard, ends, parted, max(least, WEAKEST))
    start = 0
    for scheme, odds in found:
        said = scheme_links(words, ends[start : start + len(scheme)], scheme, odds, links)
        links |= {(link.later, link.earlier): link for link in said if link.strength >= least}
        start += len(scheme)
    return list(links.values())
