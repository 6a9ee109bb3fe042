"""The third stage: from everything the channels brought to what is worth a score. A cap per artist, a thousand at most.

Conditions (years, genres, exclusions, dead links, what was heard) hold inside every channel already, so that its limit
counts only what may be shown. Plain functions on arrays of n candidates.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence

import numpy as np
from numpy.typing import NDArray

from cratedig.find.candidates import NOBODY, Candidates

MOST = 1000
"""Candidates that are scored (the recommender's specification, section 4.2)."""
CAP = 10
"""Of one artist among them."""

Mask = NDArray[np.bool_]
Codes = NDArray[np.int64]
Values = NDArray[np.float64]


def aggregate(found: Candidates, *, asked_for: Collection[int] = (), at_least: int = 0, cap: int = CAP) -> Candidates:
    """The candidates that are scored.

    asked_for: codes of artists who have no cap.  at_least: as many stay as are to be shown, where there are as many.
    """
    promised = promise((found.meaning, found.words, found.named), tuple(found.channels.values()))
    kept = worth_scoring(promised, found.artist, found.tie, asked_for=asked_for, cap=cap, at_least=at_least)
    return found if len(kept) == len(found) else found.take(kept)


def promise(signals: Sequence[NDArray[np.floating]], channels: Sequence[Mask]) -> Values:
    """How promising each candidate is before its score: the sum of what it matched and of the channels it came by."""
    promised: Values = np.sum([*(np.nan_to_num(signal) for signal in signals), *channels], axis=0, dtype=np.float64)
    return promised


def worth_scoring(
    promised: Values,
    artist: Codes,
    ties: NDArray[np.integer],
    *,
    asked_for: Collection[int] = (),
    most: int = MOST,
    cap: int = CAP,
    at_least: int = 0,
) -> NDArray[np.intp]:
    """The positions of the most promising, in their old order: at most `most`, and `cap` of an artist.

    asked_for: artists who have no cap.  ties: decides between equals.  Where the cap leaves fewer than `at_least`,
    the best of what it took fill up: a crate of one artist still gets an answer.
    """
    order = _falling(promised, ties)
    ordered = artist[order]
    capped = (place_within(ordered) >= cap) & (ordered != NOBODY)
    if asked_for:
        capped &= ~np.isin(ordered, list(asked_for))
    first, later = order[~capped][:most], order[capped]
    return np.sort(np.concatenate([first, later[: max(0, min(at_least, most) - len(first))]]))


def _falling(promised: Values, ties: NDArray[np.integer]) -> NDArray[np.intp]:
    """Positions from the highest down. Few are equal: only then the slower sort by two keys is needed."""
    order = np.argsort(-promised)
    ordered = promised[order]
    return np.lexsort((ties, -promised)) if np.any(ordered[1:] == ordered[:-1]) else order


def place_within(groups: Codes) -> NDArray[np.intp]:
    """For each element how many of its group come before it.

    >>> place_within(np.array([7, 7, 3, 7])).tolist()
    [0, 1, 0, 2]
    """
    order = np.argsort(groups, kind="stable")
    ordered = groups[order]
    begins = np.flatnonzero(np.concatenate([[True], ordered[1:] != ordered[:-1]])) if len(groups) else order
    places = np.empty(len(groups), dtype=np.intp)
    places[order] = np.arange(len(groups)) - np.repeat(begins, np.diff(begins, append=len(groups)))
    return places


def once_each(
    recording: Codes, seconds: NDArray[np.floating], ranking: Sequence[int], *, tolerance_s: float
) -> tuple[list[int], dict[int, list[int]]]:
    """A ranking with every recording once, at its best place; and for each that has twins the positions of those.

    recording: codes, shape (n,), NOBODY where a track is only itself.  seconds: lengths, NaN where not known; equal
    codes are two recordings where their lengths are known and differ by more than `tolerance_s`.
    """
    rows = np.array(ranking, dtype=np.intp)
    _, group, size = np.unique(recording[rows], return_inverse=True, return_counts=True)
    shared = (size[group] > 1) & (recording[rows] != NOBODY)
    stays = np.ones(len(rows), dtype=np.bool_)
    firsts: dict[int, list[int]] = {}
    twins: dict[int, list[int]] = {}
    for place in np.flatnonzero(shared).tolist():
        at = int(rows[place])
        alike = firsts.setdefault(int(recording[at]), [])
        first = next((one for one in alike if not abs(seconds[one] - seconds[at]) > tolerance_s), None)
        if first is None:
            alike.append(at)
        else:
            stays[place] = False
            twins.setdefault(first, []).append(at)
    return rows[stays].tolist(), twins
