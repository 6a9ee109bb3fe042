"""The last walls, put up by the process itself before it sees a file: limits, no rights, few system calls."""

from __future__ import annotations

import ctypes
import errno
import os
import resource
import signal
from dataclasses import dataclass
from pathlib import Path

from cratedig.box import call_filter
from cratedig.box.isolation import Wall

_PR_SET_PDEATHSIG, _PR_SET_DUMPABLE, _PR_SET_NO_NEW_PRIVS = 1, 4, 38
_CAPABILITIES_V3 = 0x20080522

_libc = ctypes.CDLL(None, use_errno=True)


@dataclass(frozen=True)
class Allowance:
    """Absolute limits of one process: address space and output in bytes, CPU in seconds.

    A `converter` is a program to be started (ffmpeg): it opens its libraries and starts threads.
    """

    address_space: int
    cpu_s: int
    output: int
    converter: bool = False


def mapped_bytes() -> int:
    """What this process maps now."""
    return int(Path("/proc/self/statm").read_text().split()[0]) * os.sysconf("SC_PAGE_SIZE")


def die_with_parent() -> None:
    _libc.prctl(_PR_SET_PDEATHSIG, signal.SIGKILL, 0, 0, 0)


def confine(allowance: Allowance) -> list[Wall]:
    """Never fatal: what the system refuses is reported."""
    die_with_parent()
    _limit(allowance)
    _libc.prctl(_PR_SET_DUMPABLE, 0, 0, 0, 0)
    walls = [Wall("limits", True), _asked("no capabilities", _drop_capabilities())]
    walls.append(_asked("no new privileges", _libc.prctl(_PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0)))
    return [*walls, _filtered(converter=allowance.converter)]


def _limit(allowance: Allowance) -> None:
    limits = {
        resource.RLIMIT_AS: allowance.address_space,
        resource.RLIMIT_CPU: allowance.cpu_s,  # soft = hard: the first process of a namespace ignores SIGXCPU
        resource.RLIMIT_FSIZE: allowance.output,
        resource.RLIMIT_NOFILE: 64 if allowance.converter else 12,
        resource.RLIMIT_NPROC: 1024 if allowance.converter else 0,
        resource.RLIMIT_CORE: 0,
        resource.RLIMIT_MEMLOCK: 0,
        resource.RLIMIT_MSGQUEUE: 0,
    }
    for limit, value in limits.items():
        hard = resource.getrlimit(limit)[1]
        lowest = value if hard == resource.RLIM_INFINITY else min(value, hard)
        resource.setrlimit(limit, (lowest, lowest))


def _drop_capabilities() -> int:
    """capset(2) with three empty sets of 64 bits."""
    header = (ctypes.c_uint32 * 2)(_CAPABILITIES_V3, 0)
    nothing = (ctypes.c_uint32 * 6)()
    return int(_libc.capset(ctypes.byref(header), ctypes.byref(nothing)))


def _asked(name: str, answer: int) -> Wall:
    return Wall(name, answer == 0, "" if answer == 0 else errno.errorcode.get(ctypes.get_errno(), "refused"))


def _filtered(*, converter: bool) -> Wall:
    name = "few system calls"
    if not call_filter.is_known():
        return Wall(name, False, f"no table for {os.uname().machine}")
    try:
        call_filter.install(call_filter.converting() if converter else call_filter.decoding())
    except OSError as error:
        return Wall(name, False, errno.errorcode.get(error.errno or 0, "refused"))
    return Wall(name, True)
