"""From a child's reply to an error that says which file, what happened, and what to do."""

from __future__ import annotations

import signal
from dataclasses import dataclass

from cratedig.box.limits import BoxLimits
from cratedig.box.wire import Reply, Status
from cratedig.errors import DecodeLimit, FormatUnavailable, Undecodable

_DAMAGED = "It may be damaged, or no audio or MIDI at all."
_RAISE = "If it is sound, raise the limits in settings `box`."
_INSTALL = "Install ffmpeg, or give WAV, FLAC, OGG or MP3."


@dataclass(frozen=True)
class Subject:
    """The file in question."""

    name: str
    limits: BoxLimits

    def judged(self, reply: Reply) -> Reply:
        """The reply where it is a result; otherwise the error it stands for is raised."""
        if reply.status is Status.DONE or (reply.status is Status.DIED and not any(reply.numbers[:2])):
            return reply
        if reply.status is Status.UNDECODABLE:
            raise self.undecodable(reply.text)
        if reply.status is Status.OVER_LIMIT:
            raise self.over_limit(reply.text)
        if reply.status is Status.NEEDS_FFMPEG:
            raise self.needs_ffmpeg(reply.text)
        if reply.status is Status.DIED:
            raise self._death(*reply.numbers[:3])
        raise self.lied(ValueError("an answer out of turn"))

    def _death(self, by_signal: int, code: int, cpu_ms: int) -> Exception:
        if by_signal == signal.SIGKILL and cpu_ms >= 1000 * self.limits.cpu_s - 500:
            return self.over_limit(f"it used {self.limits.cpu_s} s of CPU")
        if by_signal in {signal.SIGKILL, signal.SIGABRT, signal.SIGXFSZ}:
            return self.over_limit("its decoder was stopped for what it asked of the system")
        how = f"signal {by_signal}" if by_signal else f"code {code}"
        return self.undecodable(f"its decoder ended with {how}")

    def undecodable(self, what: str) -> Undecodable:
        return Undecodable(f"{self.name!r} cannot be decoded: {what.rstrip('. ')}.", hint=_DAMAGED)

    def over_limit(self, what: str) -> DecodeLimit:
        return DecodeLimit(f"{self.name!r} is not decoded: {what.rstrip('. ')}.", hint=_RAISE)

    def lied(self, error: ValueError) -> Undecodable:
        return self.undecodable(f"its decoder answered what cannot be ({error})")

    def needs_ffmpeg(self, container: str) -> FormatUnavailable:
        return FormatUnavailable(f"{self.name!r} is {container}, which is read by ffmpeg.", hint=_INSTALL)
