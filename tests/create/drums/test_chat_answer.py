"""What a model may write as a drum part."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cratedig.create.drums.chat_answer import SaidPart, bars_said
from cratedig.music.drums.kit import CLOSED_HAT, OPEN_HAT, SNARE
from cratedig.music.drums.meter import PPQ, Meter
from cratedig.music.drums.notation import read_bar
from cratedig.music.drums.strokes import strokes
from create.drums.chatting import GROOVE, part

COMMON = Meter(4, 4)


def read(said: dict[str, Any], *, meter: Meter = COMMON, bars: int = 4, known: Any = ()) -> Any:
    return bars_said(SaidPart.model_validate(said), meter, bars, known)


def note(time: int, pitch: int = 38, velocity: int = 80) -> dict[str, int]:
    return {"pitch": pitch, "velocity": velocity, "time": time, "duration": 120}


def test_a_part_comes_as_it_was_written() -> None:
    bars, mended = read(part())
    assert len(bars) == 4
    assert not mended.counts
    assert (Fraction(1), SNARE, 92) in {(hit.place, hit.drum, hit.velocity) for hit in bars[2].hits}


def test_a_few_faults_are_mended_and_counted() -> None:
    said = part()
    said["notes"] += [
        note(247 + 1920),
        note(1200, pitch=22),
        note(4 * 1920 + 10),
        note(0, pitch=99),
        note(960, velocity=0),
    ]
    bars, mended = read(said)
    assert dict(mended.counts) == {
        "moved to the grid": 1, "left out beyond the end": 1, "left out that no drum plays": 2
    }  # fmt: skip
    assert any(hit.drum == CLOSED_HAT and hit.place == Fraction(5, 2) for hit in bars[0].hits), "Roland's 22 is a hat"


def test_no_more_is_struck_at_once_than_there_are_hands() -> None:
    said = part()
    said["notes"] += [note(1920, pitch=pitch, velocity=100) for pitch in (49, 46, 44)]
    bars, mended = read(said)
    first = [hit.drum for hit in bars[1].hits if hit.place == 0]
    assert sum(drum.note not in (35, 36, 44) for drum in first) <= 2
    assert not {OPEN_HAT, CLOSED_HAT} <= set(first)
    assert mended.counts["left out for want of hands"] == 2


@pytest.mark.parametrize(
    ("said", "why"),
    [
        (part(time_signature=[3, 4]), "asked was 4/4"),
        (part(bars=2), r"nothing is played in a bar .*bar 3, 4 of 4"),
        (part() | {"notes": [note(at * 7) for at in range(1, 200)]}, "had to be mended"),
        (part() | {"notes": [note(at * 480, pitch=42) for at in range(16)]}, "neither kick nor snare"),
        (part(bars=8), "beyond the end"),
    ],
)
def test_what_is_no_part_is_said_in_words_for_the_model(said: dict[str, Any], why: str) -> None:
    with pytest.raises(ValueError, match=why):
        read(said)


def test_a_bar_that_is_known_is_not_taken() -> None:
    known = read_bar(GROOVE)
    notes = [
        note(int((bar * 4 + hit.place) * PPQ), hit.drum.note, hit.velocity) for bar in range(4) for hit in known.hits
    ]
    with pytest.raises(ValueError, match="reference bar is repeated"):
        read(part() | {"notes": notes}, known={strokes(known)})


@given(
    st.lists(st.builds(note, st.integers(0, 9000), st.integers(0, 127), st.integers(0, 127)), min_size=1, max_size=60),
    st.sampled_from([Meter(4, 4), Meter(3, 4), Meter(7, 8)]),
)
def test_whatever_is_said_is_bars_or_a_refusal(notes: list[dict[str, int]], meter: Meter) -> None:
    try:
        bars, _ = read(part(meter=(meter.beats, meter.unit)) | {"notes": notes}, meter=meter)
    except ValueError:
        return
    assert [bar.meter for bar in bars] == [meter] * 4
    assert all(bar.hits for bar in bars)
