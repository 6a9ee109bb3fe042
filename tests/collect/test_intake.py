from __future__ import annotations

import csv
import gzip
import io
import json
from collections import Counter
from datetime import date
from pathlib import Path

import pytest
from sqlalchemy import func, select, text

from cratedig.catalogue import Catalogue
from cratedig.catalogue.tables import Artist, Playlist, Track
from cratedig.collect.intake import collect_file, preview

TODAY = date(2026, 1, 1)


def write(path: Path, header: str, *rows: str) -> Path:
    path.parent.mkdir(exist_ok=True)
    path.write_text("\n".join((header, *rows)) + "\n", encoding="utf-8")
    return path


async def tracks(catalogue: Catalogue) -> list[Track]:
    async with catalogue.begin() as session:
        return list(await session.scalars(select(Track).order_by(Track.id)))


SHAPES = {
    "soundcloud/api_vn_2021/tracks.tsv.gz": ("SoundCloud API tracks", "tracks"),
    "soundcloud/api_vn_2021/users.tsv.gz": ("SoundCloud API users", "artists"),
    "soundcloud/api_intl_2021/tracks.csv.gz": ("SoundCloud API tracks, short", "tracks"),
    "soundcloud/api_intl_2021/users.csv.gz": ("SoundCloud API users, short", "artists"),
    "soundcloud/api_intl_2021/playlists.csv.gz": ("SoundCloud API playlists", "playlists"),
    "soundcloud/scraped_html_a/tracks.csv.gz": ("SoundCloud page scrape, tracks", "tracks"),
    "soundcloud/scraped_html_a/users.csv.gz": ("SoundCloud page scrape, users", "artists"),
    "soundcloud/scraped_html_a/playlists.csv.gz": ("SoundCloud page scrape, playlists", "playlists"),
    "spotify_songs/songs.csv.gz": ("Spotify songs with full titles", "tracks"),
    "spotify_songs/playlists_sample.csv.gz": ("Spotify songs of playlists", "tracks"),
    "spotify_songs/playlists_sample_latin1.csv.gz": ("Spotify songs of playlists", "tracks"),
    "spotify_songs/locale_mangled.csv.gz": ("Spotify songs of playlists", "tracks"),
}


@pytest.mark.parametrize("name", SHAPES)
async def test_a_known_dump_is_recognised_and_loses_no_row(name: str, catalogue: Catalogue, shared: Path) -> None:
    path = shared / name
    raw = gzip.decompress(path.read_bytes())
    encoding = "latin-1" if "latin1" in name else "utf-8"
    separator = "\t" if ".tsv" in name else ";" if "mangled" in name else ","
    lines = io.StringIO(raw.decode(encoding), newline="")
    expected = sum(1 for _ in csv.reader(lines, delimiter=separator)) - 1
    account = await collect_file(catalogue, path, today=TODAY)
    assert (account.shape, account.kind) == SHAPES[name]
    assert account.rows_in == account.accepted + account.merged + account.rejected == expected
    assert account.rejected <= expected // 500


async def test_columns_that_a_locale_destroyed_are_reported_and_never_stored(
    catalogue: Catalogue, shared: Path
) -> None:
    account = await collect_file(catalogue, shared / "spotify_songs/locale_mangled.csv.gz", today=TODAY)
    assert set(account.left_out) == {"energy", "loudness", "speechiness", "acousticness", "danceability"}
    async with catalogue.begin() as session:
        stored = await session.scalar(select(func.count()).where(Track.audio_features.is_not(None)))
        raw = await session.scalar(text("select count(*) from tracks where extra ?| array['energy', 'loudness']"))
    assert stored == raw == 0


async def test_repeated_ids_are_merged_and_artists_named_whichever_file_is_first(
    catalogue: Catalogue, shared: Path
) -> None:
    folder = shared / "soundcloud" / "api_intl_2021"
    with gzip.open(folder / "tracks.csv.gz", "rt", encoding="utf-8", newline="") as stream:
        ids = Counter(row["id"] for row in csv.DictReader(stream))
    found: dict[str, list[tuple[str | None, ...]]] = {}
    for order in (("tracks", "users"), ("users", "tracks")):
        async with catalogue.scratch() as scratch:
            accounts = {n: await collect_file(scratch, folder / f"{n}.csv.gz", today=TODAY) for n in order}
            found[order[0]] = sorted((t.title, t.artist, t.artist_source_id) for t in await tracks(scratch) if t.artist)
        assert accounts["tracks"].merged_by["same id"] == ids.total() - len(ids)
    assert found["tracks"] == found["users"] != []


async def test_page_scrape_counts_dates_and_badges_are_read(catalogue: Catalogue, shared: Path) -> None:
    folder = shared / "soundcloud" / "scraped_html_a"
    for name in ("tracks", "users"):
        await collect_file(catalogue, folder / f"{name}.csv.gz", today=TODAY)
    async with catalogue.begin() as session:
        solitude = (await session.scalars(select(Track).where(Track.source_id == "1"))).one()
        badges = await session.scalar(select(func.count()).where(Artist.name.like("% Verified")))
    assert (solitude.artist, solitude.playback_count, solitude.like_count) == ("nymano", 18_184_198, 298_037)
    assert solitude.year in (2018, 2019)
    assert solitude.receipts["year"]["kind"] == "imputed"
    assert solitude.receipts["year"]["confidence"] < 0.5
    assert badges == 0


async def test_an_unseen_crawl_comes_in_whole(catalogue: Catalogue, tmp_path: Path) -> None:
    rows = [
        {
            "": n,
            "song_name": f"Song {n}",
            "artists": f"[{{'id': {n}, 'name': 'Ann {n}'}}]",
            "views": f"{n},{n:03}K"[:4],
            "published_at": "2019-04-05T10:00:00Z",
            "length": "3:45",
            "hashtags": "#Chill #lofi",
            "thumbnails": f"{{'default': {{'url': 'x{n}'}}}}",
        }
        for n in range(1, 300)
    ]
    path = tmp_path / "youtube" / "crawl.csv"
    path.parent.mkdir()
    with path.open("w", newline="") as stream:
        writer = csv.DictWriter(stream, list(rows[0]))
        writer.writeheader()
        writer.writerows(rows)
    account = await collect_file(catalogue, path, today=TODAY)
    assert (account.rows_in, account.accepted, account.rejected) == (299, 299, 0)
    first = (await tracks(catalogue))[0]
    assert (first.title, first.artist, first.duration_s, first.year) == ("Song 1", "Ann 1", 225.0, 2019)
    assert first.tags == ["chill", "lofi"]
    assert first.extra["thumbnails"] == {"default": {"url": "x1"}}


async def test_nested_json_comes_in(catalogue: Catalogue, tmp_path: Path) -> None:
    item = {
        "id": "3n3Ppam7vgaVa1iaRUc9Lp", "name": "Mr. Brightside", "duration_ms": 222_200, "popularity": 80,
        "artists": [{"name": "The Killers"}], "album": {"name": "Hot Fuss", "release_date": "2004-06-15"},
        "external_urls": {"spotify": "https://open.spotify.com/track/3n3Ppam7vgaVa1iaRUc9Lp"},
    }  # fmt: skip
    path = tmp_path / "dump.jsonl"
    path.write_text(
        json.dumps(item) + "\n" + json.dumps(item | {"id": "x" * 22, "name": "Smile", "new": {"a": 1}}) + "\n"
    )
    account = await collect_file(catalogue, path, today=TODAY)
    assert (account.accepted, account.source) == (2, "spotify")
    track = (await tracks(catalogue))[0]
    assert (track.title, track.artist, track.album, track.year) == ("Mr. Brightside", "The Killers", "Hot Fuss", 2004)
    assert (track.released, track.popularity, track.duration_s) == (date(2004, 6, 15), 0.8, pytest.approx(222.2))


async def test_nothing_given_is_overwritten_by_a_merge(catalogue: Catalogue, tmp_path: Path) -> None:
    header = "title,artist,genre,duration_s,plays,description,mood_board"
    await collect_file(
        catalogue,
        write(tmp_path / "a.csv", header, "Cry,Ann,Hip-Hop,200,10,,x", "Cry (Live),Ann,rock,200,1,,"),
        today=TODAY,
    )
    account = await collect_file(
        catalogue, write(tmp_path / "b.csv", header, "CRY (feat. Ben),ann,trip hop,202,500,words,y"), today=TODAY
    )
    assert account.merged_by == {"same artist, title and duration": 1}
    cry, live = await tracks(catalogue)
    assert (cry.title, cry.genre, cry.tags, cry.playback_count) == ("Cry", "hip hop", ["trip hop"], 500)
    assert (cry.description, cry.duration_s, cry.extra) == ("words", 200.0, {"mood_board": "x"})
    assert cry.receipts["genre"]["method"] == "normalised from 'Hip-Hop'"
    assert cry.receipts["playback_count"]["source"] == "b"
    assert live.title == "Cry (Live)"


async def test_row_numbers_of_two_dumps_do_not_collide(catalogue: Catalogue, tmp_path: Path) -> None:
    header = "id,title,author,plays,likes,reposts,release"
    for name, title in (("one", "Cry"), ("two", "Laugh")):
        path = tmp_path / name / "tracks.csv"
        await collect_file(catalogue, write(path, header, f"1,{title},1,1,1,1,1 year ago"), today=TODAY)
    await collect_file(catalogue, write(tmp_path / "one.csv", header, "1,Sleep,1,1,1,1,1 year ago"), today=TODAY)
    assert [track.title for track in await tracks(catalogue)] == ["Cry", "Laugh", "Sleep"]


async def test_a_mapping_overrides_and_a_preview_stores_nothing(catalogue: Catalogue, tmp_path: Path) -> None:
    path = write(tmp_path / "dump.csv", "title,band,what", "Cry,Ann,Jazz", "Laugh,Ben,Rock")
    shown = preview(path, mapping={"what": "genre"}, today=TODAY).as_dict()
    assert {column["theirs"]: column["ours"] for column in shown["mapping"]} == {
        "title": "title", "band": "artist", "what": "genre"
    }  # fmt: skip
    assert [row["genre"] for row in shown["rows"]] == ["jazz", "rock"]
    assert await tracks(catalogue) == []


async def test_playlists_keep_their_lists(catalogue: Catalogue, shared: Path) -> None:
    await collect_file(catalogue, shared / "soundcloud/scraped_html_a/playlists.csv.gz", today=TODAY)
    async with catalogue.begin() as session:
        jazz = (await session.scalars(select(Playlist).where(Playlist.source_id == "1"))).one()
    assert (jazz.title, jazz.tracks, jazz.like_count, jazz.owner_source_id) == ("Acid Jazz", ["1", "2"], 387_000, "1")
