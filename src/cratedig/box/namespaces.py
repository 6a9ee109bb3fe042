"""Leaving what a process shares with the machine: network, processes, files, the user's rights (namespaces(7))."""

from __future__ import annotations

import ctypes
import errno
import os
from collections.abc import Iterator
from pathlib import Path

from cratedig.box.isolation import Wall

_NEWNS, _NEWUTS, _NEWIPC = 0x00020000, 0x04000000, 0x08000000
_NEWUSER, _NEWPID, _NEWNET = 0x10000000, 0x20000000, 0x40000000
_SHARED = {"own network": _NEWNET, "own processes": _NEWPID, "own ipc": _NEWIPC}
_ALL = _NEWNET | _NEWPID | _NEWIPC | _NEWUTS | _NEWNS
_MS_NOSUID, _MS_NODEV, _MS_NOEXEC, _MS_RDONLY, _MS_REC, _MS_PRIVATE = 2, 4, 8, 1, 0x4000, 1 << 18
_PR_SET_DUMPABLE = 4
_NOBODY = 65534
_COVERED = b"/dev"  # a folder every system has; an empty one takes its place in the child's own view

_libc = ctypes.CDLL(None, use_errno=True)


def leave(*, files: bool) -> list[Wall]:
    """Puts this process (its next child, for process ids) behind walls; `files`: behind one with no files too.

    As root the namespaces are made with root's rights, which are then given up for good; otherwise, or where root
    may not, inside a user namespace. What the system forbids is reported, never fatal.
    """
    if os.geteuid() != 0:
        return _leave_as_user(files=files)
    if not _unshare(_ALL):
        hidden = [_hide_files()] if files else []
        return [_become_nobody(), *_held(_ALL, ""), *hidden]
    _become_nobody()
    return _leave_as_user(files=files)


def _leave_as_user(*, files: bool) -> list[Wall]:
    taken, why = _first_possible()
    walls = [Wall("own user", bool(taken), "" if taken else why), *_held(taken, why)]
    if files:
        walls.append(_hide_files() if taken & _NEWNS else Wall("no files", False, why))
    return walls


def _first_possible() -> tuple[int, str]:
    """The most namespaces that an unprivileged process gets here, and what the system said to more."""
    uid, gid, why = os.geteuid(), os.getegid(), ""
    for flags in (_ALL, _NEWNET | _NEWPID | _NEWIPC, _NEWNET):
        refusal = _unshare(_NEWUSER | flags)
        if not refusal:
            _map_alone(uid, gid)
            return flags, why
        why = refusal
    return 0, why


def _held(taken: int, why: str) -> Iterator[Wall]:
    for name, flag in _SHARED.items():
        yield Wall(name, bool(taken & flag), "" if taken & flag else why or "refused")


def _map_alone(uid: int, gid: int) -> None:
    """Inside the new user namespace there is one user and one group: the ones this process had."""
    for name, line in (("setgroups", "deny"), ("uid_map", f"{uid} {uid} 1"), ("gid_map", f"{gid} {gid} 1")):
        Path("/proc/self", name).write_text(line)


def _become_nobody() -> Wall:
    """Refused where this root is one inside a container whose only user it is."""
    try:
        os.setgroups([])
        os.setresgid(_NOBODY, _NOBODY, _NOBODY)
        os.setresuid(_NOBODY, _NOBODY, _NOBODY)
    except OSError as error:
        return Wall("own user", False, errno.errorcode.get(error.errno or 0, "refused"))
    _libc.prctl(_PR_SET_DUMPABLE, 1, 0, 0, 0)  # else /proc/self, and so the maps of a user namespace, stay root's
    return Wall("own user", True)


def _hide_files() -> Wall:
    """An empty, read-only folder becomes the root."""
    nothing = _MS_NOSUID | _MS_NODEV | _MS_NOEXEC | _MS_RDONLY
    failed = (
        _libc.mount(None, b"/", None, _MS_REC | _MS_PRIVATE, None)
        or _libc.mount(b"none", _COVERED, b"tmpfs", nothing, b"size=4k")
        or _libc.chroot(_COVERED)
    )
    if failed:
        return Wall("no files", False, errno.errorcode.get(ctypes.get_errno(), "refused"))
    os.chdir("/")
    return Wall("no files", True)


def _unshare(flags: int) -> str:
    """Empty where it was granted, otherwise the error's name."""
    return "" if _libc.unshare(flags) == 0 else errno.errorcode.get(ctypes.get_errno(), "refused")
