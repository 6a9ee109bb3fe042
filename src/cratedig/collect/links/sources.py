"""The sources there are, by the names that settings use."""

from __future__ import annotations

from collections.abc import Sequence

from cratedig.collect.links.found import Source
from cratedig.collect.links.internet_archive import InternetArchive
from cratedig.collect.links.musicbrainz import MusicBrainz
from cratedig.collect.links.soundcloud import SoundCloud
from cratedig.errors import UsageError

NAMES = ("musicbrainz", "internet_archive", "soundcloud")


def named(names: Sequence[str], *, soundcloud: tuple[str, str] | None = None) -> list[Source]:
    """These sources. soundcloud: its client id and secret. Raises UsageError for one that lacks what it needs."""
    return [_named(name, soundcloud) for name in dict.fromkeys(names)]


def _named(name: str, soundcloud: tuple[str, str] | None) -> Source:
    if name == MusicBrainz.name:
        return MusicBrainz()
    if name == InternetArchive.name:
        return InternetArchive()
    if name == SoundCloud.name and soundcloud is not None:
        return SoundCloud(*soundcloud)
    hint = f"Known are {', '.join(NAMES)}; soundcloud wants collect.soundcloud_client_id and its secret."
    raise UsageError(f"There is no source of links {name!r} to ask.", hint=hint)
