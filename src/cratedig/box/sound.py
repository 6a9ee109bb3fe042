"""Audio in the child: the header is judged before a sample is decoded, then blocks become mono float32."""

from __future__ import annotations

import os
from dataclasses import dataclass

import numpy as np
import soundfile  # type: ignore[import-untyped]
from numpy.typing import NDArray

from cratedig.box.containers import HEAD_BYTES, Container, container_of
from cratedig.box.heading import NAMES, written
from cratedig.box.wire import Reply, Status

_BLOCK_SAMPLES = 1 << 15  # of all channels; where a file breaks off, less than a block is lost
_UNKNOWN_FRAMES = 1 << 62  # libsndfile says SF_COUNT_MAX where a stream does not tell its length
LOUDEST = 1000.0  # 60 dB over full scale: no recording; a sample beyond it, or not a number, is damage
_PARSERS = frozenset({"WAV", "WAVEX", "RF64", "W64", "FLAC", "OGG", "AIFF", "AU", "CAF", "MP3"})

Samples = NDArray[np.float32]


@dataclass(frozen=True)
class AudioTask:
    """The window in seconds (`duration_s` 0: to the end) and what the file may claim."""

    offset_s: float
    duration_s: float
    max_audio_s: float
    max_channels: int
    max_rate_hz: int


class Refusal(Exception):
    """This file is answered with `reply`."""

    def __init__(self, status: Status, text: str) -> None:
        super().__init__(text)
        self.reply = Reply(status, text=text)


def decode(task: AudioTask, source: int, result: int) -> Reply:
    """Writes mono float32 to `result`; numbers: rate in Hz, channels, samples, damaged samples, 1 if all came."""
    container = _container(source)
    try:
        with soundfile.SoundFile(source, closefd=False) as file:
            _judge(file, task)
            samples, damaged, complete = _stream(file, task, result)
            numbers = (file.samplerate, file.channels, samples, damaged, int(complete))
    except soundfile.LibsndfileError as error:
        return Reply(Status.UNDECODABLE, text=f"it starts like {container.name}, but: {error.error_string}")
    if samples == 0:
        return Reply(Status.UNDECODABLE, text="it holds no samples there")
    return Reply(Status.DONE, numbers, container.name)


def look(task: AudioTask, source: int) -> Reply:
    """The header alone; numbers: rate in Hz, channels, frames, 1 where the file tells those."""
    container = _container(source)
    try:
        with soundfile.SoundFile(source, closefd=False) as file:
            _judge(file, task)
            names = {name: str(getattr(file, name) or "") for name in NAMES}
            numbers = (file.samplerate, file.channels, file.frames, int(file.frames < _UNKNOWN_FRAMES))
            return Reply(Status.DONE, numbers, written(container.name, names))
    except soundfile.LibsndfileError as error:
        return Reply(Status.UNDECODABLE, text=f"it starts like {container.name}, but: {error.error_string}")


def _container(source: int) -> Container:
    container = container_of(os.pread(source, HEAD_BYTES, 0))
    if container is None:
        raise Refusal(Status.UNDECODABLE, "it does not start like any audio file we know")
    if container.demuxer:
        raise Refusal(Status.NEEDS_FFMPEG, container.name)
    return container


def _judge(file: soundfile.SoundFile, task: AudioTask) -> None:
    """Raises Refusal for a header no file of ours may have."""
    if file.format not in _PARSERS:
        raise Refusal(Status.UNDECODABLE, f"{file.format} inside another container")
    if not 1 <= file.samplerate <= task.max_rate_hz:
        raise Refusal(Status.UNDECODABLE, f"a sample rate of {file.samplerate} Hz is outside 1..{task.max_rate_hz}")
    if not 1 <= file.channels <= task.max_channels:
        raise Refusal(Status.OVER_LIMIT, f"it has {file.channels} channels, {task.max_channels} are the most")
    claimed_s = file.frames / file.samplerate
    if file.frames < _UNKNOWN_FRAMES and not task.duration_s and claimed_s - task.offset_s > task.max_audio_s:
        raise Refusal(Status.OVER_LIMIT, f"its header claims {claimed_s:,.0f} s, {task.max_audio_s:,.0f} are the most")


def _stream(file: soundfile.SoundFile, task: AudioTask, result: int) -> tuple[int, int, bool]:
    """Samples written, damaged ones among them, and whether all came that the header promised."""
    start = round(task.offset_s * file.samplerate)
    if start and file.seek(min(start, max(file.frames - 1, 0))) != start:
        return 0, 0, False
    most = round((task.duration_s or task.max_audio_s) * file.samplerate)
    block = np.empty((max(_BLOCK_SAMPLES // file.channels, 1024), file.channels), dtype=np.float32)
    written = damaged = 0
    while written < most and (mono := _next_mono(file, block, needed=not written)).size:
        kept, bad = _repaired(mono[: most - written])
        _write(result, kept)
        written, damaged = written + kept.size, damaged + bad
    if not task.duration_s and written == most and file.read(1).size:
        raise Refusal(Status.OVER_LIMIT, f"it goes on after {task.max_audio_s:,.0f} s")
    promised = min(most, file.frames - start)
    return written, damaged, written >= promised or file.frames >= _UNKNOWN_FRAMES


def _next_mono(file: soundfile.SoundFile, block: Samples, *, needed: bool) -> Samples:
    """Nothing at the end, and where the file breaks off after its first block."""
    try:
        frames: Samples = file.read(out=block)
    except soundfile.LibsndfileError:
        if needed:
            raise
        return block[:0, 0]
    if frames.shape[1] == 1:
        return frames[:, 0]
    mono: Samples = frames.mean(axis=1, dtype=np.float32)
    return mono


def _repaired(mono: Samples) -> tuple[Samples, int]:
    """What is no sample (not a number, infinite, beyond LOUDEST) becomes silence; how many there were."""
    if mono.min() >= -LOUDEST and mono.max() <= LOUDEST:  # false where any is not a number
        return mono, 0
    good = np.abs(mono) <= LOUDEST
    return np.where(good, mono, np.float32(0)), int(mono.size - good.sum())


def _write(result: int, samples: Samples) -> None:
    left = np.ascontiguousarray(samples).data.cast("B")
    while left:
        left = left[os.write(result, left) :]
