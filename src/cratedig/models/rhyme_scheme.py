"""How stanzas usually rhyme: counts of whole schemes, and of how far back a line finds its rhyme.

A scheme is written as links: for each line 0 where nothing before it rhymes, else how many lines back its rhyme last
stood. Counts of whole schemes are smoothed by a model of links given those before (Witten and Bell 1991, "The
zero-frequency problem", interpolated), which itself falls back on a rhyme being the likelier the nearer it is: so any
scheme is possible, as it must be for rap.
"""

from __future__ import annotations

import math
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from cratedig.models.arrays import Arrays

REACH: Final = 16
"""Lines back that a rhyme may be."""
ORDER: Final = 6
"""Links before one that are looked at."""
TOGETHER: Final = 3
"""Rhyme partners of a line, latest first, whose evidence counts."""
WHOLE_SHARE: Final = 0.7
UNRHYMED_SHARE: Final = 0.05
"""Sections without any rhyme; the poems that were learned from have none."""
DOUBT: Final = 5.0
"""Stanzas of a length that would have to be known for half of WHOLE_SHARE."""
KEPT: Final = 32_768
"""Whole schemes whose chance is kept; then they are forgotten together."""
_NEARER: Final = 0.6
_END: Final = 255

Links = tuple[int, ...]


def free(link: int) -> float:
    """The chance of a link where nothing is known: half of lines begin a rhyme, the others find theirs near.

    >>> round(sum(free(link) for link in range(60)), 6)
    1.0
    """
    return 0.5 if link == 0 else 0.5 * (1.0 - _NEARER) / _NEARER * _NEARER**link


def links_of(groups: Sequence[object]) -> Links:
    """The links of a scheme given as the group of each line.

    >>> links_of("ABAB")
    (0, 0, 2, 2)
    """
    last: dict[object, int] = {}
    found = []
    for at, group in enumerate(groups):
        found.append(at - last[group] if group in last and at - last[group] <= REACH else 0)
        last[group] = at
    return tuple(found)


def partners(links: Links) -> list[tuple[int, int]]:
    """Pairs of lines (later, earlier) whose evidence counts for a scheme: each with its TOGETHER last partners."""
    groups: list[tuple[int, ...]] = []
    pairs = []
    for at, link in enumerate(links):
        earlier = groups[at - link] if link else ()
        pairs += [(at, one) for one in earlier]
        groups.append((*earlier, at)[-TOGETHER:])
    return pairs


@dataclass(frozen=True)
class Templates:
    """Whole schemes of one length. schemes: as links. matrix: (t, n * n), 1 where a pair's evidence counts.
    log_priors: (t,)."""

    schemes: tuple[Links, ...]
    matrix: NDArray[np.float32]
    log_priors: NDArray[np.float64]

    @cached_property
    def within(self) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
        """Each line with those at most REACH before it: its number, and one less than how far back the other is."""
        lines = np.arange(len(self.schemes[0]) if self.schemes else 0)
        later, back = np.nonzero(lines[:, None] > np.arange(REACH))
        return later, back


@dataclass(frozen=True)
class SchemePrior:
    """wholes: how often each scheme was seen, by its links. following: how often each link followed links, latest
    first."""

    wholes: Mapping[Links, int]
    following: Mapping[Links, Mapping[int, int]]
    _chances: dict[Links, list[float]] = field(default_factory=dict, repr=False, compare=False)
    _priors: dict[Links, float] = field(default_factory=dict, repr=False, compare=False)
    _templates: dict[int, Templates] = field(default_factory=dict, repr=False, compare=False)

    @classmethod
    def learned(cls, schemes: Iterable[Links]) -> SchemePrior:
        """From schemes as links."""
        wholes = Counter(schemes)
        following: defaultdict[Links, Counter[int]] = defaultdict(Counter)
        for scheme, count in wholes.items():
            for at, link in enumerate(scheme):
                for length in range(min(at, ORDER) + 1):
                    following[scheme[at - length : at][::-1]][link] += count
        return cls(wholes, following)

    @classmethod
    def of(cls, arrays: Mapping[str, NDArray[Any]]) -> SchemePrior:
        """From what `arrays` gives."""
        rows, counts = arrays["schemes"].tolist(), arrays["scheme_counts"].tolist()
        schemes = [tuple(rows[start:end]) for start, end in _spans(rows)]
        return cls.learned(scheme for scheme, count in zip(schemes, counts, strict=True) for _ in range(count))

    def arrays(self) -> Arrays:
        """What `of` reads: the schemes one after the other, an end mark after each, and their counts."""
        ordered = sorted(self.wholes.items())
        rows = [link for scheme, _ in ordered for link in (*scheme, _END)]
        counts = np.array([count for _, count in ordered], dtype=np.uint16)
        return {"schemes": np.array(rows, dtype=np.uint8), "scheme_counts": counts}

    def log_chances(self, before: Links) -> list[float]:
        """The logarithms of the chances of links 0 to REACH after others, latest first, of which at most ORDER."""
        known = self._chances.get(before)
        if known is None:
            known = self._chances[before] = [math.log(self._chance(before, link)) for link in range(REACH + 1)]
        return known

    def free_form(self, links: Links) -> float:
        """The logarithm of a scheme's chance by its links one after the other."""
        return sum(self.log_chances(links[max(0, at - ORDER) : at][::-1])[link] for at, link in enumerate(links))

    def _chance(self, before: Links, link: int) -> float:
        chance = free(link)
        for length in range(len(before) + 1):
            counts = self.following.get(before[:length])
            if not counts:
                break
            chance = (counts.get(link, 0) + len(counts) * chance) / (sum(counts.values()) + len(counts))
        return chance

    def log_prior(self, links: Links) -> float:
        """The logarithm of a whole scheme's chance, given how many lines it has. Kept once it is known."""
        known = self._priors.get(links)
        if known is None:
            if len(self._priors) >= KEPT:
                self._priors.clear()
            known = self._priors[links] = self._log_prior(links)
        return known

    def _log_prior(self, links: Links) -> float:
        total = self._totals.get(len(links), 0)
        share = WHOLE_SHARE * total / (total + DOUBT)
        seen = share * self.wholes.get(links, 0) / total if total else 0.0
        free_form = (1.0 - share) * math.exp(max(self.free_form(links), -700.0))
        return math.log((1.0 - UNRHYMED_SHARE) * (seen + free_form) + (0.0 if any(links) else UNRHYMED_SHARE))

    def templates(self, lines: int) -> Templates:
        """The schemes seen for that many lines."""
        if lines not in self._templates:
            self._templates[lines] = self._gathered(lines)
        return self._templates[lines]

    def _gathered(self, lines: int) -> Templates:
        schemes = tuple(scheme for scheme in sorted(self.wholes) if len(scheme) == lines)
        matrix = np.zeros((len(schemes), lines * lines), dtype=np.float32)
        for row, scheme in zip(matrix, schemes, strict=True):
            row[[later * lines + earlier for later, earlier in partners(scheme)]] = 1.0
        return Templates(schemes, matrix, np.array([self.log_prior(scheme) for scheme in schemes]))

    @cached_property
    def _totals(self) -> dict[int, int]:
        totals: Counter[int] = Counter()
        for scheme, count in self.wholes.items():
            totals[len(scheme)] += count
        return totals


def _spans(rows: Sequence[int]) -> Iterable[tuple[int, int]]:
    start = 0
    for at, link in enumerate(rows):
        if link == _END:
            yield start, at
            start = at + 1
