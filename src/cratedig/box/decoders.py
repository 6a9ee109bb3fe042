"""What a child can be asked to do. Runs behind the walls; imports happen before them, in the zygote."""

from __future__ import annotations

import os
from typing import NoReturn

from cratedig.box import midi, probes, sound
from cratedig.box.wire import Reply, Status, Task


def warm() -> None:
    """Has the libraries do once what they do on their first call, so that no child does it again."""
    source, result = os.memfd_create("warm"), os.memfd_create("warm")
    os.write(source, _SILENCE)
    sound.decode(sound.AudioTask(0, 0, 1, 1, 8000), source, result)
    os.lseek(source, 0, os.SEEK_SET)
    os.write(source, _SONG)
    os.lseek(source, 0, os.SEEK_SET)
    midi.decode(midi.MidiTask(1000, 10), source, result)
    os.close(source)
    os.close(result)


_SILENCE = b".snd" + b"".join(n.to_bytes(4, "big") for n in (24, 4, 3, 8000, 1)) + bytes(4)
_SONG = b"MThd\0\0\0\6\0\0\0\1\0\x60MTrk\0\0\0\x0c\0\x90\x3c\x40\x10\x80\x3c\0\0\xff\x2f\0"


def answer(task: Task, descriptors: list[int]) -> Reply:
    """Every outcome a decoder foresees is a reply; what it does not foresee ends the child, which is one too."""
    source, result = descriptors
    try:
        if task.kind == "audio":
            return sound.decode(sound.AudioTask(**task.options), source, result)
        if task.kind == "heading":
            return sound.look(sound.AudioTask(**task.options), source)
        if task.kind == "midi":
            return midi.decode(midi.MidiTask(**task.options), source, result)
        if task.kind == "midis":
            return midi.decode_batch(midi.MidiBatchTask(**task.options), source, result)
        return Reply(Status.DONE, text=probes.run(task.kind, result, **task.options))
    except sound.Refusal as refusal:
        return refusal.reply
    except MemoryError:
        return Reply(Status.OVER_LIMIT, text="it needs more memory than it may have")
    except OSError as error:
        return Reply(Status.OVER_LIMIT, text=f"its content takes more than it may ({error.strerror})")


def convert(program: str, task: Task, descriptors: list[int]) -> NoReturn:
    """Becomes ffmpeg: the file is its input, our memory its output. Raises OSError where it cannot be started."""
    source, result = descriptors
    os.dup2(source, 0)
    os.dup2(result, 1)
    os.closerange(3, 64)  # above all the channel
    os.execve(program, [program, *ffmpeg_arguments(**task.options)], {})  # noqa: S606 - found on the path by us


def ffmpeg_arguments(demuxer: str, until_s: float) -> list[str]:
    """Float samples as AU, whose header need not tell a length. The demuxer is given, so that none which opens other
    files (playlists) can be chosen by what the file says.
    """
    given = ["-nostdin", "-hide_banner", "-loglevel", "quiet", "-threads", "1", "-protocol_whitelist", "file"]
    read = ["-f", demuxer, "-i", "/proc/self/fd/0", "-map", "0:a:0", "-t", f"{until_s:.3f}"]
    return [*given, *read, "-c:a", "pcm_f32be", "-threads", "1", "-f", "au", "pipe:1"]
