"""Everything of finding that is built into a file: the index of each space of vectors, and the segment."""

from __future__ import annotations

from pathlib import Path
from typing import get_args

import anyio

from cratedig.catalogue import Catalogue
from cratedig.catalogue.index_builds import Build, Name
from cratedig.catalogue.segments import SEGMENT
from cratedig.find.segment import build as segment
from cratedig.find.spaces import build as spaces
from cratedig.find.spaces.build import Progress
from cratedig.find.spaces.space import SPACES

NAMES: tuple[Name, ...] = get_args(Name)


async def build(
    catalogue: Catalogue,
    name: Name,
    *,
    data_dir: Path,
    progress: Progress | None = None,
    turn: anyio.CapacityLimiter | None = None,
) -> Build:
    """Builds what is called so and switches to it. Raises as the two kinds of builds do."""
    if name == SEGMENT:
        return await segment.build(catalogue, data_dir=data_dir, progress=progress, turn=turn)
    return await spaces.build(catalogue, SPACES[name], data_dir=data_dir, progress=progress, turn=turn)
