"""Which column of theirs is which field of ours: known shapes, then words, then what the values look like."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from statistics import median

from cratedig.collect import values
from cratedig.collect.shapes import EXTRA, SHAPES, WORDS, Kind, Shape, header_key
from cratedig.errors import UsageError
from cratedig.music.features import RANGES

Cells = Sequence[str]

READABLE_SHARE = 0.5
"""A column whose name says "date" but less than half of whose cells are dates keeps its own name."""

MS_ABOVE = 6000.0
"""A column of lengths with a median above this counts in milliseconds: six thousand seconds is a podcast."""


@dataclass(frozen=True, slots=True)
class Column:
    """One column of theirs. `why` says how its field was found; `left_out` why its values are not believed."""

    name: str
    field: str
    why: str = "no field of ours"
    unit_s: float = 1.0  # of durations
    scale: float = 1.0  # of popularity
    words: bool = False  # tags are single words separated by spaces
    repeats: bool = False  # few different cells, as in a column of genres: each is parsed once
    never: str = ""  # a cell that means nothing in this column
    left_out: str | None = None


@dataclass(frozen=True, slots=True)
class Reading:
    """How a file is to be read."""

    shape: str
    kind: Kind
    source: str
    local_ids: bool
    columns: tuple[Column, ...]

    @property
    def fields(self) -> dict[str, str]:
        """Column name -> field of ours."""
        return {column.name: column.field for column in self.columns}


def name_columns(cells: Sequence[str]) -> list[str]:
    """Header cells as names, each once; an empty one is "column N".

    >>> name_columns(["id", "", "genre", "genre"])
    ['id', 'column 2', 'genre', 'genre (2)']
    """
    names: list[str] = []
    taken: set[str] = set()
    for number, cell in enumerate(cells, start=1):
        name = base = cell.strip() or f"column {number}"
        again = 1
        while name in taken:
            again += 1
            name = f"{base} ({again})"
        taken.add(name)
        names.append(name)
    return names


def has_header(first: Sequence[str]) -> bool:
    """False where the first row is plainly data: no word we know, and an address, a number, or one column alone."""
    keys = {header_key(cell) for cell in first}
    known = {word for words in WORDS.values() for synonyms in words.values() for word in synonyms}
    if keys & known or first == [str(n) for n in range(len(first))]:
        return True
    if len(first) == 1:  # a list of names: a heading taken for a row is one row too many, the reverse one lost
        return False
    return not any(_looks_like_url(c) or re.fullmatch(r"-?\d[\d.,:]*[KM]?", c.strip()) for c in first)


def read_mapping(
    names: Sequence[str],
    sample: Sequence[Cells],
    *,
    path: Path,
    overrides: Mapping[str, str],
    source: str | None,
    today: date,
) -> Reading:
    """The reading of a file from its column names and its first rows.

    Raises UsageError where `overrides` names a column that is not there, or a field that we do not have.
    """
    headers = frozenset(names)
    shape = next((shape for shape in SHAPES if shape.fits(headers)), None)
    columns = {name: [row[i] for row in sample] for i, name in enumerate(names)}
    kind: Kind = shape.kind if shape else _kind(columns, path)
    _check_overrides(overrides, names, kind)
    found = _find_fields(columns, kind, shape, overrides, today)
    if kind == "tracks" and "title" not in {column.field for column in found}:
        found = _title_by_looks(found, columns, overrides)
    local = shape.local_ids if shape else _counts_rows(columns, found)
    return Reading(
        shape=shape.name if shape else "unknown",
        kind=kind,
        source=source or _source(shape, columns, found, path, local=local),
        local_ids=local,
        columns=tuple(_with_units(column, columns[column.name]) for column in found),
    )


def fields_of(kind: Kind) -> tuple[str, ...]:
    """The fields a column may be mapped to."""
    return (*WORDS[kind], EXTRA)


def _check_overrides(overrides: Mapping[str, str], names: Sequence[str], kind: Kind) -> None:
    for theirs, ours in overrides.items():
        if theirs not in names:
            raise UsageError(f"There is no column {theirs!r} in the file.", hint=f"It has: {', '.join(names)[:300]}.")
        if ours not in fields_of(kind):
            raise UsageError(
                f"There is no field {ours!r} for {kind}.", hint=f"There are: {', '.join(fields_of(kind))}."
            )


def _kind(columns: Mapping[str, Cells], path: Path) -> Kind:
    """What the rows of an unknown dump are."""
    keys = {header_key(name): name for name in columns}
    told = Counter(cell.strip().lower() for cell in columns.get("kind", ()))
    if told and (most := told.most_common(1)[0][0]) in ("track", "user", "playlist"):
        return {"track": "tracks", "user": "artists", "playlist": "playlists"}[most]  # type: ignore[return-value]
    stem = header_key(path.name.split(".")[0])
    has_title = bool(keys.keys() & {"title", "track name", "song", "track title", "song name", "track"})
    has_people = bool(
        keys.keys() & {"followers", "followers count", "follower count", "subscribers", "subscriber count"}
    )
    if has_people and not has_title:
        return "artists"
    lists = keys.keys() & {"tracks", "track ids", "track list", "songs"}
    if lists and any(_looks_like_ids(cell) for name in lists for cell in columns[keys[name]][:50]):
        return "playlists"
    if re.search(r"\b(users?|artists?|channels?)\b", stem) and not has_title:
        return "artists"
    if re.search(r"\b(playlists?|sets?)\b", stem) and "playlist name" not in keys and not _has_track_words(keys):
        return "playlists"
    return "tracks"


def _has_track_words(keys: Mapping[str, str]) -> bool:
    return bool(
        keys.keys()
        & {"track name", "playback count", "plays", "track title", "song", "duration ms", "artist", "artists"}
    )


def _looks_like_ids(cell: str) -> bool:
    return bool(re.fullmatch(r"\s*[\[(]?\s*['\"]?\w+['\"]?(\s*,\s*['\"]?\w+['\"]?)+\s*[\])]?\s*", cell))


def _find_fields(
    columns: Mapping[str, Cells], kind: Kind, shape: Shape | None, overrides: Mapping[str, str], today: date
) -> list[Column]:
    """Each column with its field: what the user said, then the shape, then the best word of each field."""
    told = {name: (ours, "given by --map") for name, ours in overrides.items()}
    if shape:
        for name, ours in shape.columns.items():
            if name in columns and ours not in overrides.values():
                told.setdefault(name, (ours, shape.name))
    taken = {ours for ours, _ in told.values()}
    for ours, synonyms in WORDS[kind].items():
        if ours in taken:
            continue
        rank = {word: n for n, word in enumerate(synonyms)}
        offers = sorted(
            (rank[header_key(n)], i, n) for i, n in enumerate(columns) if header_key(n) in rank and n not in told
        )
        for _, _, name in offers:
            if _is_readable(ours, columns[name], today):
                told[name] = (_really(ours, columns[name], told), "named so")
                break
    told = {name: fit for name, fit in told.items() if fit[0] not in _lonely_features(told)}
    return [Column(name, *told.get(name, (EXTRA, "no field of ours"))) for name in columns]


def _lonely_features(told: Mapping[str, tuple[str, str]]) -> frozenset[str]:
    """One column called "key" or "energy" is no audio-feature table; two are."""
    found = {ours for ours, why in told.values() if ours in RANGES and why == "named so"}
    return frozenset(found - {"tempo"}) if len(found) == 1 else frozenset()


def _really(ours: str, cells: Cells, told: Mapping[str, tuple[str, str]]) -> str:
    """Ids under an artist's header are the artist's id."""
    if ours == "artist" and "artist_source_id" not in {field for field, _ in told.values()} and _are_ids(cells):
        return "artist_source_id"
    return ours


def _are_ids(cells: Cells) -> bool:
    given = [cell for cell in cells if not values.is_null(cell)]
    return bool(given) and all(re.fullmatch(r"\d+(\.0)?", cell.strip()) for cell in given)


def _is_readable(ours: str, cells: Cells, today: date) -> bool:
    """True when at least half of the cells can be what their header says."""
    given = [cell for cell in cells if not values.is_null(cell)]
    if not given or (parse := _parser(ours, today)) is None:
        return True
    return sum(_reads(parse, cell) for cell in given) >= READABLE_SHARE * len(given)


def _parser(ours: str, today: date) -> Callable[[str], object] | None:
    if ours in RANGES or ours == "popularity":
        return values.number
    if ours in ("released", "uploaded", "year"):
        return lambda cell: values.when(cell, today=today)
    if ours in ("playback_count", "like_count", "followers"):
        return values.count
    if ours == "duration":
        return lambda cell: values.duration_s(cell, unit_s=0.001)
    return None


def _reads(parse: Callable[[str], object], cell: str) -> bool:
    try:
        parse(cell)
    except values.Impossible:
        return True  # it is of the right form; whether it can be believed is judged on the whole file
    except ValueError:
        return False
    return True


def _title_by_looks(found: list[Column], columns: Mapping[str, Cells], overrides: Mapping[str, str]) -> list[Column]:
    """No header says title: of the columns of short texts the one that repeats least is it, the next one the artist."""
    looks = {
        column.name: share
        for column in found
        if column.field == EXTRA and column.name not in overrides and (share := _distinct_text(columns[column.name]))
    }
    named: dict[str, str] = {}
    for ours, name in zip(("title", "artist"), sorted(looks, key=lambda n: -looks[n]), strict=False):
        if ours not in {column.field for column in found}:
            named[name] = ours
    by_url = {
        c.name: "url" for c in found if c.field == EXTRA and all(map(_looks_like_url, columns[c.name][:50] or ["-"]))
    }
    if "url" in {column.field for column in found}:
        by_url = {}
    named = named | dict(list(by_url.items())[:1])
    return [replace(c, field=named[c.name], why="its values look so") if c.name in named else c for c in found]


def _distinct_text(cells: Cells) -> float:
    """Share of different values in a column of short texts; 0.0 for any other column."""
    given = [cell.strip() for cell in cells if not values.is_null(cell)]
    texts = [
        cell for cell in given if 2 <= len(cell) <= 200 and re.search(r"[^\W\d_]", cell) and not _looks_like_url(cell)
    ]
    if not given or len(texts) < 0.8 * len(given) or {t.lower() for t in texts} <= {"true", "false"}:
        return 0.0
    return len(set(texts)) / len(texts)


def _looks_like_url(cell: str) -> bool:
    return cell.lstrip().startswith(("http://", "https://", "www."))


def _counts_rows(columns: Mapping[str, Cells], found: Sequence[Column]) -> bool:
    """True where the ids run 0, 1, 2, 3 ...: they count the rows of this file and mean nothing outside it."""
    ids = next((columns[c.name] for c in found if c.field == "source_id"), ())
    if not ids or not _are_ids(ids):
        return False
    numbers = [int(float(cell)) for cell in ids if not values.is_null(cell)]
    return max(numbers) <= 20 * len(numbers) + 20


def _source(
    shape: Shape | None, columns: Mapping[str, Cells], found: Sequence[Column], path: Path, *, local: bool
) -> str:
    """The name under which the ids are unique: a place, or a place and this dump."""
    place = (shape.place if shape else None) or _place(columns, found)
    has_ids = any(column.field in ("source_id", "artist_source_id") for column in found)
    if place and not (local and has_ids):
        return place
    return f"{place}:{dump_name(path)}" if place else dump_name(path)


def _place(columns: Mapping[str, Cells], found: Sequence[Column]) -> str | None:
    cells = [cell for c in found if c.field in ("url", "source_id") for cell in columns[c.name][:100]]
    hosts = {"soundcloud.com": "soundcloud", "spotify": "spotify", "youtu": "youtube", "genius.com": "genius"}
    counted = Counter(place for cell in cells for host, place in hosts.items() if host in cell.lower())
    return counted.most_common(1)[0][0] if counted else None


_ROLES = re.compile(r"\b(tracks?|songs?|users?|artists?|playlists?|sets?|channels?|authors?)\b")


def dump_name(path: Path) -> str:
    """What a dump is called: the file's name without the word for what is in it, or its folder's.

    >>> dump_name(Path("scraped_html_a/tracks.csv.gz")), dump_name(Path("x/my_crawl_users.csv"))
    ('scraped_html_a', 'my crawl')
    """
    stem = _ROLES.sub(" ", header_key(path.name.split(".")[0]))
    return " ".join(stem.split()) or path.resolve().parent.name or "dump"


REPEATS_BELOW = 0.1
"""Share of different cells in the sample below which remembering them is faster than parsing them again."""


def _with_units(column: Column, cells: Cells) -> Column:
    column = replace(column, repeats=len(set(cells)) < REPEATS_BELOW * len(cells))
    if column.field == "duration":
        return replace(column, unit_s=_unit_s(column.name, cells))
    if column.field == "popularity":
        return replace(column, scale=0.01 if max(_numbers(cells), default=100.0) > 1 else 1.0)
    if column.field == "tags":
        listed = sum(bool(re.search(r"[,;|]", c)) and '"' not in c and c[:1] != "[" for c in cells)
        spaced = sum(" " in c.strip() for c in cells)
        return replace(
            column, words=header_key(column.name) in ("tag list", "taglist", "hashtags") or 4 * listed < spaced
        )
    return column


def _numbers(cells: Cells) -> list[float]:
    return [float(cell) for cell in cells if re.fullmatch(r"\s*\d+(\.\d+)?\s*", cell)]


def _unit_s(name: str, cells: Cells) -> float:
    key = f" {header_key(name)} "
    if re.search(r" (ms|msec|millis|milliseconds) ", key):
        return 0.001
    if re.search(r" (s|sec|secs|seconds) ", key):
        return 1.0
    if re.search(r" (min|mins|minutes) ", key):
        return 60.0
    lengths = [length for length in _numbers(cells) if length > 0]
    return 0.001 if lengths and median(lengths) > MS_ABOVE else 1.0
