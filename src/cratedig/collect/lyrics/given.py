"""Bytes that somebody hands over as one lyric, put into words; what is no text is refused."""

from __future__ import annotations

import codecs
import re
from typing import Final

from cratedig.collect.lyrics.clean import clean
from cratedig.collect.lyrics.encoding import legacy
from cratedig.errors import InputRejected
from cratedig.music.lyric import Lyric

MOST_BYTES: Final = 1024 * 1024
_CONTROL = re.compile(r"[\x00-\x08\x0e-\x1f\x7f]")


def lyric_in(raw: bytes, name: str) -> Lyric:
    """The lyric in these bytes, cleaned. name: what they are called where they are refused.

    Raises InputRejected: too many, no text, no words.

    >>> lyric_in("[Hook]\\nCome home".encode("utf-16"), "it").lines
    ('Come home',)
    """
    if len(raw) > MOST_BYTES:
        raise InputRejected(f"{name} is larger than {MOST_BYTES:,} bytes: that is no lyric.")
    text = _text(raw)
    if _CONTROL.search(text):
        raise InputRejected(f"{name} is no text.")
    lyric = clean(text).lyric
    if not lyric:
        raise InputRejected(f"{name} holds no words of a song.")
    return lyric


def _text(raw: bytes) -> str:
    if raw.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return raw.decode("utf-16", "replace")
    try:
        return raw.decode("utf-8-sig")
    except UnicodeDecodeError:
        return raw.decode(legacy(raw), "replace")
