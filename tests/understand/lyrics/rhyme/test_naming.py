"""Letters and names of schemes."""

from __future__ import annotations

import pytest

from cratedig.models.rhyme_scheme import links_of
from cratedig.understand.lyrics.rhyme.naming import letters, name, partition


@pytest.mark.parametrize("scheme", ["ABAB", "AABB", "AXBAXB", "ABABCDCDEFEFGG", "AAAA"])
def test_letters_are_those_the_links_came_from(scheme: str) -> None:
    groups = [letter if letter != "X" else at for at, letter in enumerate(scheme)]
    assert letters(partition(links_of(groups))) == scheme


@pytest.mark.parametrize(
    ("scheme", "called"),
    [
        ("AABB", "couplets"),
        ("ABAB", "alternate"),
        ("ABBA", "enclosed"),
        ("AAAAA", "monorhyme"),
        ("AABBA", "limerick"),
        ("XAXA", "ballad"),
        ("ABABBCC", "rhyme royal"),
        ("ABABABCC", "ottava rima"),
        ("ABABBCBCC", "Spenserian stanza"),
        ("ABABCDCDEFEFGG", "Shakespearean sonnet"),
        ("ABBAABBACDECDE", "Petrarchan sonnet"),
        ("ABABCBCDC", "terza rima"),
        ("ABABCDCD", "alternate"),
        ("ABCD", ""),
        ("XXXX", ""),
        ("", ""),
    ],
)
def test_schemes_have_the_names_they_are_known_by(scheme: str, called: str) -> None:
    assert name(scheme) == called
