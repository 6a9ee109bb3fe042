"""The box: decodes files nobody vouches for, each in a child of its own.

    async with Box.open(BoxLimits()) as box:
        audio = await box.decode_audio(path)

Children wait warm behind their walls, are used once and ended. Whatever a file does, the outcome is a checked value or
an error of `cratedig.errors` that names the file, at most a second after the limits.
"""

from __future__ import annotations

import math
import os
import shutil
from collections import deque
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import replace
from pathlib import Path
from typing import TypeVar

import anyio

from cratedig.box.audio import Audio, read_audio
from cratedig.box.batches import batches
from cratedig.box.children import Child, ChildLost, Zygote
from cratedig.box.containers import HEAD_BYTES, container_of
from cratedig.box.heading import Heading, read_heading
from cratedig.box.isolation import Isolation
from cratedig.box.limits import BoxLimits
from cratedig.box.notes import read_score, read_scores
from cratedig.box.source import copied_to, memory, opened
from cratedig.box.verdict import Subject
from cratedig.box.wire import Reply, Task
from cratedig.box.zygote import Birth
from cratedig.errors import InputRejected, NotFound, Unavailable
from cratedig.music.score import Score

_TRIES = 3  # a file is not blamed for a zygote that died
_GLANCE_S = 1.0  # what ffmpeg reads of a file to tell what it is
_DYING_S = 0.02  # a zygote's children are killed a moment before it counts as dead itself
_T = TypeVar("_T")


class Box:
    """Open it with `Box.open`. Safe for many tasks of one event loop; `processes` decodes run at once."""

    def __init__(self, limits: BoxLimits, ffmpeg: str) -> None:
        self.limits = limits
        self._ffmpeg = ffmpeg
        self._slots = anyio.CapacityLimiter(limits.processes)
        self._warm: deque[Child] = deque()
        self._zygote: Zygote | None = None
        self._birth = Birth(limits.memory_mb << 20, limits.cpu_s, limits.max_output_bytes)

    @classmethod
    @asynccontextmanager
    async def open(cls, limits: BoxLimits | None = None, *, ffmpeg: str | None = None) -> AsyncIterator[Box]:
        """`ffmpeg`: the program for what libsndfile does not read; None looks for it, "" goes without."""
        program = shutil.which("ffmpeg") if ffmpeg is None else ffmpeg
        box = cls(limits or BoxLimits(), program or "")
        try:
            yield box
        finally:
            with anyio.CancelScope(shield=True):
                await anyio.to_thread.run_sync(box._close)

    async def decode_audio(
        self, source: Path | bytes, *, name: str = "", offset_s: float = 0.0, duration_s: float | None = None
    ) -> Audio:
        """The file as mono, or `duration_s` seconds of it from `offset_s` on. `name` is what errors call bytes.

        Raises NotFound, InputRejected (no plain file), Undecodable, DecodeLimit; Unavailable where ffmpeg is needed
        and absent, or no child can be started.
        """
        if not 0 <= offset_s < math.inf or not (duration_s is None or 0 < duration_s <= self.limits.max_audio_s):
            raise ValueError(f"a window of {duration_s} s from {offset_s} s on")
        subject = Subject(name or _name(source), self.limits)
        with opened(source) as descriptor:
            container = container_of(await anyio.to_thread.run_sync(_head, descriptor))
            if container is None or not container.demuxer:
                return await self._decode_sound(subject, descriptor, offset_s, duration_s)
            if not self._ffmpeg:
                raise subject.needs_ffmpeg(container.name)
            with memory("converted") as converted:
                until_s = offset_s + (duration_s or self.limits.max_audio_s) + 1
                await self._convert(subject, container.demuxer, descriptor, converted, until_s)
                audio = await self._decode_sound(subject, converted, offset_s, duration_s)
                return replace(audio, container=container.name)

    async def read_heading(self, source: Path | bytes, *, name: str = "") -> Heading:
        """What an audio file says of itself; nothing of its sound is decoded but where ffmpeg must read it.

        Raises as `decode_audio` does.
        """
        subject = Subject(name or _name(source), self.limits)
        with opened(source) as descriptor, memory("nothing") as result:
            container = container_of(await anyio.to_thread.run_sync(_head, descriptor))
            if container is not None and container.demuxer:
                audio = await self.decode_audio(source, name=name, duration_s=_GLANCE_S)
                return Heading(container.name, audio.sample_rate_hz, audio.channels)
            task = Task("heading", self._window(0.0, None))
            reply = subject.judged(await self._ask(self._birth, task, subject, descriptor, result))
            return await _checked(subject, lambda: read_heading(reply))

    async def decode_midi(self, source: Path | bytes, *, name: str = "") -> Score:
        """Raises as `decode_audio` does."""
        limits = self.limits
        subject = Subject(name or _name(source), limits)
        task = Task("midi", {"max_bytes": limits.max_midi_bytes, "max_notes": limits.max_notes})
        with opened(source) as descriptor, memory("notes") as result:
            reply = subject.judged(await self._ask(self._birth, task, subject, descriptor, result))
            return await _checked(subject, lambda: read_score(reply, result, max_notes=limits.max_notes))

    async def decode_midis(
        self, sources: Sequence[Path | bytes], *, names: Sequence[str] | None = None
    ) -> list[Score | InputRejected | NotFound]:
        """Each file's score, or the error that `decode_midi` raises for it. Raises Unavailable as that does.

        Small files share a child, some dozens at a time: for files of one origin, as one of them could tell lies about
        those beside it. Whatever is not plainly decoded so is decoded by itself.
        """
        scores: list[Score | InputRejected | NotFound | None] = [None] * len(sources)

        async def together(rows: list[int], files: list[bytes]) -> None:
            for row, score in zip(rows, await self._decode_batch(files), strict=True):
                scores[row] = score

        async with anyio.create_task_group() as group:
            for rows, files in await anyio.to_thread.run_sync(lambda: list(batches(sources))):
                group.start_soon(together, rows, files)
        for row, source in enumerate(sources):
            if scores[row] is None:
                scores[row] = await self._decode_alone(source, names[row] if names else "")
        return [score for score in scores if score is not None]

    async def _decode_alone(self, source: Path | bytes, name: str) -> Score | InputRejected | NotFound:
        try:
            return await self.decode_midi(source, name=name)
        except (InputRejected, NotFound) as error:
            return error

    async def _decode_batch(self, files: list[bytes]) -> Sequence[Score | None]:
        """None for all where their decoder did not come to its end."""
        limits = self.limits
        subject = Subject(f"{len(files)} files", limits)
        sizes = [len(data) for data in files]
        task = Task("midis", {"max_bytes": limits.max_midi_bytes, "max_notes": limits.max_notes, "sizes": sizes})
        with opened(b"".join(files)) as descriptor, memory("notes") as result:
            try:
                subject.judged(await self._ask(self._birth, task, subject, descriptor, result))
                return await _checked(
                    subject, lambda: read_scores(result, files=len(files), max_notes=limits.max_notes)
                )
            except InputRejected:
                return [None] * len(files)

    async def probe(self, name: str, **options: int) -> str:
        """Runs one of cratedig.box.probes in a child, as if a file had taken it over. Raises as decoding does."""
        subject = Subject(f"probe {name}", self.limits)
        with opened(b"") as source, memory("probe") as result:
            return subject.judged(await self._ask(self._birth, Task(name, dict(options)), subject, source, result)).text

    async def isolation(self) -> Isolation:
        """The walls around a child here. Raises Unavailable where none can be started."""
        for _ in range(_TRIES):
            try:
                self._warm.append(self._take())
                return await self._warm[-1].ready()
            except ChildLost:
                self._warm.pop().end()
        raise _no_child()

    async def _decode_sound(
        self, subject: Subject, descriptor: int, offset_s: float, duration_s: float | None
    ) -> Audio:
        most = self.limits.max_output_bytes
        with memory("samples") as result:
            task = Task("audio", self._window(offset_s, duration_s))
            reply = subject.judged(await self._ask(self._birth, task, subject, descriptor, result))
            return await _checked(subject, lambda: read_audio(reply, result, max_bytes=most))

    def _window(self, offset_s: float, duration_s: float | None) -> dict[str, float]:
        """The options of an audio task."""
        limits = self.limits
        window = {"offset_s": offset_s, "duration_s": duration_s or 0.0, "max_audio_s": limits.max_audio_s}
        return window | {"max_channels": limits.max_channels, "max_rate_hz": limits.max_rate_hz}

    async def _convert(self, subject: Subject, demuxer: str, source: int, result: int, until_s: float) -> None:
        """ffmpeg makes AU of it, in a child that may start that one program and has no network either."""
        birth = Birth(self._birth.memory_bytes, self._birth.cpu_s, self._birth.output_bytes, self._ffmpeg)
        task = Task("convert", {"demuxer": demuxer, "until_s": until_s})
        with memory("copy") as copy:
            fits = await anyio.to_thread.run_sync(lambda: copied_to(copy, source, most_bytes=birth.output_bytes))
            if not fits:
                raise subject.over_limit(f"it has over {birth.output_bytes:,} bytes")
            reply = await self._ask(birth, task, subject, copy, result)
        if os.fstat(result).st_size >= birth.output_bytes:
            raise subject.over_limit(f"its sound takes over {birth.output_bytes:,} bytes")
        subject.judged(reply)
        os.lseek(result, 0, os.SEEK_SET)

    async def _ask(self, birth: Birth, task: Task, subject: Subject, source: int, result: int) -> Reply:
        async with self._slots:
            for _ in range(_TRIES):
                child = self._take(birth)
                zygote = self._zygote
                try:
                    await child.ready()
                    os.lseek(source, 0, os.SEEK_SET)
                    os.ftruncate(result, 0)
                    os.lseek(result, 0, os.SEEK_SET)
                    return await self._answer(child, task, subject, source, result)
                except ChildLost:
                    await anyio.sleep(_DYING_S)
                    if zygote is not None and zygote.is_alive:
                        raise subject.over_limit("the system ended its decoder") from None
                finally:
                    child.end()
                    self._warm_up()  # not before: it would take a core from the decoder
        raise _no_child()

    async def _answer(self, child: Child, task: Task, subject: Subject, source: int, result: int) -> Reply:
        with anyio.move_on_after(self.limits.wall_s):
            try:
                return await child.do(task, source=source, result=result)
            except ValueError as error:
                raise subject.lied(error) from error
        raise subject.over_limit(f"it took longer than {self.limits.wall_s:g} s")

    def _take(self, birth: Birth | None = None) -> Child:
        """A child behind its walls, or on the way there; where it came from the warm ones, another is asked for."""
        if birth is not None and birth.converter:
            return self._spawn(birth)
        if not self._warm:
            self._warm_up()
        return self._warm.popleft()

    def _warm_up(self) -> None:
        """Asks for as many children as may be needed next. They get ready while the product does something else."""
        while len(self._warm) <= self.limits.processes:
            self._warm.append(self._spawn(self._birth))

    def _spawn(self, birth: Birth) -> Child:
        for _ in range(_TRIES):
            if self._zygote is None or not self._zygote.is_alive:
                self._restart()
            assert self._zygote is not None
            try:
                return self._zygote.spawn(birth)
            except OSError:
                self._restart()
        raise _no_child()

    def _restart(self) -> None:
        self._close()
        self._zygote = Zygote()

    def _close(self) -> None:
        while self._warm:
            self._warm.pop().end()
        if self._zygote is not None:
            self._zygote.stop()
            self._zygote = None


async def isolation() -> Isolation:
    """The walls around a decoding child on this machine; starts one, about 0.4 s. Raises Unavailable."""
    async with Box.open() as box:
        return await box.isolation()


def _name(source: Path | bytes) -> str:
    return f"{len(source):,} bytes" if isinstance(source, bytes) else str(source)


def _head(descriptor: int) -> bytes:
    return os.pread(descriptor, HEAD_BYTES, 0)


async def _checked(subject: Subject, read: Callable[[], _T]) -> _T:
    """What came out of a child, read off the event loop; a value that is not possible is a lie of the file's."""
    try:
        return await anyio.to_thread.run_sync(read)
    except ValueError as error:
        raise subject.lied(error) from error


def _no_child() -> Unavailable:
    return Unavailable("No decoder can be started.", hint="See `cratedig doctor`: memory, processes.")
