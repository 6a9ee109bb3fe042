"""The door of hearing: decodes the sounds of tracks in the box, measures them, and hands over what is to be saved.

A sound is heard for at most HEARD_S seconds, taken from its middle: what opens and ends a recording is often not like
it. One sound after the other, decoding too: a worker is one core, and twice as many workers hear twice as much.
"""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Final

import anyio
import numpy as np

from cratedig.box.audio import Audio, Samples
from cratedig.box.box import Box
from cratedig.catalogue import Catalogue, Session, sounds
from cratedig.catalogue.sounds import Heard, Sound
from cratedig.catalogue.texts import Range
from cratedig.errors import Damaged, FormatUnavailable, InputRejected, NotFound
from cratedig.music.receipt import Receipt
from cratedig.publish import sha256_of
from cratedig.understand.audio import analyze
from cratedig.understand.audio.embedding import FRAME_FEATURES, WHOLE, embedding

VERSION: Final = "ears 1"
"""Raised when what is heard changes, so that sounds are heard again."""
HEARD_S: Final = 60.0
EXCERPT_S: Final = 30.0
CHUNK: Final = 32  # sounds in a part: 3 to 5 s of work
PEAKS: Final = 240
DIGITS: Final = 6  # significant ones that are kept of a number

MAIN: Final = (*WHOLE, "key_tonic", "tuning", *(f"{name}_mean" for name in FRAME_FEATURES))
"""What a track's audio_features get of all that is measured; names as in `AudioFeatures.named`."""
RECEIPT: Final = Receipt("the sound", f"cratedig {VERSION}", 1.0, "measured")


async def parts(catalogue: Catalogue, *, limit: int | None = None, redo: bool = False) -> list[Range]:
    """The sounds this version has not heard (all with `redo`), at most `limit`, in parts."""
    async with catalogue.begin() as session:
        return await sounds.unheard_ranges(session, version=VERSION, size=CHUNK, limit=limit, redo=redo)


async def hear(
    catalogue: Catalogue,
    box: Box,
    part: Range,
    *,
    data_dir: Path,
    redo: bool = False,
    turn: anyio.CapacityLimiter | None = None,
) -> list[Heard]:
    """What the sounds of one part hold, or why they cannot be heard; to be saved. Each waits for its `turn`.

    Raises Unavailable where no decoder can be started.
    """
    async with catalogue.begin() as session:
        wanted = await sounds.unheard(session, part, version=VERSION, redo=redo)
    return [await _heard(one, box, data_dir, turn or anyio.CapacityLimiter(1)) for one in wanted]


async def save(session: Session, heard: list[Heard]) -> dict[str, int]:
    """Writes what was heard; how many sounds were taken up, and how many of them could not be heard."""
    await sounds.save_heard(session, heard, version=VERSION, receipt=RECEIPT)
    failed = sum(one.error is not None for one in heard)
    return {"done": len(heard), "unread": failed}


async def _heard(sound: Sound, box: Box, data_dir: Path, turn: anyio.CapacityLimiter) -> Heard:
    path = sound.at(data_dir)
    async with turn:
        try:
            await anyio.to_thread.run_sync(_check_bytes, path, sound.sha256)
            audio, start_s = await decoded(box, path, sound)
            return await anyio.to_thread.run_sync(measured, sound, audio, start_s)
        except (InputRejected, NotFound, Damaged, FormatUnavailable) as error:
            return Heard(sound, error=str(error))


def _check_bytes(path: Path, sha256: str) -> None:
    """Raises NotFound, InputRejected, Damaged: what was measured must be of the file that was collected."""
    try:
        found = sha256_of(path)
    except FileNotFoundError as error:
        raise NotFound(f"{str(path)!r} is not there.", hint="Put it back, or collect it where it is now.") from error
    except OSError as error:
        raise InputRejected(f"{str(path)!r} cannot be read: {error.strerror}.") from error
    if found != sha256:
        raise Damaged(f"{str(path)!r} changed since it was collected.", hint="Collect it again.")


async def decoded(box: Box, path: Path, sound: Sound) -> tuple[Audio, float]:
    """The part of a sound that is heard, and where it starts, in seconds. Raises as the box does."""
    start_s, length_s = window(sound)
    if start_s:
        try:
            return await box.decode_audio(path, offset_s=start_s, duration_s=length_s), start_s
        except InputRejected:  # shorter than its header said, or not to be searched in
            pass
    return await box.decode_audio(path, duration_s=length_s), 0.0


def window(sound: Sound) -> tuple[float, float]:
    """Where the part that is heard starts, and how long it is at most, in seconds.

    >>> window(Sound(1, "a.flac", "", "file", length_s=200.0)), window(Sound(1, "a.flac", "", "excerpt"))
    ((70.0, 60.0), (0.0, 30.0))
    """
    if sound.origin == "excerpt":
        return 0.0, EXCERPT_S
    return max(0.0, ((sound.length_s or 0.0) - HEARD_S) / 2), HEARD_S


def measured(sound: Sound, audio: Audio, start_s: float = 0.0) -> Heard:
    """Everything that is measured of a decoded sound. Raises InputRejected where there is nothing to measure."""
    found = analyze(audio.samples, audio.sample_rate_hz)
    named = found.named()
    named["heard_s"] = named.pop("length_s")
    rounded = {name: _rounded(value) for name, value in named.items()} | {"heard_from_s": _rounded(start_s)}
    return Heard(
        replace(sound, channels=audio.channels, sample_rate=audio.sample_rate_hz),
        features=rounded,
        main={name: rounded[name] for name in MAIN},
        embedding=embedding(found),
        peaks=outline(audio.samples),
    )


def _rounded(value: float) -> float:
    return float(f"{value:.{DIGITS}g}")


def outline(samples: Samples, parts: int = PEAKS) -> bytes:
    """The largest size of a sample in each of `parts` even parts, 0 (silence) .. 255 (full scale).

    >>> outline(np.array([0.0, -1.0, 0.5, 0.0], dtype=np.float32), 2)
    b'\\xff\\x80'
    """
    edges = np.linspace(0, samples.size, min(parts, samples.size), endpoint=False).astype(np.int64)
    peaks = np.maximum(np.maximum.reduceat(samples, edges), -np.minimum.reduceat(samples, edges))
    return bytes(np.rint(255 * np.clip(peaks, 0.0, 1.0)).astype(np.uint8))
