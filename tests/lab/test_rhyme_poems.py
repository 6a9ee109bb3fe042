"""Rhymes of poems, measured."""

from __future__ import annotations

import gzip
from pathlib import Path

import pytest

from cratedig.errors import InputRejected
from cratedig.lab.rhyme_data import read_poems, read_titles
from cratedig.lab.rhyme_judged import Tally, stanza_schemes
from cratedig.lab.rhyme_poems import last_letters, tfidf
from cratedig.models.rhyme import shipped
from cratedig.understand.lyrics.rhyme.ends import shipped_coder
from cratedig.understand.lyrics.rhyme.naming import partition

RAW = """AUTHOR Nobody

TITLE The Lamp and the Road

RHYME a b a b

I set the lamp upon the stone,
 And waited for the day,
The road was white, I sat alone,
 The moths had gone away.
"""
GOLD = "POEM0 stone day alone away\n1 2 1 2\n1 2 1 2\n"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    for name in ("raw", "gold"):
        (tmp_path / name).mkdir()
    (tmp_path / "raw" / "nobody.txt.gz").write_bytes(gzip.compress(RAW.encode()))
    (tmp_path / "gold" / "nobody.pgold").write_text(GOLD)
    return tmp_path


def test_poems_are_read_with_their_lines_and_rhymes(folder: Path) -> None:
    (poem,) = read_poems(folder)
    assert poem.stanzas[0].groups == (1, 2, 1, 2)
    assert poem.stanzas[0].lines[3].strip() == "The moths had gone away."
    (titled,) = read_titles(folder)
    assert titled.title == "The Lamp and the Road"


def test_a_folder_without_poems_is_refused(tmp_path: Path) -> None:
    with pytest.raises(InputRejected):
        read_poems(tmp_path)


def test_a_scheme_is_found_from_the_lines_alone(folder: Path) -> None:
    (poem,) = read_poems(folder)
    tally = Tally()
    tally.add(poem.stanzas[0].groups, partition(stanza_schemes(shipped(), shipped_coder(), poem)[0]))
    assert tally.figures() == {"pair_precision": 1.0, "pair_recall": 1.0, "pair_f1": 1.0, "exact_scheme": 1.0}


def test_the_rule_of_two_letters_goes_by_spelling() -> None:
    assert last_letters(["a stone", "alone!", "..."])[:2] == ["ne", "ne"]


def test_tf_idf_finds_the_text_with_the_rare_word() -> None:
    scores = tfidf(["the cat sat", "the dog sat", "the cow sat"])("the dog")
    assert scores.argmax() == 1
