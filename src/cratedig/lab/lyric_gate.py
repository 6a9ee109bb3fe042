"""How far the gate of lyrics agrees with hand-labelled cases (evals/lyric_gate.txt)."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any, NamedTuple

from cratedig.collect.lyrics.clean import clean
from cratedig.collect.lyrics.gate import LYRIC


class Case(NamedTuple):
    """label: "lyric", or the kind of text it is instead."""

    label: str
    text: str


def read_cases(path: Path) -> list[Case]:
    """The cases of a file: a line `=== label`, then the text up to the next."""
    cases = []
    for piece in path.read_text(encoding="utf-8").split("=== ")[1:]:
        label, _, text = piece.partition("\n")
        cases.append(Case(label.strip(), text.removesuffix("\n")))
    return cases


def agreement(cases: Sequence[Case]) -> dict[str, Any]:
    """Shares of the cases: lyrics let through, others kept out, others named as what they are; and what went wrong."""
    verdicts = [(case, clean(case.text).verdict.kind) for case in cases]
    lyrics = [kind for case, kind in verdicts if case.label == LYRIC]
    others = [(case.label, kind) for case, kind in verdicts if case.label != LYRIC]
    wrong = [(case, kind) for case, kind in verdicts if (case.label == LYRIC) != (kind == LYRIC)]
    return {
        "cases": len(cases),
        "lyrics": len(lyrics),
        "accuracy": round(1 - len(wrong) / len(cases), 4),
        "lyrics_let_through": round(sum(kind == LYRIC for kind in lyrics) / len(lyrics), 4),
        "others_kept_out": round(sum(kind != LYRIC for _, kind in others) / len(others), 4),
        "others_named_right": round(sum(label == kind for label, kind in others) / len(others), 4),
        "wrong": [{"label": case.label, "verdict": kind, "begins": case.text[:40]} for case, kind in wrong],
    }
