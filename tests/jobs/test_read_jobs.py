"""Reading lyrics as jobs: each track once, whoever dies meanwhile, and again when the lyric or the analyzer changed."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from functools import partial
from pathlib import Path

import pytest
from sqlalchemy import insert, text

from cratedig.catalogue import Catalogue, findings, imports, jobs
from cratedig.catalogue.jobs import Job
from cratedig.catalogue.tables import Track
from cratedig.errors import InputRejected, RemoteUnavailable
from cratedig.jobs.kinds import shipped
from cratedig.jobs.kinds.study import ask
from cratedig.jobs.worker import Rhythm, working
from cratedig.jobs.workshop import Workshop
from cratedig.models.embedder import TextEmbedder
from cratedig.music.finding import EMBEDDING_DIM, Finding, Theme
from cratedig.music.lyric import Lyric
from cratedig.music.mood import Mood
from cratedig.settings import Settings
from cratedig.understand.lyrics.analyzer import Analyzer
from cratedig.understand.lyrics.analyzers import Analyzers
from cratedig.understand.lyrics.hybrid.analyzer import Hybrid

from .conftest import Ended

RHYTHM = Rhythm(heartbeat_s=0.5, stalled_after_s=10.0, max_starts=1)


class Counting:
    """Computes: says how many words there are, and remembers how often it was asked."""

    name = "algorithmic"

    def __init__(self, version: str = "words 1") -> None:
        self.version = version
        self.read_lyrics: list[str] = []

    def read(self, lyrics: Sequence[Lyric], tempos_bpm: Sequence[float | None]) -> list[Finding | InputRejected]:
        return [self._one(lyric, tempo) for lyric, tempo in zip(lyrics, tempos_bpm, strict=True)]

    async def analyze(self, lyric: Lyric, *, tempo_bpm: float | None = None) -> Finding:
        found = self._one(lyric, tempo_bpm)
        if isinstance(found, InputRejected):
            raise found
        return found

    def _one(self, lyric: Lyric, tempo_bpm: float | None) -> Finding | InputRejected:
        self.read_lyrics.append(lyric.text)
        words = len(lyric.text.split())
        if not words:
            return InputRejected("There are no words.")
        return Finding(
            self.name,
            self.version,
            sentiment="positive",
            valence=0.5,
            confidence=0.75,
            themes=(Theme("rain", 0.75), Theme("night", 0.25)),
            complexity=0.125,
            mood=Mood(0.5, -0.25),
            emotions={"joy": 0.5},
            data={"words": words, "tempo_bpm": tempo_bpm},
            embedding=(0.5,) * EMBEDDING_DIM,
            processing_ms=1.25,
        )


class Answering:
    """Is asked and waits, as a chat model is; each answer has its price. Fails from the `fails_from`-th question on,
    as long as that is set."""

    name = "qwen"
    version = "qwen/qwen3-4b-fp8 prompt 1"

    def __init__(self) -> None:
        self.asked: list[str] = []
        self.fails_from: int | None = None

    async def analyze(self, lyric: Lyric, *, tempo_bpm: float | None = None) -> Finding:
        if self.fails_from is not None and len(self.asked) >= self.fails_from:
            raise RemoteUnavailable("The model does not answer.")
        self.asked.append(lyric.text)
        await asyncio.sleep(0)
        return Finding(
            self.name, self.version, "neutral", 0.0, 0.5, data={"usage": {"usd": 0.0005}}, processing_ms=600.0
        )


@pytest.fixture
def counting() -> Counting:
    return Counting()


@pytest.fixture
def answering() -> Answering:
    return Answering()


@pytest.fixture
def shop(
    catalogue: Catalogue, embedder: TextEmbedder, tmp_path: Path, counting: Counting, answering: Answering
) -> Workshop:
    return shop_of(catalogue, embedder, tmp_path, counting, answering)


def shop_of(catalogue: Catalogue, embedder: TextEmbedder, folder: Path, *analyzers: Analyzer) -> Workshop:
    async def one(analyzer: Analyzer) -> Analyzer:
        return analyzer

    ways = {analyzer.name: partial(one, analyzer) for analyzer in (*analyzers, Hybrid(analyzers))}
    return Workshop(Settings.load(data_dir=folder), catalogue, embedder=embedder, analyzers=Analyzers(ways))


async def songs(catalogue: Catalogue, count: int) -> None:
    rows = [
        {"title": f"Song {n}", "lyrics": f"rain number {n}\nover the tin roofs", "source": "test"} for n in range(count)
    ]
    async with catalogue.begin() as session:
        await session.execute(insert(Track), rows)


async def studied(shop: Workshop, ended: Ended, **wanted: object) -> Job:
    async with shop.catalogue.begin() as session:
        job_id = await ask(session, **{"what": "lyrics", "analyzer": "algorithmic", **wanted})  # type: ignore[arg-type]
    async with working(shop, shipped(), RHYTHM):
        return (await ended(job_id))[0]


async def change(catalogue: Catalogue, statement: str) -> None:
    async with catalogue.begin() as session:
        await session.execute(text(statement))


async def of_track(catalogue: Catalogue, track_id: int, **versions: str) -> list[findings.Stored]:
    async with catalogue.begin() as session:
        return await findings.of_track(session, track_id, versions=versions)


async def test_each_track_with_lyrics_is_read_once(
    catalogue: Catalogue, shop: Workshop, counting: Counting, ended: Ended
) -> None:
    await songs(catalogue, 3)
    await change(catalogue, "insert into tracks (title, source) values ('silent', 'test')")
    job = await studied(shop, ended)
    assert (job.status, job.result) == ("succeeded", {"algorithmic": {"done": 3, "total": 3, "unread": 0}})
    again = await studied(shop, ended)
    assert again.result == {"algorithmic": {"done": 0, "total": 0, "unread": 0}}
    assert len(counting.read_lyrics) == 3


async def test_a_stored_finding_is_the_one_that_was_found(
    catalogue: Catalogue, shop: Workshop, counting: Counting, ended: Ended
) -> None:
    await songs(catalogue, 1)
    await change(catalogue, """update tracks set audio_features = '{"tempo": 92.4}'""")
    await studied(shop, ended)
    (stored,) = await of_track(catalogue, 1)
    found = stored.finding
    assert found is not None
    assert (found.sentiment, found.valence, found.confidence, found.complexity) == ("positive", 0.5, 0.75, 0.125)
    assert (found.themes, found.mood) == ((Theme("rain", 0.75), Theme("night", 0.25)), Mood(0.5, -0.25))
    assert (found.emotions, found.processing_ms) == ({"joy": 0.5}, 1.25)
    assert found.data == {"words": 7, "tempo_bpm": 92}
    assert (stored.stale, stored.version, stored.type) == ("", "words 1", "algorithmic")
    async with catalogue.begin() as session:
        row = (
            await session.execute(text("select themes, vector_dims(analysis_embedding) from analysis_results"))
        ).one()
    assert tuple(row) == ("rain, night", EMBEDDING_DIM)


@pytest.mark.parametrize(
    "statement",
    [
        "update tracks set lyrics = 'other words' where id = 2",
        """update tracks set audio_features = '{"tempo": 120}' where id = 2""",
    ],
    ids=["another lyric", "another tempo"],
)
async def test_only_what_changed_is_read_again(
    catalogue: Catalogue, shop: Workshop, counting: Counting, ended: Ended, statement: str
) -> None:
    await songs(catalogue, 3)
    await studied(shop, ended)
    await change(catalogue, statement)
    assert [(await of_track(catalogue, track))[0].stale for track in (1, 2, 3)] == ["", "lyric", ""]
    assert (await studied(shop, ended)).result["algorithmic"]["done"] == 1
    assert (await of_track(catalogue, 2))[0].stale == ""


async def test_another_version_makes_every_finding_stale(
    catalogue: Catalogue, shop: Workshop, embedder: TextEmbedder, tmp_path: Path, ended: Ended
) -> None:
    await songs(catalogue, 3)
    await studied(shop, ended)
    assert [one.stale for one in await of_track(catalogue, 1, algorithmic="words 2")] == ["analyzer"]
    async with catalogue.begin() as session:
        (progress,) = await findings.progress(session, {"algorithmic": "words 2"})
    assert (progress.tracks, progress.fresh, progress.stale) == (3, 0, 3)
    newer = shop_of(catalogue, embedder, tmp_path, Counting("words 2"))
    assert (await studied(newer, ended)).result["algorithmic"]["done"] == 3
    async with catalogue.begin() as session:
        (progress,) = await findings.progress(session, {"algorithmic": "words 2"})
    assert (progress.fresh, progress.stale) == (3, 0)


async def test_a_lyric_without_words_is_said_to_be_one_and_left(
    catalogue: Catalogue, shop: Workshop, counting: Counting, ended: Ended
) -> None:
    await songs(catalogue, 1)
    await change(catalogue, "update tracks set lyrics = '[Instrumental]'")
    assert (await studied(shop, ended)).result["algorithmic"] == {"done": 1, "total": 1, "unread": 1}
    (stored,) = await of_track(catalogue, 1)
    assert (stored.finding, stored.error) == (None, "There are no words.")
    assert (await studied(shop, ended)).result["algorithmic"]["done"] == 0


async def test_a_limit_holds_and_redo_reads_all_again(
    catalogue: Catalogue, shop: Workshop, counting: Counting, ended: Ended
) -> None:
    await songs(catalogue, 5)
    done = [
        (await studied(shop, ended, **how)).result["algorithmic"]["done"] for how in ({"limit": 2}, {}, {"redo": True})
    ]
    assert done == [2, 3, 5]


async def test_what_was_answered_is_never_paid_for_again(
    catalogue: Catalogue, shop: Workshop, answering: Answering, ended: Ended
) -> None:
    """The model fails after 30 of 50 answers: these are kept, and the next study asks about the other 20 only."""
    await songs(catalogue, 50)
    answering.fails_from = 30
    failed = await studied(shop, ended, analyzer="qwen")
    assert (failed.status, len(answering.asked)) == ("failed", 30)
    answering.fails_from = None
    done = await studied(shop, ended, analyzer="qwen")
    assert done.result["qwen"]["done"] == 20
    assert len(answering.asked) == len(set(answering.asked)) == 50
    assert done.result["qwen"]["microdollars"] == 20 * 500


async def test_a_cancelled_study_keeps_what_it_has(
    catalogue: Catalogue, shop: Workshop, counting: Counting, ended: Ended
) -> None:
    await songs(catalogue, 3)
    async with catalogue.begin() as session:
        job_id = await ask(session, what="lyrics", analyzer="algorithmic")
        await jobs.cancel(session, job_id)
    async with working(shop, shipped(), RHYTHM):
        (job,) = await ended(job_id)
    assert (job.status, counting.read_lyrics) == ("cancelled", [])


async def test_the_platforms_queries_find_what_qwen_found(
    catalogue: Catalogue, shop: Workshop, answering: Answering, ended: Ended
) -> None:
    await songs(catalogue, 4)
    await studied(shop, ended, analyzer="qwen", limit=1)
    queries = (Path(__file__).parents[1] / "catalogue" / "go_to_queries.sql").read_text().split(";")
    async with catalogue.begin() as session:
        lacking, progress = [(await session.execute(text(query))).all() for query in queries[:2]]
    assert [row.id for row in lacking] == [2, 3, 4]
    assert (progress[0].total_tracks, progress[0].analyzed_tracks, float(progress[0].percentage)) == (4, 1, 25.0)


async def test_a_deleted_track_takes_its_findings(
    catalogue: Catalogue, shop: Workshop, counting: Counting, ended: Ended
) -> None:
    await songs(catalogue, 2)
    await studied(shop, ended)
    await change(catalogue, "delete from tracks where id = 1")
    async with catalogue.begin() as session:
        assert list(await session.scalars(text("select track_id from analysis_results"))) == [2]


async def test_tracks_that_turn_out_to_be_one_keep_one_finding_of_each_analyzer(
    catalogue: Catalogue, shop: Workshop, counting: Counting, ended: Ended
) -> None:
    await songs(catalogue, 5)
    await studied(shop, ended)
    await change(catalogue, "delete from analysis_results where track_id = 5")
    await change(catalogue, "insert into analysis_results (track_id, analyzer_type) values (1, 'elsewhere')")
    async with catalogue.begin() as session:
        await imports.drop_merged_tracks(session, [(1, 3), (2, 5), (4, 5)])
        rows = await session.execute(text("select track_id, analyzer_type from analysis_results order by 1, 2"))
    assert [tuple(row) for row in rows] == [(3, "algorithmic"), (3, "elsewhere"), (5, "algorithmic")]


async def test_what_was_found_is_combined_and_again_when_a_part_of_it_is_new(
    catalogue: Catalogue, shop: Workshop, counting: Counting, answering: Answering, ended: Ended
) -> None:
    async def combined() -> tuple[int, list[str], str]:
        done = (await studied(shop, ended, analyzer="hybrid")).result["hybrid"]["done"]
        (stored,) = [one for one in await of_track(catalogue, 1, hybrid="1") if one.analyzer == "hybrid"]
        assert stored.finding is not None
        return done, sorted(stored.finding.data["weights"]), stored.stale

    await songs(catalogue, 3)
    assert (await studied(shop, ended, analyzer="hybrid")).result["hybrid"]["done"] == 0  # nothing to combine yet
    await studied(shop, ended)
    read = len(counting.read_lyrics)
    assert await combined() == (3, ["algorithmic"], "")
    assert await combined() == (0, ["algorithmic"], "")
    await studied(shop, ended, analyzer="qwen", limit=1)
    assert [one.stale for one in await of_track(catalogue, 1, hybrid="1")] == ["", "analyzer", ""]
    assert await combined() == (1, ["algorithmic", "qwen"], "")
    assert (len(counting.read_lyrics), len(answering.asked)) == (read, 1)  # nobody read anything again
