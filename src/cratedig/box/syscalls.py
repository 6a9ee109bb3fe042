"""System calls by number: the few a decoder needs, and those that ffmpeg never does.

Sources: Linux arch/x86/entry/syscalls/syscall_64.tbl and include/uapi/asm-generic/unistd.h (aarch64).
"""

from __future__ import annotations

import platform

AUDIT_ARCHES = {"x86_64": 0xC000003E, "aarch64": 0xC00000B7}
"""What seccomp_data.arch holds: AUDIT_ARCH_* of linux/audit.h."""

# name: (x86_64, aarch64); None where the machine lacks it.
_DECODING: dict[str, tuple[int | None, int | None]] = {
    "read": (0, 63), "write": (1, 64), "close": (3, 57), "fstat": (5, 80), "poll": (7, None), "lseek": (8, 62),
    "mmap": (9, 222), "mprotect": (10, 226), "munmap": (11, 215), "brk": (12, 214), "rt_sigaction": (13, 134),
    "rt_sigprocmask": (14, 135), "rt_sigreturn": (15, 139), "pread64": (17, 67), "pwrite64": (18, 68),
    "readv": (19, 65), "writev": (20, 66), "sched_yield": (24, 124), "mremap": (25, 216), "madvise": (28, 233),
    "nanosleep": (35, 101), "getpid": (39, 172), "sendto": (44, 206), "recvfrom": (45, 207), "sendmsg": (46, 211),
    "recvmsg": (47, 212), "exit": (60, 93), "ftruncate": (77, 46), "getrusage": (98, 165), "getuid": (102, 174),
    "getgid": (104, 176), "geteuid": (107, 175), "getegid": (108, 177), "sigaltstack": (131, 132),
    "gettid": (186, 178), "futex": (202, 98), "sched_getaffinity": (204, 123), "restart_syscall": (219, 128),
    "clock_gettime": (228, 113), "clock_nanosleep": (230, 115), "exit_group": (231, 94), "newfstatat": (262, 79),
    "ppoll": (271, 73), "getrandom": (318, 278), "membarrier": (324, 283), "rseq": (334, 293),
}  # fmt: skip

_NEVER_CONVERTING: dict[str, tuple[int | None, int | None]] = {
    "socket": (41, 198), "connect": (42, 203), "accept": (43, 202), "bind": (49, 200), "listen": (50, 201),
    "accept4": (288, 242), "socketpair": (53, 199), "ptrace": (101, 117), "kill": (62, 129), "tkill": (200, 130),
    "creat": (85, None), "mkdir": (83, None), "mkdirat": (258, 34), "mknod": (133, None), "mknodat": (259, 33),
    "unlink": (87, None), "unlinkat": (263, 35), "rmdir": (84, None), "rename": (82, None), "renameat": (264, 38),
    "renameat2": (316, 276), "link": (86, None), "linkat": (265, 37), "symlink": (88, None), "symlinkat": (266, 36),
    "chmod": (90, None), "fchmodat": (268, 53), "chown": (92, None), "fchownat": (260, 54), "truncate": (76, 45),
    "mount": (165, 40), "umount2": (166, 39), "pivot_root": (155, 41), "chroot": (161, 51), "unshare": (272, 97),
    "setns": (308, 268), "memfd_create": (319, 279), "bpf": (321, 280), "userfaultfd": (323, 282),
    "perf_event_open": (298, 241), "keyctl": (250, 219), "add_key": (248, 217), "request_key": (249, 218),
    "process_vm_readv": (310, 270), "process_vm_writev": (311, 271), "io_uring_setup": (425, 425),
    "open_by_handle_at": (304, 265), "openat2": (437, 437), "pidfd_open": (434, 434), "pidfd_getfd": (438, 438),
    "shmget": (29, 194), "msgget": (68, 186), "mq_open": (240, 180), "init_module": (175, 105),
    "finit_module": (313, 273), "kexec_load": (246, 104),
}  # fmt: skip

_OPENING: dict[str, tuple[int | None, int | None]] = {"open": (2, None), "openat": (257, 56)}


def _here(table: dict[str, tuple[int | None, int | None]]) -> dict[str, int]:
    column = list(AUDIT_ARCHES).index(platform.machine())
    return {name: number for name, numbers in table.items() if (number := numbers[column]) is not None}


def decoding() -> list[int]:
    """All that a decoder may call: it computes, reads and writes open descriptors, and ends."""
    return sorted(_here(_DECODING).values())


def never_converting() -> list[int]:
    """What a converter may not call: network, other processes, changes to files, new namespaces."""
    return sorted(_here(_NEVER_CONVERTING).values())


def opening() -> dict[str, int]:
    return _here(_OPENING)
