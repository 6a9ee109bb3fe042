"""Rows in our words, before they are stored: tracks, artists, playlists; and what becomes of two that are one."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from typing import TYPE_CHECKING, Any

from cratedig.music.receipt import Receipt
from cratedig.music.recording import Recording

if TYPE_CHECKING:
    from cratedig.collect.lyrics.clean import Cleaned


@dataclass(slots=True)
class TrackDraft:
    """A track as a row gives it. Names and units are those of the table `tracks`."""

    line: int
    title: str | None = None
    artist: str | None = None
    album: str | None = None
    genre: str | None = None
    tags: list[str] = field(default_factory=list)
    description: str | None = None
    lyrics: str | None = None
    label: str | None = None
    url: str | None = None
    source_id: str | None = None
    artist_source_id: str | None = None
    duration_s: float | None = None
    released: date | None = None
    year: int | None = None
    playback_count: int | None = None
    like_count: int | None = None
    popularity: float | None = None
    url_status: str | None = None
    audio_features: dict[str, float] | None = None
    spotify_data: Any | None = None
    extra: dict[str, Any] = field(default_factory=dict)
    receipts: dict[str, Any] = field(default_factory=dict)
    match_key: str | None = None
    source: str = ""
    id: int | None = None  # of the stored row this stands for
    cleaned: Cleaned | None = None  # how `lyrics` came about

    @property
    def recording(self) -> Recording:
        return Recording(self.artist or "", self.title or "", self.duration_s, self.album)


@dataclass(slots=True)
class ArtistDraft:
    line: int
    name: str
    folded: str
    source_id: str | None = None
    url: str | None = None
    country: str | None = None
    followers: int | None = None
    extra: dict[str, Any] = field(default_factory=dict)
    source: str = ""
    id: int | None = None


@dataclass(slots=True)
class PlaylistDraft:
    line: int
    title: str | None = None
    source_id: str | None = None
    owner_source_id: str | None = None
    genre: str | None = None
    description: str | None = None
    url: str | None = None
    tracks: list[str] = field(default_factory=list)
    like_count: int | None = None
    extra: dict[str, Any] = field(default_factory=dict)
    source: str = ""
    id: int | None = None


_GIVEN_ONCE = (
    *(
        "title",
        "artist",
        "album",
        "description",
        "lyrics",
        "label",
        "url",
        "artist_source_id",
        "duration_s",
        "popularity",
    ),
    *("spotify_data", "match_key"),
)


def merge_tracks(kept: TrackDraft, other: TrackDraft) -> bool:
    """Puts what `other` knows more into `kept`; nothing given is overwritten. True when `kept` changed.

    Counts take the larger; tags are united; a second genre becomes a tag; a year that was worked out gives way to a
    given one, and so does what healing imputed. What comes from another source has a receipt that says so.
    """
    _drop_healed(kept)
    changed = ["url_status"] if kept.url in (None, other.url) and _fill(kept, other, "url_status") else []
    changed += [name for name in _GIVEN_ONCE if _fill(kept, other, name)]
    changed += [name for name in ("playback_count", "like_count") if _raise(kept, other, name)]
    if _merge_dates(kept, other):
        changed.append("year")
    if _merge_genres(kept, other):
        changed.append("tags")
    if other.audio_features and (more := _missing(kept.audio_features or {}, other.audio_features)):
        kept.audio_features = (kept.audio_features or {}) | more
        changed.append("audio_features")
    if more := _missing(kept.extra, other.extra):
        kept.extra = kept.extra | more
        changed.append("extra")
    kept.receipts = kept.receipts | _receipts_of(changed, kept, other)
    return bool(changed)


def _drop_healed(kept: TrackDraft) -> None:
    """Empties what healing filled in, and its mark: a track that knows more is healed anew (catalogue/healing.py)."""
    kept.extra = {name: value for name, value in kept.extra.items() if name != "healed"}
    for name, nothing in (("genre", None), ("tags", []), ("description", None), ("audio_features", None)):
        if "healer" in kept.receipts.get(name, {}):
            setattr(kept, name, nothing)
            kept.receipts = {field: receipt for field, receipt in kept.receipts.items() if field != name}


def _receipts_of(changed: list[str], kept: TrackDraft, other: TrackDraft) -> dict[str, Any]:
    """Receipts for the fields that `other` filled: its own, or that they are another source's."""
    told = {name: other.receipts[name] for name in changed if name in other.receipts and name not in kept.receipts}
    if kept.source == other.source:
        return told
    merged = Receipt(other.source, "given there for the same recording", 1.0, "given").as_dict()
    return {name: merged for name in changed if name not in ("match_key", "extra") and name not in kept.receipts} | told


def _missing(kept: dict[str, Any], other: dict[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in other.items() if key not in kept}


def _fill(kept: Any, other: Any, name: str) -> bool:
    if getattr(kept, name) is not None or getattr(other, name) is None:
        return False
    setattr(kept, name, getattr(other, name))
    return True


def _raise(kept: Any, other: Any, name: str) -> bool:
    before, offered = getattr(kept, name), getattr(other, name)
    if offered is None or (before is not None and before >= offered):
        return False
    setattr(kept, name, offered)
    return True


def _merge_dates(kept: TrackDraft, other: TrackDraft) -> bool:
    """The year and the day belong together; a year without a receipt was given and beats one that was worked out."""
    if other.year is None:
        return False
    is_guess, is_better = "year" in kept.receipts, "year" not in other.receipts
    if kept.year is None or (is_guess and is_better):
        kept.receipts = {name: receipt for name, receipt in kept.receipts.items() if name != "year"}
        kept.year, kept.released = other.year, other.released
        return True
    if kept.released is None and other.released is not None and other.released.year == kept.year:
        kept.released = other.released
        return True
    return False


def _merge_genres(kept: TrackDraft, other: TrackDraft) -> bool:
    tags = list(other.tags)
    if other.genre and other.genre != kept.genre:
        if kept.genre is None:
            kept.genre = other.genre
            if "genre" in other.receipts:
                kept.receipts = kept.receipts | {"genre": other.receipts["genre"]}
            kept.tags = list(dict.fromkeys([*kept.tags, *tags]))
            return True
        tags.append(other.genre)
    more = [tag for tag in dict.fromkeys(tags) if tag not in kept.tags and tag != kept.genre]
    kept.tags = [*kept.tags, *more] if more else kept.tags
    return bool(more)


def merge_artists(kept: ArtistDraft, other: ArtistDraft) -> bool:
    """Fills what is missing and takes the larger number of followers."""
    changed = [_fill(kept, other, name) for name in ("source_id", "url", "country")]
    changed.append(_raise(kept, other, "followers"))
    return _merge_extra(kept, other) or any(changed)


def merge_playlists(kept: PlaylistDraft, other: PlaylistDraft) -> bool:
    """Fills what is missing, takes the larger count, and appends tracks that were not in the list."""
    names = ("title", "owner_source_id", "genre", "description", "url")
    changed = [_fill(kept, other, name) for name in names]
    changed.append(_raise(kept, other, "like_count"))
    more = [track for track in other.tracks if track not in kept.tracks]
    if more:
        kept.tracks = [*kept.tracks, *more]
    return _merge_extra(kept, other) or any(changed) or bool(more)


def _merge_extra(kept: ArtistDraft | PlaylistDraft, other: ArtistDraft | PlaylistDraft) -> bool:
    more = _missing(kept.extra, other.extra)
    if more:
        kept.extra = kept.extra | more
    return bool(more)
