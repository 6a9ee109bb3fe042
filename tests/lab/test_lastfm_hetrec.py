"""lastfm_hetrec: who is judged on what, that nothing judged is learned from, and two crowds told apart."""

from __future__ import annotations

import csv
import gzip
from pathlib import Path

import numpy as np
import pytest

from cratedig.errors import InputRejected
from cratedig.lab.lastfm_hetrec import evaluated, first
from cratedig.lab.plays import Plays, fifth, prepared, read_plays, split

CROWDS, LISTENERS, ARTISTS = 4, 60, 120


def crowds(share: float = 0.4) -> Plays:
    """Listeners of a crowd play artists of their crowd, each a part of them."""
    draw = np.random.default_rng(1)
    return {
        (str(listener), str(artist)): float(draw.integers(1, 500))
        for listener in range(LISTENERS)
        for artist in range(ARTISTS)
        if listener % CROWDS == artist % CROWDS and draw.random() < share
    }


def written(folder: Path, plays: Plays, *, tags: bool = False) -> Path:
    folder.mkdir()
    rows = [["userID", "artistID", "weight"], *([*pair, weight] for pair, weight in plays.items())]
    with gzip.open(folder / "pairs_of_any_name.csv.gz", "wt", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows(rows)
    if tags:
        carried = [[str(artist), f"crowd {artist % CROWDS}", 3] for artist in range(ARTISTS)]
        with (folder / "tags.csv").open("w", encoding="utf-8", newline="") as file:
            csv.writer(file).writerows([["artistID", "tagID", "n_users"], *carried])
    return folder


def test_listeners_get_artists_of_their_crowd(tmp_path: Path) -> None:
    found = evaluated(written(tmp_path / "shared", crowds(), tags=True), None)
    assert found.metrics["recall_at_20"] > 0.9
    assert found.baselines["item_knn_recall_at_20"] > found.baselines["popularity_recall_at_20"]
    assert found.metrics["listeners"] == len({listener for listener, _ in fifth(crowds())[1]})
    assert 0.0 < found.metrics["coverage_at_20"] <= 1.0


def test_a_held_back_folder_is_judged_by_what_the_shared_one_taught(tmp_path: Path) -> None:
    learned, held = fifth(crowds())
    shared = written(tmp_path / "shared", learned, tags=True)
    folder = written(tmp_path / "held_back", dict.fromkeys(held, 1.0))
    found = evaluated(folder, shared)
    assert found.n == len(held)
    assert found.metrics["recall_at_20"] > 0.9


def test_the_shared_folder_is_judged_on_a_fifth_that_is_not_learned_from() -> None:
    plays = crowds()
    learned, judged = split(plays, plays)
    assert learned.keys().isdisjoint(judged)
    assert {*learned, *judged} == plays.keys()
    assert 0.1 < len(judged) / len(plays) < 0.3


def test_a_fifth_depends_on_the_pairs_alone_and_another_name_gives_another() -> None:
    plays = crowds()
    backwards = dict(reversed(plays.items()))
    assert set(fifth(plays)[1]) == set(fifth(backwards)[1])
    assert set(fifth(plays)[1]) != set(fifth(plays, "inner")[1])


def test_pairs_of_the_shared_folder_are_never_judged_on_another() -> None:
    plays = crowds()
    learned, held = fifth(plays)
    some = dict(list(learned.items())[:5])
    assert split({**dict.fromkeys(held, 1.0), **some}, learned) == (learned, held)


def test_nobody_is_shown_what_was_learned_from() -> None:
    learned, held = fifth(crowds())
    judging = prepared(learned, held, [])
    shown = first(np.ones(judging.learned.shape), judging.learned)
    assert np.take_along_axis(judging.learned.toarray(), shown, axis=1).sum() == 0.0


@pytest.mark.parametrize("weight", [-1.0, float("nan"), float("inf")])
def test_counts_that_cannot_be_are_refused(tmp_path: Path, weight: float) -> None:
    with pytest.raises(InputRejected, match="below 0 or not finite"):
        read_plays(written(tmp_path / "odd", {("1", "2"): weight}))


def test_a_pair_never_played_is_no_pair(tmp_path: Path) -> None:
    assert read_plays(written(tmp_path / "some", {("1", "2"): 0.0, ("1", "3"): 2.0})) == {("1", "3"): 2.0}


def test_what_is_no_number_is_refused(tmp_path: Path) -> None:
    folder = written(tmp_path / "odd", {})
    (folder / "more.csv").write_text("userID,artistID,weight\n1,2,many\n")
    with pytest.raises(InputRejected, match="is not a number"):
        read_plays(folder)
