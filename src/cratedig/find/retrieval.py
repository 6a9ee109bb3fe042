"""The second stage: from a query understood to candidates, a few hundred of each channel that has something to say."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial

import numpy as np

from cratedig.catalogue import Catalogue, vectors
from cratedig.find.beside import Beside, in_threads
from cratedig.find.candidates import Candidates, Flags, Floats, Ids
from cratedig.find.channels import Conditions, allowed, is_flat, meeting, named, nearest, risen, some
from cratedig.find.known import Known, cleared
from cratedig.find.saying import Sayings
from cratedig.find.segment.segment import holds
from cratedig.find.segment.snapshot import Part, Snapshot
from cratedig.music.mood import Mood

OF_A_SPACE = 500
"""Tracks that each space brings (the recommender's specification, section 4.2)."""
OF_WORDS = 500
OF_A_NAME = 120
OF_A_LIKELY_FACET = 100
Begun = Callable[[], Ids]


@dataclass(frozen=True, slots=True)
class Spoken:
    """What a query's words say of tracks, and the rows they bring: looked up while its meaning is not known yet."""

    sayings: Sayings
    rows: Ids


def spoken(snapshot: Snapshot, known: Known, conditions: Conditions) -> Spoken:
    """For all rows that meet the conditions."""
    return _spoken(snapshot, known, allowed(snapshot, conditions))


def _spoken(snapshot: Snapshot, known: Known, may: Flags | None) -> Spoken:
    sayings = Sayings(snapshot, known)
    return Spoken(sayings, sayings.most(OF_WORDS, may))


@dataclass(frozen=True, slots=True)
class Wanted:
    """What to fetch candidates for. vector: (384,) where to look among texts; sound: (128,) among sounds, if anywhere.

    names: facet lexemes, each a channel of its own.  likely: groups of facet lexemes; any of a group will do.
    only: rows that may be brought at all; None: every one.  spoken: of the same words and conditions, where that was
    looked up already, and for every row.  begun: a search among texts that is under way.  beside: where searches are
    computed.
    at_least: candidates there shall be, whatever they are, where so many meet the conditions.
    """

    known: Known
    vector: Floats
    sound: Floats | None = None
    names: tuple[str, ...] = ()
    likely: tuple[tuple[str, ...], ...] = ()
    mood: Mood | None = None
    conditions: Conditions = field(default_factory=Conditions)
    only: Flags | None = None
    spoken: Spoken | None = field(default=None, compare=False)
    begun: Begun | None = field(default=None, compare=False)
    beside: Beside = in_threads
    at_least: int = 50


def begin(snapshot: Snapshot, vector: Floats, conditions: Conditions, beside: Beside) -> Begun | None:
    """Begins to search texts for what `vector` (384,) means, while the rest of a query is still being understood.

    None, without beginning, where conditions have to be looked up first or the database is to be asked.
    """
    if needs_database(snapshot) or allowed(snapshot, conditions) is not None:
        return None
    target, _ = cleared(snapshot.common, vector)
    return beside(nearest, snapshot, "text", target, OF_A_SPACE, None)


def may_be_brought(snapshot: Snapshot, wanted: Wanted) -> Flags | None:
    """Which rows the channels may bring; None where all may, as far as `meeting` does not throw out a few."""
    may = allowed(snapshot, wanted.conditions)
    if wanted.only is None:
        return may
    return wanted.only if may is None else wanted.only & may


def retrieve(snapshot: Snapshot, wanted: Wanted, brought: Mapping[str, Ids] | None = None) -> Candidates:
    """The union of all channels that meets the conditions. brought: of spaces that `from_database` was asked for."""
    may = may_be_brought(snapshot, wanted)
    of_spaces = _of_spaces(snapshot, wanted, may, brought or {})
    said = wanted.spoken or _spoken(snapshot, wanted.known, may)
    channels = {"words": said.rows, **_of_names(snapshot, wanted, may, of_spaces["text"])}
    channels |= {space: found() for space, found in of_spaces.items()}
    rows = meeting(snapshot, wanted.conditions, risen(*channels.values()))
    if len(rows) < wanted.at_least:
        channels["any"] = meeting(snapshot, wanted.conditions, some(snapshot, 2 * wanted.at_least, may))
        rows = risen(rows, channels["any"][: wanted.at_least])
    return _described(snapshot, wanted, rows, said.sayings, channels)


def gather(snapshot: Snapshot, wanted: Wanted, ids: Sequence[int]) -> Candidates:
    """These tracks as candidates, whatever the conditions, by id; those that do not exist are left out."""
    rows = snapshot.rows_of(np.unique(np.array(ids, dtype=np.int64)))
    found = _described(snapshot, wanted, np.sort(rows[rows >= 0]), Sayings(snapshot, wanted.known, gathered=0), {})
    return found.take(np.argsort(found.ids))


def needs_database(snapshot: Snapshot) -> bool:
    """Is there a space whose index is gone, and that is too large to be looked through?"""
    return any(space not in snapshot.indices and not is_flat(snapshot, space) for space in vectors.SPACES)


async def from_database(catalogue: Catalogue, snapshot: Snapshot, wanted: Wanted) -> dict[str, Ids]:
    """Space -> rows of its nearest tracks by pgvector, for a space whose index is gone and that is too large to be
    looked through; {} otherwise, without asking."""
    targets = _targets(wanted)
    found: dict[str, Ids] = {}
    for space in vectors.SPACES:
        if space in targets and space not in snapshot.indices and not is_flat(snapshot, space):
            async with catalogue.begin() as session:
                ids, _ = await vectors.nearest(session, space, targets[space], OF_A_SPACE)
            rows = snapshot.rows_of(ids)
            found[space] = rows[rows >= 0]
    return found


def _targets(wanted: Wanted) -> dict[str, Floats]:
    """Space -> where to look in it."""
    targets = {"text": wanted.known.cleared(wanted.vector)[0]}
    if wanted.sound is not None:
        targets["audio"] = wanted.sound
    if wanted.mood is not None:
        targets["mood"] = np.array([wanted.mood.valence, wanted.mood.arousal], dtype=np.float32)
    return targets


def _of_spaces(
    snapshot: Snapshot, wanted: Wanted, may: Flags | None, brought: Mapping[str, Ids]
) -> dict[str, Callable[[], Ids]]:
    """Space -> what gives its rows; but for moods, which are soon looked through, the searches have begun."""
    found: dict[str, Callable[[], Ids]] = {}
    for space, target in _targets(wanted).items():
        if space == "text" and may is None and wanted.begun is not None:
            found[space] = wanted.begun
        elif space in brought:
            there = brought[space] if may is None else brought[space][may[brought[space]]]
            found[space] = partial(np.asarray, there)
        elif space == "mood":
            found[space] = partial(nearest, snapshot, space, target, OF_A_SPACE, may)
        else:
            found[space] = wanted.beside(nearest, snapshot, space, target, OF_A_SPACE, may)
    return found


def _of_names(snapshot: Snapshot, wanted: Wanted, may: Flags | None, of_texts: Callable[[], Ids]) -> dict[str, Ids]:
    target = wanted.known.cleared(wanted.vector)[0]
    found = {}
    if wanted.names:
        each = [named(snapshot, (name,), target, OF_A_NAME, may, of_all=of_texts) for name in wanted.names]
        found["names"] = risen(*each)
    if wanted.likely:
        each = [named(snapshot, group, target, OF_A_LIKELY_FACET, may, of_all=of_texts) for group in wanted.likely]
        found["likely"] = risen(*each)
    return found


def _described(
    snapshot: Snapshot, wanted: Wanted, rows: Ids, sayings: Sayings, channels: Mapping[str, Ids]
) -> Candidates:
    """The rows (rising) with everything a score looks at."""
    target, offset = wanted.known.cleared(wanted.vector)
    columns = {name: snapshot.column(name, rows) for name in _COLUMNS}
    return Candidates(
        **columns,
        meaning=snapshot.products("text", rows, target) - np.float32(offset),
        words=sayings.on(rows),
        unwanted=_having_any(snapshot, tuple(wanted.known.unwanted), rows).astype(np.float32),
        named=_named_share(snapshot, wanted.names, rows),
        channels={name: _among(rows, brought) for name, brought in channels.items()},
        rows=rows,
        embeddings=snapshot,
    )


def _among(rows: Ids, brought: Ids) -> Flags:
    """Which of the rising rows a channel brought."""
    marks = np.zeros(len(rows), dtype=bool)
    if len(rows):
        at = np.minimum(np.searchsorted(rows, brought), len(rows) - 1)
        marks[at[rows[at] == brought]] = True
    return marks


_COLUMNS = (
    "ids",
    "artist",
    "recording",
    "album",
    "tie",
    "seconds",
    "year",
    "heard",
    "valence",
    "arousal",
    "features",
    "styles",
    "dead",
)


def _having_any(snapshot: Snapshot, lexemes: Sequence[str], rows: Ids) -> Flags:
    def has_any(part: Part, here: Ids) -> Flags:
        found = np.zeros(len(here), dtype=bool)
        for lexeme in lexemes:
            found |= holds(part.segment.posting(lexeme), here)
        return found

    return snapshot.gathered(rows, has_any)


def _named_share(snapshot: Snapshot, names: Sequence[str], rows: Ids) -> Floats:
    """The share of the kinds of names (artist, genre, tag) of which each track has any."""
    kinds: dict[str, list[str]] = {}
    for name in names:
        kinds.setdefault(name.split(" ", 1)[0], []).append(name)
    share = np.zeros(len(rows), dtype=np.float32)
    for of_a_kind in kinds.values():
        share += _having_any(snapshot, of_a_kind, rows)
    return share / np.float32(max(1, len(kinds)))
