"""Evidence becomes profiles where there is newer evidence; what is gone is gone."""

from __future__ import annotations

from pathlib import Path

import pytest
from sqlalchemy import text

from cratedig.box.box import Box
from cratedig.catalogue import Catalogue, evidence, styles
from cratedig.catalogue.evidence import New
from cratedig.collect.midi import collect_midi
from cratedig.errors import NotFound
from cratedig.models.embedder import TextEmbedder
from cratedig.music.drums.kit import ROLAND
from cratedig.music.drums.style_shape import style_of, style_plain
from cratedig.music.score_packed import packed
from cratedig.understand import drummers
from cratedig.understand.drums.evidence import facts, performance
from cratedig.understand.drums.profile import profile
from tests.understand.drums.players import Stroke, eighths, score_of, sixteenths


async def bring(catalogue: Catalogue, artist: str, pieces: dict[str, list[Stroke]], *, tempo_bpm: float = 120) -> None:
    async with catalogue.begin() as session:
        artist_id = await styles.artist_id(session, artist)
        scores = {name: score_of(strokes, tempo_bpm=tempo_bpm) for name, strokes in pieces.items()}
        found = [
            New(artist_id, name, name, f"{artist} {name}", facts(score, ROLAND), packed(score))
            for name, score in scores.items()
        ]
        await evidence.add(session, found)


async def study(catalogue: Catalogue, embedder: TextEmbedder, *, redo: bool = False) -> list[str]:
    """The names of the artists who were studied."""
    wanted = await drummers.due(catalogue, redo=redo)
    for one in wanted:
        studied = await drummers.study(catalogue, embedder, one)
        async with catalogue.begin() as session:
            await drummers.save(session, studied)
    return [one.name for one in wanted]


async def test_a_profile_is_what_its_evidence_says(catalogue: Catalogue, embedder: TextEmbedder) -> None:
    await bring(catalogue, "Ann Lee", {"1.mid": eighths(66), "2.mid": eighths(64)})
    assert await study(catalogue, embedder) == ["Ann Lee"]
    async with catalogue.begin() as session:
        found = await styles.profile(session, "  ann LEE ")
        assert await styles.profile(session, "Nobody") is None
        assert (await styles.stamp(session, "Ann Lee")) is not None
    performances = [performance(f"{at}.mid", score_of(eighths(swing)), ROLAND) for at, swing in ((1, 66), (2, 64))]
    assert found == style_of(style_plain(profile("Ann Lee", performances)))


async def test_only_newer_evidence_is_studied(catalogue: Catalogue, embedder: TextEmbedder) -> None:
    await bring(catalogue, "Ann", {"1.mid": eighths(50)})
    await bring(catalogue, "Bo", {"1.mid": sixteenths(50)})
    assert await study(catalogue, embedder) == ["Ann", "Bo"]
    assert await study(catalogue, embedder) == []
    await bring(catalogue, "Bo", {"2.mid": sixteenths(60)})
    async with catalogue.begin() as session:
        before = await styles.stamp(session, "Bo")
        assert await drummers.is_something_due(session)
    assert await study(catalogue, embedder) == ["Bo"]
    async with catalogue.begin() as session:
        after = await styles.stamp(session, "Bo")
        assert not await drummers.is_something_due(session)
    assert before is not None
    assert after is not None
    assert after > before
    assert await drummers.due(catalogue, artist="???", redo=True) == []
    assert await study(catalogue, embedder, redo=True) == ["Ann", "Bo"]


async def test_who_drums_alike_comes_first(catalogue: Catalogue, embedder: TextEmbedder) -> None:
    await bring(catalogue, "Ann", {f"{at}.mid": eighths(66, bars=16 + at) for at in range(6)}, tempo_bpm=150)
    await bring(catalogue, "Bo", {f"{at}.mid": eighths(65, bars=16 + at) for at in range(6)}, tempo_bpm=155)
    await bring(catalogue, "Cy", {f"{at}.mid": sixteenths(50, bars=16 + at) for at in range(6)}, tempo_bpm=85)
    await study(catalogue, embedder)
    async with catalogue.begin() as session:
        found = await styles.similar(session, "Ann", limit=5)
        assert [one.name for one in found] == ["Bo", "Cy"]
        assert 1 >= found[0].similarity > found[1].similarity >= 0
        assert len(await styles.similar(session, "Bo", limit=1)) == 1
        back = await styles.similar(session, "Bo")
        assert back[0].similarity == pytest.approx(found[0].similarity, abs=1e-6)
        with pytest.raises(NotFound, match="no profile"):
            await styles.similar(session, "Nobody")


async def test_the_census_counts_what_became_of_artists(catalogue: Catalogue, embedder: TextEmbedder) -> None:
    async with catalogue.begin() as session:
        assert await styles.census(session) == {"total": 0, "cached": 0, "researching": 0, "failed": 0, "recent": []}
        await session.execute(text("insert into artists (name, folded, source) values ('Of a dump', 'of a dump', 'x')"))
    await bring(catalogue, "Ann", {"1.mid": eighths(50)})
    await bring(catalogue, "Bo", {"1.mid": eighths(50)})
    await study(catalogue, embedder)
    async with catalogue.begin() as session:
        counted = await styles.census(session)
        assert {name: counted[name] for name in ("total", "cached", "failed")} == {"total": 2, "cached": 2, "failed": 0}
        assert [one["name"] for one in counted["recent"]] == ["Bo", "Ann"]
        assert counted["recent"][0]["confidence"] == pytest.approx((await _confidence(catalogue, "Bo")), abs=1e-6)
        assert await styles.names(session) == ["Ann", "Bo"]


async def _confidence(catalogue: Catalogue, artist: str) -> float:
    async with catalogue.begin() as session:
        found = await styles.profile(session, artist)
    assert found is not None
    return found.confidence


async def test_evidence_that_says_nothing_makes_no_profile(catalogue: Catalogue, embedder: TextEmbedder) -> None:
    async with catalogue.begin() as session:
        artist_id = await styles.artist_id(session, "Ann")
        await evidence.add(session, [New(artist_id, "1.mid", "1.mid", "x", {"kit": "general midi"}, b"damaged")])
    assert await study(catalogue, embedder) == ["Ann"]
    assert await study(catalogue, embedder) == []
    async with catalogue.begin() as session:
        assert (await styles.census(session))["failed"] == 1
    await bring(catalogue, "Ann", {"2.mid": eighths(50)})
    assert await study(catalogue, embedder) == ["Ann"]


async def test_an_artist_deleted_is_gone_with_all_that_was_known(catalogue: Catalogue, embedder: TextEmbedder) -> None:
    await bring(catalogue, "Ann", {"1.mid": eighths(50)})
    await study(catalogue, embedder)
    async with catalogue.begin() as session:
        await session.execute(text("delete from artists"))
        left = [await session.scalar(text(f"select count(*) from {table}")) for table in _TABLES]
    assert left == [0, 0]


_TABLES = ("research_sources", "style_profiles")


async def test_a_real_drummer_is_learned_from_files(catalogue: Catalogue, embedder: TextEmbedder, shared: Path) -> None:
    folder = shared / "groove_midi" / "midi" / "drummer4"
    async with Box.open(ffmpeg="") as box:
        account = await collect_midi(catalogue, box, folder, facts=facts, kit=ROLAND, artist="drummer4")
    assert account.accepted == account.rows_in == 7
    await study(catalogue, embedder)
    async with catalogue.begin() as session:
        found = await styles.profile(session, "drummer4")
    assert found is not None
    assert found.sources == {"midi": 7}
    assert 80 <= found.value("tempo_min", 0) <= found.value("tempo_max", 0) <= 160
