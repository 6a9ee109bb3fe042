"""The groove_midi evaluation: what a head learned from is judged without it, copies are counted, swing is measured."""

from __future__ import annotations

import csv
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from cratedig.create.drums.midi import written
from cratedig.errors import InputRejected
from cratedig.lab.goemotions_data import id_digests
from cratedig.lab.groove_excerpts import COPIES, FEWEST_BARS, excerpts
from cratedig.lab.groove_files import FIVE, Piece, read_pieces
from cratedig.lab.groove_folds import FOLDS, Told, random_folds, session_folds
from cratedig.lab.groove_lessons import Course, Lessons, Windows
from cratedig.lab.groove_midi import told
from cratedig.lab.groove_nearness import held_out
from cratedig.lab.groove_parts import BARS, Drummer, Part, copied, heard, swung
from cratedig.models.arrays import read_head
from cratedig.models.grooves import NAME
from cratedig.music.drums.feel import Feel
from cratedig.music.drums.groove import Bar, Groove
from cratedig.understand.drums.replayed import replayed
from tests.understand.drums.players import eighths, human, playing, sixteenths, tom_fill

STYLES = {"rock": 50.0, "shuffle": 66.0}


def piece(at: int, *, style: str = "rock", drummer: str = "drummer1", is_beat: bool = True) -> Piece:
    dice = np.random.default_rng(at)
    beat = human(dice, swing=STYLES[style], push=20.0 * FIVE.index(drummer), bars=12).played
    played = beat if is_beat else playing(tom_fill(0), tempo_bpm=100 + at)
    return Piece(f"{drummer}/s{at % 3}/{at}", drummer, f"{drummer}/s{at % 3}", style, is_beat, "4-4", played)


def some(many: int = 24) -> list[Piece]:
    """Two drummers, two styles, a fill in three."""
    return [
        piece(at, style=("rock", "shuffle")[at % 2], drummer=FIVE[at // 2 % 2], is_beat=at % 3 != 2)
        for at in range(many)
    ]


@pytest.fixture(scope="module")
def pieces() -> list[Piece]:
    return some()


def stored(folder: Path, pieces: Sequence[Piece]) -> None:
    (folder / "midi").mkdir()
    with (folder / "info.csv").open("w", newline="") as file:
        rows = csv.writer(file)
        rows.writerow(["drummer", "session", "id", "style", "bpm", "beat_type", "time_signature", "midi_filename"])
        for at, one in enumerate(pieces):
            kind = "beat" if one.is_beat else "fill"
            rows.writerow([one.drummer, one.session, one.name, f"{one.style}/any", 110, kind, "4-4", f"{at}.mid"])
            (folder / "midi" / f"{at}.mid").write_bytes(written(one.played.groove()))


async def test_pieces_are_read_as_the_index_lists_them_absent_files_left_out(
    tmp_path: Path, pieces: list[Piece]
) -> None:
    stored(tmp_path, pieces[:4])
    (tmp_path / "midi" / "2.mid").unlink()
    read = await read_pieces(tmp_path)
    assert [one.name for one in read] == [pieces[at].name for at in (0, 1, 3)]
    assert [(one.style, one.drummer, one.is_beat) for one in read] == [
        (one.style, one.drummer, one.is_beat) for one in (pieces[0], pieces[1], pieces[3])
    ]
    assert all(len(one.played) == len(pieces[at].played) for one, at in zip(read, (0, 1, 3), strict=True))


async def test_a_folder_whose_files_are_all_absent_is_refused(tmp_path: Path, pieces: list[Piece]) -> None:
    stored(tmp_path, pieces[:1])
    (tmp_path / "midi" / "0.mid").unlink()
    with pytest.raises(InputRejected, match="None of the files"):
        await read_pieces(tmp_path)


def test_folds_part_pieces_and_sessions(pieces: list[Piece]) -> None:
    names = np.array([one.name for one in pieces])
    folds = random_folds(names, seed=0)
    assert ((folds >= 0) & (folds < FOLDS)).all()
    assert np.array_equal(random_folds(names[::-1], seed=0), folds[::-1])
    sessions = np.array([one.session for one in pieces])
    assert len(np.unique(session_folds(sessions))) == len(np.unique(sessions))


def test_what_can_be_told_is_told_in_folds(pieces: list[Piece]) -> None:
    course = replace(Course.of(pieces), trees=10)
    found = Told.in_folds(course, np.arange(len(pieces)) // 4 % 2, seed=0)
    figures = found.figures(course.lessons)
    assert figures["style_accuracy"] > 0.9
    assert figures["drummer_accuracy"] > 0.9
    head = course.head(np.arange(len(pieces)), seed=0)
    assert Told.by(head, course.lessons, np.arange(4)).figures(Lessons.of(pieces[:4])).keys() == figures.keys()


def test_excerpts_are_of_their_piece_and_always_the_same(pieces: list[Piece]) -> None:
    played = [one.played for one in pieces[:3]]
    first = excerpts(played, seed=1, retouched=False)
    assert first.shape == (COPIES, 3, 523)
    assert np.array_equal(excerpts(played, seed=1, retouched=False), first)
    assert not np.array_equal(excerpts(played, seed=1, retouched=True), first)
    short = playing(eighths(50, bars=FEWEST_BARS - 1))
    assert len(np.unique(excerpts([short], seed=1, retouched=False)[:, 0], axis=0)) == 1


def test_pieces_the_head_never_saw_are_judged_by_it(pieces: list[Piece]) -> None:
    figures, commonest = told(pieces)
    assert figures["in_folds"] == 0
    assert not [name for name in figures if name.startswith("sessions_apart")]
    assert figures["beats"] == sum(one.is_beat for one in pieces) == figures["beats_of_known_drummers"]
    assert 0 <= figures["style_accuracy"] <= 1
    assert commonest["commonest_style_accuracy"] == pytest.approx(0.5, abs=0.1)


def test_drummers_the_head_cannot_know_count_as_wrong_and_are_counted(pieces: list[Piece]) -> None:
    strangers = [replace(one, drummer="drummer9", name=f"x{at}") for at, one in enumerate(pieces)]
    figures, _ = told(strangers)
    assert figures["drummer_accuracy"] == figures["beats_of_known_drummers"] == 0


def test_a_piece_the_head_learned_from_is_judged_by_a_head_that_did_not(pieces: list[Piece]) -> None:
    kept = read_head(NAME)
    names = [f"drummer1/session1/{at}" for at in range(1, 400)]
    known = [name for name in names if id_digests([name])[0] in kept["pieces"]]
    at = int(np.flatnonzero(kept["pieces"] == id_digests([known[0]])[0])[0])
    as_said = replace(
        pieces[0], name=known[0], style=str(kept["folds_styles"][at]), drummer=str(kept["folds_drummers"][at]),
        is_beat=bool(kept["folds_are_beats"][at]),
    )  # fmt: skip
    figures, _ = told([replace(as_said, is_beat=True)])
    assert figures["in_folds"] == 1
    assert (figures["style_accuracy"], figures["drummer_accuracy"]) == (1, 1)
    assert {"sessions_apart_style_accuracy", "sessions_apart_drummer_accuracy"} <= set(figures)


def part_of(groove: Groove) -> Part:
    return Part("drummer1", groove, replayed(groove))


def test_a_copied_bar_is_found_and_a_softer_one_shares_onsets(pieces: list[Piece]) -> None:
    groove = pieces[0].played.groove()
    whole = part_of(Groove(groove.bars[:BARS], groove.tempo_bpm))
    assert copied([whole], pieces) == {"copied_bars": BARS, "same_onsets": BARS}
    softer = [Bar(bar.meter, tuple(replace(hit, velocity=20) for hit in bar.hits)) for bar in groove.bars[:BARS]]
    assert copied([part_of(Groove(tuple(softer), 100))], pieces) == {"copied_bars": 0, "same_onsets": BARS}
    assert copied([part_of(playing(sixteenths(50, bars=4)).groove())], pieces) == {"copied_bars": 0, "same_onsets": 0}


def test_an_ear_is_judged_by_whom_parts_were_made_after() -> None:
    known = [piece(at, drummer=name) for name in FIVE for at in range(2)]
    windows = Windows.of(known)
    ear = windows.ear(np.arange(len(windows.hands)), seed=0)
    made = [replace(part_of(one.played.groove()), drummer=one.drummer) for one in known]
    figures = heard(made, ear)
    assert set(figures) == {"generated_drummer_accuracy", *(f"generated_{name}_accuracy" for name in FIVE)}
    assert figures["generated_drummer_accuracy"] > 0.5


def test_swing_asked_for_is_measured_in_the_files() -> None:
    drummer = Drummer.of("drummer1", [piece(at) for at in range(4)])
    figures = swung({"drummer1": drummer}, percents=(50, 62, 75))
    assert figures["swing_alone_error_ticks"] < 1
    tight = Drummer(replace(drummer.profile, feel=Feel()), drummer.vocabulary)
    assert swung({"drummer1": tight}, percents=(50, 62, 75))["swing_error_ticks"] < 1


def test_nearness_is_judged_on_unheard_halves() -> None:
    known = [piece(at, drummer=name) for name in FIVE[:2] for at in range(8)]
    figures = held_out(known)
    assert figures["real_nearer_own"] > 0.5
    assert figures["parts_near_own"] >= figures["parts_near_others"]
    assert held_out(known[:8]) == {}
