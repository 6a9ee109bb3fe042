"""MIDI through the box: every note of every track, tick by tick, as another library reads it."""

from __future__ import annotations

import io
from collections import Counter
from pathlib import Path

import mido
import pytest

from cratedig.box.box import Box
from cratedig.box.limits import BoxLimits
from cratedig.errors import CratedigError, DecodeLimit, Undecodable
from cratedig.music.score import MeterChange, Note, Score, TempoChange
from tests.faults.hostile_files import midi

END = b"\0\xff\x2f\0"


def struck(file: mido.MidiFile) -> Counter[tuple[int, ...]]:
    """(tick, pitch, velocity, channel, track) of every note-on, as mido tells them."""
    found: Counter[tuple[int, ...]] = Counter()
    for number, track in enumerate(file.tracks):
        tick = 0
        for event in track:
            tick += event.time
            if event.type == "note_on" and event.velocity:
                found[tick, event.note, event.velocity, event.channel, number] += 1
    return found


def told(score: Score) -> Counter[tuple[int, ...]]:
    return Counter((n.start, n.pitch, n.velocity, n.channel, n.track) for n in score.notes)


async def test_real_songs_are_read_as_mido_reads_them(box: Box, shared: Path) -> None:
    for path in sorted((shared / "multitrack_midi").rglob("*.mid"))[::9]:
        score, other = await box.decode_midi(path), mido.MidiFile(path)
        assert told(score) == struck(other), path.name
        assert (score.kind, score.ticks_per_quarter) == (other.type, other.ticks_per_beat)


async def test_odd_files_are_read_as_mido_reads_them(box: Box, shared: Path) -> None:
    compared = 0
    for path in sorted((shared / "odd_midi").rglob("*.mid")):
        try:
            other = mido.MidiFile(path)
        except (OSError, EOFError):
            continue
        assert told(await box.decode_midi(path)) == struck(other), path.name
        compared += 1
    assert compared > 60


async def test_a_track_named_as_drums_is_drums_where_nothing_is_on_channel_10(box: Box) -> None:
    note = b"\0\x90\x24\x40\x30\x80\x24\0"
    named = b"\0\xff\x03\x08Drum Kit" + note + END
    score = await box.decode_midi(midi(note + END, named, kind=1))
    assert [drum.track for drum in score.drums] == [1]
    on_ten = b"\0\x99\x26\x40\x30\x89\x26\0" + END
    assert [drum.track for drum in (await box.decode_midi(midi(on_ten, named, kind=1))).drums] == [0]


@pytest.mark.parametrize("kind", [0, 1, 2])
async def test_channels_programs_and_tracks_are_told_apart(box: Box, kind: int) -> None:
    """Every channel changes its program between two notes: groups that a library may mix up."""
    track = b"".join(b"\0%c%c" % (0xC0 | c, p) + b"\0%c\x3c\x40\x30%c\x3c\0" % (0x90 | c, 0x80 | c)
                     for p in (9, 0, 127, 3) for c in (9, 0, 15, 4))  # fmt: skip
    data = midi(track + END, track + END, kind=kind) if kind else midi(track + END, kind=0)
    score = await box.decode_midi(data)
    assert told(score) == struck(mido.MidiFile(file=io.BytesIO(data)))
    assert {note.duration for note in score.notes} == {0x30}
    assert len(score.drums) == 4 * score.tracks


async def test_a_running_status_goes_on(box: Box) -> None:
    score = await box.decode_midi(midi(b"\0\x90\x3c\x40\x60\x3c\0\0\x3e\x41\x60\x3e\0" + END))
    assert score.notes == (Note(0, 96, 60, 64, 0, 0), Note(96, 96, 62, 65, 0, 0))


async def test_tempo_and_meter_stand_at_their_ticks(box: Box) -> None:
    track = b"\0\xff\x51\3\x07\xa1\x20\0\xff\x58\4\6\3\x24\x08\x60\xff\x51\3\x03\xd0\x90\x83\0\x90\x3c\x40\x01\x3c\0"
    score = await box.decode_midi(midi(track + END))
    assert score.tempos == (TempoChange(0, 500_000), TempoChange(96, 250_000))
    assert score.meters == (MeterChange(0, 6, 8),)
    assert score.notes[0].start == 96 + 384
    assert score.seconds_at(480) == 0.5 + 4 * 0.25


async def test_a_tempo_of_nothing_is_passed_over(box: Box) -> None:
    score = await box.decode_midi(midi(b"\0\xff\x51\3\0\0\0\0\x90\x3c\x40\x01\x3c\0" + END))
    assert score.tempos == ()
    assert len(score.notes) == 1


async def test_a_song_without_notes_is_a_score_without_notes(box: Box) -> None:
    score = await box.decode_midi(midi(END))
    assert (score.notes, score.end, score.tracks) == ((), 0, 1)


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (b"", "does not start like a MIDI file"),
        (b"RIFF", "ends inside the chunk at byte 0"),
        (midi(END)[:-1], "the chunk at byte 14 claims 4 bytes, 3 are there"),
        (midi(END, kind=3), "no MIDI file of kind 3"),
        (midi(END, division=0), "a quarter has 0 ticks"),
        (midi(END, division=0xE728), "film frames"),
        (midi(b"\0\x3c\x40" + END), "running status"),
        (midi((b"\xff\xff\xff\x7f\x90\x3c\x40") * 20 + b"\0\x80\x3c\0" * 20 + END), "2\\*\\*31 ticks"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
async def test_what_is_no_midi_is_told_why(box: Box, data: bytes, said: str) -> None:
    with pytest.raises(Undecodable, match=said):
        await box.decode_midi(data, name="song.mid")


async def test_too_many_notes_are_refused(box: Box) -> None:
    with pytest.raises(DecodeLimit, match="over 10,000 notes"):
        await box.decode_midi(midi(b"\0\x90\x3c\x40\1\x3c\0" * 10_001 + END))


async def test_files_decoded_together_are_what_each_is_alone(box: Box, shared: Path, tmp_path: Path) -> None:
    """Odd and broken ones among them: the same scores, the same errors."""
    sources: list[Path | bytes] = [
        *sorted((shared / "odd_midi").rglob("*.mid")),
        b"",
        b"MThd",
        tmp_path / "nowhere.mid",
    ]
    sources[10:10] = [tmp_path, midi(b"\0\x90\x24\x40\x30\x80\x24\0" + END)]
    together = await box.decode_midis(sources)
    assert len(together) == len(sources)
    for source, found in zip(sources, together, strict=True):
        assert told_of(found) == told_of(await alone(box, source))


async def alone(box: Box, source: Path | bytes) -> Score | CratedigError:
    try:
        return await box.decode_midi(source)
    except CratedigError as error:
        return error


def told_of(found: Score | CratedigError) -> object:
    return (type(found), str(found)) if isinstance(found, CratedigError) else found


async def test_one_that_is_too_much_does_not_take_the_others_along(shared: Path) -> None:
    small, large = midi(b"\0\x90\x24\x40\x30\x80\x24\0" + END), midi(b"\0\x90\x24\x40\x30\x80\x24\0" * 50 + END)
    async with Box.open(BoxLimits(max_notes=20), ffmpeg="") as box:
        first, second, third = await box.decode_midis([small, large, small])
    assert isinstance(first, Score)
    assert first == third
    assert isinstance(second, DecodeLimit)
    assert "over 20 notes" in str(second)
