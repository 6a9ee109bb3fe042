"""Figures of a song's rhymes, and of an artist's songs together."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import pairwise
from typing import Final

import numpy as np
from numpy.typing import NDArray

from cratedig.understand.lyrics.rhyme.echoes import Echoes, Stream
from cratedig.understand.lyrics.rhyme.links import Link
from cratedig.understand.lyrics.rhyme.naming import UNRHYMED
from cratedig.understand.lyrics.rhyme.result import Group, Measures, Scheme
from cratedig.understand.lyrics.rhyme.tokens import Words

DENSITY_REACH: Final = 15
"""Words back in which a word's longest assonance is sought (Malmi et al. 2016)."""


def measured(
    words: Words,
    stream: Stream,
    echoes: Echoes,
    links: Sequence[Link],
    groups: Sequence[Group],
    schemes: Sequence[Scheme],
) -> Measures:
    """The figures of one song; zeros where it has no words."""
    if not words:
        return Measures()
    lines = sum(len(scheme.letters) for scheme in schemes)
    longest = max((link for link in links if link.kind != "identity"), key=_length, default=None)
    inside = sum(words.line[link.later] == words.line[link.earlier] for link in links)
    return Measures(
        density=_density(words, stream, echoes),
        share=_share(stream, groups),
        longest=longest.syllables if longest else 0,
        longest_words=_said(words, longest) if longest else ("", ""),
        internal=inside / max(1, lines),
        end=(lines - sum(scheme.letters.count(UNRHYMED) for scheme in schemes)) / max(1, lines),
        chain=max((_chain(scheme.groups) for scheme in schemes), default=0),
        words=len(words),
        lines=lines,
    )


def together(songs: Iterable[Measures]) -> Measures:
    """An artist's songs as one: rates weighed by words or lines, the longest rhyme and chain of any."""
    known = [song for song in songs if song.words]
    if not known:
        return Measures()
    words, lines = sum(song.words for song in known), sum(song.lines for song in known)
    best = max(known, key=lambda song: song.longest)
    return Measures(
        density=sum(song.density * song.words for song in known) / words,
        share=sum(song.share * song.words for song in known) / words,
        longest=best.longest,
        longest_words=best.longest_words,
        internal=sum(song.internal * song.lines for song in known) / max(1, lines),
        end=sum(song.end * song.lines for song in known) / max(1, lines),
        chain=max(song.chain for song in known),
        words=words,
        lines=lines,
    )


def _length(link: Link) -> tuple[int, float, int]:
    return link.syllables, link.strength, -link.later


def _said(words: Words, link: Link) -> tuple[str, str]:
    places = sorted(zip(link.starts, (link.later, link.earlier), strict=True))
    one, other = (" ".join(words.text[first : last + 1]) for first, last in places)
    return one, other


def _density(words: Words, stream: Stream, echoes: Echoes) -> float:
    later, earlier = stream.word[echoes.later], stream.word[echoes.earlier]
    counts = (later - earlier <= DENSITY_REACH) & ~echoes.cut
    longest = np.zeros(len(words), dtype=np.int64)
    np.maximum.at(longest, later[counts], echoes.length[counts])
    return float(longest.mean())


def _share(stream: Stream, groups: Sequence[Group]) -> float:
    syllables: NDArray[np.int64] = np.diff(stream.last, prepend=-1)
    rhymed = np.zeros(len(syllables), dtype=np.bool_)
    for group in groups:
        for span in group.spans:
            rhymed[span.word - (span.last - span.first) : span.word + 1] = True
    return float(syllables[rhymed].sum() / max(1, syllables.sum()))


def _chain(groups: Sequence[int]) -> int:
    """The longest run of lines that end alike; 1 where none do."""
    longest = run = 1 if groups else 0
    for before, group in pairwise(groups):
        run = run + 1 if group == before else 1
        longest = max(longest, run)
    return longest
