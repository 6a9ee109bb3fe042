"""The demo crate's recordings: played once into the data folder, and again where one is gone."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Final

from cratedig.box.encode import flac
from cratedig.catalogue import Catalogue, Session, published, sounds
from cratedig.catalogue.sounds import Sound
from cratedig.collect.demo import SOURCE
from cratedig.collect.demo.sound import LENGTH_S, RATE, Score, render, scores
from cratedig.publish import Published, publish

FOLDER: Final = Path("sounds") / "demo"
"""In the data folder."""


async def missing(catalogue: Catalogue, data_dir: Path) -> list[Score]:
    """The scores whose song is in the catalogue and has no recording, or one that is gone."""
    wanted = {score.song_id: score for score in scores()}
    async with catalogue.begin() as session:
        tracks = await sounds.tracks_of_source(session, SOURCE, list(wanted))
        there = await sounds.of_tracks(session, list(tracks.values()))
    return [
        wanted[song_id]
        for song_id, track_id in tracks.items()
        if track_id not in there or (there[track_id].origin == "demo" and not there[track_id].at(data_dir).is_file())
    ]


def play(score: Score, data_dir: Path) -> Published:
    """Plays a score into its file; the same score gives the same bytes. Raises NotPublished."""
    return publish(data_dir / FOLDER / f"{score.song_id}.flac", flac(render(score), RATE))


async def keep(session: Session, played: Mapping[str, Published], data_dir: Path) -> int:
    """Records the files (song id -> file) as the sounds of their songs; how many songs were there to have one."""
    tracks = await sounds.tracks_of_source(session, SOURCE, list(played))
    found = {song_id: played[song_id] for song_id in tracks}
    for one in found.values():
        await published.record(session, one, kind="sound", data_dir=data_dir)
    await sounds.record(session, [_sound(tracks[song_id], one, data_dir) for song_id, one in found.items()])
    return len(found)


def _sound(track_id: int, one: Published, data_dir: Path) -> Sound:
    path = one.path.relative_to(data_dir).as_posix()
    return Sound(track_id, path, one.sha256, "demo", length_s=LENGTH_S, sample_rate=RATE, channels=1)
