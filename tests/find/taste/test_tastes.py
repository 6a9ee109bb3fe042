"""A taste read from the catalogue: what similar tracks get, what an undo leaves, and who sees nothing of it."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import numpy as np
import pytest
from sqlalchemy import text

from columns import candidates_of
from cratedig.catalogue import Catalogue, Session, heard, listening, published
from cratedig.catalogue.listening import New, Weighed
from cratedig.find.candidates import Candidates, Held
from cratedig.find.taste.choosing import DIMENSIONS
from cratedig.find.taste.learned import Learned, write
from cratedig.find.taste.listeners import ListenersSpace
from cratedig.find.taste.personal import Personal
from cratedig.find.taste.tastes import Tastes

NOW = datetime(2026, 3, 4, 12, 40, tzinfo=UTC)


@pytest.fixture
def tastes(tmp_path: Path) -> Tastes:
    return Tastes(Learned(tmp_path))


async def say(session: Session, listener: str, *events: tuple[int, str], at: datetime = NOW) -> list[int]:
    written = await listening.add(session, listener, [New(track_id, kind, at) for track_id, kind in events])
    return [one.id for one in written]


async def everything(session: Session, ids: dict[str, int]) -> Candidates:
    """The whole crate as candidates, by title."""
    found = await heard.heard_tracks(session, sorted(ids.values()))
    columns = candidates_of(len(found.ids), ids=found.ids, valence=found.valence, arousal=found.arousal)
    return replace(columns, embeddings=Held(found.text, found.audio))


def by_title(ids: dict[str, int], candidates: Candidates, values: np.ndarray) -> dict[str, float]:
    of = dict(zip(candidates.ids.tolist(), values.tolist(), strict=True))
    return {title: of[track_id] for title, track_id in ids.items()}


async def test_a_like_lifts_its_own_kind_and_a_dislike_sinks_it(
    catalogue: Catalogue, studied: dict[str, int], tastes: Tastes
) -> None:
    async with catalogue.begin() as session:
        everyone = await everything(session, studied)
        await say(session, "ann", (studied["Glass Harbour"], "like"))
        liked = by_title(studied, everyone, _taste(await tastes.of(session, "ann", now=NOW), everyone))
        await say(session, "bob", (studied["Glass Harbour"], "dislike"))
        disliked = by_title(studied, everyone, _taste(await tastes.of(session, "bob", now=NOW), everyone))
    assert max(liked, key=lambda title: liked[title]) == "Glass Harbour"
    assert liked["Paper Boats"] > liked["Neon Stampede"]
    assert disliked["Glass Harbour"] < disliked["Paper Boats"] < 0.5


def _taste(personal: Personal | None, candidates: Candidates) -> np.ndarray:
    assert personal is not None
    return personal.signals(candidates)["taste"]


async def test_an_undo_restores_every_value_to_the_last_bit(
    catalogue: Catalogue, studied: dict[str, int], tastes: Tastes
) -> None:
    async with catalogue.begin() as session:
        everyone = await everything(session, studied)
        await say(session, "ann", (studied["Glass Harbour"], "like"), (studied["Last Letter"], "skip"))
        before = _taste(await tastes.of(session, "ann", now=NOW), everyone)
        (extra,) = await say(session, "ann", (studied["Concrete Sun"], "like"))
        between = _taste(await tastes.of(session, "ann", now=NOW), everyone)
        await listening.undo(session, "ann", extra)
        after = _taste(await tastes.of(session, "ann", now=NOW), everyone)
    assert between.tobytes() != before.tobytes()
    assert after.tobytes() == before.tobytes()


async def test_who_has_no_event_that_counts_has_no_taste(
    catalogue: Catalogue, studied: dict[str, int], tastes: Tastes
) -> None:
    async with catalogue.begin() as session:
        assert await tastes.of(session, "ann", now=NOW) is None
        (only,) = await say(session, "ann", (studied["Glass Harbour"], "like"))
        assert await tastes.of(session, "ann", now=NOW) is not None
        assert await tastes.of(session, "bob", now=NOW) is None
        await listening.undo(session, "ann", only)
        assert await tastes.of(session, "ann", now=NOW) is None


async def test_it_is_read_once_for_the_last_event_the_hour_and_the_catalogues_state(
    catalogue: Catalogue, studied: dict[str, int], tastes: Tastes
) -> None:
    async with catalogue.begin() as session:
        await say(session, "ann", (studied["Glass Harbour"], "like"))
        first = await tastes.of(session, "ann", now=NOW, stamp="one")
        assert await tastes.of(session, "ann", now=NOW + timedelta(minutes=19), stamp="one") is first
        keys = {first.key if first else ""}
        for now, stamp in ((NOW + timedelta(minutes=20), "one"), (NOW, "two")):
            other = await tastes.of(session, "ann", now=now, stamp=stamp)
            assert other is not None
            keys.add(other.key)
        await say(session, "ann", (studied["Glass Harbour"], "play"))
        last = await tastes.of(session, "ann", now=NOW, stamp="one")
        assert last is not None
    assert len(keys | {last.key}) == 4


async def test_plays_at_this_hour_bring_the_hour_in_by_the_listeners_clock(
    catalogue: Catalogue, studied: dict[str, int], tastes: Tastes
) -> None:
    async with catalogue.begin() as session:
        everyone = await everything(session, studied)
        await say(session, "ann", (studied["Glass Harbour"], "play"), at=NOW - timedelta(days=1))
        found = await tastes.of(session, "ann", now=NOW)
    assert found is not None
    assert set(found.signals(everyone)) == {"taste", "hour"}
    assert found.heard_ids.tolist() == [studied["Glass Harbour"]]
    assert found.now == NOW.replace(minute=0)


async def test_what_one_listener_does_is_no_trend_for_another_and_what_three_do_is(
    catalogue: Catalogue, studied: dict[str, int], tmp_path: Path
) -> None:
    track, other = studied["Neon Stampede"], studied["Last Letter"]
    async with catalogue.begin() as session:
        everyone = await everything(session, studied)
        await say(session, "ann", (other, "like"))
        await say(session, "bob", *[(track, "play")] * 20, at=NOW - timedelta(hours=2))
        alone = await Tastes(Learned(tmp_path)).of(session, "ann", now=NOW)
        assert alone is not None
        assert "trend" not in alone.signals(everyone)
        for listener in ("cem", "dov"):
            await say(session, listener, *[(track, "play")] * 20, at=NOW - timedelta(hours=2))
        together = await Tastes(Learned(tmp_path)).of(session, "ann", now=NOW)
        assert together is not None
        rising = by_title(studied, everyone, together.signals(everyone)["trend"])
    assert rising.pop("Neon Stampede") > 0.5
    assert set(rising.values()) == {0.0}


async def test_a_bandit_learns_from_what_came_of_its_answers(
    catalogue: Catalogue, studied: dict[str, int], tmp_path: Path
) -> None:
    tastes = Tastes(Learned(tmp_path), bandit="linucb")
    context = (1.0,) + (0.0,) * (DIMENSIONS - 1)
    said = [("like", "more sound", context), ("dislike", "more words", context), ("like", "gone since", context)]
    odd = [("like", "more sound", (1.0, 2.0))]
    async with catalogue.begin() as session:
        events = [
            New(studied["Glass Harbour"], kind, NOW, Weighed("mood", arm, 0.2, given))
            for kind, arm, given in [*said * 5, *odd]
        ]
        await listening.add(session, "ann", events)
        found = await tastes.of(session, "ann", now=NOW)
    assert found is not None
    assert found.chooser is not None
    arms = found.chooser.bandit.arms
    assert arms["more sound"].vector[0] == 5.0
    assert arms["more words"].vector[0] == 0.0
    assert arms["more words"].matrix[0, 0] == 6.0
    assert found.weighed("mood", "calm") == found.weighed("mood", "calm")


async def test_a_published_space_of_listeners_is_used_and_a_damaged_one_is_not(
    catalogue: Catalogue, studied: dict[str, int], tmp_path: Path
) -> None:
    ids = np.array(sorted(studied.values()))
    space = ListenersSpace(ids, np.eye(len(ids), 4, dtype=np.float32))
    written = write(space, tmp_path)
    async with catalogue.begin() as session:
        await say(session, "ann", (studied["Glass Harbour"], "like"))
        await published.record(session, written, kind="taste", data_dir=tmp_path)
        found = await Tastes(Learned(tmp_path)).of(session, "ann", now=NOW)
        assert found is not None
        assert found.spaces.listeners is not None
        np.testing.assert_array_equal(found.spaces.listeners.vectors, space.vectors)
        written.path.write_bytes(written.path.read_bytes()[:-7])
        damaged = await Tastes(Learned(tmp_path)).of(session, "ann", now=NOW)
    assert damaged is not None
    assert damaged.spaces.listeners is None


async def test_a_track_that_leaves_takes_its_part_of_the_taste_along(
    catalogue: Catalogue, studied: dict[str, int], tastes: Tastes
) -> None:
    async with catalogue.begin() as session:
        await say(session, "ann", (studied["Glass Harbour"], "like"), (studied["Last Letter"], "like"))
        await session.execute(text("delete from tracks where id = :id"), {"id": studied["Last Letter"]})
        found = await tastes.of(session, "ann", now=NOW)
    assert found is not None
    assert list(found.preferences) == [studied["Glass Harbour"]]
