"""Listening in the catalogue: written in order, taken back once, one listener's alone, gone with its track."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime, timedelta, timezone

import pytest
from sqlalchemy import insert, text

from cratedig.catalogue import Catalogue, Session, heard, listening
from cratedig.catalogue.listening import New, Weighed
from cratedig.catalogue.tables import Playlist, Track, TrackAlias
from cratedig.errors import NotFound

NOW = datetime(2026, 3, 4, 21, 30, tzinfo=timezone(timedelta(hours=5, minutes=30)))


@pytest.fixture
async def tracks(catalogue: Catalogue) -> list[int]:
    async with catalogue.begin() as session:
        rows = [{"title": f"t{at}", "artist": "a", "source": "test", "source_id": str(at)} for at in range(6)]
        return list(await session.scalars(insert(Track).returning(Track.id), rows))


async def add(session: Session, listener: str, *events: tuple[int, str], at: datetime = NOW) -> list[int]:
    written = await listening.add(session, listener, [New(track_id, kind, at) for track_id, kind in events])
    return [one.id for one in written]


async def test_events_are_written_in_their_order_by_the_listeners_clock(
    catalogue: Catalogue, tracks: list[int]
) -> None:
    weighed = Weighed("mood", "more sound", 0.25, (1.0, -0.5))
    async with catalogue.begin() as session:
        events = [New(tracks[3], "like", NOW, weighed), New(tracks[1], "skip", NOW), New(tracks[3], "play", NOW)]
        written = await listening.add(session, "ann", events)
    assert [(one.track_id, one.kind) for one in written] == [(event.track_id, event.kind) for event in events]
    assert [one.id for one in written] == sorted(one.id for one in written)
    assert (written[0].weighed, written[1].weighed) == (weighed, None)
    assert written[0].at == NOW
    assert written[0].at.utcoffset() == NOW.utcoffset()
    assert (written[0].title, written[0].artist) == ("t3", "a")


async def test_an_unknown_track_is_named_and_nothing_is_written(catalogue: Catalogue, tracks: list[int]) -> None:
    with pytest.raises(NotFound, match="no track 999"):
        async with catalogue.begin() as session:
            await add(session, "ann", (tracks[0], "like"), (999, "like"))
    async with catalogue.begin() as session:
        assert await listening.history(session, "ann", limit=10) == []


async def test_a_listener_sees_takes_back_and_forgets_only_their_own(catalogue: Catalogue, tracks: list[int]) -> None:
    async with catalogue.begin() as session:
        ids = await add(session, "ann", (tracks[0], "like"), (tracks[1], "dislike"))
        await add(session, "bob", (tracks[0], "play"))
    with pytest.raises(NotFound):
        async with catalogue.begin() as session:
            await listening.undo(session, "bob", ids[0])
    async with catalogue.begin() as session:
        assert await listening.forget(session, "bob") == 1
        assert await listening.mark(session, "bob") is None
        assert [one.id for one in await listening.history(session, "ann", limit=10)] == ids[::-1]
        assert await listening.forget(session, "ann") == 2
        assert await session.scalar(text("select count(*) from listening")) == 0


async def test_taken_back_it_counts_no_more_and_stays_so(catalogue: Catalogue, tracks: list[int]) -> None:
    async with catalogue.begin() as session:
        first, second = await add(session, "ann", (tracks[0], "like"), (tracks[1], "like"))
        gone = await listening.undo(session, "ann", first)
    async with catalogue.begin() as session:
        assert (await listening.undo(session, "ann", first)).undone_at == gone.undone_at
        assert [one.id for one in await listening.counted(session, "ann")] == [second]
        assert set(await listening.stances(session, "ann", tracks)) == {tracks[1]}
        assert len(await listening.history(session, "ann", limit=10)) == 2


async def test_every_change_gives_a_new_mark(catalogue: Catalogue, tracks: list[int]) -> None:
    marks = []
    async with catalogue.begin() as session:
        marks.append(await listening.mark(session, "ann"))
        ids = await add(session, "ann", (tracks[0], "like"), (tracks[1], "like"))
        marks.append(await listening.mark(session, "ann"))
        for one in ids:
            await listening.undo(session, "ann", one)
            marks.append(await listening.mark(session, "ann"))
    assert len(set(marks)) == len(marks)


async def test_of_two_writers_for_one_listener_the_later_mark_covers_both(
    catalogue: Catalogue, tracks: list[int]
) -> None:
    """The second waits for the first to be committed, so no event ever appears behind a mark that was read."""

    async def write() -> None:
        async with catalogue.begin() as session:
            await add(session, "ann", (tracks[0], "play"))

    async with catalogue.begin() as session:
        first = (await add(session, "ann", (tracks[1], "play")))[0]
        other = asyncio.create_task(write())
        done, _ = await asyncio.wait([other], timeout=0.2)
        assert not done
    await other
    async with catalogue.begin() as session:
        ids = [one.id for one in await listening.counted(session, "ann")]
    assert ids[0] == first


async def test_history_pages_from_the_newest_and_keeps_to_a_track(catalogue: Catalogue, tracks: list[int]) -> None:
    async with catalogue.begin() as session:
        ids = await add(session, "ann", *((tracks[at % 2], "play") for at in range(5)))
        page = await listening.history(session, "ann", limit=2)
        rest = await listening.history(session, "ann", limit=9, before=page[-1].id)
        of_one = await listening.history(session, "ann", limit=9, track_id=tracks[1])
    assert [one.id for one in [*page, *rest]] == ids[::-1]
    assert [one.id for one in of_one] == [ids[3], ids[1]]


async def test_a_deleted_track_takes_its_listening_along(catalogue: Catalogue, tracks: list[int]) -> None:
    async with catalogue.begin() as session:
        await add(session, "ann", (tracks[0], "like"), (tracks[1], "like"))
        await session.execute(text("delete from tracks where id = :id"), {"id": tracks[0]})
        assert [one.track_id for one in await listening.history(session, "ann", limit=9)] == [tracks[1]]
        assert (await heard.heard_tracks(session, tracks)).ids.tolist() == tracks[1:]


async def test_listening_leaves_everybodys_kept_answers_alone(catalogue: Catalogue, tracks: list[int]) -> None:
    async with catalogue.begin() as session:
        before = await session.scalar(text("select stamp from catalogue_state"))
    async with catalogue.begin() as session:
        await add(session, "ann", (tracks[0], "like"))
    async with catalogue.begin() as session:
        assert await session.scalar(text("select stamp from catalogue_state")) == before


async def taken_up(session: Session) -> dict[int, float]:
    found = await heard.taken_up(
        session, NOW, half_lives_days=(2.0, 28.0), by=3, within_days=7.0, remembered_days=140.0
    )
    return dict(zip(found.ids.tolist(), found.lately.tolist(), strict=True))


async def test_only_what_several_took_up_of_late_shows(catalogue: Catalogue, tracks: list[int]) -> None:
    day, before = timedelta(days=1), NOW - timedelta(minutes=1)
    async with catalogue.begin() as session:
        for listener in ("ann", "bob", "cem"):
            await add(session, listener, (tracks[0], "play"), at=before)
            await add(session, listener, (tracks[1], "skip"), at=before)
            await add(session, listener, (tracks[2], "play"), at=NOW - 30 * day)
            await add(session, listener, (tracks[3], "play"), at=NOW + day)
        await add(session, "ann", *[(tracks[4], "play")] * 9, at=before)
        await add(session, "bob", (tracks[4], "like"), at=before)
        assert list(await taken_up(session)) == [tracks[0]]
        undone = (await add(session, "cem", (tracks[4], "like"), at=before))[0]
        both = await taken_up(session)
        assert both[tracks[4]] > both[tracks[0]] > 0.0
        await listening.undo(session, "cem", undone)
        assert list(await taken_up(session)) == [tracks[0]]


async def test_pairs_are_what_listeners_were_for_and_what_playlists_hold(
    catalogue: Catalogue, tracks: list[int]
) -> None:
    async with catalogue.begin() as session:
        session.add(Playlist(source="test", source_id="p", tracks=["0", "2", "nowhere", "other name"]))
        session.add(TrackAlias(source="test", source_id="other name", track_id=tracks[5]))
        await add(session, "ann", (tracks[1], "like"), (tracks[3], "dislike"), (tracks[3], "play"))
        found = await heard.pairs(session, strengths={"like": 3.0, "dislike": -4.0, "play": 1.0})
        assert await heard.count_pairs(session) == 7
    rows = zip(found.rows, found.tracks, found.weights, strict=True)
    pairs = {(row % 2, track): weight for row, track, weight in rows}
    assert set(pairs) == {(0, tracks[1]), (1, tracks[0]), (1, tracks[2]), (1, tracks[5])}
    assert pairs[0, tracks[1]] == pytest.approx(1.3863, abs=1e-3)


async def test_vectors_of_heard_tracks_are_nan_where_there_are_none(catalogue: Catalogue, tracks: list[int]) -> None:
    async with catalogue.begin() as session:
        await session.execute(
            text("update tracks set audio_embedding = cast(:v as vector), valence = 0.5 where id = :id"),
            {"v": str([0.0] * 127 + [1.0]), "id": tracks[1]},
        )
        found = await heard.heard_tracks(session, [tracks[1], tracks[0], 10**6])
    assert found.ids.tolist() == tracks[:2]
    assert found.audio[1, 127] == 1.0
    assert [bool((row != row).all()) for row in (*found.text, found.audio[0])] == [True, True, True]
    assert found.valence[1] == 0.5
    assert found.common.shape == (0, 384)


async def test_a_time_is_kept_whatever_its_offset(catalogue: Catalogue, tracks: list[int]) -> None:
    far = datetime(2026, 1, 1, tzinfo=timezone(timedelta(hours=-12)))
    async with catalogue.begin() as session:
        await add(session, "ann", (tracks[0], "play"), at=far)
        found = (await listening.counted(session, "ann"))[0]
    assert found.at == far
    assert found.at.astimezone(UTC).hour == 12
