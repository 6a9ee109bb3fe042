"""What the door of drumming works with: who may be played like, who plays, who listens, where files go."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Final, TypeVar

from cratedig.catalogue import Catalogue
from cratedig.create.drums.blend import blend
from cratedig.create.drums.request import Ear
from cratedig.create.drums.starters import starter, starters
from cratedig.create.drums.template import Template
from cratedig.music.drums.style import StyleProfile

if TYPE_CHECKING:
    from cratedig.models.chat.chain import Chain

MOST_KEPT: Final = 16

K = TypeVar("K")
V = TypeVar("V")


async def no_chain() -> Chain | None:
    """For whoever has no chat model."""
    return None


def now() -> datetime:
    return datetime.now(UTC)


@dataclass(frozen=True)
class Studio:
    """output: where files go unless another folder is named. chain: opens the chain of chat models, None where there is
    none. ear: who judges how near a part is to its profile. now: the time that files are named by.

    Profiles are kept as values, so that what a drummer has learned of one is not learned again.
    """

    catalogue: Catalogue
    output: Path
    chain: Callable[[], Awaitable[Chain | None]] = no_chain
    ear: Ear | None = None
    template: Template = field(default_factory=Template)
    starter: Callable[[str], StyleProfile | None] = starter
    starters: Callable[[], tuple[str, ...]] = starters
    now: Callable[[], datetime] = now
    _read: OrderedDict[str, tuple[datetime, StyleProfile]] = field(default_factory=OrderedDict)
    _blended: OrderedDict[tuple[int, int, float], tuple[StyleProfile, StyleProfile, StyleProfile]] = field(
        default_factory=OrderedDict
    )

    async def providers(self) -> list[str]:
        """The chat providers that are configured, in the order in which they are asked."""
        chain = await self.chain()
        return [provider.name for provider in chain.providers] if chain else []

    def kept(self, artist: str, updated_at: datetime) -> StyleProfile | None:
        """The profile as it was read before, if it has not changed since."""
        found = self._read.get(artist)
        return found[1] if found and found[0] == updated_at else None

    def keep(self, artist: str, updated_at: datetime, profile: StyleProfile) -> StyleProfile:
        _put(self._read, artist, (updated_at, profile))
        return profile

    def blended(self, one: StyleProfile, other: StyleProfile, share: float) -> StyleProfile:
        """`one` with so much of the other; the same value each time it is asked for."""
        key = (id(one), id(other), share)
        if key not in self._blended:
            _put(self._blended, key, (one, other, blend(one, other, share)))
        return self._blended[key][2]


def _put(kept: OrderedDict[K, V], key: K, value: V) -> None:
    kept[key] = value
    kept.move_to_end(key)
    if len(kept) > MOST_KEPT:
        kept.popitem(last=False)
