"""What an audio file says of itself before a sample is decoded: hostile, so every word of it is checked and cut."""

from __future__ import annotations

from dataclasses import dataclass

from cratedig.box.wire import Reply

NAMES = ("title", "artist", "album")
MOST_BYTES = 180
"""Of one name in a reply; all must fit into its text."""


@dataclass(frozen=True, slots=True)
class Heading:
    """length_s: as the header claims, None where it does not. title, artist, album: its tags, "" where absent."""

    container: str
    sample_rate_hz: int
    channels: int
    length_s: float | None = None
    title: str = ""
    artist: str = ""
    album: str = ""

    def __post_init__(self) -> None:
        if self.sample_rate_hz < 1 or self.channels < 1 or (self.length_s is not None and self.length_s < 0):
            raise ValueError(f"{self.sample_rate_hz} Hz, {self.channels} channels, {self.length_s} s")


def read_heading(reply: Reply) -> Heading:
    """Raises ValueError for what no file can be."""
    rate, channels, frames, is_told = reply.numbers[:4]
    container, *names = reply.text.split("\n")
    if len(names) != len(NAMES) or rate < 1:
        raise ValueError(f"{len(names)} names, {rate} Hz")
    length_s = frames / rate if is_told else None
    title, artist, album = (" ".join(name.split()) for name in names)
    return Heading(container, rate, channels, length_s, title, artist, album)


def written(container: str, names: dict[str, str]) -> str:
    """The text of a reply: the container, then a line for each of NAMES."""
    return "\n".join([container, *(_cut(names.get(name, "")) for name in NAMES)])


def _cut(name: str) -> str:
    """One line of at most MOST_BYTES bytes.

    >>> _cut("  two\\nlines "), len(_cut("ä" * 200).encode())
    ('two lines', 180)
    """
    return " ".join(name.split()).encode("utf-8", "replace")[:MOST_BYTES].decode("utf-8", "ignore")
