"""`lab evaluate lyric_search`: does search find a poem by its title, which stands nowhere in the catalogue?

The shared poems with a title of two words or more are the lyrics of a scratch catalogue, without titles and authors;
each is asked for by its title, through the product's own search. Baselines: the same without the parts of the lyrics,
which is search by what the first 2,000 characters of a text mean and by its words; and words alone.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Final

import anyio
import numpy as np
from numpy.typing import NDArray

from cratedig.catalogue import Catalogue, lyric_chunks
from cratedig.find.arrangement import ranked
from cratedig.find.finder import Finder
from cratedig.find.request import SearchRequest
from cratedig.find.scoring import search_score
from cratedig.find.search import search_candidates
from cratedig.find.spaces.shelf import leave_to_the_tick
from cratedig.find.store import Store
from cratedig.lab.crate import fill
from cratedig.lab.evaluation import Evaluation, Lab
from cratedig.lab.rhyme_data import read_titles
from cratedig.models.embedder import TextEmbedder
from cratedig.models.mood import MoodHead
from cratedig.music.text import fold
from cratedig.understand import lyric_chunks as passages
from cratedig.understand.study import study_text

DEPTH: Final = 10
TITLE_WORDS: Final = 2
_NOWHERE = Path("no index is built")  # of a scratch catalogue: all of it is read into memory

Ranks = list[int]
"""Of the poem that was asked for, from 1; DEPTH + 1 where it is not among the first DEPTH."""


async def evaluate(data: Path, lab: Lab) -> Evaluation:
    """Recall at 1 and at 10 of search; baselines: without the parts of lyrics, and words alone."""
    poems = [poem for poem in read_titles(data) if len(fold(poem.title).split()) >= TITLE_WORDS]
    async with lab.scratch() as catalogue:
        ids = await fill(catalogue, [{"lyrics": poem.text} for poem in poems], source="poems")
        await study_text(catalogue, lab.embedder)
        finder = Finder(Store(catalogue, _NOWHERE, leave_to_the_tick), lab.embedder, MoodHead.load())
        asked = [(poem.title, track) for poem, track in zip(poems, ids, strict=True)]
        vectors = await anyio.to_thread.run_sync(lab.embedder.embed, [title for title, _ in asked])
        whole, words = await _ranks(finder, asked, vectors)
        await _take_apart(catalogue, lab.embedder)
        by_parts, _ = await _ranks(finder, asked, vectors)
    ways = {"without_parts": whole, "words_only": words}
    return Evaluation(
        name="lyric_search",
        n=len(asked),
        metrics=_recalls(by_parts),
        baselines={f"{way}_{name}": value for way, ranks in ways.items() for name, value in _recalls(ranks).items()},
    )


async def _take_apart(catalogue: Catalogue, embedder: TextEmbedder) -> None:
    for part in await passages.parts(catalogue, embedder):
        read, chunks = await passages.read(catalogue, embedder, part)
        async with catalogue.begin() as session:
            await lyric_chunks.save(session, read, chunks)


async def _ranks(finder: Finder, asked: Sequence[tuple[str, int]], vectors: NDArray[np.float32]) -> tuple[Ranks, Ranks]:
    """By search, and by its words alone."""
    fused: Ranks = []
    words: Ranks = []
    for (title, track), vector in zip(asked, vectors, strict=True):
        found, _ = await search_candidates(finder, vector, SearchRequest(title, DEPTH))
        for ranks, scores in ((fused, search_score(title, found).scores), (words, found.words.astype(np.float64))):
            first = found.ids[ranked(found, scores)[:DEPTH]].tolist()
            ranks.append(first.index(track) + 1 if track in first else DEPTH + 1)
    return fused, words


def _recalls(ranks: Ranks) -> dict[str, float]:
    return {f"r_at_{k}": float(np.mean([rank <= k for rank in ranks])) for k in (1, DEPTH)}
