"""A folder of sounds comes in whole: every file is accounted for, once, whatever it is."""

from __future__ import annotations

import io
import os
from collections.abc import AsyncIterator
from pathlib import Path

import numpy as np
import pytest
import soundfile
from sqlalchemy import insert, select

from cratedig.box.box import Box
from cratedig.catalogue import Catalogue, imports, sounds
from cratedig.catalogue.tables import ImportRun, Reject, Track
from cratedig.collect.account import Account
from cratedig.collect.sounds import BATCH_FILES, HAS_ONE, SAME_FILE, collect_folder
from cratedig.errors import InputRejected, UsageError
from cratedig.music.recording import match_key


@pytest.fixture(scope="module")
async def box() -> AsyncIterator[Box]:
    async with Box.open(ffmpeg="") as box:
        yield box


def tone(seed: int, *, title: str = "", artist: str = "", seconds: float = 0.2) -> bytes:
    """A FLAC whose bytes depend on all of these."""
    file = io.BytesIO()
    samples = np.random.default_rng(seed).uniform(-0.5, 0.5, round(8000 * seconds)).astype(np.float32)
    with soundfile.SoundFile(file, "w", samplerate=8000, channels=1, format="FLAC", subtype="PCM_16") as out:
        if title:
            out.title = title
        if artist:
            out.artist = artist
        out.write(samples)
    return file.getvalue()


def put(folder: Path, files: dict[str, bytes]) -> Path:
    for name, data in files.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_bytes(data)
    return folder


async def titles(catalogue: Catalogue) -> list[tuple[str | None, str | None]]:
    async with catalogue.begin() as session:
        rows = await session.execute(select(Track.artist, Track.title).order_by(Track.id))
        return [(artist, title) for artist, title in rows]


def figures(account: Account) -> tuple[int, int, int, int]:
    return account.rows_in, account.accepted, account.merged, account.rejected


async def test_tags_come_before_names_and_names_have_receipts(catalogue: Catalogue, box: Box, tmp_path: Path) -> None:
    put(tmp_path, {"01 - Ida Marrow - Half of the Bed.flac": tone(1), "x.flac": tone(2, title="Tagged", artist="Ana")})
    account = await collect_folder(catalogue, box, tmp_path)
    assert figures(account) == (2, 2, 0, 0)
    assert await titles(catalogue) == [("Ida Marrow", "Half of the Bed"), ("Ana", "Tagged")]
    async with catalogue.begin() as session:
        receipts = (await session.scalars(select(Track.receipts).order_by(Track.id))).all()
    assert receipts[0]["title"]["source"] == "file name"
    assert "title" not in receipts[1]
    assert receipts[1]["duration_s"]["kind"] == "measured"


async def test_a_file_of_a_known_recording_becomes_its_sound(catalogue: Catalogue, box: Box, tmp_path: Path) -> None:
    async with catalogue.begin() as session:
        known = await session.scalar(
            insert(Track)
            .values(source="dump", title="Grey Harbour", artist="The Low Tides", genre="Folk")
            .values(match_key=match_key("The Low Tides", "Grey Harbour"))
            .returning(Track.id)
        )
    put(tmp_path, {"the low tides - grey harbour.flac": tone(1)})
    account = await collect_folder(catalogue, box, tmp_path)
    assert figures(account) == (1, 0, 1, 0)
    async with catalogue.begin() as session:
        sound = await sounds.of_track(session, known or 0)
        genre, duration, receipts = (await session.execute(select(Track.genre, Track.duration_s, Track.receipts))).one()
    assert sound is not None
    assert (genre, round(duration, 1)) == ("Folk", 0.2)
    assert receipts["duration_s"]["kind"] == "measured"


async def test_every_odd_file_is_rejected_with_its_reason(catalogue: Catalogue, box: Box, tmp_path: Path) -> None:
    whole = tone(1)
    put(
        tmp_path,
        {
            "good.flac": whole,
            "text.mp3": b"this is no music",
            "empty.wav": b"",
            "head.flac": whole[:60],
            "zeros.ogg": bytes(5000),
            "cover.jpg": b"jpeg",
            "film.m4a": b"\0\0\0\x20ftypM4A " + bytes(200),
        },
    )
    (tmp_path / "ring.wav").symlink_to(tmp_path / "ring.wav")
    (tmp_path / "gone.wav").symlink_to(tmp_path / "nowhere.wav")
    os.mkfifo(tmp_path / "pipe.wav")
    (tmp_path / os.fsdecode(b"not-utf8-\xff.wav")).write_bytes(whole)
    account = await collect_folder(catalogue, box, tmp_path, rejects_dir=tmp_path / "rejects")
    assert figures(account) == (10, 1, 0, 9)
    assert account.left_out == {".jpg": "1 files not named as audio"}
    assert account.rejects_file is not None
    async with catalogue.begin() as session:
        rows = await session.execute(select(Reject.row, Reject.reason))
        reasons: dict[str, str] = dict(map(tuple, rows))
    assert len(reasons) == 9
    assert "plain file" in reasons["pipe.wav"]
    assert reasons["film.m4a"].startswith("format_unavailable")
    assert reasons["text.mp3"].startswith("undecodable")
    assert all(reasons.values())


async def test_the_same_folder_again_changes_nothing(catalogue: Catalogue, box: Box, tmp_path: Path) -> None:
    put(tmp_path, {f"{n}.flac": tone(n) for n in range(3)} | {"again.flac": tone(0)})
    first = await collect_folder(catalogue, box, tmp_path)
    second = await collect_folder(catalogue, box, tmp_path)
    assert figures(first) == figures(second) == (4, 3, 1, 0)
    assert first.merged_by == {SAME_FILE: 1}
    assert second.already_done
    put(tmp_path, {"new.flac": tone(9)})
    third = await collect_folder(catalogue, box, tmp_path)
    assert figures(third) == (5, 1, 4, 0)
    assert len(await titles(catalogue)) == 4


async def test_a_folder_that_moved_is_followed(catalogue: Catalogue, box: Box, tmp_path: Path) -> None:
    put(tmp_path / "a", {"1.flac": tone(1)})
    await collect_folder(catalogue, box, tmp_path / "a")
    (tmp_path / "a").rename(tmp_path / "b")
    await collect_folder(catalogue, box, tmp_path / "b")
    assert await paths(catalogue) == [str(tmp_path / "b" / "1.flac")]
    (tmp_path / "b").rename(tmp_path / "a")
    assert (await collect_folder(catalogue, box, tmp_path / "a")).already_done
    assert await paths(catalogue) == [str(tmp_path / "a" / "1.flac")]


async def paths(catalogue: Catalogue) -> list[str]:
    async with catalogue.begin() as session:
        return sorted(sound.path for sound in (await sounds.of_tracks(session, list(range(1, 100)))).values())


async def test_a_track_keeps_its_first_sound_until_that_is_gone_or_another(
    catalogue: Catalogue, box: Box, tmp_path: Path
) -> None:
    names = ["Ana - Rain.flac", "best of/Ana - Rain.flac"]
    put(tmp_path, {names[0]: tone(1), names[1]: tone(2)})
    account = await collect_folder(catalogue, box, tmp_path)
    assert figures(account) == (2, 1, 1, 0)
    assert account.notes["(file)"][HAS_ONE]["count"] == 1
    assert await paths(catalogue) == [str(tmp_path / names[0])]
    put(tmp_path, {names[0]: tone(3)})
    await collect_folder(catalogue, box, tmp_path)
    async with catalogue.begin() as session:
        kept = await sounds.of_track(session, 1)
    assert kept is not None
    assert kept.sound.path == str(tmp_path / names[0])
    assert kept.heard_version is None


async def test_a_collection_that_was_stopped_goes_on(catalogue: Catalogue, box: Box, tmp_path: Path) -> None:
    put(tmp_path, {f"{n:03}.flac": tone(n, seconds=0.02) for n in range(BATCH_FILES + 5)})

    class Stop(Exception):
        pass

    def stop(progress: object) -> None:
        if getattr(progress, "step", "") == "bringing in":
            raise Stop

    with pytest.raises(Stop):
        await collect_folder(catalogue, box, tmp_path, progress=stop)
    async with catalogue.begin() as session:
        run = await imports.find_run(session, (await session.scalars(select(ImportRun.fingerprint))).one())
    assert run is not None
    assert run.rows_in == BATCH_FILES
    account = await collect_folder(catalogue, box, tmp_path)
    assert account.resumed_at_row == BATCH_FILES
    assert figures(account) == (BATCH_FILES + 5, BATCH_FILES + 5, 0, 0)


async def test_a_folder_without_sounds_and_no_folder_are_said(catalogue: Catalogue, box: Box, tmp_path: Path) -> None:
    with pytest.raises(InputRejected, match="named as audio"):
        await collect_folder(catalogue, box, tmp_path)
    with pytest.raises(UsageError, match="no folder"):
        await collect_folder(catalogue, box, tmp_path / "none")
