"""Which audio container a file is, by its first bytes: only known ones reach a parser, and only the right one."""

from __future__ import annotations

import re
from dataclasses import dataclass

HEAD_BYTES = 64


@dataclass(frozen=True)
class Container:
    """`demuxer` is ffmpeg's name for it where libsndfile does not read it."""

    name: str
    demuxer: str = ""


_KNOWN: tuple[tuple[re.Pattern[bytes], Container], ...] = tuple(
    (re.compile(pattern, re.DOTALL), container)
    for pattern, container in (
        (rb"RIF[FX]....WAVE|RF64....WAVE", Container("WAV")),
        (rb"riff\x2e\x91\xcf\x11", Container("W64")),
        (rb"fLaC", Container("FLAC")),
        (rb"OggS", Container("OGG")),
        (rb"FORM....AIF[FC]", Container("AIFF")),
        (rb"\.snd|dns\.", Container("AU")),
        (rb"caff\x00\x01", Container("CAF")),
        (rb"\xff[\xf0\xf1\xf8\xf9]", Container("AAC", "aac")),
        (rb"ID3[\x02-\x04]|\xff[\xe2-\xff]", Container("MP3")),
        (rb"....ftyp", Container("MP4", "mov")),
        (rb"\x1a\x45\xdf\xa3", Container("Matroska", "matroska")),
        (rb"\x30\x26\xb2\x75\x8e\x66\xcf\x11", Container("WMA", "asf")),
        (rb"MAC ", Container("Monkey's Audio", "ape")),
        (rb"wvpk", Container("WavPack", "wv")),
        (rb"MPCK|MP\+", Container("Musepack", "mpc8")),
        (rb"TTA1", Container("True Audio", "tta")),
        (rb"#!AMR", Container("AMR", "amr")),
    )
)


def container_of(head: bytes) -> Container | None:
    """The container that starts with `head` (HEAD_BYTES are enough); None for anything else.

    >>> container_of(b"fLaC....").name, container_of(b"<html>")
    ('FLAC', None)
    """
    return next((container for pattern, container in _KNOWN if pattern.match(head)), None)
