"""The door of drumming: a name and a wish become files and a memory of them, on a real catalogue."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import numpy as np
import pytest

from cratedig.catalogue import Catalogue, styles
from cratedig.create.compose import Commission, Studio, compose, made, profile_of, similar
from cratedig.create.drums.request import Wish
from cratedig.errors import NotFound
from cratedig.models.chat.chain import Chain
from cratedig.models.chat.scripted import Asked, Scripted
from cratedig.music.drums.fidelity import Fidelity
from cratedig.music.drums.groove import Groove
from cratedig.music.drums.meter import Meter
from cratedig.music.drums.style import StyleProfile
from create.drums.chatting import part, words
from create.drums.written import ROCKER, SHUFFLER
from models.chat.asking import chain, provider

AT = datetime(2025, 11, 17, 10, 30, 45, tzinfo=UTC)
SHORT = Wish(bars=2, variations=2)
WRITTEN = {one.artist: one for one in (ROCKER, SHUFFLER)}


def opened(models: Chain | None) -> Callable[[], Awaitable[Chain | None]]:
    async def given() -> Chain | None:
        return models

    return given


@pytest.fixture
def studio(catalogue: Catalogue, tmp_path: Path) -> Studio:
    """Two written drummers, no model."""
    return Studio(catalogue, tmp_path, starter=WRITTEN.get, starters=lambda: tuple(WRITTEN), now=lambda: AT)


async def learn(catalogue: Catalogue, profile: StyleProfile) -> None:
    async with catalogue.begin() as session:
        own = await styles.artist_id(session, profile.artist)
        await styles.save(session, own, profile, embedding=np.full(384, 0.05, dtype=np.float32), evidence="tests")


async def test_a_name_becomes_files_and_is_remembered(studio: Studio, tmp_path: Path) -> None:
    asked = Commission("Ada Drum", Wish(bars=3, variations=2, meter=Meter(7, 8), seed=9), "template")
    done = await compose(studio, asked)
    assert [file.name for file in done.files] == [f"ada_drum_var{n}_20251117_103045.mid" for n in (1, 2)]
    assert all(file.read_bytes().startswith(b"MThd") for file in done.files)
    assert (done.provider_used, done.remarks, done.confidence) == ("template", (), 0.3)
    assert [len(groove.bars) for groove in done.grooves] == [3, 3]
    assert done.distances[0][1] > 0
    assert await made(studio, done.id) == done


async def test_what_was_made_outlives_its_files(studio: Studio) -> None:
    done = await compose(studio, Commission("Ada Drum", SHORT, "template"))
    for file in done.files:
        file.unlink()
    assert (await made(studio, done.id)).grooves == done.grooves
    with pytest.raises(NotFound, match="no drum part"):
        await made(studio, done.id + 1)


async def test_what_was_made_outlives_what_was_known_of_the_artist(catalogue: Catalogue, tmp_path: Path) -> None:
    studio = Studio(catalogue, tmp_path, starter=lambda name: None, starters=lambda: ())
    await learn(catalogue, ROCKER)
    done = await compose(studio, Commission(ROCKER.artist, SHORT, "template"))
    async with catalogue.begin() as session:
        await styles.fail(session, await styles.artist_id(session, ROCKER.artist))
    again = await made(studio, done.id)
    assert again == replace(done, profile=None)
    assert (again.sources, again.titles) == ({}, ())


async def test_the_same_commission_is_the_same_midi(studio: Studio, tmp_path: Path) -> None:
    one, two = [await compose(studio, Commission("Ada Drum", SHORT), out=tmp_path / name) for name in ("a", "b")]
    assert [file.read_bytes() for file in one.files] == [file.read_bytes() for file in two.files]


async def test_whoever_is_unknown_is_said_with_near_names_and_how_to_add_evidence(studio: Studio) -> None:
    with pytest.raises(NotFound, match=r"Nothing is known of how 'Ada Drumm' drums.*Ada Drum.*cratedig collect midi"):
        await compose(studio, Commission("Ada Drumm"))
    with pytest.raises(NotFound, match="Bring in MIDI files"):
        await profile_of(studio, "xyzzy")


async def test_evidence_comes_before_what_we_have_written(studio: Studio) -> None:
    heard = replace(SHUFFLER, artist="Ada Drum", sources={"midi": 3}, confidence=0.7)
    await learn(studio.catalogue, heard)
    assert (await profile_of(studio, "ada  drum")).confidence == 0.7
    first = await profile_of(studio, "Ada Drum")
    assert await profile_of(studio, "Ada Drum") is first, "kept, so that it is not learned from again"
    await learn(studio.catalogue, replace(heard, confidence=0.8))
    assert (await profile_of(studio, "Ada Drum")).confidence == 0.8


async def test_without_a_model_the_template_plays_and_says_so(studio: Studio) -> None:
    anyone = await compose(studio, Commission("Ada Drum", SHORT))
    assert anyone.provider_used == "template"
    assert "No chat model is configured" in anyone.remarks[0]
    named = await compose(studio, Commission("Ada Drum", SHORT, "google"))
    assert "google is not configured" in named.remarks[0]


async def test_a_model_that_is_configured_is_asked(studio: Studio) -> None:
    def plays(asked: Asked) -> str:
        return words(part(2))

    async with Scripted(plays) as model, chain(provider(model.base_url)) as models:
        done = await compose(replace(studio, chain=opened(models)), Commission("Ada Drum", SHORT))
    assert done.provider_used == "qwen"
    assert done.grooves[0].length_ticks == 2 * 4 * 480


async def test_where_no_model_answers_well_the_template_plays_and_says_why(studio: Studio) -> None:
    async with Scripted(lambda asked: "I do not drum.") as model, chain(provider(model.base_url)) as models:
        done = await compose(replace(studio, chain=opened(models)), Commission("Ada Drum", SHORT, "qwen"))
    assert done.provider_used == "template"
    assert "The template drummer played." in done.remarks[0]
    assert "qwen" in done.remarks[0]


async def test_the_ends_of_a_blend_are_its_artists(studio: Studio, tmp_path: Path) -> None:
    async def files(artist: str, blend: tuple[str, float] | None, folder: str) -> list[bytes]:
        asked = Commission(artist, replace(SHORT, tempo_bpm=100.0), "template", blend)
        return [file.read_bytes() for file in (await compose(studio, asked, out=tmp_path / folder)).files]

    own = await files("Ada Drum", None, "own")
    assert await files("Ada Drum", ("Shuffle Sam", 0.0), "none") == own
    assert await files("Ada Drum", ("Shuffle Sam", 1.0), "all") == await files("Shuffle Sam", None, "sam")
    assert await files("Ada Drum", ("Shuffle Sam", 0.5), "half") != own


class Listener:
    def hear(self, groove: Groove, profile: StyleProfile) -> Fidelity:
        return Fidelity(0.5, {"bars": len(groove.bars) / 4}, {}, claims_artist=False, says=f"Like {profile.artist}.")


async def test_an_ear_is_asked_of_every_variation(studio: Studio) -> None:
    done = await compose(replace(studio, ear=Listener()), Commission("Ada Drum", SHORT, "template"))
    assert [heard.says if heard else None for heard in done.fidelity] == ["Like Ada Drum."] * 2
    assert await made(studio, done.id) == done


async def test_who_plays_alike_is_told_without_themselves(studio: Studio) -> None:
    assert await similar(studio, "Ada Drum") == ("Ada Drum", (("Shuffle Sam", pytest.approx(1.0, abs=0.2)),))
    await learn(studio.catalogue, replace(SHUFFLER, artist="Max Beat"))
    name, near = await similar(studio, "max beat", limit=1)
    assert (name, len(near)) == ("Max Beat", 1)
