"""What finding reads, for a whole process: one snapshot, as new as the catalogue whenever somebody asks for it."""

from __future__ import annotations

import asyncio
from collections import OrderedDict
from collections.abc import Iterable
from pathlib import Path

from cratedig.catalogue import Catalogue, Session, segments, state
from cratedig.catalogue.segments import SEGMENT, Lexemes
from cratedig.find.segment.keeping import Keeper
from cratedig.find.segment.snapshot import Snapshot
from cratedig.find.spaces.shelf import AskRebuild, Shelf
from cratedig.find.spaces.space import SPACES
from cratedig.music.text import fold

KEPT_WORDS = 50_000


class Store:
    """One to a process."""

    def __init__(self, catalogue: Catalogue, data_dir: Path, ask_rebuild: AskRebuild) -> None:
        self.catalogue = catalogue
        self._shelf = Shelf(data_dir, ask_rebuild)
        self._keeper = Keeper(data_dir, ask_rebuild)
        self._snapshot: Snapshot | None = None
        self._reading = asyncio.Lock()
        self._next: asyncio.Task[Snapshot] | None = None
        self._asking: set[asyncio.Task[Snapshot]] = set()
        self._lexemes: OrderedDict[str, Lexemes] = OrderedDict()

    async def snapshot(self, stamp: str | None = None) -> Snapshot:
        """The catalogue as it is now: with everything that was committed before this was asked.

        stamp: the catalogue's, where it was read just now: it is not read again.  All who ask while the catalogue is
        being asked for others are answered together, by the next question.
        """
        if stamp is not None and self._snapshot is not None and self._snapshot.stamp == stamp:
            return self._snapshot
        if self._next is None:
            self._next = asyncio.create_task(self._read())
            self._asking.add(self._next)
            self._next.add_done_callback(self._asking.discard)
        return await asyncio.shield(self._next)

    @property
    def is_opening(self) -> bool:
        """Somebody asked, and nobody was answered yet."""
        return self._snapshot is None and bool(self._asking)

    async def close(self) -> None:
        """Ends what is under way: call it before the catalogue is closed."""
        for asking in list(self._asking):
            asking.cancel()
        await asyncio.gather(*self._asking, return_exceptions=True)

    async def _read(self) -> Snapshot:
        async with self._reading:
            self._next = None  # who comes now may have changed something after this question
            async with self.catalogue.begin() as session:
                stamp = await state.stamp(session)
                if self._snapshot is None or stamp is None or stamp != self._snapshot.stamp:
                    self._snapshot = await self._refreshed(session, stamp)
                return self._snapshot

    async def _refreshed(self, session: Session, stamp: str | None) -> Snapshot:
        await self._shelf.refresh(session)
        await self._keeper.refresh(session)
        found = {space.name: self._shelf.index(space) for space in SPACES.values()}
        builds = self._shelf.builds()
        if self._keeper.build is not None:
            builds[SEGMENT] = self._keeper.build
        return Snapshot(
            parts=self._keeper.parts,
            common=await segments.common_directions(session),
            indices={name: index for name, index in found.items() if index is not None},
            stamp=stamp,
            builds=builds,
        )

    async def lexemes(self, texts: Iterable[str], *, as_said: bool = True) -> tuple[str, ...]:
        """The lexemes of some texts' words: their English stems and, `as_said`, the words as they stand.

        PostgreSQL's own dictionaries are asked once for each word, as they made the words that are searched.
        """
        words = list(dict.fromkeys(word for text in texts for word in fold(text).split()))
        new = [word for word in words if word not in self._lexemes]
        if new:
            self._lexemes |= await segments.lexemes(self.catalogue.lines, new)
        for word in words:
            self._lexemes.move_to_end(word)
        known = [self._lexemes[word] for word in words]
        found = [lexeme for one in known for lexeme in (one.stems + one.plain if as_said else one.stems)]
        while len(self._lexemes) > KEPT_WORDS:
            self._lexemes.popitem(last=False)
        return tuple(dict.fromkeys(found))
