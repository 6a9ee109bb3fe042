"""What a source says about a lost recording, and how far that is believed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from cratedig.catalogue.recoveries import Lost
from cratedig.music.recording import Recording, distance
from cratedig.music.text import fold
from cratedig.net import Net

SEARCH, PLATFORM = "search", "platform"
BY_ID = 0.98
"""The platform's own id names the recording, whatever it is called now."""
BY_NAME_AND_LENGTH = 0.9
BY_NAME = 0.75
"""Covers and edits have the same names; a length within three seconds tells most of them apart."""


@dataclass(frozen=True, slots=True)
class Found:
    """An address that a source names. has_same_id: the source knows it under the lost track's own id."""

    url: str
    strategy: str
    title: str
    artist: str
    duration_s: float | None = None
    has_same_id: bool = False


class Source(Protocol):
    """Where lost recordings are sought: by an official interface, never by reading pages."""

    @property
    def name(self) -> str:
        """As `collect.link_sources` names it."""
        ...

    @property
    def strategy(self) -> str:
        """search or platform."""
        ...

    async def find(self, net: Net, lost: Lost) -> list[Found]:
        """Addresses that may be the lost recording's. Raises Refused or Unavailable where it cannot be asked."""
        ...


def best_first(lost: Lost, found: Sequence[Found]) -> list[tuple[float, Found]]:
    """Those that are the lost recording, with confidence, the surest first; the others are left out."""
    rated = [(confidence(lost, one), one) for one in found if one.url != lost.url]
    return sorted(((sure, one) for sure, one in rated if sure > 0), key=lambda pair: -pair[0])


def confidence(lost: Lost, found: Found) -> float:
    """How likely both are one recording; 0 where artist, title, version or length speak against it."""
    if found.has_same_id:
        return BY_ID if _share_a_name(lost, found) else 0.0
    if not (lost.artist and lost.title and found.artist and found.title):
        return 0.0
    here = Recording(lost.artist, lost.title, lost.duration_s)
    apart = distance(here, Recording(found.artist, found.title, found.duration_s))
    if not apart.is_same:
        return 0.0
    are_lengths_known = lost.duration_s is not None and found.duration_s is not None
    return round((BY_NAME_AND_LENGTH if are_lengths_known else BY_NAME) * (1 - apart.value), 3)


def _share_a_name(lost: Lost, found: Found) -> bool:
    """A renamed song has its artist still; a dump that numbers its rows itself has neither of the track's names."""
    names = ((lost.artist, found.artist), (lost.title, found.title))
    return any(here and there and fold(here) == fold(there) for here, there in names)


def quoted(text: str) -> str:
    """A phrase for a Lucene query: quotes and backslashes in it are words' ends.

    >>> quoted('Say "so" \\\\ now')
    '"Say  so    now"'
    """
    return '"' + text.replace("\\", " ").replace('"', " ") + '"'
