"""Gives the small crate's songs a sound each, heard and felt."""

from __future__ import annotations

from browser.window import Site
from cratedig.box.box import Box
from cratedig.box.encode import flac
from cratedig.catalogue import sounds
from cratedig.catalogue.sounds import Sound
from cratedig.collect.demo.sound import RATE, render, scores
from cratedig.publish import publish
from cratedig.understand import hearing
from cratedig.understand.study import study_mood
from cratedig.wiring import App

LENGTH_S = 6.0


async def give_sounds(app: App, site: Site) -> None:
    folder = app.settings.data_dir
    given = []
    for score, track_id in zip(scores(), site.ids.values(), strict=False):
        published = publish(folder / "sounds" / f"{track_id}.flac", flac(render(score, length_s=LENGTH_S), RATE))
        path = published.path.relative_to(folder).as_posix()
        given.append(Sound(track_id, path, published.sha256, "demo", LENGTH_S, RATE, 1))
    async with app.catalogue.begin() as session:
        await sounds.record(session, given)
    async with Box.open(ffmpeg="") as box:
        for part in await hearing.parts(app.catalogue):
            heard = await hearing.hear(app.catalogue, box, part, data_dir=folder)
            async with app.catalogue.begin() as session:
                await hearing.save(session, heard)
    await study_mood(app.catalogue, app.embedder, app.head)
