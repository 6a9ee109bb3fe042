"""How sure it is that two words rhyme: at the ends of lines by the scheme, elsewhere by their echo.

What is linked does not depend on the sensitivity, only which links are strong enough for it: so a higher sensitivity
never loses a pair that a lower one had.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from typing import Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from cratedig.models.rhyme_scheme import REACH, Links, partners
from cratedig.understand.lyrics.rhyme.chances import PURE, SAME, Standing, chances_of, hopes_of
from cratedig.understand.lyrics.rhyme.echoes import Agreement, Echoes, Stream, agreement
from cratedig.understand.lyrics.rhyme.result import Kind
from cratedig.understand.lyrics.rhyme.tokens import Words

NOT_BY_SCHEME: Final = 0.45
"""What the chance of an echo between two line ends is multiplied by where the scheme does not hold them together."""
CLEAR: Final = 0.7
"""How alike consonants of a mosaic are, on average, that needs no scheme. Chosen for "oranges / door hinge"; dev's
figures are the same without it."""
WEAKEST: Final = 0.05
"""Links below this are none at any sensitivity."""

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]
Flags = NDArray[np.bool_]


class Link(NamedTuple):
    """Two words that may rhyme. later, earlier: their numbers; syllables: of the echo; starts: the first words of both
    places; strength: 0..1, at least 0.5 where it is likelier than not."""

    later: int
    earlier: int
    starts: tuple[int, int]
    syllables: int
    strength: float
    kind: Kind


def echo_links(
    words: Words, stream: Stream, echoes: Echoes, ending: Sequence[int], parted: Ints, least: float
) -> dict[tuple[int, int], Link]:
    """Links by echo at least as strong as `least`, by their words. ending: which words end their lines; parted: for
    each that does, the number of its rhyme in its section's scheme, section after section; else -1."""
    ends = np.zeros(len(words), dtype=np.bool_)
    ends[[at for at in ending if at >= 0]] = True
    standing = Standing.of(stream, echoes, ends)
    here = np.flatnonzero(hopes_of(echoes, standing) >= least)
    heard, standing = echoes.only(here), standing.only(here)
    agreed = agreement(stream, heard)
    chances = chances_of(heard, standing, agreed)
    later, earlier = stream.word[heard.later], stream.word[heard.earlier]
    apart = standing.both_end & (parted[later] != parted[earlier])
    chances[apart & ~_clear_mosaics(stream, heard, agreed)] *= NOT_BY_SCHEME
    found: dict[tuple[int, int], tuple[float, int]] = {}
    strong = np.flatnonzero(chances >= least)
    rows = zip(later[strong].tolist(), earlier[strong].tolist(), chances[strong].tolist(), strong.tolist(), strict=True)
    for one, other, chance, at in rows:
        known = found.get((one, other))
        if known is None or known[0] < chance:
            found[one, other] = (chance, at)
    return {pair: _link(stream, heard, agreed, at, *pair, chance) for pair, (chance, at) in found.items()}


def _clear_mosaics(stream: Stream, echoes: Echoes, agreed: Agreement) -> Flags:
    """Which echoes are over several words and agree in their consonants.

    A scheme, made of last words, knows nothing of these.
    """
    several = np.zeros(len(echoes.later), dtype=np.bool_)
    for last in (echoes.later, echoes.earlier):
        several |= stream.word[last - echoes.length + 1] != stream.word[last]
    clear: Flags = several & (agreed.whole >= CLEAR)
    return clear


def _link(stream: Stream, echoes: Echoes, agreed: Agreement, at: int, one: int, other: int, chance: float) -> Link:
    length = int(echoes.length[at])
    starts = int(stream.word[echoes.later[at] - length + 1]), int(stream.word[echoes.earlier[at] - length + 1])
    return Link(one, other, starts, length, chance, _kind(echoes, agreed, at, starts != (one, other)))


def _kind(echoes: Echoes, agreed: Agreement, at: int, several: bool) -> Kind:
    if several:
        return "mosaic"
    if echoes.stressed[at] > 1:
        return "multi"
    if echoes.vowels[at] > PURE and agreed.whole[at] > SAME and not echoes.cut[at]:
        return "perfect"
    return "assonance" if agreed.first[at] < 0.2 else "slant"


def scheme_links(
    words: Words, ends: Sequence[int], links: Links, odds: Floats, known: dict[tuple[int, int], Link]
) -> Iterator[Link]:
    """Links of one section by its scheme. ends: the last word of each of its lines, -1 for none; odds: the evidence."""
    for later, earlier in partners(links):
        one, other = ends[later], ends[earlier]
        if one >= 0 and other >= 0 and later - earlier <= REACH:
            sure = 0.5 + 0.5 / (1.0 + math.exp(-float(odds[later, later - earlier - 1])))
            yield _end_link(words, one, other, sure, known.get((one, other)))


def _end_link(words: Words, one: int, other: int, sure: float, echo: Link | None) -> Link:
    if words.text[one] == words.text[other]:
        return Link(one, other, (one, other), 1, sure, "identity")
    if echo is None:
        return Link(one, other, (one, other), 1, sure, "slant")
    return Link(one, other, echo.starts, echo.syllables, max(sure, echo.strength), echo.kind)
