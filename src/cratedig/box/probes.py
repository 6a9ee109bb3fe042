"""What a decoder that a file has taken over would try. A child runs these to show what its walls hold.

Each returns what it got; a refusal is told by its error's name, so that `doctor` and the tests can tell them apart.
"""

from __future__ import annotations

import ctypes
import errno
import os
import signal
import socket
import sys
import time
from collections.abc import Callable
from typing import NoReturn


def run(name: str, result: int, **options: int) -> str:
    """Raises KeyError for a probe that is not one of PROBES."""
    try:
        return PROBES[name](result, **options)
    except OSError as error:
        return errno.errorcode.get(error.errno or 0, str(error))


def _network(_: int, port: int) -> str:
    """To a listener on this machine; a connection means that the network is shared."""
    with socket.socket() as sock:
        sock.connect(("127.0.0.1", port))
    return "connected"


def _unix_socket(_: int) -> str:
    with socket.socket(socket.AF_UNIX) as sock:
        sock.connect("/tmp/.s.PGSQL.5432")  # noqa: S108 - a name to be refused
    return "connected"


def _memory(_: int, megabytes: int) -> str:
    kept = [bytearray(1 << 20) for _ in range(megabytes)]
    return f"{len(kept)} MB"


def _cpu(_: int) -> NoReturn:
    while True:
        pass


def _sleep(_: int) -> NoReturn:
    while True:
        time.sleep(3600)


def _file(_: int) -> str:
    with open("/tmp/cratedig-box-probe", "wb") as file:  # noqa: S108, PTH123 - a name to be refused
        file.write(b"written")
    return "written"


def _read(_: int) -> str:
    with open("/etc/passwd", "rb") as file:  # noqa: PTH123 - straight to the call that is to be refused
        return f"read {len(file.read())} bytes"


def _flood(result: int) -> str:
    """Writes to the result for as long as it can."""
    written = 0
    while True:
        try:
            written += os.write(result, bytes(1 << 20))
        except OSError as error:
            return f"{errno.errorcode[error.errno or 0]} after {written}"


def _fork(_: int) -> str:
    return f"forked {os.fork()}"


def _execute(_: int) -> str:
    os.execv("/bin/true", ["true"])  # noqa: S606 - refused


def _kill(_: int, pid: int) -> str:
    os.kill(pid, signal.SIGKILL)
    return "killed"


def _trace(_: int) -> str:
    libc = ctypes.CDLL(None, use_errno=True)
    if libc.ptrace(0, 0, None, None) == 0:
        return "traced"
    return errno.errorcode[ctypes.get_errno()]


def _environment(_: int) -> str:
    return " ".join(os.environ) or "empty"


def _descriptors(_: int) -> str:
    """All that are open below 64: three to nowhere, the channel, the file and the result."""
    return " ".join(str(number) for number in range(64) if _is_open(number))


def _is_open(number: int) -> bool:
    try:
        os.fstat(number)
    except OSError:
        return False
    return True


def _identity(_: int) -> str:
    return f"pid {os.getpid()} uid {os.geteuid()}"


def _crash(_: int) -> str:
    return ctypes.string_at(0).decode()


def _exit(_: int) -> NoReturn:
    os._exit(7)


def _lie(_: int) -> str:
    """Answers in place of the decoder, with what is no reply."""
    for number in range(3, 12):
        if _is_open(number):
            try:
                os.write(number, b"\x80\x04not a reply" + bytes(2000))
            except OSError:
                continue
    return "lied"


def _modules(_: int) -> str:
    """What is loaded that could hold the product's secrets."""
    return " ".join(sorted(name for name in sys.modules if name.startswith(("cratedig.settings", "sqlalchemy"))))


PROBES: dict[str, Callable[..., str]] = {
    "network": _network, "unix_socket": _unix_socket, "memory": _memory, "cpu": _cpu, "sleep": _sleep, "file": _file,
    "read": _read, "flood": _flood, "fork": _fork, "execute": _execute, "kill": _kill, "trace": _trace,
    "environment": _environment, "descriptors": _descriptors, "identity": _identity, "crash": _crash, "exit": _exit,
    "lie": _lie, "modules": _modules,
}  # fmt: skip
