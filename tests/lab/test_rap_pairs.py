"""Laws of the score: gold against itself is perfect, merging costs precision, dropping costs recall."""

from __future__ import annotations

from pathlib import Path

import pytest

from cratedig.lab.rap_baselines import by_dictionary, by_letters
from cratedig.lab.rap_pairs import POSITIONS, Agreement, at, line_pairs, pairs, position
from cratedig.lab.rap_verses import Group, Span, Verse, read_verses

GOLD = Path(__file__).parents[2] / "evals" / "rap_rhymes"
VERSES = read_verses(GOLD / "dev.txt")
RHYMING = [verse for verse in VERSES if len(verse.groups) > 1]


def agreement(verse: Verse, groups: tuple[Group, ...]) -> Agreement:
    return Agreement.of(pairs(verse.lines, verse.groups), pairs(verse.lines, groups))


@pytest.mark.parametrize("verse", VERSES, ids=lambda verse: verse.id)
def test_a_verse_agrees_with_itself(verse: Verse) -> None:
    same = agreement(verse, verse.groups)
    assert (same.precision, same.recall, same.f1) == (1.0, 1.0, 1.0)


@pytest.mark.parametrize("verse", RHYMING, ids=lambda verse: verse.id)
def test_merging_two_groups_costs_precision_only(verse: Verse) -> None:
    first, second, *others = verse.groups
    merged = agreement(verse, (first + second, *others))
    assert merged.precision < 1.0
    assert merged.recall == 1.0


@pytest.mark.parametrize("verse", RHYMING, ids=lambda verse: verse.id)
def test_dropping_a_group_costs_recall_only(verse: Verse) -> None:
    dropped = agreement(verse, verse.groups[1:])
    assert dropped.recall < 1.0
    assert dropped.precision == 1.0


@pytest.mark.parametrize("verse", VERSES, ids=lambda verse: verse.id)
def test_the_order_of_groups_and_spans_changes_nothing(verse: Verse) -> None:
    turned = tuple(tuple(reversed(group)) for group in reversed(verse.groups))
    assert pairs(verse.lines, turned) == pairs(verse.lines, verse.groups)


@pytest.mark.parametrize("verse", VERSES, ids=lambda verse: verse.id)
def test_every_pair_stands_somewhere(verse: Verse) -> None:
    placed = [at(place, verse.lines, verse.groups) for place in POSITIONS]
    assert set().union(*placed) == set(pairs(verse.lines, verse.groups))


def test_two_spans_weigh_one_however_long_they_are() -> None:
    lines = ("oranges", "a door hinge")
    found = pairs(lines, [(Span(0, 0, 0), Span(1, 1, 2))])
    assert found == {((0, 0), (1, 1)): 0.5, ((0, 0), (1, 2)): 0.5}


def test_half_of_a_mosaic_is_half_of_its_recall() -> None:
    lines = ("oranges", "a door hinge")
    gold, heard = [(Span(0, 0, 0), Span(1, 1, 2))], [(Span(0, 0, 0), Span(1, 2, 2))]
    found = Agreement.of(pairs(lines, gold), pairs(lines, heard))
    assert (found.precision, found.recall) == (1.0, 0.5)


def test_a_word_does_not_rhyme_with_itself() -> None:
    assert pairs(("come Home", "home,"), [(Span(0, 1, 1), Span(1, 0, 0))]) == {}


@pytest.mark.parametrize(
    ("one", "other", "place"),
    [
        (Span(0, 3, 3), Span(1, 3, 3), "end"),
        (Span(0, 0, 0), Span(0, 3, 3), "internal"),
        (Span(0, 3, 3), Span(1, 0, 0), "chain"),
        (Span(0, 3, 3), Span(1, 2, 2), "cross_line"),
        (Span(0, 1, 1), Span(1, 0, 0), "cross_line"),
    ],
)
def test_where_two_spans_stand_to_each_other(one: Span, other: Span, place: str) -> None:
    lines = ("all of the light", "night is a room")
    assert position(one, other, lines) == position(other, one, lines) == place


def test_lines_without_a_rhyme_are_no_pair() -> None:
    assert line_pairs("XAXA") == {(1, 3)}
    assert line_pairs([None, 4, None, 4]) == {(1, 3)}


def test_the_rules_hear_what_they_can_and_no_more() -> None:
    lines = ("The light in the tough night", "went out through the bough")
    assert by_dictionary(lines) == ((Span(0, 1, 1), Span(0, 5, 5)),)
    assert (Span(0, 4, 4), Span(1, 2, 2), Span(1, 4, 4)) in by_letters(lines)
