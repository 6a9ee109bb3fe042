"""Lyrics as a channel of search: a song is found by a few of its lines, and those are what is shown."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import text

from cratedig.catalogue import Catalogue, findings, lyric_chunks
from cratedig.catalogue.lyric_chunks import Where
from cratedig.catalogue.lyric_facets import Asked
from cratedig.find.finder import Finder
from cratedig.find.lyric_search import FEW
from cratedig.find.lyric_span import place_in_lyric
from cratedig.find.request import Filters, Hit, SearchRequest
from cratedig.find.search import search
from cratedig.find.spaces.build import build
from cratedig.find.spaces.shelf import leave_to_the_tick
from cratedig.find.spaces.space import LINES
from cratedig.find.span import LONGEST
from cratedig.find.store import Store
from cratedig.models.embedder import TextEmbedder
from cratedig.models.mood import MoodHead
from cratedig.music.finding import Finding, Theme
from cratedig.music.lyric import Lyric
from cratedig.understand import lyric_chunks as passages
from cratedig.understand.study import study_text
from tests.find.conftest import crate

FERRY = """[Verse 1]
The accountant waters every plant before he goes
He puts the cap back on the pen and lines them up in rows
He says good evening to the lift, good evening to the rain
He counts the seventeen small steps that lead him to the train

[Chorus]
Someone drowned here in the harbour long before I came
And the sailors throw a lantern in and whisper him a name

[Verse 2]
The supermarket radio is playing something old
The oranges are on the left, the milk is always cold"""
SONGS: list[dict[str, Any]] = [
    {"title": "Office Hours", "artist": "Quiet Stapler", "year": 1999, "lyrics": FERRY},
    {
        "title": "Sun Song",
        "artist": "Mara Voss",
        "year": 2015,
        "lyrics": "Dance in the sun\n" * 6 + "Come and have fun",
    },
    {"title": "Instrumental in F", "artist": "Mara Voss", "year": 2016},
    {"title": "Winter Coat", "artist": "Ilse Brandt", "year": 2003, "lyrics": "My coat is warm\nThe snow is deep"},
]
SOUGHT = "a seaman died in the water of the port"


async def take_apart(catalogue: Catalogue, embedder: TextEmbedder) -> int:
    """As the jobs do it; how many tracks there were."""
    done = 0
    for part in await passages.parts(catalogue, embedder):
        read, chunks = await passages.read(catalogue, embedder, part)
        async with catalogue.begin() as session:
            await lyric_chunks.save(session, read, chunks)
        done += len(read)
    return done


@pytest.fixture
async def songs(catalogue: Catalogue, embedder: TextEmbedder) -> dict[str, int]:
    ids = await crate(catalogue, SONGS)
    await study_text(catalogue, embedder)
    await take_apart(catalogue, embedder)
    return ids


@pytest.fixture
def finder(catalogue: Catalogue, embedder: TextEmbedder, head: MoodHead, tmp_path: Path) -> Finder:
    return Finder(Store(catalogue, tmp_path, leave_to_the_tick), embedder, head)


async def hits(finder: Finder, query: str, **filters: Any) -> list[Hit]:
    response = await search(finder, SearchRequest(query, 10, Filters(dead_links=True, **filters)))
    return list(response.results)


async def test_a_song_is_found_by_what_two_of_its_lines_mean(songs: dict[str, int], finder: Finder) -> None:
    best = (await hits(finder, SOUGHT))[0]
    assert best.title == "Office Hours"
    assert best.span_field == "lyrics"
    assert best.span_line == 5
    assert best.span is not None
    assert best.span.startswith("Someone drowned here")
    assert len(best.span.split()) <= LONGEST
    assert best.score == pytest.approx(sum(term.contribution for term in best.why), abs=1e-9)


async def test_its_lines_raise_a_song_and_lower_none(
    songs: dict[str, int], finder: Finder, catalogue: Catalogue
) -> None:
    with_lines = {hit.track_id: hit.score for hit in await hits(finder, SOUGHT)}
    async with catalogue.begin() as session:
        await session.execute(text("delete from lyric_chunks"))
    without = {hit.track_id: hit.score for hit in await hits(finder, SOUGHT)}
    assert with_lines.keys() == without.keys()
    assert all(with_lines[track] >= score - 1e-9 for track, score in without.items())
    assert with_lines[str(songs["Office Hours"])] > without[str(songs["Office Hours"])]


async def test_the_same_question_has_the_same_answer(songs: dict[str, int], finder: Finder) -> None:
    assert await hits(finder, SOUGHT) == await hits(finder, SOUGHT)


async def test_an_index_of_the_lines_changes_no_answer(
    songs: dict[str, int], finder: Finder, catalogue: Catalogue, tmp_path: Path
) -> None:
    """Of a crate whose lines the database compares one by one."""
    before = await hits(finder, SOUGHT)
    await build(catalogue, LINES, data_dir=tmp_path)
    after = await hits(finder, SOUGHT)
    assert LINES.name in (await finder.store.snapshot()).indices
    assert [(one.title, one.span, one.span_line) for one in after] == [
        (one.title, one.span, one.span_line) for one in before
    ]
    assert [one.score for one in after] == pytest.approx([one.score for one in before], abs=1e-3)


@pytest.mark.parametrize(
    "filters", [{"min_year": 2000}, {"max_year": 1990}, {"genres": ("house",)}, {"exclude_artists": ("Quiet Stapler",)}]
)
async def test_what_does_not_meet_the_conditions_is_not_brought_by_its_lines(
    songs: dict[str, int], finder: Finder, filters: dict[str, Any]
) -> None:
    assert "Office Hours" not in {hit.title for hit in await hits(finder, SOUGHT, **filters)}


JOY, GRIEF, CITY = "emotion joy", "emotion sadness", "theme city"


@pytest.fixture
async def read(songs: dict[str, int], catalogue: Catalogue) -> dict[str, int]:
    """The songs, two of them with findings."""
    said = {
        "Office Hours": ({"sadness": 0.6, "joy": 0.1}, "City", 0.4),
        "Sun Song": ({"joy": 0.8, "sadness": 0.0}, "Summer", 2.5),
    }
    async with catalogue.begin() as session:
        for title, (emotions, theme, density) in said.items():
            for analyzer in ("emotion", "algorithmic"):
                finding = Finding(
                    *(analyzer, "1", "neutral", 0.0, 0.5),
                    themes=(Theme(theme, 0.5),) if analyzer == "algorithmic" else (),
                    emotions=emotions if analyzer == "emotion" else {},
                    data={"rhyme": {"density": density}} if analyzer == "algorithmic" else {},
                )
                unread = findings.Unread(songs[title], "", "", 0)
                await findings.save(session, findings.Reader(analyzer, "1", analyzer), [findings.Read(unread, finding)])
    return songs


@pytest.mark.parametrize(
    ("asked", "titles"),
    [
        (Asked(emotions=("joy",)), {"Sun Song"}),
        (Asked(emotions=("joy", "sadness")), {"Sun Song", "Office Hours"}),
        (Asked(emotions=("sadness",), themes=("city",)), {"Office Hours"}),
        (Asked(emotions=("joy",), themes=("city",)), set()),
        (Asked(min_rhyme_density=1.0), {"Sun Song"}),
        (Asked(min_rhyme_density=0.0), {"Sun Song", "Office Hours"}),
        (Asked(languages=("en",)), set()),
    ],
)
async def test_only_songs_whose_lyrics_are_as_asked_are_found(
    read: dict[str, int], finder: Finder, asked: Asked, titles: set[str]
) -> None:
    response = await search(finder, SearchRequest(SOUGHT, 10, lyrics=asked))
    assert {hit.title for hit in response.results} == titles


async def test_only_songs_of_the_artists_asked_for_are_found(songs: dict[str, int], finder: Finder) -> None:
    response = await search(finder, SearchRequest(SOUGHT, 10, artists=("Mara Voss", "ilse brandt")))
    assert {hit.title for hit in response.results} == {"Sun Song", "Instrumental in F", "Winter Coat"}


async def test_what_a_finding_says_changes_and_goes_with_it(read: dict[str, int], catalogue: Catalogue) -> None:
    async def facets() -> set[str]:
        async with catalogue.begin() as session:
            rows = await session.scalars(text("select unnest(facets) from lyric_facets"))
            return set(rows)

    assert await facets() == {JOY, GRIEF, CITY, "theme summer"}
    async with catalogue.begin() as session:
        await session.execute(text("update analysis_results set analysis_data = 'null' where analyzer = 'emotion'"))
    assert await facets() == {CITY, "theme summer"}
    async with catalogue.begin() as session:
        await session.execute(text("delete from analysis_results"))
    assert await facets() == set()


async def test_a_deleted_song_takes_its_lines_along(
    songs: dict[str, int], finder: Finder, catalogue: Catalogue
) -> None:
    async with catalogue.begin() as session:
        await session.execute(text("delete from tracks where id = :id"), {"id": songs["Office Hours"]})
        left = await session.scalar(
            text("select count(*) from lyric_chunks where track_id = :id"), {"id": songs["Office Hours"]}
        )
    assert left == 0
    assert "Office Hours" not in {hit.title for hit in await hits(finder, SOUGHT)}


async def test_only_what_changed_is_taken_apart_again(
    songs: dict[str, int], catalogue: Catalogue, embedder: TextEmbedder
) -> None:
    assert await take_apart(catalogue, embedder) == 0
    async with catalogue.begin() as session:
        await session.execute(text("update tracks set lyrics = 'Something else now' where title = 'Sun Song'"))
        await session.execute(text("update tracks set lyrics = null where title = 'Winter Coat'"))
    assert await take_apart(catalogue, embedder) == 2
    assert await take_apart(catalogue, embedder) == 0
    async with catalogue.begin() as session:
        counts = dict((await session.execute(text("select track_id, count(*) from lyric_chunks group by 1"))).all())
    assert counts == {songs["Office Hours"]: 3, songs["Sun Song"]: 1}


async def test_the_index_finds_what_a_look_at_all_finds(catalogue: Catalogue) -> None:
    """On 3,000 parts of 600 tracks; at a real size benchmarks/lyric_search.py measures it."""
    tracks, each = 600, 5
    rng = np.random.default_rng(3)
    vectors = rng.normal(size=(tracks * each, 384)).astype(np.float32)
    vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
    async with catalogue.begin() as session:
        await session.execute(
            text("insert into tracks (source, title) select 'test', n::text from generate_series(1, 600) n")
        )
        ids = list(await session.scalars(text("select id from tracks order by id")))
        chunks = [
            lyric_chunks.Chunk(track, n, "", n, 1, vectors[at * each + n])
            for at, track in enumerate(ids)
            for n in range(each)
        ]
        await lyric_chunks.save(session, [], chunks)
    found = right = 0
    for at in range(0, 200, 10):
        sought = vectors[at] + 0.3 * vectors[at + 1]
        exact = await lyric_chunks.nearest_of(catalogue.lines, sought, 10, ids)
        near = await lyric_chunks.nearest(catalogue.lines, sought, 10, breadth=400)
        odd = await lyric_chunks.nearest(catalogue.lines, sought, 10, breadth=400, only=ids[::2])
        assert {one.track_id for one in odd} <= set(ids[::2])
        assert len(odd) == 10
        assert [one.likeness for one in near] == sorted((one.likeness for one in near), reverse=True)
        places = {(one.track_id, one.number) for one in exact}
        found += len(places)
        right += len(places & {(one.track_id, one.number) for one in near})
    assert right / found >= 0.98
    assert FEW < lyric_chunks.MOST_BREADTH * 2


def test_a_lyric_is_cut_evenly_within_its_sections_and_repeats_count_once() -> None:
    lyric = Lyric.of(
        "[Hook]\na b\nc d\n\n[Verse]\n" + "\n".join(f"line {n}" for n in range(9)) + "\n\n[Hook]\nA b!\nc d"
    )
    found = passages.passages(lyric)
    assert [(one.first_line, len(one.lines)) for one in found] == [(0, 2), (2, 4), (6, 5)]


@given(
    st.lists(st.sampled_from(["[Verse]", "", "rain on me", "la", "the night is long and dark", "dancing"]), max_size=40)
)
def test_passages_are_the_lines_of_the_lyric_in_their_places(lines: list[str]) -> None:
    lyric = Lyric.of("\n".join(lines))
    for one in passages.passages(lyric):
        assert one.lines == lyric.lines[one.first_line : one.first_line + len(one.lines)]
        assert 1 <= len(one.lines) <= passages.MOST_LINES


@given(
    st.lists(st.sampled_from(["[Verse]", "", "rain on me", "la", "the night is long and dark", "café"]), max_size=20),
    st.lists(st.sampled_from(["rain", "night", "cafe", "helicopter", "a"]), max_size=3),
    st.none() | st.tuples(st.integers(0, 20), st.integers(0, 8)),
)
def test_what_is_shown_stands_on_the_line_that_is_named(
    lines: list[str], words: list[str], part: tuple[int, int] | None
) -> None:
    lyrics = "\n".join(lines)
    near = None if part is None else Where(*part)
    place = place_in_lyric(lyrics, words, near)
    if place is not None:
        assert len(place.words.split()) <= LONGEST
        assert place.words.split()[0] in Lyric.of(lyrics).lines[place.line - 1].split()
    elif near is None:
        assert not any(word in lyrics.replace("é", "e").split() for word in words if len(word) > 2)
