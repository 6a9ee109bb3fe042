"""A seccomp filter written as classic BPF: what a child asks of the kernel beyond its work fails with EPERM.

Refused calls fail instead of killing, so that a library which tries something needless goes on without it.
Layout of the program: linux/filter.h, linux/seccomp.h; the data it reads: struct seccomp_data (nr, arch, ip, args).
"""

from __future__ import annotations

import ctypes
import errno
import os
import platform
import struct

from cratedig.box import syscalls

_LOAD, _EQUAL, _AT_LEAST, _ANY_BIT, _RETURN = 0x20, 0x15, 0x35, 0x45, 0x06
_NUMBER_AT, _ARCH_AT, _ARGS_AT = 0, 4, 16
_ALLOW, _KILL, _REFUSE = 0x7FFF0000, 0x80000000, 0x00050000 | errno.EPERM
_X32 = 0x40000000  # the other ABI of x86_64, where the same numbers mean the same calls with other checks
_PR_SET_SECCOMP, _MODE_FILTER = 22, 2

Step = tuple[int, int, int, int]  # code, jump if true, jump if false, value


class _Program(ctypes.Structure):
    _fields_ = (("length", ctypes.c_ushort), ("steps", ctypes.c_char_p))


def _start() -> list[Step]:
    """Another machine's calls kill; the x32 ABI is refused; the call's number is loaded."""
    arch = syscalls.AUDIT_ARCHES[platform.machine()]
    return [
        (_LOAD, 0, 0, _ARCH_AT),
        (_EQUAL, 1, 0, arch),
        (_RETURN, 0, 0, _KILL),
        (_LOAD, 0, 0, _NUMBER_AT),
        (_AT_LEAST, 0, 1, _X32),
        (_RETURN, 0, 0, _REFUSE),
    ]


def decoding() -> list[Step]:
    """Only what a decoder needs."""
    allowed = [step for number in syscalls.decoding() for step in _if_call(number, _ALLOW)]
    return [*_start(), *allowed, (_RETURN, 0, 0, _REFUSE)]


def converting() -> list[Step]:
    """What a program needs to start and read; no network, no other process, no change to any file."""
    refused = [step for number in syscalls.never_converting() for step in _if_call(number, _REFUSE)]
    return [*_start(), *refused, *_open_to_read(), (_RETURN, 0, 0, _ALLOW)]


def _if_call(number: int, answer: int) -> list[Step]:
    return [(_EQUAL, 0, 1, number), (_RETURN, 0, 0, answer)]


def _open_to_read() -> list[Step]:
    """Opening is refused where the flags (argument 2 of open, 3 of openat) ask to write, create or truncate."""
    writing = os.O_WRONLY | os.O_RDWR | os.O_CREAT | os.O_TRUNC
    steps: list[Step] = []
    for name, number in syscalls.opening().items():
        flags_at = _ARGS_AT + 8 * (1 if name == "open" else 2)
        steps += [
            (_EQUAL, 0, 4, number),
            (_LOAD, 0, 0, flags_at),
            (_ANY_BIT, 0, 1, writing),
            (_RETURN, 0, 0, _REFUSE),
            (_RETURN, 0, 0, _ALLOW),
        ]
    return steps


def install(steps: list[Step]) -> None:
    """For this process and all it starts, for ever. Needs no_new_privs. Raises OSError where the kernel refuses."""
    packed = b"".join(struct.pack("=HBBI", *step) for step in steps)
    program = _Program(len(steps), packed)
    libc = ctypes.CDLL(None, use_errno=True)
    if libc.prctl(_PR_SET_SECCOMP, _MODE_FILTER, ctypes.byref(program), 0, 0) != 0:
        code = ctypes.get_errno()
        raise OSError(code, os.strerror(code))


def is_known() -> bool:
    """True where this machine's call numbers are in the tables."""
    return platform.machine() in syscalls.AUDIT_ARCHES
