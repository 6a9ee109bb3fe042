"""Who plays what, read from a folder of pairs and tags, and parted into what is learned from and what is judged."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from cratedig.errors import InputRejected
from cratedig.lab.ranking import bucket
from cratedig.lab.tables import rows_with

if TYPE_CHECKING:
    from scipy.sparse import csr_matrix

Pair = tuple[str, str]
Plays = dict[Pair, float]
"""(userID, artistID) -> plays."""

JUDGED = 0.2
LEAST_ARTISTS = 5  # of a tag


@dataclass(frozen=True)
class Judging:
    """Pairs to learn from and pairs to judge on, over the same listeners and artists.

    learned: (n, m) log plays, each listener's largest 1.  judged: (n, m), 1 where a pair is judged.  tags: (t, m).
    """

    learned: csr_matrix
    judged: csr_matrix
    tags: csr_matrix


def read_plays(data: Path) -> Plays:
    """Every pair that was played. Raises InputRejected where the folder has none, or a count that cannot be."""
    rows = rows_with(data, "userID", "artistID", "weight")
    try:
        plays = {(row["userID"], row["artistID"]): float(row["weight"]) for row in rows}
    except ValueError as error:
        raise InputRejected(f"A weight in {str(data)!r} is not a number: {error}.") from error
    if not all(0.0 <= weight < np.inf for weight in plays.values()):
        raise InputRejected(f"A weight in {str(data)!r} is below 0 or not finite.")
    return {pair: weight for pair, weight in plays.items() if weight > 0.0}


def split(plays: Plays, shared: Plays) -> tuple[Plays, list[Pair]]:
    """(learned, judged). A folder most of whose pairs the shared one has is the shared one, or a part of it."""
    known = sum(pair in shared for pair in plays)
    if shared and 2 * known < len(plays):
        return shared, [pair for pair in plays if pair not in shared]
    return fifth(plays)


def fifth(plays: Plays, name: str = "") -> tuple[Plays, list[Pair]]:
    """(the others, a fifth by a stable hash); another `name` gives another fifth."""
    held = [pair for pair in plays if bucket("\x1f".join((name, *pair) if name else pair)) < JUDGED]
    return {pair: plays[pair] for pair in plays.keys() - set(held)}, held


def prepared(learned: Plays, judged: Collection[Pair], folders: Iterable[Path]) -> Judging:
    """Tables over the listeners and artists of both parts; tags from every folder that has them."""
    pairs, tags = {*learned, *judged}, _read_tags(folders)
    listeners = _places(listener for listener, _ in pairs)
    artists = _places({artist for _, artist in pairs} | {artist for artist, _ in tags})
    carried = Counter(tag for _, tag in tags)
    kept = _places(tag for tag, count in carried.items() if count >= LEAST_ARTISTS)
    of_tags = {(tag, artist): np.log1p(users) for (artist, tag), users in tags.items() if tag in kept}
    heard = {pair: np.log1p(plays) for pair, plays in learned.items()}
    return Judging(
        learned=_relative(_table(heard, listeners, artists)),
        judged=_table(dict.fromkeys(judged, 1.0), listeners, artists),
        tags=_table(of_tags, kept, artists),
    )


def _places(names: Iterable[str]) -> dict[str, int]:
    return {name: at for at, name in enumerate(sorted(set(names)))}


def _read_tags(folders: Iterable[Path]) -> Plays:
    """(artistID, tagID) -> how many gave it; {} where no folder has tags."""
    found: Plays = {}
    for folder in folders:
        try:
            rows = rows_with(folder, "artistID", "tagID", "n_users")
        except InputRejected:  # a held-back folder may hold pairs alone
            continue
        found |= {(row["artistID"], row["tagID"]): float(row["n_users"]) for row in rows}
    return found


def _table(cells: Mapping[Pair, float], rows: Mapping[str, int], columns: Mapping[str, int]) -> csr_matrix:
    from scipy.sparse import csr_matrix

    row, column = [rows[name] for name, _ in cells], [columns[name] for _, name in cells]
    return csr_matrix(
        (np.array(list(cells.values()), dtype=np.float64), (row, column)), shape=(len(rows), len(columns))
    )


def _relative(table: csr_matrix) -> csr_matrix:
    """Each row over its largest."""
    from scipy.sparse import csr_matrix

    largest = np.asarray(table.max(axis=1).toarray()).ravel()
    return csr_matrix(table.multiply(1.0 / np.where(largest > 0.0, largest, 1.0)[:, None]))
