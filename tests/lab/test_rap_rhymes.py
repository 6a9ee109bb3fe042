"""The rap evaluation: whoever hears what is marked is perfect, whoever hears nothing finds nothing."""

from __future__ import annotations

from contextlib import AbstractAsyncContextManager
from pathlib import Path
from typing import cast

import pytest

from cratedig.catalogue import Catalogue
from cratedig.errors import InputRejected
from cratedig.lab.evaluation import Lab
from cratedig.lab.rap_rhymes import Heard, evaluate, figures
from cratedig.lab.rap_verses import ends, read_verses
from cratedig.models.embedder import TextEmbedder

GOLD = Path(__file__).parents[2] / "evals" / "rap_rhymes"
VERSES = read_verses(GOLD / "dev.txt")
MARKED = {verse.lines: Heard(verse.groups, ends(verse.lines, verse.groups)) for verse in VERSES}


def no_catalogue() -> AbstractAsyncContextManager[Catalogue]:
    raise AssertionError("this evaluation wants no catalogue")


LAB = Lab(embedder=cast(TextEmbedder, None), scratch=no_catalogue)


def test_hearing_what_is_marked_is_perfect_in_every_figure() -> None:
    found = figures(VERSES, lambda lines: MARKED[tuple(lines)])
    assert found.pop("verses") == len(VERSES)
    assert set(found.values()) == {1.0}


def test_hearing_nothing_finds_nothing() -> None:
    found = figures(VERSES, lambda lines: Heard((), (None,) * len(lines)))
    assert (found["pair_recall"], found["recall_mosaic"], found["scheme_f1"]) == (0.0, 0.0, 0.0)


async def test_figures_of_each_file_stand_apart_beside_the_rules(tmp_path: Path) -> None:
    text = (GOLD / "dev.txt").read_text(encoding="utf-8").split("\n\n")
    (tmp_path / "one.txt").write_text("\n\n".join(text[:2]), encoding="utf-8")
    (tmp_path / "other.txt").write_text(text[2], encoding="utf-8")
    found = await evaluate(tmp_path, LAB)
    assert found.n == 3
    assert (found.metrics["one_verses"], found.metrics["other_verses"]) == (2, 1)
    assert {"one_letters_pair_f1", "other_dictionary_pair_f1"} <= set(found.baselines)
    assert set(found.intervals) <= set(found.metrics)


async def test_a_folder_without_verses_is_refused(tmp_path: Path) -> None:
    with pytest.raises(InputRejected, match="no verses"):
        await evaluate(tmp_path, LAB)
