"""Sounds are played in ranges, and nothing but what was recorded is."""

from __future__ import annotations

from pathlib import Path

import httpx2
import pytest

from cratedig.catalogue import sounds
from cratedig.catalogue.sounds import Sound
from cratedig.publish import publish
from cratedig.wiring import App

DATA = b"fLaC" + bytes(range(256)) * 40


async def put(app: App, track_id: int, path: Path, data: bytes = DATA) -> Path:
    """Gives a track a recorded sound."""
    published = publish(path, data)
    async with app.catalogue.begin() as session:
        await sounds.record(session, [Sound(track_id, str(path), published.sha256, "file")])
    return path


@pytest.fixture
async def address(app: App, crate: dict[str, int], tmp_path: Path) -> str:
    track_id = crate["Quiet Water"]
    await put(app, track_id, tmp_path / "music" / "quiet.flac")
    return f"/api/v1/track/{track_id}/audio"


async def test_a_sound_is_sent_whole(client: httpx2.AsyncClient, address: str) -> None:
    answer = await client.get(address)
    assert (answer.status_code, answer.content) == (200, DATA)
    assert answer.headers["content-type"] == "audio/flac"
    assert answer.headers["accept-ranges"] == "bytes"
    assert answer.headers["x-content-type-options"] == "nosniff"


@pytest.mark.parametrize(
    ("asked", "expected"),
    [
        ("bytes=0-3", b"fLaC"),
        ("bytes=-2", DATA[-2:]),
        (f"bytes={len(DATA) - 1}-", DATA[-1:]),
        ("bytes=4-9", DATA[4:10]),
    ],
)
async def test_a_range_is_sent_as_a_part(client: httpx2.AsyncClient, address: str, asked: str, expected: bytes) -> None:
    answer = await client.get(address, headers={"Range": asked})
    assert (answer.status_code, answer.content) == (206, expected)
    assert answer.headers["content-range"].endswith(f"/{len(DATA)}")


@pytest.mark.parametrize("asked", ["bytes=", "lines=1-2", "bytes=0-1,3-4", "bytes=9-2", "bytes=x-y"])
async def test_a_range_that_cannot_be_read_is_passed_over(client: httpx2.AsyncClient, address: str, asked: str) -> None:
    assert (await client.get(address, headers={"Range": asked})).content == DATA


async def test_a_range_behind_the_end_is_refused_in_our_shape(client: httpx2.AsyncClient, address: str) -> None:
    answer = await client.get(address, headers={"Range": "bytes=999999-"})
    assert (answer.status_code, answer.json()["error"]) == (416, "range_not_satisfiable")
    assert answer.headers["content-range"] == f"bytes */{len(DATA)}"


async def test_a_track_without_a_sound_says_so(client: httpx2.AsyncClient, crate: dict[str, int]) -> None:
    answer = await client.get(f"/api/v1/track/{crate['Neon Tram']}/audio")
    assert (answer.status_code, answer.json()["error"]) == (404, "not_found")


async def test_what_took_the_files_place_is_not_sent(
    app: App, client: httpx2.AsyncClient, crate: dict[str, int], tmp_path: Path
) -> None:
    secret = tmp_path / "secret"
    secret.write_bytes(b"the pepper")
    path = await put(app, crate["Sunday Parade"], tmp_path / "music" / "parade.flac")
    address = f"/api/v1/track/{crate['Sunday Parade']}/audio"
    assert (await client.get(address)).status_code == 200
    path.unlink()
    path.symlink_to(secret)
    assert (await client.get(address)).status_code == 404
    path.unlink()
    path.write_bytes(b"the pepper")
    assert (await client.get(address)).status_code == 404
    path.unlink()
    assert (await client.get(address)).status_code == 404
    path.mkdir()
    assert (await client.get(address)).status_code == 404


async def test_bytes_that_are_no_audio_are_never_a_page(
    app: App, client: httpx2.AsyncClient, crate: dict[str, int], tmp_path: Path
) -> None:
    await put(app, crate["Grey Harbour"], tmp_path / "page.html", b"<script>alert(1)</script>")
    answer = await client.get(f"/api/v1/track/{crate['Grey Harbour']}/audio")
    assert answer.headers["content-type"] == "application/octet-stream"
