"""Sounds of tracks are heard through the box; what is measured stands beside what was given."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from sqlalchemy import insert, select

from cratedig.box.box import Box
from cratedig.box.encode import flac
from cratedig.catalogue import Catalogue, sounds
from cratedig.catalogue.sounds import Sound
from cratedig.catalogue.tables import Track
from cratedig.collect.demo.sound import RATE, render, scores
from cratedig.publish import publish
from cratedig.understand import hearing

SCORE = scores()[0]


@pytest.fixture(scope="module")
async def box() -> AsyncIterator[Box]:
    async with Box.open(ffmpeg="") as box:
        yield box


@pytest.fixture(scope="module")
def clip() -> bytes:
    return flac(render(SCORE, length_s=12.0), RATE)


async def track_with(catalogue: Catalogue, folder: Path, data: bytes, **given: Any) -> int:
    """A track with a sound of these bytes."""
    async with catalogue.begin() as session:
        track_id = await session.scalar(insert(Track).values(source="test", **given).returning(Track.id))
        assert track_id is not None
        published = publish(folder / f"{track_id}.flac", data)
        await sounds.record(session, [Sound(track_id, published.path.name, published.sha256, "file")])
    return track_id


async def heard(catalogue: Catalogue, box: Box, folder: Path, *, redo: bool = False) -> dict[str, int]:
    counts = {"done": 0, "unread": 0}
    for part in await hearing.parts(catalogue, redo=redo):
        found = await hearing.hear(catalogue, box, part, data_dir=folder, redo=redo)
        async with catalogue.begin() as session:
            counts = {name: counts[name] + more for name, more in (await hearing.save(session, found)).items()}
    return counts


async def row_of(catalogue: Catalogue, track_id: int) -> Any:
    async with catalogue.begin() as session:
        columns = Track.audio_features, Track.audio_embedding, Track.receipts
        return (await session.execute(select(*columns).where(Track.id == track_id))).one()


async def test_a_sound_is_measured_once_with_a_receipt(
    catalogue: Catalogue, box: Box, tmp_path: Path, clip: bytes
) -> None:
    track_id = await track_with(catalogue, tmp_path, clip)
    assert await heard(catalogue, box, tmp_path) == {"done": 1, "unread": 0}
    assert await hearing.parts(catalogue) == []
    features, embedding, receipts = await row_of(catalogue, track_id)
    assert set(features) == set(hearing.MAIN)
    assert features["tempo_bpm"] > 0
    assert embedding is not None
    assert receipts["audio_features"]["kind"] == "measured"
    assert receipts["audio_features"]["given"] == []
    async with catalogue.begin() as session:
        known = await sounds.of_track(session, track_id)
    assert known is not None
    assert known.heard_version == hearing.VERSION
    assert known.peaks is not None
    assert len(known.peaks) == hearing.PEAKS
    assert known.features is not None
    assert len(known.features) > 300
    assert known.features["heard_s"] == pytest.approx(12.0)


async def test_given_features_stay_however_often_it_is_heard(
    catalogue: Catalogue, box: Box, tmp_path: Path, clip: bytes
) -> None:
    given = {"energy": 0.25, "tempo": 99.0, "tempo_bpm": 7.0}
    track_id = await track_with(catalogue, tmp_path, clip, audio_features=given)
    for redo in (False, True):
        await heard(catalogue, box, tmp_path, redo=redo)
        features, _, receipts = await row_of(catalogue, track_id)
        assert {name: features[name] for name in given} == given
        assert receipts["audio_features"]["given"] == sorted(given)
        assert len(features) == len(hearing.MAIN) + 2


async def test_imputed_features_give_way(catalogue: Catalogue, box: Box, tmp_path: Path, clip: bytes) -> None:
    receipts = {"audio_features": {"kind": "imputed", "source": "x", "method": "y", "confidence": 0.3}}
    track_id = await track_with(catalogue, tmp_path, clip, audio_features={"tempo_bpm": 7.0}, receipts=receipts)
    await heard(catalogue, box, tmp_path)
    features, _, receipts = await row_of(catalogue, track_id)
    assert features["tempo_bpm"] != 7.0
    assert receipts["audio_features"]["given"] == []


@pytest.mark.parametrize(
    ("data", "why"),
    [(b"no audio at all", "cannot be decoded"), (b"", "cannot be decoded"), (b"fLaC" + bytes(300), "cannot be")],
)
async def test_what_cannot_be_heard_says_why_and_is_not_tried_again(
    catalogue: Catalogue, box: Box, tmp_path: Path, data: bytes, why: str
) -> None:
    track_id = await track_with(catalogue, tmp_path, data)
    assert await heard(catalogue, box, tmp_path) == {"done": 1, "unread": 1}
    async with catalogue.begin() as session:
        known = await sounds.of_track(session, track_id)
    assert known is not None
    assert known.error is not None
    assert why in known.error
    assert await hearing.parts(catalogue) == []


async def test_a_file_that_changed_or_went_is_not_measured_as_the_collected_one(
    catalogue: Catalogue, box: Box, tmp_path: Path, clip: bytes
) -> None:
    changed = await track_with(catalogue, tmp_path, clip)
    gone = await track_with(catalogue, tmp_path, clip)
    publish(tmp_path / f"{changed}.flac", clip + b"more")
    (tmp_path / f"{gone}.flac").unlink()
    assert await heard(catalogue, box, tmp_path) == {"done": 2, "unread": 2}
    async with catalogue.begin() as session:
        errors = [known.error for one in (changed, gone) if (known := await sounds.of_track(session, one))]
    assert errors[0] is not None
    assert errors[1] is not None
    assert "changed since" in errors[0]
    assert "is not there" in errors[1]


@pytest.mark.parametrize(("rate", "channels", "frames"), [(8000, 1, 800), (44_100, 8, 4410), (192_000, 1, 19_200)])
async def test_short_wide_and_fast_sounds_and_silence_are_measured(
    catalogue: Catalogue, box: Box, tmp_path: Path, rate: int, channels: int, frames: int
) -> None:
    import io

    import soundfile

    file = io.BytesIO()
    soundfile.write(file, np.zeros((frames, channels), dtype=np.float32), rate, format="WAV", subtype="FLOAT")
    track_id = await track_with(catalogue, tmp_path, file.getvalue())
    assert await heard(catalogue, box, tmp_path) == {"done": 1, "unread": 0}
    features, _, _ = await row_of(catalogue, track_id)
    assert all(np.isfinite(value) for value in features.values())


def test_a_long_sound_is_heard_in_its_middle_and_a_short_one_whole() -> None:
    assert hearing.window(Sound(1, "x", "", "file", length_s=600.0)) == (270.0, 60.0)
    assert hearing.window(Sound(1, "x", "", "file", length_s=20.0)) == (0.0, 60.0)


async def test_the_middle_is_what_is_heard(catalogue: Catalogue, box: Box, tmp_path: Path) -> None:
    quiet = np.zeros(8000 * 70, dtype=np.float32)
    loud = np.full(8000 * 60, 0.5, dtype=np.float32)
    published = publish(tmp_path / "long.flac", flac(np.concatenate([quiet, loud, quiet]), 8000))
    sound = Sound(1, "long.flac", published.sha256, "file", length_s=200.0)
    audio, start_s = await hearing.decoded(box, published.path, sound)
    assert start_s == 70.0
    assert audio.duration_s == pytest.approx(60.0)
    assert float(audio.samples.min()) == pytest.approx(0.5, abs=1e-3)


async def test_a_header_that_lies_about_the_length_costs_nothing(box: Box, tmp_path: Path, clip: bytes) -> None:
    published = publish(tmp_path / "short.flac", clip)
    sound = Sound(1, "short.flac", published.sha256, "file", length_s=900.0)
    audio, start_s = await hearing.decoded(box, published.path, sound)
    assert (start_s, round(audio.duration_s)) == (0.0, 12)
