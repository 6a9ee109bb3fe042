"""Words for sound and tempos in numbers."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cratedig.find.understanding.sounds import (
    ATTRIBUTES,
    AVOIDED,
    MIDDLE,
    OCCASIONS,
    asked_sound,
    sound_of,
    stretched,
    tempo_asked,
)
from cratedig.music.features import RANGES

MEANT = sorted(word for word, sound in ATTRIBUTES.items() if sound)


def test_every_number_of_the_tables_is_possible() -> None:
    for table in (ATTRIBUTES, AVOIDED, OCCASIONS):
        for sound in table.values():
            assert all(RANGES[name][0] <= value <= RANGES[name][1] for name, value in sound.items())


@given(st.sampled_from(MEANT))
def test_more_intensity_leads_no_less_far_from_the_usual(word: str) -> None:
    weak, plain, strong = (asked_sound("", text.split(), ()) for text in (f"slightly {word}", word, f"very {word}"))
    for name in plain:
        away = [abs(one[name] - MIDDLE[name]) for one in (weak, plain, strong)]
        assert away == sorted(away)


@given(st.sampled_from(sorted(AVOIDED)))
def test_what_is_avoided_lies_nearer_the_usual_than_the_opposite_pole(word: str) -> None:
    for name, value in asked_sound("", (), (word,)).items():
        low, high = {"tempo": (40.0, 240.0), "loudness": (-30.0, 0.0)}.get(name, (0.0, 1.0))
        assert low <= value <= high
        if name in ATTRIBUTES[word]:
            assert abs(value - ATTRIBUTES[word][name]) > 0


@pytest.mark.parametrize(("text", "tempo"), [("techno at 132 bpm", 132.0), ("900 bpm", None), ("90s", None)])
def test_a_tempo_in_numbers_is_asked_for(text: str, tempo: float | None) -> None:
    assert tempo_asked(text) == tempo


def test_the_order_of_occasions_does_not_matter() -> None:
    assert sound_of(("study", "sleep")) == sound_of(("sleep", "study"))
    assert stretched({"energy": 0.9}, 1.0)["energy"] == pytest.approx(0.9)
