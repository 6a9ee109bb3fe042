"""Retrieval on a small crate: which channel brings what, and what no candidate may be."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from cratedig.catalogue import Catalogue, Session
from cratedig.find.builds import NAMES, build
from cratedig.find.candidates import Candidates
from cratedig.find.channels import Conditions
from cratedig.find.known import known
from cratedig.find.retrieval import Wanted, from_database, gather, retrieve
from cratedig.find.segment.snapshot import Snapshot
from cratedig.find.store import Store
from cratedig.models.embedder import TextEmbedder
from cratedig.music.mood import Mood
from tests.find.conftest import TRACKS, crate


async def never(_session: Session, space: str) -> None:
    raise AssertionError(f"{space} wanted a rebuild")


class Asker:
    """Words in, candidates out."""

    def __init__(self, store: Store, snapshot: Snapshot, embedder: TextEmbedder) -> None:
        self.store, self.snapshot, self.embedder = store, snapshot, embedder

    async def wanted(self, words: str, *, unwanted: str = "", **wish: Any) -> Wanted:
        found = known(
            self.snapshot,
            wanted=await self.store.lexemes([words]),
            unwanted=await self.store.lexemes([unwanted], as_said=False),
            names=wish.get("names", ()),
        )
        return Wanted(known=found, vector=self.embedder.embed([words])[0], **wish)

    async def __call__(self, words: str = "", **wish: Any) -> Candidates:
        return retrieve(self.snapshot, await self.wanted(words, **wish))


@pytest.fixture(params=["in memory", "built"])
async def ask(
    request: pytest.FixtureRequest,
    catalogue: Catalogue,
    tmp_path: Path,
    studied: dict[str, int],
    embedder: TextEmbedder,
) -> Asker:
    """Over the catalogue itself, and over its files: no difference."""
    if request.param == "built":
        for name in NAMES:
            await build(catalogue, name, data_dir=tmp_path)
    store = Store(catalogue, tmp_path, never)
    snapshot = await store.snapshot()
    assert bool(snapshot.indices) == (request.param == "built")
    return Asker(store, snapshot, embedder)


async def test_every_studied_track_of_a_small_crate_is_a_candidate(ask: Asker, studied: dict[str, int]) -> None:
    found = await ask("rain", conditions=Conditions(dead_links=True))
    assert sorted(found.ids.tolist()) == sorted(studied.values())
    assert found.channels["text"].all()


async def test_words_find_the_track_that_says_them(ask: Asker, studied: dict[str, int]) -> None:
    found = await ask("the empty street")
    at = found.ids.tolist().index(studied["Without You the Rain"])
    assert found.words.argmax() == at
    assert found.channels["words"][at]
    assert (found.words[~found.channels["words"]] == 0).all()


@pytest.mark.parametrize(
    ("conditions", "titles"),
    [
        (Conditions(min_year=1995, max_year=1996, dead_links=True), {"Neon Stampede", "Gone Link"}),
        (Conditions(max_year=1996), {"Concrete Sun", "Neon Stampede"}),
        (Conditions(genres=("genre folk",)), {"Without You the Rain", "Last Letter"}),
        (Conditions(genres=("genre polka",)), set()),
        (
            Conditions(without_artists=("artist mara voss", "artist the lantern club", "artist ilse brandt")),
            {"Drum Circle at Dawn", "Only a Title"},
        ),
    ],
)
async def test_every_candidate_meets_the_conditions(
    ask: Asker, studied: dict[str, int], conditions: Conditions, titles: set[str]
) -> None:
    found = await ask("rain", conditions=conditions, mood=Mood(0.1, 0.2), likely=(("decade 1990",),))
    assert set(found.ids.tolist()) == {studied[title] for title in titles}


async def test_tracks_can_be_left_out(ask: Asker, studied: dict[str, int]) -> None:
    gone = (studied["Last Letter"], studied["Only a Title"], 10**9)
    found = await ask("letter", conditions=Conditions(without_tracks=gone, dead_links=True))
    assert set(found.ids.tolist()) == set(studied.values()) - set(gone)
    many = tuple(range(10**6, 10**6 + 500))
    found = await ask("letter", conditions=Conditions(without_tracks=(*gone, *many), dead_links=True))
    assert set(found.ids.tolist()) == set(studied.values()) - set(gone)


async def test_names_and_unwanted_words_are_marked(ask: Asker, studied: dict[str, int]) -> None:
    found = await ask("mara voss house", unwanted="rain", names=("artist mara voss", "genre house"))
    named = dict(zip(found.ids.tolist(), found.named.tolist(), strict=True))
    assert (named[studied["Concrete Sun"]], named[studied["Paper Boats"]]) == (1.0, 0.0)
    unwanted = found.ids[found.unwanted > 0].tolist()
    assert unwanted == [studied["Without You the Rain"]]
    assert set(found.ids[found.channels["names"]].tolist()) == {studied["Concrete Sun"], studied["Neon Stampede"]}


async def test_gathering_gives_the_same_numbers_as_retrieving(ask: Asker, studied: dict[str, int]) -> None:
    wanted = await ask.wanted("rain", mood=Mood(-0.5, -0.2), conditions=Conditions(dead_links=True))
    found = retrieve(ask.snapshot, wanted)
    same = gather(ask.snapshot, replace(wanted, conditions=Conditions()), [*found.ids.tolist(), 10**9])
    order = np.argsort(found.ids)
    assert same.ids.tolist() == found.ids[order].tolist()
    np.testing.assert_allclose(same.words, found.words[order], rtol=1e-6)
    np.testing.assert_allclose(same.meaning, found.meaning[order], atol=1e-6)
    np.testing.assert_array_equal(same.text, found.text[order])


async def test_a_mood_brings_its_neighbours_nearest_first(ask: Asker, studied: dict[str, int]) -> None:
    found = await ask("", mood=Mood(-0.5, -0.4))
    assert found.channels["mood"].sum() == (~np.isnan(found.valence)).sum()


async def test_the_database_is_asked_only_where_an_index_is_missing_and_the_space_is_large(
    ask: Asker, catalogue: Catalogue
) -> None:
    assert await from_database(catalogue, ask.snapshot, await ask.wanted("rain")) == {}


async def test_unstudied_tracks_are_found_by_their_plain_words(
    catalogue: Catalogue, tmp_path: Path, embedder: TextEmbedder
) -> None:
    ids = await crate(catalogue, TRACKS)
    store = Store(catalogue, tmp_path, never)
    ask = Asker(store, await store.snapshot(), embedder)
    found = await ask("paper boat ambient")
    best = found.take(np.argsort(-found.words)[:3])
    assert best.ids[0] == ids["Paper Boats"]
    assert (best.words > 0).all()
    assert len(found) == len(ids) - 1  # the dead link
    assert np.isnan(found.meaning).all()
