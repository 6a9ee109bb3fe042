"""The product's side of the children: the zygote they come from, and one child from birth to death."""

from __future__ import annotations

import contextlib
import json
import os
import signal
import socket
import subprocess
import sys
from pathlib import Path

import anyio

from cratedig.box.isolation import Isolation
from cratedig.box.wire import MOST_BYTES, Reply, Status, Task, send_task
from cratedig.box.zygote import Birth
from cratedig.errors import Unavailable

_START_S = 20.0  # libraries from a cold disk; 0.3 s otherwise
_STARTER = (
    "import sys, json; sys.path[:] = json.loads(sys.argv[1]); "
    "from cratedig.box import zygote; zygote.main(int(sys.argv[2]))"
)


class ChildLost(Exception):
    """The child, or the zygote above it, ended without a word."""


class Zygote:
    """A running zygote. `stop` ends it and every child."""

    def __init__(self) -> None:
        self._control, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        with theirs:
            self._process = _interpreter(theirs.fileno())

    @property
    def pid(self) -> int:
        return self._process.pid

    @property
    def is_alive(self) -> bool:
        return self._process.poll() is None

    def spawn(self, birth: Birth) -> Child:
        """Asks for a child and does not wait for it. Raises OSError where the zygote is gone."""
        ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        ours.setblocking(False)
        try:
            with theirs:
                socket.send_fds(self._control, [birth.to_bytes()], [theirs.fileno()])
        except OSError:
            ours.close()
            raise
        return Child(ours)

    def stop(self) -> None:
        """Blocks until it is gone: milliseconds."""
        self._control.close()
        try:
            self._process.wait(1)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()


def _interpreter(descriptor: int) -> subprocess.Popen[bytes]:
    """A Python with our import path and nothing else of ours. Raises Unavailable where it cannot be started."""
    paths = json.dumps([str(Path(path).resolve()) for path in sys.path])
    try:
        return subprocess.Popen(  # noqa: S603 - our own interpreter, our own words
            [sys.executable, "-I", "-S", "-B", "-c", _STARTER, paths, str(descriptor)],
            env={},
            pass_fds=(descriptor,),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            cwd="/",
            start_new_session=True,
        )
    except OSError as error:
        raise Unavailable(f"The decoder cannot be started: {error.strerror}.", hint="See `cratedig doctor`.") from error


class Child:
    """One child. Used for one task, then ended."""

    def __init__(self, channel: socket.socket) -> None:
        self._channel = channel
        self._handle = -1
        self._isolation: Isolation | None = None

    async def ready(self) -> Isolation:
        """Waits until the walls stand. Raises ChildLost where it does not get so far, Unavailable after 20 s."""
        with anyio.move_on_after(_START_S):
            while self._isolation is None or self._handle < 0:
                self._take(*await self._first_words())
            return self._isolation
        raise Unavailable("The decoder did not start in time.", hint="See `cratedig doctor`.")

    async def _first_words(self) -> tuple[bytes, list[int]]:
        await anyio.wait_readable(self._channel)
        try:
            data, descriptors, _, _ = socket.recv_fds(self._channel, MOST_BYTES, 1, socket.MSG_CMSG_CLOEXEC)
        except OSError as error:
            raise ChildLost from error
        if not data:
            raise ChildLost
        return data, descriptors

    def _take(self, data: bytes, descriptors: list[int]) -> None:
        if descriptors:
            self._handle = descriptors[0]
            return
        reply = Reply.of_bytes(data)
        if reply.status is not Status.READY:
            raise ChildLost
        self._isolation = Isolation.of_lines(reply.text)

    async def do(self, task: Task, *, source: int, result: int) -> Reply:
        """The answer, or how the child died. Raises ChildLost where neither comes, ValueError for a lie."""
        try:
            send_task(self._channel, task, [source, result])
            await anyio.wait_readable(self._channel)
            data = self._channel.recv(MOST_BYTES)  # descriptors a child sends along are dropped by the kernel
        except OSError as error:
            raise ChildLost from error
        if not data:
            raise ChildLost
        return Reply.of_bytes(data)

    def end(self) -> None:
        """Kills it, with all in its process namespace, whatever it does."""
        if self._handle >= 0:
            with contextlib.suppress(ProcessLookupError):
                signal.pidfd_send_signal(self._handle, signal.SIGKILL)
            os.close(self._handle)
            self._handle = -1
        self._channel.close()
