"""Find and search on a real database: the laws a person relies on."""

from __future__ import annotations

import pytest
from sqlalchemy import text

from cratedig.catalogue import Catalogue
from cratedig.errors import NotFound
from cratedig.find.recommend import recommend
from cratedig.find.request import Filters, Request, SearchRequest
from cratedig.find.search import search
from cratedig.models.embedder import TextEmbedder
from cratedig.models.mood import MoodHead
from cratedig.music.mood import Mood
from cratedig.understand.study import study_mood, study_text
from tests.find.conftest import TRACKS, Door, crate

ODD_QUERIES = [
    "",
    " ",
    "good music",
    "🔥🔥",
    "qwrtz plmkj",
    "música para bailar",
    "悲しい雨の夜",
    "'; drop table tracks; --",
    "a & b | !c <-> (d)",
    "\\",
    "rain " * 1000,
    "not",
    "-drums",
    '"unclosed',
]


@pytest.mark.parametrize("query", ODD_QUERIES)
async def test_no_query_is_an_error_or_finds_nothing(find: Door, studied: dict[str, int], query: str) -> None:
    answer = await find(query)
    assert len(answer.results) == len(TRACKS) - 1  # all but the dead link
    assert answer.metadata.explanation


@pytest.mark.parametrize("query", ["i miss my ex", "house 1994", "the lantern club", "good music", "acoustic"])
async def test_contributions_add_up(find: Door, studied: dict[str, int], query: str) -> None:
    for result in (await find(query)).results:
        assert sum(term.contribution for term in result.why) == pytest.approx(result.score, abs=1e-9)
        assert 0.0 <= result.score <= 1.0


async def test_missing_somebody_finds_the_sad_songs(find: Door, studied: dict[str, int]) -> None:
    answer = await find("i miss my ex")
    assert answer.metadata.query_type == "mood"
    assert answer.results[0].artist == "Ilse Brandt"
    assert answer.mood_detected is not None
    assert answer.mood_detected.quadrant == "sad"


async def test_a_point_of_the_plane_is_a_query(find: Door, studied: dict[str, int]) -> None:
    answer = await find(mood=Mood(0.7, 0.9))
    assert answer.results[0].artist == "Mara Voss"


async def test_a_genre_is_recognised_from_the_catalogue(find: Door, studied: dict[str, int]) -> None:
    answer = await find("house")
    assert answer.metadata.query_type == "genre"
    assert answer.results[0].genre == "House"
    assert set((await find.ranking("house"))[:2]) == {"Concrete Sun", "Neon Stampede"}


async def test_an_artist_asked_for_is_not_spread_out(find: Door, studied: dict[str, int]) -> None:
    answer = await find("the lantern club", top_k=3)
    assert {result.artist for result in answer.results} == {"The Lantern Club"}


async def test_artists_are_spread_and_nothing_is_lost(find: Door, studied: dict[str, int]) -> None:
    names = [result.artist for result in (await find("calm ambient evening")).results]
    assert len(names) == len(TRACKS) - 1
    first = names.index("The Lantern Club")
    assert "The Lantern Club" not in names[first + 1 : first + 3]


async def test_dead_links_are_shown_only_when_asked_for(find: Door, studied: dict[str, int]) -> None:
    assert "Gone Link" not in await find.titles("house")
    assert "Gone Link" in await find.titles("house", filters=Filters(dead_links=True))


async def test_filters_hold_for_every_result(find: Door, studied: dict[str, int]) -> None:
    years = (await find("music", filters=Filters(min_year=2012, max_year=2018))).results
    assert years
    assert all(result.year is not None and 2012 <= result.year <= 2018 for result in years)
    genres = (await find("music", filters=Filters(genres=("ambient", "FOLK")))).results
    assert {result.genre for result in genres} == {"Ambient", "Folk"}
    without = (await find("calm", filters=Filters(exclude_artists=("the lantern club",)))).results
    assert "The Lantern Club" not in {result.artist for result in without}


async def test_filters_that_nothing_meets_say_so(find: Door, studied: dict[str, int]) -> None:
    answer = await find("music", filters=Filters(min_year=1800, max_year=1801))
    assert answer.results == ()
    assert "filters" in answer.metadata.explanation


async def test_years_in_the_query_come_first(find: Door, studied: dict[str, int]) -> None:
    assert set((await find.ranking("90s music"))[:2]) == {"Concrete Sun", "Neon Stampede"}


async def test_unwanted_words_go_down(find: Door, studied: dict[str, int]) -> None:
    titles = await find.titles("dawn without drums")
    assert titles.index("Drum Circle at Dawn") > 0


async def test_more_like_a_track_leaves_it_out(find: Door, studied: dict[str, int]) -> None:
    results = (await find(like=(studied["Concrete Sun"],), top_k=1)).results
    assert [result.title for result in results] == ["Neon Stampede"]
    with pytest.raises(NotFound):
        await find(like=(999_999,))


async def test_excluded_tracks_stay_out(find: Door, studied: dict[str, int]) -> None:
    assert "Concrete Sun" not in await find.titles("house", exclude=(studied["Concrete Sun"],))


@pytest.fixture
async def remastered(catalogue: Catalogue, studied: dict[str, int], embedder: TextEmbedder, head: MoodHead) -> int:
    """A second track of the recording "Glass Harbour"."""
    like = next(track for track in TRACKS if track["title"] == "Glass Harbour")
    ids = await crate(catalogue, [{**like, "title": "Glass Harbour - 2021 Remaster"}])
    await study_text(catalogue, embedder)
    await study_mood(catalogue, embedder, head)
    return ids["Glass Harbour - 2021 Remaster"]


async def test_leaving_a_track_out_leaves_its_recording_out(
    find: Door, studied: dict[str, int], remastered: int
) -> None:
    for wish in ({"exclude": (studied["Glass Harbour"],)}, {"like": (studied["Glass Harbour"],)}):
        titles = await find.titles("glass harbour", **wish)
        assert len(titles) == len(TRACKS) - 2  # without the dead link
        assert not any(title and title.startswith("Glass Harbour") for title in titles)


async def test_why_says_of_a_recordings_tracks_what_the_list_says(
    find: Door, studied: dict[str, int], remastered: int
) -> None:
    twins = {str(studied["Glass Harbour"]), str(remastered)}
    for shown in (await find("calm evening")).results:
        asked = await find.why(int(shown.track_id), "calm evening")
        assert (asked.rank, asked.without, asked.also) == (shown.rank, shown.without, shown.also)
        if shown.also:
            other = await find.why(int(shown.also[0]), "calm evening")
            assert (other.rank, {other.track_id, *other.also}) == (shown.rank, twins)


async def test_a_track_with_only_a_title_is_answered_for(find: Door, studied: dict[str, int]) -> None:
    answer = await find("only a title")
    found = next(result for result in answer.results if result.title == "Only a Title")
    assert found.why
    assert found.confidence < 1.0


@pytest.mark.parametrize("query", ["i miss my ex", "calm evening", "drums at dawn"])
async def test_removing_a_track_changes_no_other_order(
    find: Door, studied: dict[str, int], catalogue: Catalogue, query: str
) -> None:
    from sqlalchemy import text

    before = await find.ranking(query)
    gone = before[2]
    async with catalogue.begin() as session:
        await session.execute(text("delete from tracks where title = :title"), {"title": gone})
    assert await find.ranking(query) == [title for title in before if title != gone]


async def test_the_order_tracks_came_in_does_not_matter(
    catalogue: Catalogue, embedder: TextEmbedder, head: MoodHead, find: Door
) -> None:
    from sqlalchemy import text

    orders = []
    for tracks in (TRACKS, TRACKS[::-1]):
        await crate(catalogue, tracks)
        await study_text(catalogue, embedder)
        await study_mood(catalogue, embedder, head)
        orders.append([await find.titles(query) for query in ("sad songs", "good music", "house")])
        async with catalogue.begin() as session:
            await session.execute(text("delete from tracks"))
    assert orders[0] == orders[1]


async def test_without_study_words_still_find(catalogue: Catalogue, find: Door) -> None:
    await crate(catalogue, TRACKS)
    assert (await find.titles("glass harbour"))[0] == "Glass Harbour"


async def test_variance_is_repeatable_and_keeps_the_reasons(find: Door, studied: dict[str, int]) -> None:
    first, second = [await find.titles("calm", variance=1.0, seed=7) for _ in range(2)]
    assert first == second
    assert sorted(map(str, first)) == sorted(map(str, await find.titles("calm")))


async def test_an_empty_catalogue_answers_with_nothing(find: Door) -> None:
    assert (await find("anything")).results == ()


async def test_why_scores_any_track(find: Door, studied: dict[str, int]) -> None:
    shown = (await find("calm evening")).results[0]
    asked = await find.why(int(shown.track_id), "calm evening")
    assert asked.score == pytest.approx(shown.score, abs=1e-6)
    assert (asked.rank, asked.without, asked.sentence) == (shown.rank, shown.without, shown.sentence)
    gone = await find.why(studied["Gone Link"], "calm evening")
    assert sum(term.contribution for term in gone.why) == pytest.approx(gone.score, abs=1e-9)
    with pytest.raises(NotFound):
        await find.why(999_999, "calm")


async def test_a_track_that_goes_while_it_is_found_is_left_out_and_the_others_move_up(
    find: Door, studied: dict[str, int]
) -> None:
    before = await find.finder.store.snapshot()
    first, *rest = (await find("calm piano")).results
    async with find.catalogue.begin() as session:
        await session.execute(text("delete from tracks where id = :id"), {"id": int(first.track_id)})
    found = await recommend(find.finder, Request(query="calm piano"), snapshot=before)
    assert [result.track_id for result in found.results] == [result.track_id for result in rest]
    assert [result.rank for result in found.results] == [result.rank for result in rest]


async def test_search_quotes_at_most_twelve_words(find: Door, studied: dict[str, int]) -> None:
    answer = await search(find.finder, SearchRequest(query="the fading light", top_k=3))
    hit = answer.results[0]
    assert (hit.title, hit.span_field) == ("Without You the Rain", "lyrics")
    assert hit.span is not None
    assert len(hit.span.split()) <= 12
    assert sum(term.contribution for term in hit.why) == pytest.approx(hit.score, abs=1e-9)
