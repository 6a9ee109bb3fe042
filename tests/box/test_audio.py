"""Audio through the box is what the library decodes, mixed to mono; windows are cut to the sample."""

from __future__ import annotations

import io
import os
from pathlib import Path

import numpy as np
import pytest
import soundfile

from cratedig.box.audio import Audio, read_audio
from cratedig.box.box import Box
from cratedig.box.source import memory
from cratedig.box.wire import Reply, Status
from cratedig.errors import DecodeLimit, Unavailable, Undecodable
from tests.box.conftest import RATE, encoded, noise

FORMATS = [("WAV", "PCM_16"), ("WAV", "PCM_24"), ("FLAC", "PCM_16"), ("OGG", "VORBIS"), ("OGG", "OPUS"),
           ("MP3", "MPEG_LAYER_III"), ("AIFF", "PCM_16"), ("AU", "FLOAT"), ("CAF", "PCM_16"), ("W64", "PCM_16"),
           ("RF64", "PCM_16")]  # fmt: skip


@pytest.mark.parametrize(("container", "subtype"), FORMATS)
async def test_every_sample_is_the_one_the_library_decodes(box: Box, container: str, subtype: str) -> None:
    data = encoded(noise(2.5), container, subtype)
    audio = await box.decode_audio(data)
    expected, rate = soundfile.read(io.BytesIO(data), dtype="float32", always_2d=True)
    assert audio.sample_rate_hz == rate
    assert audio.channels == 2
    last_bits = 1e-6 if container == "MP3" else 0  # its decoder rounds differently by the size of a read
    np.testing.assert_allclose(audio.samples, expected.mean(axis=1, dtype=np.float32), rtol=0, atol=last_bits)
    assert audio.is_complete
    assert not audio.damaged


async def test_a_file_longer_than_a_block_comes_in_one_piece(box: Box, tmp_path: Path) -> None:
    samples = noise(50, channels=1)
    path = tmp_path / "long.wav"
    path.write_bytes(encoded(samples))
    audio = await box.decode_audio(path)
    np.testing.assert_array_equal(audio.samples, samples[:, 0])
    assert audio.duration_s == 50


@pytest.mark.parametrize(("offset_s", "duration_s"), [(0.0, 1.0), (0.5, 1.0), (1.25, None), (1.9, 5.0)])
async def test_a_window_is_the_same_stretch_of_the_whole(box: Box, offset_s: float, duration_s: float | None) -> None:
    data = encoded(noise(2), "FLAC", "PCM_16")
    whole = await box.decode_audio(data)
    window = await box.decode_audio(data, offset_s=offset_s, duration_s=duration_s)
    start, end = int(offset_s * RATE), int((offset_s + (duration_s or 2)) * RATE)
    np.testing.assert_array_equal(window.samples, whole.samples[start:end])


async def test_a_window_of_a_file_over_the_limit_is_given(box: Box) -> None:
    data = encoded(noise(70, channels=1), "FLAC", "PCM_16")
    with pytest.raises(DecodeLimit, match="claims 70 s, 60 are the most"):
        await box.decode_audio(data)
    assert (await box.decode_audio(data, offset_s=30, duration_s=40)).duration_s == 40


async def test_a_window_behind_the_end_is_refused(box: Box) -> None:
    with pytest.raises(Undecodable, match="no samples there"):
        await box.decode_audio(encoded(noise(1)), offset_s=3)


@pytest.mark.parametrize(
    ("offset_s", "duration_s"), [(-1, None), (0, 0), (float("nan"), 1), (0, 61), (0, float("inf"))]
)
async def test_an_impossible_window_is_a_mistake_of_the_caller(box: Box, offset_s: float, duration_s: float) -> None:
    with pytest.raises(ValueError, match="window"):
        await box.decode_audio(b"", offset_s=offset_s, duration_s=duration_s)


async def test_what_is_no_number_becomes_silence_and_is_counted(box: Box) -> None:
    samples = noise(1, channels=1)
    samples[[3, 5, 7, 9], 0] = [np.nan, np.inf, -np.inf, 1e30]
    audio = await box.decode_audio(encoded(samples))
    assert audio.damaged == 4
    samples[[3, 5, 7, 9], 0] = 0
    np.testing.assert_array_equal(audio.samples, samples[:, 0])


async def test_a_file_that_ends_early_says_so(box: Box) -> None:
    data = encoded(noise(20), "FLAC", "PCM_16")
    audio = await box.decode_audio(data[: len(data) // 2])
    assert not audio.is_complete
    assert 7 < audio.duration_s <= 10


@pytest.mark.parametrize(
    ("head", "name"), [(b"\0\0\0\x20ftypM4A ", "MP4"), (b"\x1a\x45\xdf\xa3", "Matroska"), (b"wvpk", "WavPack")]
)
async def test_what_needs_ffmpeg_says_to_install_it(box: Box, head: bytes, name: str) -> None:
    with pytest.raises(Unavailable, match=rf"'song.x' is {name}.* Install ffmpeg"):
        await box.decode_audio(head + bytes(100), name="song.x")


def test_samples_refuse_to_be_wrong() -> None:
    with pytest.raises(ValueError, match="shape"):
        Audio(np.zeros((2, 2), dtype=np.float32), RATE, 1, "WAV")
    with pytest.raises(ValueError, match="0 Hz"):
        Audio(np.zeros(2, dtype=np.float32), 0, 1, "WAV")


@pytest.mark.parametrize(
    ("numbers", "data"),
    [
        ((RATE, 1, 2**40, 0, 1), b""),
        ((RATE, 1, 100, 0, 1), bytes(399)),
        ((RATE, 1, 0, 0, 1), b""),
        ((0, 1, 1, 0, 1), bytes(4)),
        ((RATE, 0, 1, 0, 1), bytes(4)),
        ((RATE, 1, 2, 0, 1), np.array([0, np.nan], dtype=np.float32).tobytes()),
    ],
    ids=["beyond the limit", "less than said", "nothing", "no rate", "no channel", "not a number"],
)
def test_a_lying_decoder_is_not_believed(numbers: tuple[int, ...], data: bytes) -> None:
    with memory("lie") as result:
        os.write(result, data)
        with pytest.raises(ValueError, match=r"\w"):
            read_audio(Reply(Status.DONE, numbers, "WAV"), result, max_bytes=2**20)


async def test_a_heading_tells_what_the_file_is_without_its_sound(box: Box) -> None:
    file = io.BytesIO()
    with soundfile.SoundFile(file, "w", samplerate=44_100, channels=2, format="FLAC", subtype="PCM_16") as out:
        out.title, out.artist = "A \n title", "Ä" * 500
        out.write(np.zeros((22_050, 2), dtype=np.float32))
    heading = await box.read_heading(file.getvalue())
    assert (heading.container, heading.sample_rate_hz, heading.channels, heading.length_s) == ("FLAC", 44_100, 2, 0.5)
    assert (heading.title, heading.artist, heading.album) == ("A title", "Ä" * 90, "")


async def test_a_heading_of_no_audio_is_refused(box: Box) -> None:
    with pytest.raises(Undecodable):
        await box.read_heading(b"no audio at all")
