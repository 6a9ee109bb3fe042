"""Numbers that stand for names: the same name has the same code in every process and every build, so that codes from
different files compare. Two names of a million share one of 63 bits with a probability of 1 in 10 million."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from cratedig.find.candidates import NOBODY
from cratedig.music.recording import read_title
from cratedig.music.text import fold

_SIGNED = (1 << 63) - 1


def code_of(text: str | bytes) -> int:
    """64 bits that stand for the text, 0 or more."""
    data = text.encode(errors="surrogatepass") if isinstance(text, str) else text
    return int.from_bytes(hashlib.blake2b(data, digest_size=8).digest(), "little")


@lru_cache(maxsize=20_000)
def looked_up(lexeme: str) -> int:
    """`code_of` a lexeme that queries look up: every query looks up the same dozens of tiers."""
    return code_of(lexeme)


def codes_of(texts: Sequence[str] | Sequence[bytes]) -> NDArray[np.uint64]:
    return np.array([code_of(one) for one in texts], dtype=np.uint64)


def artist_code(artist: str | None) -> int:
    """NOBODY without a name.

    >>> artist_code("Beyoncé") == artist_code("beyonce"), artist_code(" ")
    (True, -1)
    """
    folded = fold(artist or "")
    return code_of(folded) & _SIGNED if folded else NOBODY


def recording_code(artist: str | None, title: str | None, track_id: int) -> int:
    """Of artist, song and version. Where one of the two names is missing a track is a recording of its own.

    >>> one, two = recording_code("Queen", "Innuendo", 1), recording_code("QUEEN", "Innuendo - Remastered 2011", 2)
    >>> one == two, one == recording_code("Queen", "Innuendo (Live)", 3)
    (True, False)
    """
    if not artist or not title:
        return code_of(f"\x1e{track_id}") & _SIGNED
    read = read_title(title, artist=artist)
    return code_of(f"{fold(artist) or artist}\x1f{read.song}\x1f{read.version}") & _SIGNED


def album_code(artist: str | None, album: str | None) -> int:
    """NOBODY without an album; albums of the same name by two artists are two."""
    folded = fold(album or "")
    return code_of(f"{fold(artist or '')}\x1f{folded}") & _SIGNED if folded else NOBODY


def tie_code(title: str | None, artist: str | None) -> int:
    """Decides between equal scores by what a track is called, whatever its id."""
    return code_of(f"{title or ''}\x1f{artist or ''}")
