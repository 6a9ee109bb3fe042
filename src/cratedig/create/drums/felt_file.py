"""A MIDI file whose drums are played with another feel; every other byte stays as it was."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from cratedig.create.drums.midi_events import END_OF_TRACK, Event, chunks, events, joined, track
from cratedig.music.drums.groove import Groove
from cratedig.music.drums.kit import Kit
from cratedig.music.drums.meter import PPQ
from cratedig.music.score import DRUM_CHANNEL, Score

Moves = Mapping[tuple[int, int], tuple[int, int]]
"""By the tick (at PPQ) and General MIDI note of a stroke: ticks later, velocities louder."""


@dataclass(slots=True)
class _Note:
    """A stroke in a track: where its events are in the list of them (off: None where it never ends), and where to."""

    on: int
    begin: int
    louder: int
    off: int | None = None
    end: int = 0


def felt_file(data: bytes, score: Score, groove: Groove, felt: Groove, *, kit: Kit) -> bytes:
    """The file with the strokes of `groove`, which are the drums of it, where and as loud as `felt` has them.

    score: the same file as the box read it. Notes keep their lengths unless the same drum is struck sooner. Tracks in
    which no stroke moves stay byte for byte; in others only drum notes change. Raises InputRejected where a track is
    damaged.
    """
    moves = _moves(groove, felt)
    parts, number = [], -1
    for name, body in chunks(data):
        if name == b"MTrk":
            number += 1
            body = _rewritten(body, moves, score, _is_drum(score, number), kit)
        parts.append((name, body))
    return joined(parts)


def _moves(groove: Groove, felt: Groove) -> Moves:
    """Strokes that stay as they are left out."""
    both = zip(groove.sounding(), felt.sounding(), strict=True)
    changes = (
        ((tick, hit.drum.note), (then - tick, changed.velocity - hit.velocity)) for (tick, hit), (then, changed) in both
    )
    return {stroke: change for stroke, change in changes if change != (0, 0)}


def _is_drum(score: Score, number: int) -> Callable[[int | None], bool]:
    """Whether an event on a channel of this track may be of drums (see Score.drums)."""
    general = any(note.is_drum for note in score.notes)
    named = not general and number in score.named_drums
    return lambda channel: channel is not None and (named or (general and channel == DRUM_CHANNEL))


def _rewritten(body: bytes, moves: Moves, score: Score, is_drum: Callable[[int | None], bool], kit: Kit) -> bytes:
    played = list(events(body))
    notes = list(_notes(played, moves, score.ticks_per_quarter, is_drum, kit))
    if not any(note.louder or note.begin != played[note.on].tick for note in notes):
        return body
    _end(played, notes)
    return track(_in_order(played, notes))


def _notes(
    played: Sequence[Event], moves: Moves, division: int, is_drum: Callable[[int | None], bool], kit: Kit
) -> Iterator[_Note]:
    """The strokes of a track and where they begin now; a note ends the earliest one of its pitch that sounds."""
    sounding: dict[tuple[int | None, int], list[_Note]] = {}
    for at, event in enumerate(played):
        if not is_drum(event.channel) or not (event.note_on or event.note_off):
            continue
        key = (event.channel, event.data[1])
        if event.note_on:
            drum = kit.drum(event.data[1])
            later, louder = moves.get((round(event.tick * PPQ / division), drum.note if drum else 0), (0, 0))
            note = _Note(at, max(event.tick + round(later * division / PPQ), 0), louder)
            sounding.setdefault(key, []).append(note)
            yield note
        elif sounding.get(key):
            sounding[key].pop(0).off = at


def _end(played: Sequence[Event], notes: Sequence[_Note]) -> None:
    """Ends move with their notes, and come no later than the same drum's next stroke."""
    following: dict[bytes, int] = {}
    for note in sorted(notes, key=lambda note: (note.begin, note.on), reverse=True):
        own, key = played[note.on], played[note.on].data[:2]
        if note.off is not None:
            end = note.begin + played[note.off].tick - own.tick
            note.end = max(min(end, following.get(key, end)), note.begin + 1)
        following[key] = note.begin


def _in_order(played: Sequence[Event], notes: Sequence[_Note]) -> Iterator[Event]:
    """The events by their new ticks; at one tick what ends a moved note first, the rest as it was; the end last."""
    moved = {note.on: note for note in notes}
    ends = {note.off: note.end for note in notes if note.off is not None}
    rows = []
    for at, event in enumerate(played):
        tick, data = ends.get(at, event.tick), event.data
        if at in moved:
            tick = moved[at].begin
            data = data[:2] + bytes((min(max(data[2] + moved[at].louder, 1), 127),))
        rows.append((tick, ends.get(at, event.tick) == event.tick, at, data))
    yield from (Event(tick, data) for tick, _, _, data in sorted(rows) if data != END_OF_TRACK)
    if any(event.data == END_OF_TRACK for event in played):
        yield Event(max(tick for tick, *_ in rows), END_OF_TRACK)
