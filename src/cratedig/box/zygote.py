"""The process that children are forked from: a clean interpreter with the decoders loaded and nothing to steal.

    product  --spawn(limits, channel)-->  zygote  --fork-->  warden  --fork-->  decoder

The zygote is started with an empty environment and one descriptor, never sees a file, and forks. The warden leaves
the machine's namespaces, so that the decoder is the first process of its own; it waits, and says how the decoder
died. The decoder puts up the last walls, says READY, takes one task, answers and ends. When the product ends, the
zygote reads the end of its channel, and all below end with it (PR_SET_PDEATHSIG).
"""

from __future__ import annotations

import gc
import json
import os
import signal
import socket
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import NoReturn

from cratedig.box import confine, namespaces
from cratedig.box.isolation import Isolation, Wall
from cratedig.box.wire import MOST_BYTES, Reply, Status, receive_task


@dataclass(frozen=True)
class Birth:
    """What a child is made for. `memory_bytes` beyond what it maps when it is born."""

    memory_bytes: int
    cpu_s: int
    output_bytes: int
    converter: str = ""

    def to_bytes(self) -> bytes:
        return json.dumps(vars(self)).encode()

    @classmethod
    def of_bytes(cls, data: bytes) -> Birth:
        return cls(**json.loads(data))


def main(descriptor: int) -> None:
    """Forks a child for every birth asked for, until the product is gone."""
    os.environ["OPENBLAS_NUM_THREADS"] = "1"  # a process with threads cannot be forked safely
    from cratedig.box import decoders

    decoders.warm()
    os.environ.clear()
    gc.freeze()  # what is there now is never looked at again, so its pages stay shared with the children
    gc.disable()
    if len(list(Path("/proc/self/task").iterdir())) != 1:
        sys.exit("a decoder library started a thread")
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)  # children are collected by the kernel
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is for the product
    control = socket.socket(fileno=descriptor)
    while True:
        data, descriptors, _, _ = socket.recv_fds(control, MOST_BYTES, 1)
        if not data:
            return
        _give_birth(Birth.of_bytes(data), descriptors[0], control)


def _give_birth(birth: Birth, descriptor: int, control: socket.socket) -> None:
    """The product gets a handle on the warden through the child's own channel."""
    channel = socket.socket(fileno=descriptor)
    child = os.fork()
    if child == 0:
        control.close()
        _watch(birth, channel)
    try:
        handle = os.pidfd_open(child)
        socket.send_fds(channel, [b"handle"], [handle])
        os.close(handle)
    except OSError:
        os.kill(child, signal.SIGKILL)  # the product is gone or the warden died; either way nobody waits for it
    channel.close()


def _watch(birth: Birth, channel: socket.socket) -> NoReturn:
    """The warden's life."""
    code = 1
    try:
        confine.die_with_parent()
        signal.signal(signal.SIGCHLD, signal.SIG_DFL)
        mapped = confine.mapped_bytes()
        walls = namespaces.leave(files=not birth.converter)
        confine.die_with_parent()  # a change of user forgets it
        child = os.fork()
        if child == 0:
            _decode(birth, channel, walls, mapped)
        _, status, used = os.wait4(child, 0)
        code = os.waitstatus_to_exitcode(status)
        cpu_ms = int(1000 * (used.ru_utime + used.ru_stime))
        if code != 0 or birth.converter:
            channel.send(Reply(Status.DIED, (max(-code, 0), max(code, 0), cpu_ms)).to_bytes())
    finally:
        os._exit(min(abs(code), 255))


def _decode(birth: Birth, channel: socket.socket, walls: list[Wall], mapped: int) -> NoReturn:
    """The decoder's life."""
    from cratedig.box import decoders

    code = 1
    try:
        decoders.warm()  # the pages a decode writes to are copied now, not while somebody waits: 2.5 ms
        allowance = confine.Allowance(
            mapped + birth.memory_bytes, birth.cpu_s, birth.output_bytes, converter=bool(birth.converter)
        )
        isolation = Isolation((*walls, *confine.confine(allowance)))
        channel.send(Reply(Status.READY, text=isolation.as_lines()).to_bytes())
        asked = receive_task(channel)
        if asked is not None and birth.converter:
            decoders.convert(birth.converter, *asked)
        elif asked is not None:
            channel.send(decoders.answer(*asked).to_bytes())
        code = 0
    except BrokenPipeError:
        code = 0  # the product no longer wants the answer
    finally:
        os._exit(code)
