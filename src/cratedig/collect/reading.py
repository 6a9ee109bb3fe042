"""Rows become drafts: every column by its own parser, compiled once; what cannot be read is null and noted."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import lru_cache, partial
from itertools import repeat
from typing import Any

from cratedig.collect import values
from cratedig.collect.drafts import ArtistDraft, PlaylistDraft, TrackDraft
from cratedig.collect.mapping import Column, Reading
from cratedig.collect.rows import Row, shown
from cratedig.collect.shapes import EXTRA
from cratedig.music.features import RANGES
from cratedig.music.genre import split_genres
from cratedig.music.receipt import Receipt
from cratedig.music.recording import match_key
from cratedig.music.text import fold

MAX_ID_CHARS = 400
"""Longer ids are no ids; a PostgreSQL index entry holds 2,700 bytes."""

Parse = Callable[[str], Any]
Draft = TrackDraft | ArtistDraft | PlaylistDraft


@dataclass(frozen=True, slots=True)
class Rejected:
    """A row that could not be brought in, and why."""

    line: int
    column: str | None
    reason: str
    row: str


@dataclass
class Note:
    """A cell that could not be read became null; so did `count` others of its column for the same reason."""

    count: int
    line: int
    example: str


Notes = dict[str, dict[str, Note]]
"""Column -> reason -> note."""


@dataclass
class Parsed:
    """A batch of rows, read."""

    drafts: list[Any] = field(default_factory=list)
    rejected: list[Rejected] = field(default_factory=list)
    nulls: Counter[str] = field(default_factory=Counter)
    notes: Notes = field(default_factory=dict)

    def note(self, column: str, reason: str, line: int, example: str) -> None:
        reasons = self.notes.setdefault(column, {})
        if reason in reasons:
            reasons[reason].count += 1
        else:
            reasons[reason] = Note(1, line, example[:80])


class Reader:
    """Reads the rows of one file.

    >>> from cratedig.collect.mapping import Column
    >>> columns = (Column("song", "title"), Column("plays", "playback_count"))
    >>> reading = Reading("unknown", "tracks", "demo", False, columns)
    >>> [draft] = Reader(reading, today=date(2026, 1, 1)).read([Row(2, ["Cry", "21.6K"])]).drafts
    >>> draft.title, draft.playback_count
    ('Cry', 21600)
    """

    def __init__(self, reading: Reading, *, today: date) -> None:
        self.reading = reading
        self.names = [column.name for column in reading.columns]
        self.positions = {name: n for n, name in enumerate(self.names)}
        self.parsers = [_remembering(column, _parser(column, today)) for column in reading.columns]
        self._draft: Callable[[_Table], Iterator[Draft | str]] = {
            "tracks": self._tracks,
            "artists": self._artists,
            "playlists": self._playlists,
        }[reading.kind]

    def read(self, rows: Sequence[Row]) -> Parsed:
        """Every row becomes a draft or is rejected."""
        parsed = Parsed()
        whole = [row for row in rows if self._is_whole(row, parsed)]
        cells = [self._cells(row) for row in whole]
        table = _Table([row.line for row in whole], self._columns(whole, cells, parsed), self._more(whole))
        for row, draft in zip(whole, self._draft(table), strict=True):
            if isinstance(draft, str):
                parsed.rejected.append(Rejected(row.line, None, draft, shown(row.cells)))
            else:
                parsed.drafts.append(draft)
        return parsed

    def _is_whole(self, row: Row, parsed: Parsed) -> bool:
        reason = row.error or self._misfit(row, parsed)
        if reason is None:
            return True
        parsed.rejected.append(Rejected(row.line, None, reason, shown(row.cells)))
        return False

    def _misfit(self, row: Row, parsed: Parsed) -> str | None:
        """Why a row of a table cannot be laid under the header; None when it can."""
        if isinstance(row.cells, dict) or len(row.cells) == len(self.names):
            return "the header again" if row.cells == self.names else None
        width = len(self.names)
        if len(row.cells) > width and any(cell.strip() for cell in row.cells[width:]):
            return f"{len(row.cells)} cells where the header has {width}"
        if len(row.cells) < width:
            parsed.note("(row)", "cells are missing at the end", row.line, f"{len(row.cells)} of {width}")
        return None

    def _cells(self, row: Row) -> list[str]:
        width = len(self.names)
        if isinstance(row.cells, dict):
            return [row.cells.get(name, "") for name in self.names]
        cells: list[str] = row.cells
        return cells if len(cells) == width else (cells + [""] * width)[:width]

    def _more(self, rows: Sequence[Row]) -> list[dict[str, Any] | None]:
        """What JSON rows hold beyond the columns of the sample."""
        if not rows or not isinstance(rows[0].cells, dict):
            return [None] * len(rows)
        return [{k: values.plain(v) for k, v in row.cells.items() if k not in self.positions} or None for row in rows]

    def _columns(self, rows: Sequence[Row], cells: list[list[str]], parsed: Parsed) -> dict[str, list[Any]]:
        """Our field -> its values; columns without a field under "extra <name>"."""
        found: dict[str, list[Any]] = {}
        if not cells:
            return {}
        for column, parse, column_cells in zip(
            self.reading.columns, self.parsers, zip(*cells, strict=True), strict=True
        ):
            if parse is None:
                continue
            read = _read_column(column, parse, column_cells, rows, parsed)
            if nulls := read.count(None):
                parsed.nulls[column.name] += nulls
            found[column.name if column.field == EXTRA else f"={column.field}"] = read
        return found

    def _tracks(self, table: _Table) -> Iterator[TrackDraft | str]:
        columns = (table.of(name) for name in _TRACK_COLUMNS)
        return map(_track, repeat(self.reading.source), table.lines, *columns, _features(table), table.extras())

    def _artists(self, table: _Table) -> Iterator[ArtistDraft | str]:
        columns = (table.of(name) for name in ("name", "source_id", "url", "country", "followers"))
        for line, name, source_id, url, country, followers, extra in zip(
            table.lines, *columns, table.extras(), strict=False
        ):
            if not name:
                yield "an artist without a name"
                continue
            bare, verified = unverified(name)
            if verified:
                extra["verified"] = True
            yield ArtistDraft(
                line,
                bare,
                fold(bare)[:400] or bare[:400],
                source_id,
                profile_url(url),
                country,
                followers,
                extra,
                self.reading.source,
            )

    def _playlists(self, table: _Table) -> Iterator[PlaylistDraft | str]:
        names = ("title", "source_id", "owner_source_id", "genre", "description", "url", "tracks", "like_count")
        for line, *told, extra in zip(table.lines, *(table.of(name) for name in names), table.extras(), strict=False):
            title, source_id, owner, genres, description, url, tracks, likes = told
            if not title and not source_id and not url:
                yield "a playlist without title, id and address"
                continue
            genre, *more = (genres or (None, None))[:-1]
            if more:
                extra["genres"] = more
            yield PlaylistDraft(
                line, title, source_id, owner, genre, description, url, tracks or [], likes, extra, self.reading.source
            )


_TRACK_COLUMNS = (
    *(
        "title",
        "short_title",
        "artist",
        "album",
        "genre",
        "subgenre",
        "tags",
        "description",
        "vibe",
        "lyrics",
        "label",
        "url",
        "source_id",
    ),
    *("artist_source_id", "artist_url", "duration", "released", "uploaded", "year", "playback_count", "like_count"),
    *("popularity", "url_status", "spotify_data"),
)


@dataclass
class _Table:
    """The columns of a batch, parsed. Mapped ones are named "=field", others by their own name."""

    lines: list[int]
    columns: dict[str, list[Any]]
    more: list[dict[str, Any] | None]

    def of(self, name: str) -> Iterable[Any]:
        return self.columns.get(f"={name}") or repeat(None)

    def extras(self) -> Iterator[dict[str, Any]]:
        """For each row what no field holds; nulls are left out."""
        names = [name for name in self.columns if not name.startswith("=")]
        rows = zip(*(self.columns[name] for name in names), strict=True) if names else repeat((), len(self.lines))
        for row, more in zip(rows, self.more, strict=True):
            extra = {name: value for name, value in zip(names, row, strict=True) if value is not None}
            yield extra | more if more else extra


def _features(table: _Table) -> Iterable[dict[str, float] | None]:
    """For each row its audio features by name, from their columns and from a column that holds them all."""
    names = [name for name in RANGES if f"={name}" in table.columns]
    given = table.of("audio_features")
    if not names:
        return given
    rows = zip(*(table.columns[f"={name}"] for name in names), strict=True)
    return [_features_of(names, row, more) for row, more in zip(rows, given, strict=False)]


def _features_of(
    names: Sequence[str], values_: Sequence[float | None], more: dict[str, float] | None
) -> dict[str, float] | None:
    found = {name: value for name, value in zip(names, values_, strict=True) if value is not None}
    return more | found if more else found or None


_YEAR_OF_UPLOAD = Receipt("date of upload", "year of the upload", 0.6, "imputed").as_dict()
_TEXT_OF_VIBE = Receipt("extracted_vibe_text", "stands in for the description", 0.7, "imputed").as_dict()


def _track(
    source: str,
    line: int,
    title: str | None,
    short_title: str | None,
    artist: str | None,
    album: str | None,
    genres: tuple[str, ...] | None,
    subgenres: tuple[str, ...] | None,
    tags: list[str] | None,
    description: str | None,
    vibe: str | None,
    lyrics: str | None,
    label: str | None,
    url: str | None,
    source_id: str | None,
    artist_id: str | None,
    artist_url: str | None,
    duration_s: float | None,
    released: values.When | None,
    uploaded: values.When | None,
    year: int | None,
    plays: int | None,
    likes: int | None,
    popularity: float | None,
    url_status: str | None,
    spotify_data: Any,
    features: dict[str, float] | None,
    extra: dict[str, Any],
) -> TrackDraft | str:
    """One track from the values of its row, or why it cannot be one."""
    title = title or short_title
    if not title and not source_id and not url:
        return "nothing names the track: no title, no id, no address"
    receipts: dict[str, Any] = {}
    genre = None
    if genres:
        genre, spelt = genres[0], genres[-1]
        if spelt != genre:
            receipts["genre"] = _spelling(spelt)
        genres = genres[1:-1]
    if genres or subgenres:
        tags = _united(genre, genres or (), subgenres or (), tags or ())
    day = None
    if released is not None:
        day, written = released.day, released
        if year is None:
            year = released.year
            if released.ago:
                receipts["year"] = _relative_year(written.year, released.ago)
    if year is None and uploaded is not None:
        year = uploaded.year
        receipts["year"] = _relative_year(year, uploaded.ago) if uploaded.ago else _YEAR_OF_UPLOAD
    if vibe:
        extra["extracted_vibe_text"] = vibe
        if description is None:
            description, receipts["description"] = vibe, _TEXT_OF_VIBE
    if artist and artist.endswith("Verified"):
        artist, _ = unverified(artist)
    if artist is None and artist_id is None:
        artist_id = profile_url(artist_url) if artist_url else _profile_of(url)
    return TrackDraft(
        line,
        title,
        artist,
        album,
        genre,
        tags or [],
        description,
        lyrics,
        label,
        url,
        source_id,
        artist_id,
        duration_s,
        day,
        year,
        plays,
        likes,
        popularity,
        url_status,
        features,
        spotify_data,
        extra,
        receipts,
        match_key(artist, title),
        source,
    )


def _united(genre: str | None, *lists: Iterable[str]) -> list[str]:
    return [tag for tag in dict.fromkeys(tag for tags in lists for tag in tags) if tag != genre]


@lru_cache(maxsize=10_000)
def _spelling(given: str) -> dict[str, Any]:
    return Receipt("given", f"normalised from {given!r}", 1.0, "given").as_dict()


@lru_cache(maxsize=1000)
def _relative_year(year: int, ago: str) -> dict[str, Any]:
    """Counted from the day of the import, not from the unknown day of the crawl: the true year may be earlier."""
    receipt = Receipt("relative date", f"{ago!r}, counted from the day of the import", 0.3, "imputed", year - 6, year)
    return receipt.as_dict()


_VERIFIED = re.compile(r"(?<=\S)\s+Verified$")


def unverified(name: str) -> tuple[str, bool]:
    """A name without the badge that a page scrape glues to it.

    >>> unverified("nymano Verified"), unverified("Verified")
    (('nymano', True), ('Verified', False))
    """
    bare = _VERIFIED.sub("", name)
    return bare, bare != name


_SOUNDCLOUD = re.compile(r"(?:https?://)?(?:www\.|m\.)?soundcloud\.com/([\w-]+)", re.IGNORECASE)


def profile_url(url: str | None) -> str | None:
    """One spelling of a profile's address.

    >>> profile_url("http://m.soundcloud.com/LeviPatel/?x=1")
    'https://soundcloud.com/levipatel'
    """
    if url and (match := _SOUNDCLOUD.match(url)):
        return f"https://soundcloud.com/{match[1].lower()}"
    return url


def _profile_of(url: str | None) -> str | None:
    """The uploader's profile in a track's address."""
    if url and (match := _SOUNDCLOUD.match(url)) and url.count("/") > 3:
        return f"https://soundcloud.com/{match[1].lower()}"
    return None


def _read_column(column: Column, parse: Parse, cells: Sequence[str], rows: Sequence[Row], parsed: Parsed) -> list[Any]:
    try:
        return [parse(cell) for cell in cells]
    except ValueError:
        return [_read_cell(column, parse, cell, row.line, parsed) for cell, row in zip(cells, rows, strict=True)]


def _read_cell(column: Column, parse: Parse, cell: str, line: int, parsed: Parsed) -> Any:
    try:
        return parse(cell)
    except ValueError as error:
        parsed.note(column.name, str(error), line, cell)
        return None


def _parser(column: Column, today: date) -> Parse | None:
    """The function that reads a column's cells; None for a column that is left out."""
    if column.left_out is not None:
        return None
    parse = _FIELD_PARSERS.get(column.field)
    if column.field in RANGES:
        parse = partial(_feature, *RANGES[column.field])
    elif column.field in ("released", "uploaded"):
        parse = partial(values.when, today=today)
    elif column.field == "year":
        parse = partial(values.year, today=today)
    elif column.field == "duration":
        parse = partial(values.duration_s, unit_s=column.unit_s)
    elif column.field == "popularity":
        parse = partial(_popularity, scale=column.scale)
    elif column.field == "tags":
        parse = partial(values.tags, words=column.words)
    parse = parse or values.text
    return partial(_unless, column.never, parse) if column.never else parse


def _remembering(column: Column, parse: Parse | None) -> Parse | None:
    return lru_cache(maxsize=2000)(parse) if parse is not None and column.repeats else parse


def _unless(never: str, parse: Parse, cell: str) -> Any:
    if cell.strip() == never:
        raise ValueError("a year that a spreadsheet made of a number")
    return parse(cell)


def _feature(low: float, high: float, cell: str) -> float | None:
    try:
        value = float(cell)
    except ValueError:
        found = values.number(cell)
        if found is None:
            return None
        value = found
    if not low <= value <= high:
        if cell.strip() in values.NULLS:
            return None
        raise values.Impossible(f"outside {low:g}..{high:g}")
    return value


def _popularity(cell: str, *, scale: float) -> float | None:
    value = values.number(cell)
    if value is None:
        return None
    if not 0 <= value * scale <= 1:
        raise values.Impossible("outside 0..100")
    return round(value * scale, 4)


@lru_cache(maxsize=20_000)
def _genres(cell: str) -> tuple[str, ...] | None:
    """The genres in a cell and, last, the spelling that the first one had."""
    given = values.text(cell)
    if given is None:
        return None
    names = _listed(given)
    found = tuple(dict.fromkeys(genre for name in names for genre in split_genres(name)))
    return (*found, names[0] if len(names) == 1 else found[0]) if found else None


def _listed(given: str) -> list[str]:
    """The names in a list or dict; a text that is neither is one name."""
    if given[0] in "[{(" and given[-1] in "]})":
        try:
            return values.names(values.literal(given))
        except ValueError:
            return [given]
    return [given]


@lru_cache(maxsize=20_000)
def _subgenres(cell: str) -> tuple[str, ...] | None:
    found = _genres(cell)
    return found[:-1] if found else None


def _artist(cell: str) -> str | None:
    """A name; of a list or dict the names in it."""
    given = values.text(cell)
    return given if given is None or given[0] not in "[{(" else ", ".join(_listed(given)) or None


_URI = re.compile(r"(?:spotify:track:|https?://open\.spotify\.com/track/)(\w{22}).*")


def _id(cell: str) -> str | None:
    given = values.text(cell)
    if given is None:
        return None
    if len(given) > MAX_ID_CHARS:
        raise ValueError("too long for an id")
    if match := _URI.fullmatch(given):
        return match[1]
    return given[:-2] if given.endswith(".0") and given[:-2].isdecimal() else given


def _ids(cell: str) -> list[str] | None:
    given = values.text(cell)
    if given is None:
        return None
    if given[0] in "[{(":
        found = values.literal(given)
        items = (
            [item.get("id") if isinstance(item, dict) else item for item in found] if isinstance(found, list) else []
        )
        return [str(item) for item in items if item is not None]
    return [part.strip() for part in re.split(r"[,;|\s]+", given) if part.strip()]


def _features_cell(cell: str) -> dict[str, float] | None:
    given = values.text(cell)
    if given is None:
        return None
    found = values.literal(given)
    if not isinstance(found, dict):
        raise ValueError("not a set of audio features")
    return {k: float(v) for k, v in found.items() if k in RANGES and _is_feature(k, v)} or None


def _is_feature(name: str, value: Any) -> bool:
    low, high = RANGES[name]
    return isinstance(value, int | float) and low <= value <= high


_FIELD_PARSERS: dict[str, Parse] = {
    "url_status": values.url_status,
    EXTRA: values.plain,
    "artist": _artist,
    "name": _artist,
    "genre": _genres,
    "subgenre": _subgenres,
    "source_id": _id,
    "artist_source_id": _id,
    "owner_source_id": _id,
    "playback_count": values.count,
    "like_count": values.count,
    "followers": values.count,
    "tracks": _ids,
    "audio_features": _features_cell,
    "spotify_data": values.plain,
}
