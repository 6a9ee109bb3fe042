"""The published space of listeners: written by the job `taste`, read when a taste needs it, absent where damaged."""

from __future__ import annotations

import io
from dataclasses import dataclass
from pathlib import Path

import anyio.to_thread
import numpy as np

from cratedig.catalogue import Session, published
from cratedig.errors import Damaged
from cratedig.find.taste.listeners import ListenersSpace
from cratedig.log import logger
from cratedig.publish import Published, publish, read_verified, sha256

FOLDER = "taste"


@dataclass(frozen=True, slots=True)
class Known:
    """version: of the file, "" where there is none.  space: None where there is none that can be trusted."""

    version: str = ""
    space: ListenersSpace | None = None


class Learned:
    """One to a process: the newest published space, read once."""

    def __init__(self, data_dir: Path) -> None:
        self._data_dir = data_dir
        self._known = Known()

    async def current(self, session: Session) -> Known:
        """What is to be used now. A file that is not the one that was published is refused unread, and none is used."""
        row = await published.newest(session, "taste")
        version = "" if row is None else row.sha256
        if row is not None and version != self._known.version:
            path = self._data_dir / row.path
            self._known = Known(version, await anyio.to_thread.run_sync(_read, path, row.sha256))
        return self._known if row is not None else Known()


def write(space: ListenersSpace, data_dir: Path) -> Published:
    """Publishes the space as a file named after its bytes. Raises NotPublished."""
    packed = io.BytesIO()
    np.savez(packed, allow_pickle=False, ids=space.ids, vectors=space.vectors)
    data = packed.getvalue()
    return publish(data_dir / FOLDER / f"listeners-{sha256(data)[:16]}.npz", data)


def _read(path: Path, digest: str) -> ListenersSpace | None:
    try:
        with np.load(io.BytesIO(read_verified(path, digest)), allow_pickle=False) as file:
            return ListenersSpace(file["ids"].astype(np.int64), file["vectors"].astype(np.float32))
    except Damaged as damaged:
        logger(__name__).warning("the space of listeners was refused", reason=str(damaged))
        return None
