"""How stanzas usually rhyme."""

from __future__ import annotations

import math
from itertools import product

from cratedig.models.rhyme import RhymeHead
from cratedig.models.rhyme_scheme import SchemePrior, links_of, partners


def test_links_say_how_far_back_a_rhyme_last_stood() -> None:
    assert links_of("ABBA") == (0, 0, 1, 3)
    assert links_of("AAAA") == (0, 1, 1, 1)


def test_schemes_that_were_seen_are_likelier_and_none_is_impossible() -> None:
    prior = SchemePrior.learned([links_of("ABAB")] * 50 + [links_of("AABB")] * 10)
    chances = {letters: prior.log_prior(links_of(letters)) for letters in ("ABAB", "AABB", "ABBA", "ABCD")}
    assert chances["ABAB"] > chances["AABB"] > chances["ABBA"] > -math.inf


def test_chances_of_all_schemes_of_a_length_are_at_most_one() -> None:
    prior = SchemePrior.learned([links_of("ABAB")] * 50)
    schemes = {links_of(groups) for groups in product("ABCD", repeat=4)}
    assert sum(math.exp(prior.log_prior(links)) for links in schemes) <= 1.0


def test_a_line_is_compared_with_its_last_partners_only() -> None:
    assert partners(links_of("AAAAAA"))[-3:] == [(5, 2), (5, 3), (5, 4)]


def test_a_head_is_read_back_as_it_was_written() -> None:
    head = RhymeHead.load()
    again = RhymeHead.of(head.arrays())
    assert again.codas == head.codas
    assert again.prior.wholes == head.prior.wholes
    assert (again.weights == head.weights).all()
