"""`lab evaluate odd_midi`: drum hits of odd and broken files (lab/midi_files.py)."""

from __future__ import annotations

from pathlib import Path

from cratedig.lab.evaluation import Evaluation, Lab
from cratedig.lab.midi_files import judged


async def evaluate(data: Path, lab: Lab) -> Evaluation:
    """Raises InputRejected where there is no index, or a file that it names is absent."""
    return await judged(data, name="odd_midi")
