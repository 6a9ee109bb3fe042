"""Which walls stand is measured and told, also where the system forbids some."""

from __future__ import annotations

import subprocess
import sys

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cratedig.box import call_filter, syscalls
from cratedig.box.box import Box, isolation
from cratedig.box.isolation import Isolation, Wall
from cratedig.box.limits import BoxLimits
from cratedig.box.wire import Reply, Status

# Root of a user namespace of its own, where no further namespace is to be had and no capability is left.
FORBIDDEN = """
import ctypes, os, asyncio
from pathlib import Path
libc = ctypes.CDLL(None, use_errno=True)
uid, gid = os.geteuid(), os.getegid()
if libc.unshare(0x10000000) == 0:
    Path("/proc/self/setgroups").write_text("deny")
    Path("/proc/self/uid_map").write_text(f"0 {uid} 1")
    Path("/proc/self/gid_map").write_text(f"0 {gid} 1")
    Path("/proc/sys/user/max_user_namespaces").write_text("0")
for capability in range(41):
    libc.prctl(24, capability, 0, 0, 0)
libc.prctl(47, 4, 0, 0, 0)
header, none = (ctypes.c_uint32 * 2)(0x20080522, 0), (ctypes.c_uint32 * 6)()
assert libc.capset(header, none) == 0
from cratedig.box.box import Box
from cratedig.box.limits import BoxLimits
async def main():
    async with Box.open(BoxLimits(wall_s=5), ffmpeg="") as box:
        print(await box.isolation())
        print(await box.probe("network", port=1), await box.probe("fork"), await box.probe("read"))
asyncio.run(main())
"""


async def test_this_machine_says_which_walls_stand() -> None:
    found = await isolation()
    assert {wall.name for wall in found.walls} >= {"own user", "own network", "own processes", "no files", "limits"}
    assert found.has_no_network


def test_where_namespaces_are_forbidden_it_goes_on_and_says_so() -> None:
    done = subprocess.run([sys.executable, "-c", FORBIDDEN], capture_output=True, text=True, timeout=60, check=False)
    assert done.returncode == 0, done.stderr
    told, probed = done.stdout.splitlines()
    assert "without: " in told
    for wall in ("own user", "own network", "own processes", "no files"):
        assert f"{wall} (E" in told.partition("without: ")[2]
    assert "few system calls" in told.partition("without: ")[0]
    assert probed == "EPERM EPERM EPERM"


def test_a_report_survives_the_way_up() -> None:
    walls = Isolation((Wall("own network", True), Wall("no files", False, "EPERM")))
    assert Isolation.of_lines(walls.as_lines()) == walls
    assert walls.missing == (Wall("no files", False, "EPERM"),)
    assert not walls.is_complete
    assert walls.has_no_network
    assert not Isolation(()).is_complete


@given(st.binary(max_size=3000))
def test_no_bytes_from_a_child_are_more_than_a_value_error(data: bytes) -> None:
    for sent in (data, b"CDB1" + data):
        try:
            reply = Reply.of_bytes(sent)
        except ValueError:
            continue
        assert all(0 <= number < 2**64 for number in reply.numbers)
        assert all(char.isprintable() or char == "\n" for char in reply.text)


@given(st.sampled_from(Status), st.lists(st.integers(0, 2**64 - 1), max_size=8), st.text(max_size=100))
def test_a_reply_arrives_as_it_was_sent(status: Status, numbers: list[int], text: str) -> None:
    got = Reply.of_bytes(Reply(status, tuple(numbers), text).to_bytes())
    assert (got.status, list(got.numbers[: len(numbers)])) == (status, numbers)


def test_the_filters_jumps_stay_inside_the_program() -> None:
    if not call_filter.is_known():
        return
    for steps in (call_filter.decoding(), call_filter.converting()):
        assert len(steps) < 4096
        assert steps[-1][0] == 0x06
        assert all(at + 1 + max(step[1], step[2]) < len(steps) for at, step in enumerate(steps[:-1]))
    assert not set(syscalls.decoding()) & set(syscalls.never_converting())


@pytest.mark.parametrize("name", ["memory_mb", "cpu_s", "wall_s", "processes"])
def test_limits_refuse_to_be_nothing(name: str) -> None:
    with pytest.raises(ValueError, match=name):
        BoxLimits(**{name: 0})


async def test_an_unknown_probe_breaks_only_its_child() -> None:
    async with Box.open(BoxLimits(wall_s=5)) as box:
        with pytest.raises(Exception, match="ended with code 1"):
            await box.probe("no such thing")
