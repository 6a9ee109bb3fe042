"""What libsndfile does not read goes through ffmpeg, in a child that may start that one program and reach nothing.

The program here is a stand-in that copies its input: an AU file behind the first bytes of another container.
"""

from __future__ import annotations

import socket
import tempfile
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from cratedig.box.box import Box
from cratedig.box.decoders import ffmpeg_arguments
from cratedig.errors import DecodeLimit, Undecodable
from tests.box.conftest import LIMITS, encoded, noise

HEAD = b"wvpk"


@pytest.fixture
def folder() -> Iterator[Path]:
    """One that the child's user, who is nobody where we are root, may enter."""
    with tempfile.TemporaryDirectory(dir="/var/tmp") as name:
        Path(name).chmod(0o777)
        yield Path(name)


def program(folder: Path, *lines: str) -> str:
    path = folder / "ffmpeg"
    path.write_text("\n".join(("#!/bin/bash", *lines, "")))
    path.chmod(0o755)
    return str(path)


async def test_a_foreign_container_becomes_audio(folder: Path) -> None:
    samples = noise(1, channels=1)
    stand_in = program(folder, "exec tail -c +5")
    async with Box.open(LIMITS, ffmpeg=stand_in) as box:
        audio = await box.decode_audio(HEAD + encoded(samples, "AU", "FLOAT"))
    np.testing.assert_array_equal(audio.samples, samples[:, 0])
    assert audio.container == "WavPack"


async def test_a_taken_over_converter_reaches_nothing(folder: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        server.settimeout(0)
        stand_in = program(
            folder,
            f"(echo hello > /dev/tcp/127.0.0.1/{server.getsockname()[1]}) 2>/dev/null && exit 9",
            f"(echo hello > {folder}/written) 2>/dev/null && exit 8",
            '[ "$(env | grep -c -i -e key -e token -e home -e cratedig)" = 0 ] || exit 7',
            "exec tail -c +5",
        )
        async with Box.open(LIMITS, ffmpeg=stand_in) as box:
            assert (await box.decode_audio(HEAD + encoded(noise(0.5, 1), "AU", "FLOAT"))).is_complete
        with pytest.raises(BlockingIOError):
            server.accept()
    assert not (folder / "written").exists()


@pytest.mark.parametrize(
    ("line", "error", "said"),
    [
        ("exit 1", Undecodable, "code 1"),
        ("exit 0", Undecodable, "does not start like"),
        ("exec cat /dev/zero", DecodeLimit, "its sound takes over"),
        ("kill -SEGV $$ ; sleep 60", DecodeLimit, "longer than 2 s"),
        ("while :; do :; done", DecodeLimit, "longer than 2 s"),
    ],
)
async def test_a_converter_that_fails_is_the_files_fault(
    folder: Path, line: str, error: type[Exception], said: str
) -> None:
    async with Box.open(replace(LIMITS, wall_s=2.0), ffmpeg=program(folder, line)) as box:
        with pytest.raises(error, match=said):
            await box.decode_audio(HEAD + bytes(100), name="song.wv")


async def test_a_converter_that_cannot_be_started_is_told(folder: Path) -> None:
    async with Box.open(LIMITS, ffmpeg=str(folder / "absent")) as box:
        with pytest.raises(Undecodable, match="code 1"):
            await box.decode_audio(HEAD + bytes(100))


def test_the_demuxer_is_ours_to_choose() -> None:
    words = ffmpeg_arguments("mov", 61.0)
    assert words[words.index("-f") + 1] == "mov"
    assert words.index("-f") < words.index("-i")
    assert words[words.index("-protocol_whitelist") + 1] == "file"
