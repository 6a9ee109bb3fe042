"""The box over time: many at once, children that die, a zygote that dies, nothing left behind."""

from __future__ import annotations

import asyncio
import os
import signal
import time
from pathlib import Path

import psutil
import pytest

from cratedig.box.box import Box
from cratedig.box.limits import BoxLimits
from cratedig.errors import InputRejected, NotFound, Undecodable
from tests.box.conftest import LIMITS, encoded, noise
from tests.faults.hostile_files import midi


def open_descriptors() -> int:
    return len(list(Path("/proc/self/fd").iterdir()))


def cpu_s(process: psutil.Process) -> float:
    try:
        return float(process.cpu_times().user)
    except psutil.NoSuchProcess:
        return 0.0


def spinning_under(zygote: psutil.Process) -> list[psutil.Process]:
    return [child for child in zygote.children(recursive=True) if cpu_s(child) > 0.1]


def status(process: psutil.Process) -> str:
    try:
        return str(process.status())
    except psutil.NoSuchProcess:
        return psutil.STATUS_DEAD


def new_zygote(others: set[psutil.Process]) -> psutil.Process:
    (zygote,) = set(psutil.Process().children()) - others
    return zygote


async def gone(processes: list[psutil.Process], *, within_s: float = 60.0) -> bool:
    _, alive = await asyncio.to_thread(psutil.wait_procs, processes, timeout=within_s)
    return not alive


async def test_50_decodes_at_once_all_come_back(box: Box) -> None:
    sounds = [encoded(noise(0.1 + number / 100, 1)) for number in range(50)]
    decoded = await asyncio.gather(*map(box.decode_audio, sounds))
    assert [audio.samples.size for audio in decoded] == [len(noise(0.1 + n / 100, 1)) for n in range(50)]


async def test_no_more_than_the_limit_decode_at_once() -> None:
    async with Box.open(BoxLimits(wall_s=0.5, processes=2)) as box:
        started = time.monotonic()
        await asyncio.gather(*(box.probe("sleep") for _ in range(4)), return_exceptions=True)
        assert time.monotonic() - started >= 1.0


async def test_the_box_leaves_no_descriptor_and_no_process_behind() -> None:
    before, others = open_descriptors(), set(psutil.Process().children())
    async with Box.open(LIMITS, ffmpeg="") as box:
        for data in (encoded(noise(0.2)), b"", b"RIFF\0\0\0\0WAVE"):
            await asyncio.gather(*(box.decode_audio(data) for _ in range(5)), return_exceptions=True)
        await asyncio.gather(*(box.probe(name) for name in ("crash", "exit", "lie")), return_exceptions=True)
        zygote = new_zygote(others)
        during = [zygote, *zygote.children(recursive=True)]
        assert len(during) > 1
        assert await gone([process for process in during if status(process) == psutil.STATUS_ZOMBIE])
    assert await gone(during)
    async with asyncio.timeout(60):  # what else runs in this process may hold one for a moment
        while open_descriptors() > before:  # noqa: ASYNC110 - they are counted
            await asyncio.sleep(0.05)


async def test_a_killed_zygote_is_started_again(box: Box) -> None:
    data = encoded(noise(0.5))
    for _ in range(3):
        await box.decode_audio(data)
        for process in psutil.Process().children():
            if status(process) != psutil.STATUS_ZOMBIE and "zygote" in " ".join(process.cmdline()):
                process.kill()
        assert (await box.decode_audio(data)).is_complete


async def test_a_zygote_killed_in_the_middle_costs_a_second_try_not_the_file() -> None:
    others = set(psutil.Process().children())
    async with Box.open(LIMITS, ffmpeg="") as box:
        await box.isolation()
        zygote = new_zygote(others)
        song = midi(b"\0\x90\x3c\x40\1\x3c\0" * 9000 + b"\0\xff\x2f\0")
        decoding = asyncio.create_task(box.decode_midi(song))
        await asyncio.sleep(0.001)
        os.kill(zygote.pid, signal.SIGKILL)
        assert len((await decoding).notes) == 9000


async def test_a_cancelled_decode_ends_its_child() -> None:
    others = set(psutil.Process().children())
    async with Box.open(LIMITS, ffmpeg="") as box:
        await box.isolation()
        spinning = asyncio.create_task(box.probe("cpu"))
        async with asyncio.timeout(60):
            while not (busy := spinning_under(new_zygote(others))):  # noqa: ASYNC110 - they are looked at
                await asyncio.sleep(0.02)
        spinning.cancel()
        with pytest.raises(asyncio.CancelledError):
            await spinning
        assert await gone(busy)
        assert (await box.decode_audio(encoded(noise(0.2)))).is_complete


async def test_what_is_not_a_plain_file_is_never_opened_for_long(box: Box, tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    (tmp_path / "loop").symlink_to("loop")
    for name in (tmp_path / "pipe", tmp_path, Path("/dev/zero"), tmp_path / "loop"):
        with pytest.raises(InputRejected, match=repr(str(name))):
            await box.decode_audio(name)
    with pytest.raises(NotFound):
        await box.decode_midi(tmp_path / "absent.mid")
    with pytest.raises(InputRejected):
        await box.decode_midi(Path("a\0b"))


async def test_a_link_leads_to_its_file_and_errors_name_what_was_given(box: Box, tmp_path: Path) -> None:
    (tmp_path / "song.wav").write_bytes(encoded(noise(0.1)))
    (tmp_path / "link.wav").symlink_to("song.wav")
    assert (await box.decode_audio(tmp_path / "link.wav")).container == "WAV"
    (tmp_path / "odd\nname.wav").write_bytes(b"RIFF")
    with pytest.raises(Undecodable, match=r"odd\\nname.wav'") as told:
        await box.decode_audio(tmp_path / "odd\nname.wav")
    assert "\n" not in str(told.value)
