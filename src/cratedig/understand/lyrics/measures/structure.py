"""How a lyric is built: which lines come back, the hook, the sections, how far it can be compressed."""

from __future__ import annotations

import zlib
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from cratedig.understand.lyrics.words.taken import Words, share_of

ALIKE_FROM: Final = 0.65
"""Two lines with so much of their words in common (Jaccard) are one line sung twice."""
LEAST_WORDS: Final = 3  # shorter lines are one line only where they are the same
COMPARED_LINES: Final = 300
"""So many different lines at most are compared with each other; of more, only equal ones are found."""
SHOWN_SECTIONS: Final = 100
COMES_BACK: Final = 0.5  # of a section's lines, for a chorus
LEAST_VERSE: Final = 3  # lines

Numbers = NDArray[np.int64]


@dataclass(frozen=True)
class Part:
    """Lines first to last (not included). inferred: no heading said what it is."""

    kind: str
    first: int
    last: int
    inferred: bool


@dataclass(frozen=True)
class Structure:
    """groups: (m,) for each line the first line that is the same or nearly so."""

    words: Words
    groups: Numbers

    @cached_property
    def times(self) -> Numbers:
        """(m,): how often each line is sung."""
        return np.bincount(self.groups, minlength=len(self.groups))[self.groups]

    @cached_property
    def repeated_share(self) -> float:
        """Share of lines that were sung before, 0..1."""
        return share_of(self.groups != np.arange(len(self.groups)))

    @cached_property
    def parts(self) -> tuple[Part, ...]:
        """The sections; what no heading named is a chorus where half of it comes back elsewhere, else a verse."""
        return tuple(_parts(self))

    @cached_property
    def hook(self) -> tuple[int, int, int] | None:
        """The lines that say most by coming back: (first, last + 1, times); None where no line comes back."""
        return _hook(self)

    @cached_property
    def compression(self) -> float:
        """Bytes by DEFLATE at its fastest over bytes, 0..1; low is repetitive."""
        data = self.words.text.encode("utf-8", "replace")
        return min(1.0, len(zlib.compress(data, 1)) / max(1, len(data)))

    def coming_back(self, most: int) -> list[float]:
        """(most,): share of lines that are the line 1, 2 ... `most` lines before them."""
        n = len(self.groups)
        shares = [share_of(self.groups[lag:] == self.groups[:-lag]) for lag in range(1, min(n, most + 1))]
        return shares + [0.0] * (most - len(shares))

    def as_data(self) -> dict[str, Any]:
        hook = self.hook
        return {
            "lines": len(self.groups),
            "different_lines": int(np.count_nonzero(self.groups == np.arange(len(self.groups)))),
            "repeated_share": round(self.repeated_share, 4),
            "compression": round(self.compression, 4),
            "sections": [
                {
                    "kind": part.kind,
                    "first_line": part.first,
                    "lines": part.last - part.first,
                    "inferred": part.inferred,
                }
                for part in self.parts[:SHOWN_SECTIONS]
            ],
            "hook": None if hook is None else self._told(*hook),
        }

    def _told(self, first: int, last: int, times: int) -> dict[str, Any]:
        return {
            "first_line": first,
            "lines": last - first,
            "times": times,
            "share": round((last - first) * times / len(self.groups), 4),
        }


def structure(words: Words) -> Structure:
    """Of a lyric: which lines are the same."""
    exact: dict[tuple[int, ...] | str, int] = {}
    starts, ids = words.starts.tolist(), words.ids.tolist()
    groups = []
    for line in range(len(words.lines)):
        key = tuple(ids[starts[line] : starts[line + 1]]) or words.lines[line]
        groups.append(exact.setdefault(key, line))
    return Structure(words, _nearly(words, np.array(groups)))


def _nearly(words: Words, groups: Numbers) -> Numbers:
    """The groups, with those joined whose lines are alike."""
    firsts = np.unique(groups)
    firsts = firsts[words.words_of_line[firsts] >= LEAST_WORDS]
    if not 1 < len(firsts) <= COMPARED_LINES:
        return groups
    alike = _likeness(words, firsts) >= ALIKE_FROM
    joined = np.arange(len(words.lines))
    joined[firsts] = firsts[alike.argmax(axis=1)]  # the first line each is like: itself at the latest
    while not np.array_equal(joined[joined], joined):
        joined = joined[joined]
    return joined[groups]


def _likeness(words: Words, lines: Numbers) -> NDArray[np.float64]:
    """(k, k): words in common over words in either, of the different words of each line; counted in bits."""
    types, at, _ = words.types
    row = np.full(len(words.lines), -1)
    row[lines] = np.arange(len(lines))
    rows = row[words.line_of]
    stands = np.zeros((len(lines), -(-len(types) // 64) * 64), dtype=np.bool_)
    stands[rows[rows >= 0], at[rows >= 0]] = True
    common = np.zeros((len(lines), len(lines)), dtype=np.int64)
    for bits in np.packbits(stands, axis=1).view(np.uint64).T:
        common += np.bitwise_count(bits[:, None] & bits)
    sizes = common.diagonal()
    likeness: NDArray[np.float64] = common / (sizes[:, None] + sizes - common)
    return likeness


def _hook(found: Structure) -> tuple[int, int, int] | None:
    groups, times = found.groups, found.times
    weight = (times - 1) * found.words.words_of_line
    if not weight.any():
        return None
    first = int(groups[weight.argmax()])
    places = np.flatnonzero(groups == groups[first])
    before, after = _common_run(groups, places, -1), _common_run(groups, places, 1)
    return first - before, first + after + 1, len(places)


def _common_run(groups: Numbers, places: Numbers, step: int) -> int:
    """How many lines beside all of the places are the same, in one direction."""
    nearest = int(np.diff(places).min()) if len(places) > 1 else len(groups)
    length = 0
    while length + 1 < nearest:
        beside = places + step * (length + 1)
        if beside.min() < 0 or beside.max() >= len(groups) or np.ptp(groups[beside]) > 0:
            break
        length += 1
    return length


def _parts(found: Structure) -> Iterator[Part]:
    bounds, at = [], 0
    for section in found.words.lyric.sections:
        bounds.append((section.kind, at, at + len(section.lines)))
        at += len(section.lines)
    if len(bounds) == 1 and bounds[0][0] == "part":
        yield from _by_repetition(found)
        return
    for kind, first, last in bounds:
        if first == last:
            continue
        if kind != "part":
            yield Part(kind, first, last, inferred=False)
        else:
            yield Part(_likely_kind(found, first, last), first, last, inferred=True)


def _likely_kind(found: Structure, first: int, last: int) -> str:
    groups, times = found.groups[first:last].tolist(), found.times[first:last].tolist()
    here = Counter(groups)
    elsewhere = sum(here[group] < often for group, often in zip(groups, times, strict=True))
    if elsewhere >= COMES_BACK * (last - first):
        return "chorus"
    return "verse" if last - first >= LEAST_VERSE else "part"


def _by_repetition(found: Structure) -> Iterator[Part]:
    """Without blank lines: runs of two lines and more that come back are choruses, what is between them verses."""
    back = found.times > 1
    edges = [0, *(np.flatnonzero(np.diff(back)) + 1).tolist(), len(back)]
    runs = [(bool(back[first]), first, last) for first, last in pairwise(edges)]
    merged: list[tuple[bool, int, int]] = []
    for is_back, first, last in runs:
        is_back = is_back and last - first > 1
        if merged and merged[-1][0] == is_back:
            merged[-1] = (is_back, merged[-1][1], last)
        else:
            merged.append((is_back, first, last))
    for is_back, first, last in merged:
        kind = "chorus" if is_back else "verse" if last - first >= LEAST_VERSE else "part"
        yield Part(kind, first, last, inferred=True)
