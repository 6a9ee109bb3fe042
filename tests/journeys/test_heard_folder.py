"""The ear's journey: a folder of sounds, some of them odd, becomes tracks that are measured, felt and found."""

from __future__ import annotations

import io
from pathlib import Path

import httpx2
import numpy as np
import pytest
import soundfile
from sqlalchemy import select

from cratedig.box.box import Box
from cratedig.box.encode import flac
from cratedig.catalogue import jobs, sounds
from cratedig.catalogue.jobs import Job
from cratedig.catalogue.tables import Track
from cratedig.collect.demo.sound import RATE, Score, render
from cratedig.collect.sounds import collect_folder
from cratedig.find.recommend import recommend
from cratedig.find.request import Request
from cratedig.jobs.kind import COMPUTE
from cratedig.jobs.kinds import shipped, study
from cratedig.jobs.worker import Rhythm, working
from cratedig.jobs.workshop import Workshop
from cratedig.music.mood import Mood
from cratedig.web.app import create_app
from cratedig.wiring import App

HAPPY = [Score(str(n), 126.0 + n, n, 1, Mood(0.8, 0.8), "four on the floor") for n in range(1, 4)]
SAD = [Score(str(n), 66.0 + n, n % 12, 0, Mood(-0.8, -0.8), "brushes") for n in range(11, 14)]
BROWSER = {"Accept": "text/html"}


def wave(samples: np.ndarray, rate: int) -> bytes:
    file = io.BytesIO()
    soundfile.write(file, samples.astype(np.float32), rate, format="WAV", subtype="FLOAT")
    return file.getvalue()


def odd_files() -> dict[str, bytes]:
    rng = np.random.default_rng(4)
    return {
        "silence.wav": wave(np.zeros(16_000), 8000),
        "a tenth.wav": wave(rng.uniform(-0.5, 0.5, 4410), 44_100),
        "eight channels.wav": wave(rng.uniform(-0.5, 0.5, (44_100, 8)), 44_100),
        "studio rate.wav": wave(rng.uniform(-0.5, 0.5, 192_000), 192_000),
        "infinite.wav": wave(np.full(8000, np.inf), 8000),
        "no music.mp3": b"<html>not found</html>",
    }


@pytest.fixture
async def folder(tmp_path: Path) -> Path:
    files = {f"Band - {'Happy' if score.mode else 'Sad'} {score.song_id}.flac": score for score in HAPPY + SAD}
    music = tmp_path / "music"
    music.mkdir()
    for name, score in files.items():
        (music / name).write_bytes(flac(render(score, length_s=12.0), RATE))
    for name, data in odd_files().items():
        (music / name).write_bytes(data)
    return music


async def studied(app: App) -> Job:
    """Everything that waits, by a worker in this process."""
    async with app.catalogue.begin() as session:
        job_id = await study.ask(session)
    rhythm = Rhythm(heartbeat_s=0.5, stalled_after_s=30.0)
    async with (
        Workshop(app.settings, app.catalogue, embedder=app.embedder) as shop,
        working(shop, shipped(), rhythm, queues=[COMPUTE]),
    ):
        while True:
            async with app.catalogue.begin() as session:
                job = await jobs.get(session, job_id)
            if job.is_finished:
                return job


async def test_a_folder_is_collected_heard_felt_and_found(app: App, folder: Path) -> None:
    async with Box.open(ffmpeg="") as box:
        account = await collect_folder(app.catalogue, box, folder)
    assert (account.rows_in, account.accepted, account.rejected) == (12, 11, 1)
    job = await studied(app)
    assert job.status == "succeeded", job.error
    assert job.result["audio"] == {"done": 11, "total": 11, "unread": 0}
    async with app.catalogue.begin() as session:
        tracks = {track.title: track for track in await session.scalars(select(Track))}
        counts = await sounds.count(session)
    assert (counts.heard, counts.failed) == (11, 0)
    for track in tracks.values():
        assert track.audio_features is not None
        assert all(np.isfinite(value) for value in track.audio_features.values())
    happy = [tracks[f"Happy {score.song_id}"] for score in HAPPY]
    sad = [tracks[f"Sad {score.song_id}"] for score in SAD]
    assert min(t.sound_arousal or -9 for t in happy) > max(
        t.sound_arousal if t.sound_arousal is not None else 9 for t in sad
    )
    assert (await studied(app)).result == {
        "text": {"done": 0, "total": 0, "unread": 0},
        "mood": {"done": 0, "total": 0, "unread": 0},
    }

    found = await recommend(app.finder, Request(query="calm and slow", top_k=6))
    assert found.results

    transport = httpx2.ASGITransport(app=create_app(app))
    async with httpx2.AsyncClient(transport=transport, base_url="http://localhost") as client:
        page = (await client.get(f"/track/{happy[0].id}", headers=BROWSER)).text
        audio = await client.get(f"/api/v1/track/{happy[0].id}/audio")
    assert "loudness range" in page
    assert "LUFS" in page
    assert "measured from the sound by cratedig ears 1" in page
    assert audio.headers["content-type"] == "audio/flac"
