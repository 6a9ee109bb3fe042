"""Laws of healing's plain functions: votes, pools, intervals, tags, sentences."""

from __future__ import annotations

from collections import Counter

import numpy as np
import pytest

from cratedig.collect.heal.conformal import Intervals, conformal_quantile, coverage, independent_of
from cratedig.collect.heal.description import described
from cratedig.collect.heal.music_or_not import verdicts
from cratedig.collect.heal.opinions import SOURCES, artist_counts
from cratedig.collect.heal.pooling import Calibration, Curve, Pool, expected_calibration_error, log_ratio
from cratedig.collect.heal.quantities import QUANTITIES, Estimator
from cratedig.collect.heal.rows import Row
from cratedig.collect.heal.spaces import Space, unit
from cratedig.collect.heal.tags import Tagger, vocabulary
from cratedig.collect.heal.traits import ArtistTotals, recency, tier, traits
from cratedig.collect.heal.whole import artists_of
from cratedig.music.genre import FAMILIES, place

TALK = Row(1, title="Football Podcast, Episode 37", artist="A League")
SONG = Row(2, title="Ana - Rivers (Official Video)", artist="Ana", genre="indie pop", duration_s=200.0)
MIX = Row(3, title="Octopus Podcast 157: techno set", artist="DJ Form", tags=("techno",), duration_s=3600.0)


def test_talk_a_song_and_a_mix_are_told_apart() -> None:
    assert [verdict.is_music for verdict in verdicts([TALK, SONG, MIX])] == [False, True, True]


def test_a_verdict_shows_every_vote_with_weight_and_reason() -> None:
    receipt = verdicts([TALK])[0].receipt()
    assert {vote["name"] for vote in receipt["votes"]} == {"words of talk", "numbered part"}
    assert all(vote["reason"] and vote["weight"] for vote in receipt["votes"])
    assert receipt["confidence"] >= 0.5


def test_another_vote_for_music_never_lowers_its_probability() -> None:
    with_plays = Row(1, title=TALK.title, artist=TALK.artist, playback_count=5000)
    without, more = verdicts([TALK, with_plays])
    assert more.music > without.music


def test_intervals_hold_what_they_promise_whatever_the_error_is_like() -> None:
    rng = np.random.default_rng(1)
    groups = rng.integers(0, 2, 8000)
    errors = rng.exponential(1.0 + 4.0 * groups) - 0.5  # lopsided, and wider in one group
    intervals = Intervals.calibrated(errors[:4000], groups[:4000])
    low, high = intervals.around(np.zeros(4000), groups[4000:], np.ones(4000))
    for group in (0, 1):
        part = groups[4000:] == group
        assert coverage(errors[4000:][part], low[part], high[part]) == pytest.approx(0.9, abs=0.03)


def test_too_few_residuals_promise_nothing() -> None:
    assert conformal_quantile(np.zeros(5), 0.95) == np.inf


def test_estimates_lie_in_their_intervals_and_an_artist_of_long_tracks_gets_longer_ones() -> None:
    rng = np.random.default_rng(2)
    rows = [
        Row(at, artist_key=f"a{at % 60}", duration_s=float(np.exp(5.0 + (at % 60 == 7) + 0.2 * rng.normal())))
        for at in range(600)
    ]
    length = QUANTITIES[1]
    sums = artists_of(rows).sums["duration_s"]
    estimator = Estimator.learned_from(length, rows, sums)
    assert estimator is not None
    short, long = estimator.estimates([Row(1, artist_key="a1"), Row(2, artist_key="a7")], sums)
    assert short is not None
    assert long is not None
    assert short.low <= short.value <= short.high
    assert long.value > short.value


def test_a_quantity_nobody_gave_is_not_estimated() -> None:
    assert Estimator.learned_from(QUANTITIES[0], [Row(1, title="x")] * 500, {}) is None


def test_a_pool_learns_whom_to_believe() -> None:
    rng = np.random.default_rng(3)
    truth = rng.integers(0, 4, 2000)
    prior = np.full(4, 0.25, dtype=np.float32)
    good = np.eye(4)[np.where(rng.random(2000) < 0.8, truth, rng.integers(0, 4, 2000))]
    bad = np.eye(4)[rng.integers(0, 4, 2000)]
    opinions = np.stack([log_ratio(one.astype(np.float32), prior, doubt=0.5) for one in (good, bad)])
    pool = Pool.fitted(prior, opinions, truth, np.array([0.5, 0.5], dtype=np.float32))
    assert pool.weights[0] > 5 * pool.weights[1]
    found = pool.combined(opinions)
    assert expected_calibration_error(found.max(axis=1), found.argmax(axis=1) == truth) < 0.05


def test_silent_sources_leave_the_prior() -> None:
    prior = np.array([0.7, 0.3], dtype=np.float32)
    silent = log_ratio(np.zeros((3, 2), dtype=np.float32), prior, doubt=2.0)
    assert np.allclose(Pool(prior, np.array([1.0])).combined(silent[None]), prior)


def test_a_curve_never_falls_and_brings_confidence_to_accuracy() -> None:
    rng = np.random.default_rng(4)
    raw = rng.random(4000).astype(np.float32)
    right = rng.random(4000) < raw**2
    curve = Curve.fitted(raw, right, trust=0.0)
    assert np.all(np.diff(curve.values) >= 0)
    true = Calibration(curve, {})(raw, np.zeros(4000, dtype=np.int64))
    assert expected_calibration_error(true, right) < 0.03


def test_a_curve_of_few_rows_is_a_line_that_never_falls_and_moves_confidence_to_accuracy() -> None:
    rng = np.random.default_rng(6)
    raw = rng.uniform(0.3, 0.9, 160).astype(np.float32)
    for right in (rng.random(160) < raw**3, rng.random(160) < np.sqrt(raw), rng.random(160) < 0.5, raw > 0.6):
        curve = Curve.fitted(raw, right, trust=0.0)
        assert np.all(np.diff(curve.values) >= 0)
        assert abs(float(curve(raw).mean()) - right.mean()) < 0.05


def test_clusters_promise_less_than_as_many_rows_and_more_than_none() -> None:
    residuals = np.arange(1.0, 201.0)
    groups = np.zeros(200, dtype=np.int64)
    alone, in_fives = (Intervals.calibrated(residuals, groups, np.arange(200) // size) for size in (1, 5))
    assert alone.whole.above < in_fives.whole.above < np.inf
    assert independent_of(np.arange(200) // 5) == 40.0


def test_a_strangers_error_is_not_made_smaller_by_the_artists_own_rows() -> None:
    rng = np.random.default_rng(7)
    level = rng.normal(8.0, 2.0, 40)  # each artist has its own, and twelve tracks near it
    rows = [
        Row(
            at,
            artist_key=f"a{at // 12}",
            genre="rock",
            playback_count=int(np.exp(level[at // 12] + 0.1 * rng.normal())),
        )
        for at in range(480)
    ]
    estimator = Estimator.learned_from(QUANTITIES[0], rows, artists_of(rows).sums["playback_count"])
    assert estimator is not None
    news = np.exp(rng.normal(8.0, 2.0, 400))
    estimates = estimator.estimates([Row(at, artist_key=f"new {at}", genre="rock") for at in range(400)], {})
    held = [one.low <= news[at] <= one.high for at, one in enumerate(estimates) if one is not None]
    assert len(held) == 400
    assert np.mean(held) >= 0.85


def test_neighbours_find_the_label_of_the_nearest() -> None:
    vectors = unit(np.array([[1, 0], [0.9, 0.1], [0, 1], [0.1, 0.9]], dtype=np.float32))
    space = Space.of(vectors, np.array([0, 0, 1, 1]), classes=2, sharpness=8.0)
    assert space.neighbours(vectors).argmax(axis=1).tolist() == [0, 0, 1, 1]
    assert space.clusters(vectors).sum() > 0


def test_a_row_is_no_evidence_for_itself() -> None:
    genres = {"ana": Counter({"indie pop": 1})}
    placed = place("indie pop")
    assert placed is not None
    row = Row(1, artist_key="ana")
    assert artist_counts([row], genres)[0, FAMILIES.index("pop")] == 1
    assert artist_counts([row], genres, without=[placed]).sum() == 0
    assert SOURCES[0] == "artist"


def test_the_vocabulary_has_some_hundred_tags() -> None:
    assert 500 <= len(set(vocabulary().values())) <= 1000


def test_tags_come_from_words_and_say_which() -> None:
    titles = ["Saxaphone in the rain", "Saxaphone at night", "Wedding song"]
    rows = [Row(at, title=title) for at, title in enumerate(titles)]
    tags = Tagger.of(rows).tags(rows, [None, ("jazz", 0.8), None])
    assert {tag.name: tag.word for tag in tags[0]} == {"saxophone": "saxaphone", "rain": "rain"}
    assert tags[1][0].name == "jazz"
    assert all(0.0 < tag.confidence <= 1.0 for found in tags for tag in found)


def test_a_synthetic_description_says_what_it_is() -> None:
    found = described(Row(1, artist="Ana", year=2014), "indie pop", 0.7)
    assert found is not None
    sentence, receipt = found
    assert sentence == "An indie pop track by Ana from 2014."
    assert (receipt["kind"], receipt["method"], receipt["confidence"]) == ("imputed", "synthetic sentence", 0.7)
    assert described(Row(1, artist="Ana"), None, 0.0) is None


def test_a_year_that_was_worked_out_is_not_told_as_a_fact() -> None:
    found = described(Row(1, artist="Ana", year=2014, year_given=False), "rock", 1.0)
    assert found is not None
    assert "2014" not in found[0]


def test_newer_is_never_less_recent_and_more_plays_never_a_lower_tier() -> None:
    years = [recency(year, today_year=2026) for year in range(1950, 2027)]
    assert years == sorted(years)
    order = ["Underground", "Niche", "Popular", "Viral"]
    tiers = [order.index(tier(plays, (100, 1000, 10_000))) for plays in (0, 99, 100, 5000, 10_000)]
    assert tiers == sorted(tiers)


def test_traits_leave_out_what_cannot_be_known() -> None:
    assert set(traits(Row(1), ArtistTotals(), thresholds=(), today_year=2026)) == {"richness", "text_length"}
