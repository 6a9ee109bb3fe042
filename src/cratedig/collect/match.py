"""Which rows are one: by the source's id, then by what a recording is. Plain functions of drafts and known rows."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any, TypeVar

from cratedig.collect.drafts import ArtistDraft, PlaylistDraft, TrackDraft, merge_tracks
from cratedig.collect.reading import Parsed
from cratedig.music.recording import distance, read_title

SAME_ID = "same id"
SAME_RECORDING = "same artist, title and duration"

SourceId = tuple[str, str]
D = TypeVar("D", ArtistDraft, PlaylistDraft)


@dataclass
class Settled:
    """What is to be written: new rows, changed stored rows, further ids of tracks."""

    new: list[Any] = field(default_factory=list)
    changed: dict[int, Any] = field(default_factory=dict)
    aliases: list[tuple[SourceId, TrackDraft]] = field(default_factory=list)
    merged_by: Counter[str] = field(default_factory=Counter)

    @property
    def merged(self) -> int:
        return self.merged_by.total()


class TrackMatcher:
    """Places tracks one after the other among those that are known.

    known: stored tracks that share an id or a block with the batch. aliases: further ids of some of them.
    """

    def __init__(
        self,
        known: Iterable[TrackDraft],
        aliases: Iterable[tuple[SourceId, TrackDraft]] = (),
        *,
        local_ids: bool = False,
    ) -> None:
        self.local_ids = local_ids
        self.settled = Settled()
        self._by_id: dict[SourceId, TrackDraft] = dict(aliases)
        self._by_key: dict[str, list[TrackDraft]] = {}
        for track in known:
            self._learn(track)

    def _learn(self, track: TrackDraft) -> None:
        if track.source_id is not None:
            self._by_id[track.source, track.source_id] = track
        if track.match_key is not None:
            self._by_key.setdefault(track.match_key, []).append(track)

    def place(self, track: TrackDraft, parsed: Parsed) -> TrackDraft:
        """Merges `track` into the one it is, or makes it a new one; gives the one that stands for it."""
        if (same := self._with_same_id(track, parsed)) is not None:
            self._merge(same, track, SAME_ID)
        elif (same := self._same_recording(track)) is not None:
            self._merge(same, track, SAME_RECORDING)
        else:
            self.settled.new.append(track)
            self._learn(track)
            return track
        return same

    def _with_same_id(self, track: TrackDraft, parsed: Parsed) -> TrackDraft | None:
        if track.source_id is None:
            return None
        found = self._by_id.get((track.source, track.source_id))
        if found is None or not self.local_ids or _may_be_one(found, track):
            return found
        # row numbers of another file: the id says nothing
        parsed.note("(row)", "another row of this dump has the same id and another title", track.line, track.source_id)
        track.extra = track.extra | {"id_in_file": track.source_id}
        track.source_id = None
        return None

    def _same_recording(self, track: TrackDraft) -> TrackDraft | None:
        candidates = self._by_key.get(track.match_key) if track.match_key else None
        if not candidates:
            return None
        return nearest(track, candidates)

    def _merge(self, kept: TrackDraft, track: TrackDraft, reason: str) -> None:
        had_key = kept.match_key
        if merge_tracks(kept, track) and kept.id is not None:
            self.settled.changed[kept.id] = kept
        if kept.match_key != had_key and kept.match_key is not None:
            self._by_key.setdefault(kept.match_key, []).append(kept)
        if track.source_id is not None and (track.source, track.source_id) not in self._by_id:
            self._by_id[track.source, track.source_id] = kept
            self.settled.aliases.append(((track.source, track.source_id), kept))
        self.settled.merged_by[reason] += 1


def _may_be_one(a: TrackDraft, b: TrackDraft) -> bool:
    if a.title is None or b.title is None or a.title == b.title:
        return True
    return read_title(a.title) == read_title(b.title)


def nearest(track: TrackDraft, candidates: Sequence[TrackDraft]) -> TrackDraft | None:
    """The candidate that is the same recording as `track`; None when none is."""
    best: TrackDraft | None = None
    least = float("inf")
    here = track.recording
    for candidate in candidates:
        if candidate is track:
            continue
        found = distance(here, candidate.recording)
        if found.is_same and found.value < least:
            best, least = candidate, found.value
    return best


def settle_named(
    drafts: Sequence[D],
    known: Iterable[D],
    *,
    identity: Callable[[D], tuple[str, str] | None],
    merge: Callable[[D, D], bool],
) -> Settled:
    """Places artists or playlists: one with a known identity is merged, every other is new."""
    settled = Settled()
    by_identity = {key: row for row in known if (key := identity(row)) is not None}
    for draft in drafts:
        key = identity(draft)
        kept: Any = by_identity.get(key) if key is not None else None
        if kept is None:
            settled.new.append(draft)
            if key is not None:
                by_identity[key] = draft
            continue
        settled.merged_by[SAME_ID if key and key[0] else "same name"] += 1
        if merge(kept, draft) and kept.id is not None:
            settled.changed[kept.id] = kept
    return settled
