"""Audio and MIDI files that mean harm, made from a seed: the same every time."""

from __future__ import annotations

import io
import random
import struct
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

import numpy as np
import soundfile

LONGEST_S = 20.0
"""What the tests allow a file to hold; the bombs below hold or claim more."""

_SOUND = {
    "WAV": "PCM_16",
    "FLAC": "PCM_16",
    "OGG": "VORBIS",
    "MP3": "MPEG_LAYER_III",
    "AIFF": "PCM_24",
    "CAF": "PCM_16",
}


@dataclass(frozen=True)
class Hostile:
    """`refused`: no value may come of it. Otherwise a value or a typed error will do."""

    name: str
    kind: Literal["audio", "midi"]
    data: bytes
    refused: bool = False


def hostile_files(*, count: int, seed: int) -> list[Hostile]:
    """The written ones first, then mutants of good files up to `count`."""
    written = [*lying_headers(), *bombs(), *polyglots(), *broken_midi()]
    return [*written, *_mutants(count - len(written), random.Random(seed))]


def sound(container: str, *, seconds: float = 1.0, rate: int = 8000, channels: int = 2, silent: bool = False) -> bytes:
    """A good file: noise, or silence (which packs well)."""
    noise = np.random.default_rng(7).uniform(-0.5, 0.5, (int(seconds * rate), channels)).astype(np.float32)
    file = io.BytesIO()
    with soundfile.SoundFile(file, "w", rate, channels, format=container, subtype=_SOUND[container]) as out:
        for start in range(0, len(noise), rate):  # libsndfile's Vorbis encoder crashes on minutes in one call
            out.write(noise[start : start + rate] * (not silent))
    return file.getvalue()


def wav(
    *, frames_claimed: int, channels: int = 1, rate: int = 8000, bits: int = 16, form: int = 1, body: bytes = bytes(800)
) -> bytes:
    """A WAV header that says what it likes."""
    align = channels * bits // 8 % 65536
    fmt = struct.pack("<HHIIHH", form, channels, rate, rate * align % 2**32, align, bits)
    size = min(frames_claimed * max(align, 1), 2**32 - 1)
    return (
        b"RIFF"
        + struct.pack("<I", 0xFFFFFFF0)
        + b"WAVEfmt "
        + struct.pack("<I", 16)
        + fmt
        + b"data"
        + struct.pack("<I", size)
        + body
    )


def lying_headers() -> Iterator[Hostile]:
    for frames in (2**31, 2**31 - 1, 2**32 - 1):
        yield Hostile(f"wav claims {frames} frames", "audio", wav(frames_claimed=frames))
    yield Hostile("wav with 1000 channels", "audio", wav(frames_claimed=1, channels=1000), refused=True)
    yield Hostile("wav with 65535 channels", "audio", wav(frames_claimed=2**31, channels=65535), refused=True)
    yield Hostile("wav without channels", "audio", wav(frames_claimed=100, channels=0), refused=True)
    yield Hostile("wav at 0 Hz", "audio", wav(frames_claimed=100, rate=0), refused=True)
    yield Hostile("wav at 2**32 - 1 Hz", "audio", wav(frames_claimed=100, rate=2**32 - 1), refused=True)
    yield Hostile("wav of 0 bits", "audio", wav(frames_claimed=100, bits=0), refused=True)
    yield Hostile("wav of 65528 bits", "audio", wav(frames_claimed=100, bits=65528), refused=True)
    yield Hostile("wav of an unknown form", "audio", wav(frames_claimed=100, form=0x7777), refused=True)
    yield Hostile("wav without samples", "audio", wav(frames_claimed=0, body=b""), refused=True)
    strange = np.array([0.5, np.nan, np.inf, -np.inf, 3e38, -0.5] * 50, dtype="<f4").tobytes()
    yield Hostile("wav of nans", "audio", wav(frames_claimed=300, bits=32, form=3, body=strange))
    flac = bytearray(sound("FLAC"))
    for name, value in (("2**36 - 1 samples", 2**36 - 1), ("an unknown length", 0)):
        packed = int.from_bytes(flac[18:26], "big") >> 36 << 36 | value
        yield Hostile(f"flac claims {name}", "audio", bytes(flac[:18]) + packed.to_bytes(8, "big") + bytes(flac[26:]))


def bombs() -> Iterator[Hostile]:
    long_s = 30 * LONGEST_S
    for container in ("FLAC", "OGG"):
        data = sound(container, seconds=long_s, silent=True, channels=1)
        yield Hostile(f"{container} of ten minutes' silence in {len(data)} bytes", "audio", data, refused=True)
    flac = bytearray(sound("FLAC", seconds=long_s, silent=True, channels=1))
    flac[21] &= 0xF0
    flac[22:26] = bytes(4)
    yield Hostile("FLAC of ten minutes that does not say so", "audio", bytes(flac), refused=True)
    yield Hostile("mp3 whose tag claims 256 MB", "audio", b"ID3\x04\0\0\x7f\x7f\x7f\x7f" + bytes(5000), refused=True)
    yield Hostile("mp3 of tags in tags", "audio", b"ID3\x04\0\0\0\0\0\x0a" * 5000, refused=True)
    note = b"\0\x3c\x40"
    yield Hostile("midi of 10**7 events", "midi", midi(b"\0\x90\x3c\x40" + note * 10_000_000), refused=True)
    yield Hostile("midi of 4 * 10**6 events", "midi", midi(b"\0\x90\x3c\x40" + note * 4_000_000))
    some = b"".join(b"\0\x90\x3c\x40\1\x80\x3c\0" for _ in range(600_000))
    yield Hostile("midi of 600,000 notes", "midi", midi(some), refused=True)
    yield Hostile("midi of 30,000 tracks", "midi", midi(*[b"\0\xff\x2f\0"] * 30_000), refused=True)
    yield Hostile("midi of 4 * 10**6 tempos", "midi", midi(b"\1\xff\x51\3\7\xa1\x20" * 2_000_000), refused=True)


def polyglots() -> Iterator[Hostile]:
    zipped = b"PK\3\4" + bytes(26) + b"PK\5\6" + bytes(18)
    yield Hostile("wav and zip", "audio", sound("WAV") + zipped)
    yield Hostile("zip named as audio", "audio", zipped, refused=True)
    yield Hostile("a page as audio", "audio", b"<html><script>alert(1)</script>" * 50, refused=True)
    yield Hostile("a playlist as audio", "audio", b"#EXTM3U\nfile:///etc/passwd\n", refused=True)
    yield Hostile("an elf as audio", "audio", b"\x7fELF" + bytes(500), refused=True)
    yield Hostile("a pickle as audio", "audio", b"cos\nsystem\n(S'true'\ntR.", refused=True)
    yield Hostile("matlab 5 as audio", "audio", b"MATLAB 5.0 MAT-file" + bytes(300), refused=True)
    yield Hostile("midi in riff", "audio", b"RIFF\xff\xff\0\0RMIDdata" + midi(b"\0\xff\x2f\0"), refused=True)
    yield Hostile("wav as midi", "midi", sound("WAV"), refused=True)
    yield Hostile("ogg of headers only", "audio", sound("OGG")[:4000][:58], refused=True)
    for kind in ("audio", "midi"):
        yield Hostile(f"nothing as {kind}", kind, b"", refused=True)
        yield Hostile(f"zeros as {kind}", kind, bytes(100_000), refused=True)
        yield Hostile(f"ones as {kind}", kind, b"\xff" * 100_000, refused=True)
    for magic in (
        b"RIFF\0\0\0\0WAVE",
        b"fLaC",
        b"OggS",
        b"FORM\0\0\0\0AIFF",
        b".snd",
        b"caff\0\1\0\0",
        b"\xff\xfb\x90\x64",
    ):
        yield Hostile(f"{magic[:4]!r} and noise", "audio", magic + random.Random(3).randbytes(20_000))


def midi(*tracks: bytes, kind: int = 1, division: int = 96, count: int | None = None) -> bytes:
    head = struct.pack(">IHHH", 6, kind, len(tracks) % 65536 if count is None else count, division)
    return b"MThd" + head + b"".join(b"MTrk" + struct.pack(">I", len(track)) + track for track in tracks)


def broken_midi() -> Iterator[Hostile]:
    end, note = b"\0\xff\x2f\0", b"\0\x90\x3c\x40\x60\x80\x3c\0"
    yield Hostile("midi of kind 3", "midi", midi(note + end, kind=3), refused=True)
    yield Hostile("midi of 0 ticks", "midi", midi(note + end, division=0), refused=True)
    yield Hostile("midi in film frames", "midi", midi(note + end, division=0xE728), refused=True)
    yield Hostile("midi that claims 65535 tracks", "midi", midi(note + end, count=65535))
    yield Hostile("midi of giant deltas", "midi", midi((b"\xff\xff\xff\x7f" + note[1:]) * 20 + end), refused=True)
    yield Hostile("midi delta without end", "midi", midi(b"\xff" * 1000), refused=True)
    yield Hostile("midi starts with a running status", "midi", midi(b"\0\x3c\x40" * 10 + end), refused=True)
    yield Hostile("midi meta event of 256 MB", "midi", midi(b"\0\xff\x01\xff\xff\xff\x7f"), refused=True)
    yield Hostile("midi sysex without end", "midi", midi(b"\0\xf0\xff\xff\xff\x7f" + bytes(100)), refused=True)
    yield Hostile("midi chunk of 4 GiB", "midi", midi()[:14] + b"MTrk\xff\xff\xff\xff" + note, refused=True)
    yield Hostile("midi tempo 0, meter 0/0", "midi", midi(b"\0\xff\x51\3\0\0\0\0\xff\x58\4\0\xff\0\0" + note + end))
    yield Hostile("midi of notes that never end", "midi", midi(b"\0\x90\x3c\x40" + b"\0\x3d\x40" * 1000 + end))


def _mutants(count: int, rng: random.Random) -> Iterator[Hostile]:
    song = midi(*[b"".join(b"\x10\x90%c\x40\x10\x80%c\0" % (p, p) for p in range(40, 80)) + b"\0\xff\x2f\0"] * 3)
    good = [("audio", name, sound(name)) for name in _SOUND] + [("midi", "MIDI", song)] * 2
    for number in range(count):
        kind, name, data = good[number % len(good)]
        change, how = (_truncated, "cut") if number // len(good) % 2 else (_flipped, "flipped")
        yield Hostile(f"{name} {how} ({number})", "audio" if kind == "audio" else "midi", change(data, rng))


def _truncated(data: bytes, rng: random.Random) -> bytes:
    return data[: rng.randrange(1, min(len(data), rng.choice((64, 4096, len(data)))))]


def _flipped(data: bytes, rng: random.Random) -> bytes:
    """Bytes changed, most of them in the header."""
    mutant = bytearray(data)
    for _ in range(rng.choice((1, 3, 20))):
        mutant[rng.randrange(min(len(data), rng.choice((60, 400, len(data)))))] = rng.choice(
            (0, 0xFF, rng.randrange(256))
        )
    return bytes(mutant)
