"""Does the gate tell lyrics from what is none? Cases written and labelled by hand against its verdicts; writes
evals/results/lyric_gate.json.

    python evals/lyric_gate.py
"""

from __future__ import annotations

import json
from pathlib import Path

from cratedig.lab.lyric_gate import agreement, read_cases

CASES = Path(__file__).parent / "lyric_gate.txt"
RESULT = Path(__file__).parent / "results" / "lyric_gate.json"


def main() -> None:
    found = {"name": "lyric_gate", **agreement(read_cases(CASES))}
    RESULT.write_text(json.dumps(found, indent=2, ensure_ascii=False) + "\n", encoding="utf-8")
    print(json.dumps(found, indent=2, ensure_ascii=False))


if __name__ == "__main__":
    main()
