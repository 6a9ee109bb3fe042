"""Leaving a thing out changes what rests on it, and nothing else."""

from __future__ import annotations

import pytest

from cratedig.catalogue import Catalogue
from cratedig.lab.ablation import DEAF, FIGURES, HEARD, SOUNDLESS, UNCAPPED, VARIATIONS, ablated
from cratedig.lab.evaluation import Lab
from cratedig.lab.mood_questions import questions
from cratedig.models.embedder import TextEmbedder
from crates import songs


async def test_every_part_is_left_out_once_and_judged_beside_the_whole(
    catalogue: Catalogue, embedder: TextEmbedder
) -> None:
    crate = songs(180)
    found = await ablated(crate, questions(crate)[::30], Lab(embedder=embedder, scratch=catalogue.scratch))
    for figure in FIGURES:
        assert figure in found.metrics
        assert {f"{name}_{figure}" for name in (*VARIATIONS, UNCAPPED, DEAF, HEARD, SOUNDLESS)} <= found.metrics.keys()
    for name in VARIATIONS:
        change = found.metrics[f"{name}_ndcg_at_20"] - found.metrics["ndcg_at_20"]
        assert found.metrics[f"{name}_ndcg_at_20_change"] == pytest.approx(change, abs=2e-4)
    assert found.metrics["no_sound_nor_mood_ndcg_at_20"] < found.metrics["ndcg_at_20"]
    assert found.metrics["no_years_ndcg_at_20"] <= found.metrics["ndcg_at_20"]
