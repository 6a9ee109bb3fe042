"""Notes become bars of hits, and nothing that sounded is lost or moved."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cratedig.box.box import Box
from cratedig.errors import InputRejected
from cratedig.music.drums.kit import DRUMS, ROLAND
from cratedig.music.drums.meter import PPQ, Meter
from cratedig.music.score import DRUM_CHANNEL, MeterChange, Note, Score, TempoChange
from cratedig.understand.drums.played import Played, played

NOTES = st.tuples(st.integers(0, 20_000), st.sampled_from([36, 38, 42, 22]), st.integers(1, 127))
METERS = st.tuples(st.integers(0, 10_000), st.integers(1, 12), st.sampled_from([2, 4, 8, 16]))


def score_of(
    notes: list[tuple[int, int, int]], *, meters: list[tuple[int, int, int]] | None = None, ppq: int = PPQ
) -> Score:
    struck = tuple(Note(start, 10, pitch, velocity, DRUM_CHANNEL, 0) for start, pitch, velocity in sorted(notes))
    changes = tuple(MeterChange(*meter) for meter in sorted({meter[0]: meter for meter in meters or []}.values()))
    return Score(1, ppq, 1, struck, (TempoChange(0, 500_000),), changes)


def sounded(found: Played) -> Counter[tuple[int, int]]:
    return Counter((tick, hit.drum.note) for tick, hit in found.groove().sounding())


@given(st.lists(NOTES, min_size=1, max_size=60), st.lists(METERS, max_size=3))
def test_what_sounded_sounds_when_it_did(notes: list[tuple[int, int, int]], meters: list[tuple[int, int, int]]) -> None:
    known = {(start, ROLAND.drum(pitch)) for start, pitch, _ in notes}
    found = played(score_of(notes, meters=meters), kit=ROLAND)
    on_lines = all((tick * 64) % (4 * PPQ) == 0 for tick, *_ in meters)
    if on_lines:
        assert sounded(found) == Counter((start, drum.note) for start, drum in known if drum)
    assert len(found) == len(known)


@given(st.lists(NOTES, min_size=1, max_size=40), st.sampled_from([96, 120, 192, 960]))
def test_bars_are_the_same_at_any_resolution(notes: list[tuple[int, int, int]], ppq: int) -> None:
    on_grid = [(start - start % 60, pitch, velocity) for start, pitch, velocity in notes]
    other = [(start * ppq // PPQ, pitch, velocity) for start, pitch, velocity in on_grid]
    assert (
        played(score_of(on_grid), kit=ROLAND).groove().bars
        == played(score_of(other, ppq=ppq), kit=ROLAND).groove().bars
    )


def test_a_stroke_before_the_beat_belongs_to_it() -> None:
    found = played(score_of([(0, 36, 90), (4 * PPQ - 12, 36, 90)]))
    assert [(len(bar.hits), bar.hits[0].push) for bar in found.groove().bars] == [(1, 0), (1, -12)]


def test_triplets_are_triplets_and_sixteenths_sixteenths() -> None:
    early = [(0, 42, 80), (163, 42, 80), (317, 42, 80), (482, 42, 80), (598, 42, 80), (723, 42, 80), (841, 42, 80)]
    assert played(score_of(early)).place.tolist() == [0, 160, 320, 480, 600, 720, 840]


def test_the_soft_stroke_of_a_flam_keeps_its_tick() -> None:
    found = played(score_of([(PPQ - 25, 38, 40), (PPQ, 38, 110)]))
    assert list(zip(found.place.tolist(), found.velocity.tolist(), strict=True)) == [(PPQ - 25, 40), (PPQ, 110)]


def test_bars_follow_the_meters() -> None:
    found = played(score_of([(0, 36, 90), (9 * PPQ, 36, 90)], meters=[(0, 3, 4), (3 * PPQ, 7, 8)]))
    assert found.meters == (Meter(3, 4), Meter(7, 8), Meter(7, 8))


@pytest.mark.parametrize(
    ("score", "said"),
    [
        (score_of([]), "Nothing is drummed"),
        (score_of([(0, 1, 90)]), "Nothing is drummed"),
        (score_of([(5000 * 4 * PPQ, 36, 90)]), "over 4,096 bars"),
        (score_of([(0, 36, 90)], meters=[(0, 200, 4)]), "meter 200/4"),
    ],
)
def test_what_is_no_groove_is_told_why(score: Score, said: str) -> None:
    with pytest.raises(InputRejected, match=said):
        played(score)


async def test_real_drummers_lose_no_hit(shared: Path) -> None:
    files = sorted((shared / "groove_midi" / "midi").rglob("*.mid"))[::97]
    async with Box.open() as box:
        for path in files:
            score = await box.decode_midi(path)
            known = {(n.start * PPQ // score.ticks_per_quarter, ROLAND.drum(n.pitch)) for n in score.drums}
            found = played(score, kit=ROLAND)
            assert sounded(found) == Counter((start, drum.note) for start, drum in known if drum), path.name
            assert set(found.note.tolist()) <= set(DRUMS)
