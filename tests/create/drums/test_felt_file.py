"""A file played with another feel keeps all that is no stroke."""

from __future__ import annotations

from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest

from cratedig.box.box import Box
from cratedig.create.drums.feel import feel
from cratedig.create.drums.felt_file import felt_file
from cratedig.create.drums.midi_events import chunks
from cratedig.errors import InputRejected
from cratedig.music.drums.feel import Feel, Touch
from cratedig.music.drums.groove import Groove
from cratedig.music.drums.kit import ROLAND
from cratedig.music.score import Score
from cratedig.understand.drums.played import played
from tests.faults.hostile_files import midi

PIANO = b"\0\xff\x03\x05piano\0\x90\x3c\x50\x83\x60\x3e\x50\x83\x60\x80\x3c\0\0\x3e\0\0\xff\x2f\0"
"""Running status, and notes that overlap: nothing here may change."""
HATS = b"".join(bytes((0 if at == 0 else 60, 0x99, 42, 80)) + bytes((60, 0x89, 42, 0)) for at in range(8))
DRUMS = b"\0\xff\x03\x05drums\0\xc9\x10" + HATS + b"\0\x99\x26\x70\x83\x60\x89\x26\0\0\xff\x2f\0"
"""Hats in eighths of 120 ticks at 240 a quarter, then a snare."""

SWING = Feel(swing_8=66, touches={("hat", None): Touch(0, 0, 60, 0, 9)})


async def read(data: bytes) -> Score:
    async with Box.open() as box:
        return await box.decode_midi(data)


async def refelt(data: bytes, wanted: Feel, *, timing: float = 1.0, velocity: float = 1.0) -> bytes:
    score = await read(data)
    groove = played(score, kit=ROLAND).groove()
    felt = feel(groove, wanted, timing=timing, velocity=velocity, rng=np.random.default_rng(0))
    return felt_file(data, score, groove, felt, kit=ROLAND)


def song() -> bytes:
    return midi(PIANO, DRUMS, kind=1, division=240)


async def test_none_of_a_feel_changes_no_byte() -> None:
    assert await refelt(song(), SWING, timing=0, velocity=0) == song()


async def test_only_drum_notes_change() -> None:
    felt = await refelt(song(), SWING)
    before, after = list(chunks(song())), list(chunks(felt))
    assert before[:2] == after[:2]
    assert before[2] != after[2]
    was, now = await read(song()), await read(felt)
    assert [note for note in was.notes if not note.is_drum] == [note for note in now.notes if not note.is_drum]
    assert (was.tempos, was.meters, was.named_drums) == (now.tempos, now.meters, now.named_drums)
    assert b"\xc9\x10" in after[2][1]


async def test_the_swing_is_that_of_the_feel() -> None:
    now = await read(await refelt(song(), SWING, velocity=0))
    hats = [note.start for note in now.notes if note.pitch == 42]
    assert hats == [0, 158, 240, 398, 480, 638, 720, 878]
    assert {note.velocity for note in now.notes if note.pitch == 42} == {80}


async def test_loudness_alone_moves_nothing() -> None:
    was, now = await read(song()), await read(await refelt(song(), SWING, timing=0))
    assert [note.start for note in was.notes] == [note.start for note in now.notes]
    assert np.mean([note.velocity for note in now.notes if note.pitch == 42]) < 70


async def test_notes_keep_their_lengths_and_cover_none_of_their_own() -> None:
    long_hats = HATS.replace(bytes((60, 0x89)), bytes((120, 0x89))).replace(bytes((60, 0x99)), bytes((0, 0x99)))
    felt = await read(await refelt(midi(long_hats + b"\0\xff\x2f\0", kind=0, division=240), SWING, velocity=0))
    notes = sorted(felt.notes, key=lambda note: note.start)
    assert len(notes) == 8
    assert all(one.end <= other.start for one, other in pairwise(notes))


@pytest.mark.parametrize("at", range(3))
async def test_a_real_performance_gets_the_feel_of_another(shared: Path, at: int) -> None:
    files = sorted((shared / "groove_midi" / "midi").rglob("*beat*4-4*.mid"))[::120]
    data = files[at].read_bytes()
    score = await read(data)
    groove = played(score, kit=ROLAND).groove()
    other = Feel(swing_8=58, touches={("snare", None): Touch(12, 6, 90, 20, 50)})
    felt = feel(groove, other, rng=np.random.default_rng(1))
    now = await read(felt_file(data, score, groove, felt, kit=ROLAND))
    assert len(now.notes) == len(score.notes)
    assert strokes(played(now, kit=ROLAND).groove()) == strokes(felt)
    again = felt_file(data, score, groove, groove, kit=ROLAND)
    assert again == data


def strokes(groove: Groove) -> list[tuple[int, int, int]]:
    return sorted((tick, hit.drum.note, hit.velocity) for tick, hit in groove.sounding())


async def test_odd_files_are_played_with_another_feel_or_refused(shared: Path) -> None:
    changed = 0
    async with Box.open() as box:
        for path in sorted(path for path in (shared / "odd_midi").rglob("*") if path.is_file()):
            try:
                score = await box.decode_midi(path)
                groove = played(score, kit=ROLAND).groove()
                felt = feel(groove, SWING, rng=np.random.default_rng(0))
                again = felt_file(path.read_bytes(), score, groove, felt, kit=ROLAND)
                now = await box.decode_midi(again)
            except InputRejected:
                continue
            changed += 1
            assert len(now.notes) == len(score.notes), path.name
            assert felt_file(path.read_bytes(), score, groove, groove, kit=ROLAND) == path.read_bytes()
    assert changed
