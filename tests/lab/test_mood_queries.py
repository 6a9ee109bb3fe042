"""Five hundred queries from a rule, judged by a rule; and the finder beats chance, fame, meaning and words on them."""

from __future__ import annotations

import csv
import gzip
from pathlib import Path

import numpy as np
import pytest

from cratedig.catalogue import Catalogue
from cratedig.lab.evaluation import Lab
from cratedig.lab.mood_queries import crate_of, measured
from cratedig.lab.mood_questions import FEWEST, QUOTAS, questions
from cratedig.lab.mood_rules import MOODS, OCTANTS, meets, thirds
from cratedig.lab.ranking import bucket
from cratedig.lab.spotify_data import read_songs
from cratedig.models.embedder import TextEmbedder
from crates import songs


def test_a_large_catalogue_gets_five_hundred_different_queries_always_the_same() -> None:
    crate = songs(6000)
    asked = questions(crate)
    assert len(asked) == sum(QUOTAS.values()) == 500
    assert len({one.question.text for one in asked}) == 500
    assert [one.question.text for one in asked] == [one.question.text for one in questions(crate)]


def test_every_query_can_be_answered_and_its_answers_meet_its_rule() -> None:
    crate = songs(1500)
    cut = thirds([song.features for song in crate])
    for one in questions(crate):
        assert len(one.relevant) >= FEWEST
        there = meets(one.question.rule, cut)
        for at in one.relevant:
            assert there[at]
            assert one.question.genre in ("", crate[at].genre)
            assert one.question.decade in (0, (crate[at].year or 0) // 10 * 10)


def test_a_small_catalogue_is_asked_only_what_it_can_answer() -> None:
    assert questions(songs(5)) == []
    assert 0 < len(questions(songs(60))) < 500


async def test_a_crate_that_can_answer_nothing_has_no_figures(catalogue: Catalogue, embedder: TextEmbedder) -> None:
    found = await measured(songs(5), [], Lab(embedder=embedder, scratch=catalogue.scratch))
    assert found.metrics["queries"] == 0
    assert "ndcg_at_20" not in found.metrics


def test_thirds_are_thirds_and_what_is_missing_is_in_none() -> None:
    cut = thirds([{"energy": value / 300} for value in range(300)] + [{}])
    assert np.bincount(cut["energy"][:-1]).tolist() == [100, 100, 100]
    assert cut["energy"][-1] == -1
    assert not meets(OCTANTS["arousal"], cut)[-1]


def test_every_mood_word_has_a_rule() -> None:
    assert MOODS.keys() == OCTANTS.keys()
    assert len({word for words in MOODS.values() for word in words}) == sum(map(len, MOODS.values()))


@pytest.fixture
def part(shared: Path, tmp_path: Path) -> Path:
    with gzip.open(shared / "spotify_songs" / "songs.csv.gz", "rt", encoding="utf-8", newline="") as file:
        reader = csv.DictReader(file)
        rows = [row for row in reader if bucket(row["track_artist"]) < 0.012]
    with (tmp_path / "other_songs.csv").open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, reader.fieldnames or [])
        writer.writeheader()
        writer.writerows(rows)
    return tmp_path


async def test_find_answers_moods_better_than_chance_fame_meaning_and_words(
    part: Path, catalogue: Catalogue, embedder: TextEmbedder
) -> None:
    crate = crate_of(read_songs(part))
    found = await measured(crate, questions(crate)[::25], Lab(embedder=embedder, scratch=catalogue.scratch))
    for other in ("random", "popularity", "sbert_only", "lexical"):
        assert found.metrics["ndcg_at_20"] > found.baselines[f"{other}_ndcg_at_20"]
    low, high = found.intervals["ndcg_at_20"]
    assert low < found.metrics["ndcg_at_20"] < high
