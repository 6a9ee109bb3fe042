"""The dumps we know by their headers, and the words by which other dumps call the same things."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Literal

from cratedig.music.features import RANGES
from cratedig.music.text import fold

Kind = Literal["tracks", "artists", "playlists"]

EXTRA = "extra"
"""The field of columns that have no field: kept under their own name."""

_TRACK_WORDS: dict[str, tuple[str, ...]] = {
    "title": (
        *(
            "track name full",
            "title",
            "track title",
            "track name",
            "song title",
            "song name",
            "full title",
            "video title",
        ),
        *("song", "track", "name"),
    ),
    "short_title": ("short title",),
    "artist": (
        *(
            "artist",
            "artists",
            "artist name",
            "artist names",
            "artist s",
            "artist s name",
            "track artist",
            "track artists",
        ),
        *(
            "artists name",
            "main artist",
            "primary artist name",
            "primary artist",
            "performer",
            "singer",
            "band",
            "author name",
            "author",
            "user username",
        ),
        *(
            "publisher metadata artist",
            "username",
            "user name",
            "uploader",
            "uploader name",
            "channel title",
            "channel",
        ),
        *("channel name", "creator", "user", "user full name", "by", "owner", "owner username", "composer"),
    ),
    "album": ("album", "album name", "track album name", "album title", "release name", "record", "album or movie"),
    "genre": (
        *(
            "genre",
            "genres",
            "playlist genre",
            "track genre",
            "main genre",
            "music genre",
            "artist genres",
            "top genre",
        ),
        *("style", "category"),
    ),
    "subgenre": ("subgenre", "sub genre", "playlist subgenre", "subgenres"),
    "tags": ("tags", "tag list", "taglist", "hashtags", "keywords", "tag"),
    "description": ("description", "desc", "about", "track description"),
    "vibe": ("extracted vibe text", "vibe text", "vibe"),
    "lyrics": (
        *(
            "synced lyrics",
            "lyrics",
            "lyric",
            "song lyrics",
            "plain lyrics",
            "full lyrics",
            "lyrics text",
            "lyric text",
        ),
        *("lyrics body", "lyrics clean", "lyrics original"),
    ),
    "label": ("label name", "label", "record label"),
    "url": (
        *(
            "permalink url",
            "url",
            "track url",
            "song url",
            "link",
            "track link",
            "song link",
            "webpage url",
            "video url",
        ),
        *("external urls spotify", "external url", "href", "permalink"),
    ),
    "url_status": ("url status", "link status", "link checked", "http status", "status code", "url checked"),
    "source_id": (
        *(
            "track id",
            "song id",
            "video id",
            "spotify id",
            "spotify track id",
            "soundcloud id",
            "id",
            "track uri",
            "uri",
        ),
        *("videoid", "trackid", "songid"),
    ),
    "artist_source_id": ("user id", "artist id", "author id", "uploader id", "channel id", "owner id", "userid"),
    "artist_url": (
        *("user permalink url", "artist url", "user url", "author url", "artist link", "channel url", "uploader url"),
        *("user link", "artist permalink url"),
    ),
    "duration": (
        *("duration ms", "duration", "track duration", "track duration ms", "song duration ms", "length", "duration s"),
        *("duration seconds", "duration sec", "full duration", "time", "length seconds", "track length", "song length"),
    ),
    "released": (
        *("release date", "track album release date", "album release date", "released", "release", "publish date"),
        *("published at", "published", "date released", "display date", "date"),
    ),
    "uploaded": ("created at", "upload date", "uploaded at", "uploaded", "posted", "posted at", "created"),
    "year": ("year", "release year", "released year", "track year"),
    "playback_count": (
        *("playback count", "plays", "play count", "playcount", "plays count", "streams", "stream count", "views"),
        *("view count", "viewcount", "listens", "listen count", "listening count", "number of plays"),
    ),
    "like_count": (
        *("likes count", "like count", "likes", "favoritings count", "favorites", "favourites", "hearts", "likecount"),
        *("favorites count", "num likes"),
    ),
    "popularity": ("popularity", "track popularity", "song popularity"),
    "audio_features": ("audio features",),
    "spotify_data": ("spotify data",),
}
_FEATURE_WORDS = {name: (name.replace("_", " "),) for name in RANGES} | {"tempo": ("tempo", "bpm")}

_ARTIST_WORDS: dict[str, tuple[str, ...]] = {
    "name": (
        "username",
        "name",
        "artist name",
        "artist",
        "user name",
        "full name",
        "channel title",
        "display name",
        "title",
    ),
    "source_id": ("id", "user id", "artist id", "channel id", "userid", "author id"),
    "url": ("permalink url", "url", "link", "profile url", "user url", "artist url", "channel url", "permalink"),
    "country": ("country code", "country"),
    "followers": (
        *("followers count", "followers", "follower count", "subscribers", "subscriber count", "artist followers"),
        "followers total",
    ),
}
_PLAYLIST_WORDS: dict[str, tuple[str, ...]] = {
    "title": ("title", "playlist title", "playlist name", "name", "playlist"),
    "source_id": ("id", "playlist id", "set id"),
    "owner_source_id": ("user id", "owner id", "author", "author id", "creator id", "userid"),
    "genre": ("genre", "playlist genre"),
    "description": ("description",),
    "url": ("permalink url", "url", "link"),
    "tracks": ("tracks", "track ids", "track list", "songs", "tracklist", "track id list"),
    "like_count": ("likes count", "like count", "likes"),
}

WORDS: dict[Kind, dict[str, tuple[str, ...]]] = {
    "tracks": _TRACK_WORDS | _FEATURE_WORDS,
    "artists": _ARTIST_WORDS,
    "playlists": _PLAYLIST_WORDS,
}
"""For each kind of row: our field -> the headers that mean it, the best first."""

_HUMPS = re.compile(r"(?<=[a-z0-9])(?=[A-Z])")


def header_key(name: str) -> str:
    """What two spellings of a header share.

    >>> header_key("trackName"), header_key("Track_Name"), header_key("user.permalink-url")
    ('track name', 'track name', 'user permalink url')
    """
    return fold(_HUMPS.sub(" ", name))


@dataclass(frozen=True)
class Shape:
    """A dump we have met: headers it must have, and what its columns are where the words do not say it.

    place: the source of its ids. local_ids: the ids count the rows of this dump and mean nothing outside it.
    """

    name: str
    kind: Kind
    needs: frozenset[str]
    place: str | None = None
    local_ids: bool = False
    columns: dict[str, str] = field(default_factory=dict)
    without: frozenset[str] = frozenset()

    def fits(self, headers: frozenset[str]) -> bool:
        return self.needs <= headers and not self.without & headers


def _shape(name: str, kind: Kind, needs: str, **more: object) -> Shape:
    return Shape(name, kind, frozenset(needs.split()), **more)  # type: ignore[arg-type]


SHAPES: tuple[Shape, ...] = (
    _shape(
        "SoundCloud API tracks",
        "tracks",
        "commentable playback_count likes_count tag_list title user_id id",
        place="soundcloud",
        columns={"created_at": "uploaded", "duration": "duration", "user_id": "artist_source_id"},
    ),
    _shape(
        "SoundCloud API users",
        "artists",
        "id username followers_count followings_count",
        place="soundcloud",
    ),
    _shape(
        "SoundCloud API tracks, short",
        "tracks",
        "title id genre caption description permalink_url track_format",
        place="soundcloud",
        columns={"created_at": "uploaded"},
    ),
    _shape(
        "SoundCloud API users, short",
        "artists",
        "username id country_code followers_count permalink_url",
        place="soundcloud",
    ),
    _shape(
        "SoundCloud API playlists",
        "playlists",
        "title id permalink_url user_id like_count reposts_count",
        place="soundcloud",
        without=frozenset({"track_format", "playback_count"}),
    ),
    _shape(
        "SoundCloud page scrape, tracks",
        "tracks",
        "id title author plays likes reposts release",
        place="soundcloud",
        local_ids=True,
        columns={"author": "artist_source_id", "release": "uploaded"},
    ),
    _shape(
        "SoundCloud page scrape, playlists",
        "playlists",
        "id title author tracks likes reposts release",
        place="soundcloud",
        local_ids=True,
    ),
    _shape(
        "SoundCloud page scrape, users",
        "artists",
        "id name followers following tracks",
        place="soundcloud",
        local_ids=True,
    ),
    _shape(
        "Spotify songs with full titles",
        "tracks",
        "track_name track_name_full track_artist track_album_name playlist_genre",
        place="spotify",
        columns={"track_name": "short_title", "track_name_full": "title"},
    ),
    _shape(
        "Spotify songs of playlists",
        "tracks",
        "track_name track_artist track_album_name playlist_genre playlist_subgenre",
        place="spotify",
    ),
    _shape(
        "lyrics platform export",
        "tracks",
        "title artist lyrics url spotify_data audio_features",
        columns={"created_at": EXTRA, "lyrics_embedding": EXTRA, "audio_embedding": EXTRA},
    ),
    _shape(
        "songs with their texts",
        "tracks",
        "artist song link text",
        columns={"text": "lyrics"},
    ),
    _shape(
        "mood recommender crawl",
        "tracks",
        "title artist year genre tags description playback_count permalink_url extracted_vibe_text",
    ),
)
"""The first that fits names the dump."""
