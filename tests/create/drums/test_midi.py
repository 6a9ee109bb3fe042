"""What is written as MIDI is the groove, and reads as it in the box."""

from __future__ import annotations

import io
from fractions import Fraction
from itertools import pairwise
from pathlib import Path

import mido
import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from cratedig.box.box import Box
from cratedig.create.drums.feel import feel
from cratedig.create.drums.midi import SHORTEST_TICKS, note_in, reread, written
from cratedig.create.drums.midi_events import chunks, events, joined, track
from cratedig.errors import InputRejected
from cratedig.music.drums.feel import Feel
from cratedig.music.drums.groove import Bar, Groove, Hit
from cratedig.music.drums.kit import CLOSED_HAT, DRUMS, KICK, OPEN_HAT, ROLAND, SNARE, Kit
from cratedig.music.drums.meter import COMMON, PPQ, Meter
from cratedig.music.score import DRUM_CHANNEL, Score
from cratedig.understand.drums.played import played
from grooves import FEELS, grooves

Strokes = list[tuple[int, int, int]]


def strokes(groove: Groove) -> Strokes:
    return sorted((tick, hit.drum.note, hit.velocity) for tick, hit in groove.sounding())


async def read(data: bytes, folder: Path) -> Score:
    (folder / "groove.mid").write_bytes(data)
    async with Box.open() as box:
        return await box.decode_midi(folder / "groove.mid")


@given(grooves(), FEELS, st.integers(0, 99))
def test_what_is_written_sounds_the_same(groove: Groove, of: Feel, seed: int) -> None:
    felt = feel(groove, of, rng=np.random.default_rng(seed))
    assert reread(written(felt)) == (strokes(felt), felt.length_ticks)


@given(grooves())
def test_notes_are_long_enough_and_never_over_each_other(groove: Groove) -> None:
    (_, _), (_, body) = chunks(written(groove))
    played: dict[int, list[tuple[int, int]]] = {}
    for event in events(body):
        if event.note_on:
            played.setdefault(event.data[1], []).append((event.tick, groove.length_ticks))
        elif event.note_off:
            begin, _ = played[event.data[1]].pop()
            played[event.data[1]].append((begin, event.tick))
    for notes in played.values():
        ends = [*(begin for begin, _ in notes[1:]), groove.length_ticks]
        assert all(
            min(begin + SHORTEST_TICKS, then) <= end <= then for (begin, end), then in zip(notes, ends, strict=True)
        )


@given(grooves())
@settings(max_examples=5, suppress_health_check=[HealthCheck.function_scoped_fixture])
async def test_the_box_reads_the_groove_that_was_written(tmp_path: Path, groove: Groove) -> None:
    score = await read(written(groove, name="two bars of drums"), tmp_path)
    notes = [(note.start, note.pitch, note.velocity) for note in score.drums]
    meters = [(change.tick, change.beats, change.unit) for change in score.meters]
    assert (score.ticks_per_quarter, sorted(notes)) == (PPQ, strokes(groove))
    assert abs(score.tempos[0].bpm - groove.tempo_bpm) < 0.001
    begins = [sum(bar.meter.bar_ticks for bar in groove.bars[:at]) for at in range(len(groove.bars))]
    changes = [(begin, bar.meter) for begin, bar in zip(begins, groove.bars, strict=True)]
    kept = [changes[0], *(now for before, now in pairwise(changes) if before[1] != now[1])]
    assert meters == [(begin, meter.beats, meter.unit) for begin, meter in kept]
    if score.drums:
        assert strokes(played(score).groove()) == strokes(groove)


@given(grooves())
@settings(max_examples=20)
def test_another_reader_finds_the_same(groove: Groove) -> None:
    file = mido.MidiFile(file=io.BytesIO(written(groove, name="drums")))
    (track,) = file.tracks
    ticks = np.cumsum([message.time for message in track])
    struck = [
        (tick, message.note, message.velocity)
        for tick, message in zip(ticks.tolist(), track, strict=True)
        if message.type == "note_on" and message.channel == DRUM_CHANNEL
    ]
    assert (file.type, file.ticks_per_beat, sorted(struck)) == (0, PPQ, strokes(groove))
    assert (track[-1].type, ticks[-1], track.name) == ("end_of_track", groove.length_ticks, "drums")


def test_a_part_ends_with_its_last_bar() -> None:
    silent = Groove((Bar(Meter(7, 8)), Bar(COMMON)), 100)
    assert reread(written(silent)) == ([], 7 * PPQ // 2 + 4 * PPQ)


def test_an_open_hat_rings_until_the_hat_is_struck_again() -> None:
    hits = (Hit(OPEN_HAT, Fraction(0), 90), Hit(CLOSED_HAT, Fraction(3, 4), 90), Hit(OPEN_HAT, Fraction(2), 90))
    (_, body) = list(chunks(written(Groove((Bar(COMMON, hits),), 100))))[1]
    ends = [event.tick for event in events(body) if event.note_off and event.data[1] == OPEN_HAT.note]
    assert ends == [360, 960 + PPQ]


def test_the_first_bytes_are_what_a_sequencer_expects() -> None:
    data = written(Groove((Bar(COMMON, (Hit(KICK, Fraction(0), 100),)),), 120), name="beat")
    assert data.hex(" ") == (
        "4d 54 68 64 00 00 00 06 00 00 00 01 01 e0 4d 54 72 6b 00 00 00 24 "
        "00 ff 03 04 62 65 61 74 00 ff 51 03 07 a1 20 00 ff 58 04 04 02 18 08 "
        "00 99 24 64 78 89 24 00 8e 08 ff 2f 00"
    )


@pytest.mark.parametrize(
    ("hits", "said"),
    [
        ((Hit(KICK, Fraction(0), 90, push=-1),), "before the first beat"),
        ((Hit(KICK, Fraction(7, 2), 90, push=240),), "after the last bar"),
        ((Hit(SNARE, Fraction(1), 90, push=120), Hit(SNARE, Fraction(5, 4), 90)), "twice"),
    ],
)
def test_what_cannot_be_written_is_refused(hits: tuple[Hit, ...], said: str) -> None:
    with pytest.raises(ValueError, match=said):
        written(Groove((Bar(COMMON, hits),), 120))


def test_every_drum_has_a_note_of_its_own_in_a_kit() -> None:
    assert len({note_in(ROLAND, drum) for drum in DRUMS.values() if drum.name != "vibraslap"}) == len(DRUMS) - 1
    swapped = Kit("swapped", {36: 38, 38: 36})
    assert [note_in(swapped, drum) for drum in (KICK, SNARE)] == [38, 36]
    with pytest.raises(ValueError, match="has no vibraslap"):
        note_in(ROLAND, DRUMS[58])


@given(grooves())
def test_events_are_written_back_as_they_were(groove: Groove) -> None:
    data = written(groove)
    head, (name, body) = chunks(data)
    assert joined([head, (name, track(events(body)))]) == data


@pytest.mark.parametrize("body", [b"\0", b"\0\x90\x24", b"\0\x24\x24", b"\xff\xff\xff\xff\0", b"\0\xff\x03\x09hm"])
def test_a_damaged_track_is_told(body: bytes) -> None:
    with pytest.raises(InputRejected, match="damaged at byte"):
        list(events(body))
