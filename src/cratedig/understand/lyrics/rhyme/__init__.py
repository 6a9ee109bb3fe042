"""The rhyme engine: where a lyric rhymes, how, and by which scheme.

How it works stands in docs/rhyme.md.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from cratedig.models.rhyme import shipped
from cratedig.models.rhyme_scheme import Links
from cratedig.music.lyric import Lyric
from cratedig.understand.lyrics.rhyme.echoes import Echoes, Floats, Stream, echoes
from cratedig.understand.lyrics.rhyme.ends import shipped_coder
from cratedig.understand.lyrics.rhyme.groups import grouped, kept
from cratedig.understand.lyrics.rhyme.links import Link, echo_links, scheme_links
from cratedig.understand.lyrics.rhyme.measures import measured, together
from cratedig.understand.lyrics.rhyme.naming import letters, name, partition
from cratedig.understand.lyrics.rhyme.result import Group, Measures, Rhymes, Scheme, Span
from cratedig.understand.lyrics.rhyme.shown import Line, Part, Run, parts, to_html, to_text
from cratedig.understand.lyrics.rhyme.stanza import evidence_of, schemes
from cratedig.understand.lyrics.rhyme.tokens import Word, last_words, words_of

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

NOT_BY_SCHEME = 0.45
"""What the chance of an echo between two line ends is multiplied by where the scheme of their section parts them."""


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
    links = [link for link in kept(_links(words, ends, found, stream, heard)) if link.strength >= 1 - sensitivity]
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


def _schemes(words: Sequence[Word], ends: Sequence[int], sections: Sequence[int]) -> list[tuple[Links, Floats]]:
    head = shipped()
    codes = shipped_coder().codes([words[at].text if at >= 0 else "" for at in ends])
    evidence = evidence_of(head, codes, sections)
    return list(zip(schemes(head.prior, evidence), evidence, strict=True))


def _named(links: Links) -> Scheme:
    groups = partition(links)
    lettered = letters(groups)
    return Scheme(lettered, name(lettered), tuple(groups))


def _links(
    words: Sequence[Word], ends: Sequence[int], found: Sequence[tuple[Links, Floats]], stream: Stream, heard: Echoes
) -> list[Link]:
    """Links by echo and by scheme, each pair of words once."""
    ending = np.zeros(len(words), dtype=np.bool_)
    ending[[at for at in ends if at >= 0]] = True
    links = {(link.later, link.earlier): link for link in echo_links(words, stream, heard, ending)}
    start = 0
    for scheme, odds in found:
        section = ends[start : start + len(scheme)]
        group = {at: number for at, number in zip(section, partition(scheme), strict=True) if at >= 0}
        for pair, link in links.items():
            if group.get(pair[0], -1) != group.get(pair[1], -1) and pair[0] in group and pair[1] in group:
                links[pair] = replace(link, strength=link.strength * NOT_BY_SCHEME)
        links |= {(link.later, link.earlier): link for link in scheme_links(words, section, scheme, odds, links)}
        start += len(scheme)
    return list(links.values())
