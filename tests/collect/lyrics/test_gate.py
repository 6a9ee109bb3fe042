"""The gate: what is kept out says why, and the hand-labelled cases are told apart as published."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from cratedig.collect.lyrics.clean import clean
from cratedig.collect.lyrics.gate import MOST_WORDS, REASONS
from cratedig.lab.lyric_gate import agreement, read_cases

EVALS = Path(__file__).parents[3] / "evals"


def test_the_published_agreement_is_what_the_gate_does_now() -> None:
    found = agreement(read_cases(EVALS / "lyric_gate.txt"))
    published = json.loads((EVALS / "results" / "lyric_gate.json").read_text(encoding="utf-8"))
    assert {"name": "lyric_gate", **found} == published
    assert found["cases"] >= 99


def test_a_book_is_too_long_and_a_machine_repeats() -> None:
    words = " ".join(f"word{chr(97 + n % 26)}{chr(97 + n // 26 % 26)}" for n in range(MOST_WORDS + 1))
    assert clean("\n".join(words[at : at + 60] for at in range(0, len(words), 60))).verdict.kind == "too long"
    assert clean("come home to me\n" * 300).verdict.kind == "repeated"


@pytest.mark.parametrize("text", ["Instrumental", "404 Not Found", "1. One\n2. Two\n3. Three\n4. Four"])
def test_what_is_kept_out_says_why(text: str) -> None:
    verdict = clean(text).verdict
    assert not verdict.is_lyric
    assert verdict.reason == REASONS[verdict.kind]
    assert verdict.votes[verdict.kind] >= 0.5
    assert all(0.0 <= vote <= 1.0 for vote in verdict.votes.values())
