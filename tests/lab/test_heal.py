"""The healing evaluation: hidden truth, judged only where it is hidden, on a part of the real data."""

from __future__ import annotations

import numpy as np
import pytest

from cratedig.collect.heal.rows import Row, artist_key
from cratedig.lab.heal import RATES, _hidden, _judged
from cratedig.lab.heal_judged import resampled
from cratedig.models.embedder import TextEmbedder

KINDS = (("deep house", "club night mix"), ("classical", "sonata for piano"), ("rap", "street story"))


def rows(n: int) -> list[Row]:
    rng = np.random.default_rng(5)
    return [
        Row(
            at,
            title=f"{KINDS[at % 3][1]} {at}",
            artist=f"{KINDS[at % 3][0]} artist {at // 12}",
            artist_key=artist_key(f"{KINDS[at % 3][0]} artist {at // 12}"),
            genre=KINDS[at % 3][0],
            playback_count=int(np.exp(rng.normal(8.0, 2.0))),
        )
        for at in range(n)
    ]


def test_more_is_hidden_at_a_higher_rate_and_what_was_hidden_stays_hidden() -> None:
    every = rows(300)
    hidden = [sum(_hidden(row, rate).genre is None for row in every) / 300 for rate in RATES]
    assert hidden == pytest.approx(list(RATES), abs=0.08)
    assert _hidden(every[0], 0.5) == _hidden(every[0], 0.5)


def test_draws_apart_hide_different_rows() -> None:
    hidden = [{row.track_id for row in rows(300) if _hidden(row, 0.3, draw / 3).genre is None} for draw in range(3)]
    assert sum(map(len, hidden)) == len(set().union(*hidden))
    assert all(hidden)


def test_a_figure_over_artists_lies_in_its_interval_and_few_artists_make_it_wide() -> None:
    held = np.arange(400) % 10 > 0
    many = resampled([f"a{at}" for at in range(400)], lambda at: float(held[at].mean()))
    few = resampled([f"a{at % 10}" for at in range(400)], lambda at: float(held[at].mean()))
    assert many[0] < 0.9 < many[1]
    assert few[1] - few[0] > 2 * (many[1] - many[0])


def test_at_rate_zero_only_strangers_are_judged_and_at_others_both(embedder: TextEmbedder) -> None:
    every = rows(360)
    bare, half = _judged(every, 0.0, embedder.embed), _judged(every, 0.5, embedder.embed)
    assert (bare["strangers"].rows, bare["siblings"].rows) == (360, 0)
    assert half["siblings"].rows > 300
    figures = half["siblings"].figures("siblings")
    assert figures["genre_family_first_siblings"] > 0.8
    assert figures["playback_count_coverage_siblings"] > 0.8
