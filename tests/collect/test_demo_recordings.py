"""The demo crate's recordings are made once, the same every time, and again where one is gone."""

from __future__ import annotations

from pathlib import Path

from sqlalchemy import insert

from cratedig.catalogue import Catalogue, published, sounds
from cratedig.catalogue.tables import Track
from cratedig.collect.demo import SOURCE, recordings
from cratedig.collect.demo.sound import scores

SONGS = scores()[:2]


async def crate(catalogue: Catalogue) -> None:
    async with catalogue.begin() as session:
        await session.execute(insert(Track), [{"source": SOURCE, "source_id": song.song_id} for song in SONGS])


async def play_all(catalogue: Catalogue, folder: Path) -> int:
    missing = await recordings.missing(catalogue, folder)
    played = {score.song_id: recordings.play(score, folder) for score in missing}
    async with catalogue.begin() as session:
        return await recordings.keep(session, played, folder) if played else 0


async def test_songs_that_are_there_are_played_once(catalogue: Catalogue, tmp_path: Path) -> None:
    assert await recordings.missing(catalogue, tmp_path) == []
    await crate(catalogue)
    assert await play_all(catalogue, tmp_path) == 2
    assert await recordings.missing(catalogue, tmp_path) == []
    async with catalogue.begin() as session:
        files = await published.listed(session, ["sound"])
        kept = await sounds.of_tracks(session, [1, 2])
    assert [file.path for file in files] == sorted(sound.path for sound in kept.values())
    assert all(sound.at(tmp_path).is_file() for sound in kept.values())


async def test_a_recording_that_is_gone_is_played_again_and_is_the_same(catalogue: Catalogue, tmp_path: Path) -> None:
    await crate(catalogue)
    await play_all(catalogue, tmp_path)
    path = tmp_path / recordings.FOLDER / f"{SONGS[0].song_id}.flac"
    before = path.read_bytes()
    path.unlink()
    assert [score.song_id for score in await recordings.missing(catalogue, tmp_path)] == [SONGS[0].song_id]
    await play_all(catalogue, tmp_path)
    assert path.read_bytes() == before
