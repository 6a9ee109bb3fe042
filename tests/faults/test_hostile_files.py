"""Promise 9: a hostile file cannot hurt the parent."""

from __future__ import annotations

import asyncio
import os
import socket
import time
from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from cratedig.box.audio import Audio
from cratedig.box.box import Box
from cratedig.box.limits import BoxLimits
from cratedig.errors import DecodeLimit, InputRejected, Undecodable
from cratedig.music.score import Score
from tests.faults.hostile_files import LONGEST_S, Hostile, hostile_files
from tests.faults.sizes import size

LIMITS = BoxLimits(memory_mb=256, cpu_s=2, wall_s=3.0, max_audio_s=LONGEST_S, max_notes=100_000)


@pytest.fixture(scope="module")
async def box() -> AsyncIterator[Box]:
    async with Box.open(LIMITS, ffmpeg="") as box:
        yield box


async def outcome(box: Box, file: Hostile) -> tuple[Audio | Score | InputRejected, float]:
    """What came of it, and the seconds it took."""
    decode = box.decode_audio if file.kind == "audio" else box.decode_midi
    started = time.monotonic()
    try:
        return await decode(file.data, name=file.name), time.monotonic() - started
    except (Undecodable, DecodeLimit) as error:
        return error, time.monotonic() - started


def check(file: Hostile, got: Audio | Score | InputRejected, took_s: float) -> None:
    assert took_s <= LIMITS.wall_s + 1, f"{file.name} took {took_s:.1f} s"
    if isinstance(got, InputRejected):
        assert repr(file.name) in got.message
        assert got.hint
        assert "\n" not in str(got)
        return
    assert not file.refused, f"{file.name} gave {got!r:.100}"
    if isinstance(got, Audio):
        assert np.isfinite(got.samples).all()
        assert got.duration_s <= LONGEST_S
    else:
        assert len(got.notes) <= LIMITS.max_notes


@pytest.mark.alone
async def test_200_hostile_files_give_a_checked_value_or_a_typed_error_in_time(box: Box) -> None:
    files = hostile_files(count=size(p=200, r=5000), seed=9)
    at_once = asyncio.Semaphore(LIMITS.processes)  # so that no file's time is another's

    async def one(file: Hostile) -> bool:
        async with at_once:
            got, took_s = await outcome(box, file)
        check(file, got, took_s)
        return isinstance(got, InputRejected)

    refused = await asyncio.gather(*map(one, files))
    assert len(refused) >= 200
    assert 50 < sum(refused) < len(refused)  # neither all refused nor all taken


@pytest.mark.alone
async def test_every_odd_midi_file_is_read_or_refused_within_a_second(box: Box, shared: Path) -> None:
    files = sorted(path for path in (shared / "odd_midi").rglob("*.*") if path.suffix in {".mid", ".syx"})
    assert len(files) >= 80
    for path in files:
        started = time.monotonic()
        got, _ = await outcome(box, Hostile(path.name, "midi", path.read_bytes()))
        assert time.monotonic() - started < 1
        assert isinstance(got, Score | Undecodable)


REFUSED = ("unix_socket", "file", "read", "fork", "execute", "trace")


@pytest.mark.parametrize("probe", REFUSED)
async def test_a_taken_over_decoder_is_refused(box: Box, probe: str) -> None:
    assert await box.probe(probe) in {"EPERM", "EACCES", "ENOENT", "EAGAIN"}


async def test_a_taken_over_decoder_has_no_network(box: Box) -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        server.settimeout(0)
        assert await box.probe("network", port=server.getsockname()[1]) in {"EPERM", "ENETUNREACH", "ECONNREFUSED"}
        with pytest.raises(BlockingIOError):
            server.accept()


async def test_a_taken_over_decoder_finds_no_secret(box: Box, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CRATEDIG_SECRET_CANARY", "canary-9")
    async with Box.open(LIMITS, ffmpeg="") as fresh:
        assert await fresh.probe("environment") == "empty"
        assert await fresh.probe("modules") == ""
    assert await box.probe("descriptors") == "0 1 2 3 4 5"


async def test_a_taken_over_decoder_cannot_kill_the_product(box: Box) -> None:
    assert await box.probe("kill", pid=os.getpid()) in {"EPERM", "ESRCH"}


async def test_memory_is_capped(box: Box) -> None:
    assert await box.probe("memory", megabytes=LIMITS.memory_mb // 2) == f"{LIMITS.memory_mb // 2} MB"
    with pytest.raises(DecodeLimit, match="memory"):
        await box.probe("memory", megabytes=LIMITS.memory_mb + 50)


async def test_what_a_decoder_writes_is_capped(box: Box) -> None:
    said, _, written = (await box.probe("flood")).partition(" after ")
    assert said == "EFBIG"
    assert int(written) == LIMITS.max_output_bytes


@pytest.mark.parametrize(
    ("probe", "said", "limits"),
    [
        ("cpu", "it used 1 s of CPU", replace(LIMITS, cpu_s=1, wall_s=20.0)),  # seconds of a core that others use too
        ("sleep", "longer than 2 s", replace(LIMITS, wall_s=2.0)),
    ],
)
async def test_time_is_capped(probe: str, said: str, limits: BoxLimits) -> None:
    async with Box.open(limits, ffmpeg="") as box:
        await box.isolation()
        started = time.monotonic()
        with pytest.raises(DecodeLimit, match=said):
            await box.probe(probe)
        assert 0.5 <= time.monotonic() - started <= limits.wall_s + 1


@pytest.mark.parametrize("probe", ["crash", "exit", "lie"])
async def test_a_decoder_that_breaks_or_lies_is_the_files_fault_alone(box: Box, probe: str) -> None:
    with pytest.raises(Undecodable):
        await box.probe(probe)
    assert await box.probe("identity")
