"""Excerpts by link: what answers with audio gives its first 30 s; everything else its reason."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import numpy as np
import pytest
from sqlalchemy import insert, select, text

from cratedig.box.box import Box
from cratedig.box.encode import flac
from cratedig.catalogue import Catalogue, published, sounds
from cratedig.catalogue.tables import Track
from cratedig.collect.excerpts import EXCERPT_S, collect_excerpts
from cratedig.net import Net
from tests.net.site import MovedClock, Says, Site, answer, serving

LONG = flac(np.random.default_rng(1).uniform(-0.5, 0.5, 8000 * 40).astype(np.float32), 8000)
PAGES: dict[str, Says | list[Says]] = {
    "/long.flac": answer(200, LONG, content_type="audio/flac"),
    "/page": answer(200, b"<html>", content_type="text/html"),
    "/lie": answer(200, b"<html>" * 100, content_type="audio/mpeg"),
    "/gone": answer(404),
    "/dead.flac": answer(200, LONG, content_type="audio/flac"),
}


@pytest.fixture(scope="module")
async def box() -> AsyncIterator[Box]:
    async with Box.open(ffmpeg="") as box:
        yield box


@pytest.fixture
async def site(catalogue: Catalogue) -> AsyncIterator[Site]:
    """A site, and a track for each of its pages."""
    async with serving(dict(PAGES)) as site:
        tracks = [
            {"source": "test", "url": site.url(path), "url_status": "DEAD" if "dead" in path else "VALID"}
            for path in PAGES
        ]
        async with catalogue.begin() as session:
            await session.execute(insert(Track), tracks)
        yield site


async def test_what_is_audio_is_kept_and_the_rest_says_why(
    catalogue: Catalogue, box: Box, site: Site, tmp_path: Path
) -> None:
    async with Net.open(allowed=site.allowed, clock=MovedClock()) as net:
        account = await collect_excerpts(catalogue, net, box, data_dir=tmp_path)
        assert account.as_dict() == {"links": 4, "kept": 1, "without": {"no_audio": 2, "undecodable": 1}}
        again = await collect_excerpts(catalogue, net, box, data_dir=tmp_path)
    assert again.links == 0
    async with catalogue.begin() as session:
        known = await sounds.of_track(session, 1)
        [file] = await published.listed(session, ["sound"])
        tried = (await session.scalars(select(Track.extra["sound_try"]["reason"]).order_by(Track.id))).all()
    assert known is not None
    assert (known.sound.origin, known.sound.path) == ("excerpt", file.path)
    audio = await box.decode_audio(tmp_path / file.path)
    assert audio.duration_s == pytest.approx(EXCERPT_S)
    assert tried == [None, "no_audio", "undecodable", "no_audio", None]
    assert "/dead.flac" not in site.paths()


async def test_a_link_that_gave_nothing_is_asked_again_later(
    catalogue: Catalogue, box: Box, site: Site, tmp_path: Path
) -> None:
    async with Net.open(allowed=site.allowed, clock=MovedClock()) as net:
        await collect_excerpts(catalogue, net, box, data_dir=tmp_path, limit=2)
        async with catalogue.begin() as session:
            await session.execute(
                text("""update tracks set extra = jsonb_set(extra, '{sound_try,at}', '"2020-01-01"') where id = 2""")
            )
        assert (await collect_excerpts(catalogue, net, box, data_dir=tmp_path, limit=1)).without == {"no_audio": 1}
    assert site.paths().count("/page") == 2
