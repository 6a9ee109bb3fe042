"""Drumming over HTTP: parts, who is known, who plays alike; and the drummers' page."""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path
from typing import Any

import httpx2
import numpy as np
import pytest
from fastapi import FastAPI

import callers
from callers import make_key
from cratedig.box.box import Box
from cratedig.catalogue import styles
from cratedig.understand.drums.played import played
from cratedig.web.access.roles import Role
from cratedig.web.drums.shapes import ArtistsAnswer, Capabilities, GenerateAnswer, SimilarAnswer
from cratedig.wiring import App
from create.drums.written import ROCKER

BONHAM = {"artist": "John Bonham", "variations": 2, "bars": 2, "provider": "template"}


async def generated(client: httpx2.AsyncClient, **asked: Any) -> GenerateAnswer:
    answer = await client.post("/api/v1/generate", json=BONHAM | asked)
    assert answer.status_code == 200, answer.text
    return GenerateAnswer.model_validate(answer.json())


async def test_a_part_is_made_kept_and_handed_out_as_midi(client: httpx2.AsyncClient, app: App) -> None:
    made = await generated(client)
    assert (made.status, made.provider_used, made.artist) == ("success", "template", "John Bonham")
    assert len(made.midi_files) == len(made.variations) == 2
    assert all(re.fullmatch(r"/output/john_bonham_var\d_\d{8}_\d{6}\S*\.mid", file) for file in made.midi_files)
    answer = await client.get(made.variations[0].url)
    assert (answer.status_code, answer.headers["content-type"]) == (200, "audio/midi")
    file = app.settings.data_dir / "output" / made.midi_files[0].rpartition("/")[2]
    assert file.read_bytes() == answer.content, "as it was written"
    file.unlink()
    assert (await client.get(made.variations[0].url)).content == answer.content, "files can be lost"


async def test_the_same_seed_gives_the_same_bytes_and_another_one_others(client: httpx2.AsyncClient) -> None:
    one, again, other = [await generated(client, seed=seed) for seed in (3, 3, 4)]
    bytes_of = [(await client.get(made.variations[1].url)).content for made in (one, again, other)]
    assert bytes_of[0] == bytes_of[1] != bytes_of[2]


async def test_two_parts_made_at_once_are_files_of_their_own(client: httpx2.AsyncClient) -> None:
    made = [await generated(client) for _ in range(3)]
    assert len({file for one in made for file in one.midi_files}) == 6


@pytest.mark.parametrize(
    ("asked", "status", "words"),
    [
        ({"artist": "Nobody Inparticular"}, 404, "collect midi"),
        ({"artist": "Jon Bonham"}, 404, "John Bonham"),
        ({"artist": "  "}, 422, "artist"),
        ({"bars": 0}, 422, "bars must be at least 1"),
        ({"bars": 10**6}, 422, "bars must be at most 64"),
        ({"tempo": 0}, 422, "tempo must be at least 20"),
        ({"time_signature": [4, 3]}, 422, "time_signature is wrong: a beat cannot be one 3th of a whole note"),
        ({"time_signature": [64, 1], "bars": 64, "variations": 16}, 422, "fewer bars or variations"),
        ({"provider": "nobody"}, 422, "provider"),
        ({"variations": 17}, 422, "variations"),
        ({"swing_8": 80}, 422, "swing_8"),
        ({"seed": -1}, 422, "seed"),
        ({"blend": {"artist": "Nobody Inparticular"}}, 404, "Nobody Inparticular"),
        ({"blend": {"artist": "Ringo Starr", "share": 2}}, 422, "share"),
    ],
)
async def test_what_cannot_be_is_said_clearly(
    client: httpx2.AsyncClient, asked: dict[str, Any], status: int, words: str
) -> None:
    answer = await client.post("/api/v1/generate", json=BONHAM | asked)
    assert (answer.status_code, words in answer.text) == (status, True), answer.text


async def test_an_unknown_groove_or_variation_is_not_found(client: httpx2.AsyncClient) -> None:
    made = await generated(client)
    for path in ("999999-1", f"{made.id}-3"):
        assert (await client.get(f"/api/v1/grooves/{path}.mid")).status_code == 404


async def test_what_is_kept_is_for_editors_and_to_take_for_everyone(app: App, api: FastAPI) -> None:
    keys = [await make_key(app, role) for role in (Role.EDITOR, Role.READER)]
    async with callers.client(api, key=keys[0].key) as editor, callers.client(api, key=keys[1].key) as reader:
        made = await generated(editor)
        refused = [await reader.post("/api/v1/generate", json=BONHAM), await reader.post("/drummers", data=BONHAM)]
        taken = await reader.get(made.variations[0].url)
    assert [answer.status_code for answer in refused] == [403, 403]
    assert taken.status_code == 200


async def test_who_is_asked_for_and_not_configured_is_stood_in_for_and_it_is_said(client: httpx2.AsyncClient) -> None:
    made = await generated(client, provider="anthropic")
    assert made.provider_used == "template"
    assert any("anthropic" in remark for remark in made.remarks)


async def test_who_is_known_and_what_may_be_asked_is_told(client: httpx2.AsyncClient) -> None:
    artists = ArtistsAnswer.model_validate((await client.get("/api/v1/artists")).json())
    assert artists.total == 0
    assert {"John Bonham", "Tony Allen"} <= set(artists.written)
    able = Capabilities.model_validate((await client.get("/api/v1/capabilities")).json())
    assert able.drums["bars"] == [1, 64]
    for name in able.drums["providers"]:
        assert (await client.post("/api/v1/generate", json=BONHAM | {"provider": name})).status_code == 200


async def test_who_plays_alike_is_told_nearest_first(client: httpx2.AsyncClient) -> None:
    answer = await client.get("/api/v1/similar/John Bonham", params={"limit": 4})
    alike = SimilarAnswer.model_validate(answer.json())
    assert alike.artist == "John Bonham"
    shares = [one.similarity for one in alike.similar_artists]
    assert len(shares) == 4
    assert shares == sorted(shares, reverse=True)
    assert "John Bonham" not in {one.name for one in alike.similar_artists}
    assert (await client.get("/api/v1/similar/Nobody Inparticular")).status_code == 404


async def test_the_page_lists_who_can_play(client: httpx2.AsyncClient) -> None:
    page = (await client.get("/drummers")).text
    assert 'href="/drummers?artist=John%20Bonham"' in page
    assert "cratedig collect midi" in page


async def test_the_page_of_a_drummer_shows_what_the_style_rests_on(client: httpx2.AsyncClient) -> None:
    page = (await client.get("/drummers", params={"artist": "john bonham"})).text
    assert "<h1>John Bonham</h1>" in page
    assert 'class="radar-value"' in page
    assert "sources of a profile written by us" in page


async def test_the_form_makes_a_page_of_its_own(client: httpx2.AsyncClient) -> None:
    answer = await client.post("/drummers", data={"artist": "Tony Allen", "bars": "2", "variations": "2", "seed": "5"})
    assert answer.status_code == 303
    where = answer.headers["location"].partition("#")[0]
    page = (await client.get(where)).text
    assert page.count('class="variation"') == 2
    assert page.count('class="grid-bar"') == 4
    assert 'name="seed" type="number" min="0" value="5"' in page
    assert (await client.get("/drummers/999999")).status_code == 404


async def test_a_blend_has_a_page_of_its_own_too(client: httpx2.AsyncClient) -> None:
    made = await generated(client, blend={"artist": "Tony Allen", "share": 0.3})
    page = await client.get(f"/drummers/{made.id}")
    assert (page.status_code, page.text.count('class="variation"')) == (200, 2), page.text
    assert "John Bonham with 30% Tony Allen" in page.text
    assert "Who plays like that" not in page.text


async def test_a_name_with_a_stroke_in_it_can_be_asked_about(client: httpx2.AsyncClient, app: App) -> None:
    profile, vector = replace(ROCKER, artist="AC/DC"), np.full(384, 0.05, dtype=np.float32)
    async with app.catalogue.begin() as session:
        own = await styles.artist_id(session, profile.artist)
        await styles.save(session, own, profile, embedding=vector, evidence="tests")
    answer = await client.get("/api/v1/similar/AC%2FDC")
    assert (answer.status_code, answer.json()["artist"]) == (200, "AC/DC")


@pytest.mark.parametrize(("fields", "status"), [({"bars": "0"}, 422), ({"artist": "Nobody Inparticular"}, 404)])
async def test_a_wrong_form_comes_back_as_it_was_with_why(
    client: httpx2.AsyncClient, fields: dict[str, str], status: int
) -> None:
    answer = await client.post("/drummers", data={"artist": "Tony Allen", "tempo": "93"} | fields)
    assert answer.status_code == status
    assert 'role="alert"' in answer.text
    assert 'value="93"' in answer.text


async def test_what_is_written_plays_as_it_was_drawn(client: httpx2.AsyncClient, tmp_path: Path) -> None:
    made = await generated(client, bars=4, time_signature=[7, 8], humanize=False)
    path = tmp_path / "a.mid"
    path.write_bytes((await client.get(made.variations[0].url)).content)
    async with Box.open() as box:
        groove = played(await box.decode_midi(path)).groove()
    assert [str(bar.meter) for bar in groove.bars] == ["7/8"] * 4
    assert groove.tempo_bpm == pytest.approx(made.tempo, rel=1e-3)
