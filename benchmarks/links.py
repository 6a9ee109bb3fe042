"""How long a look at many links takes, at the pace that sites are owed; and how sure a stand-in is.

    python benchmarks/links.py [DATA] [--links 100000] [--sites 1000]
    python benchmarks/links.py DATA --stand-ins [--tracks 6000]

The first: sites on loopback addresses of their own, in a process of its own, answer after 20-200 ms as sites do: pages
that are there, gone, moved, for members, broken, and HEADs that lie. The product asks with its own manners (a request a
second to each site, one at a time, robots.txt first) and its own 64 requests under way. DATA is not used.

The second: tracks with known audio features are treated as lost. A stand-in is right when its sound is among the tenth
of all tracks nearest to the lost one's. The curve is fitted on the artists of one half and checked on the other half.
"""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import hashlib
import json
import multiprocessing
import random
import resource
import tempfile
import time
from collections import Counter
from collections.abc import Sequence
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any

import numpy as np
from machine import machine

from cratedig.catalogue import Catalogue, recoveries
from cratedig.catalogue.recoveries import Lost, Neighbour
from cratedig.collect.linking import check_links
from cratedig.collect.links import stand_in
from cratedig.lab.crate import fill
from cratedig.lab.spotify_data import Song, read_songs
from cratedig.models.embedder import TextEmbedder
from cratedig.net import Limits, Net
from cratedig.understand.study import study_text

RESULT = Path(__file__).parent / "results" / "links.json"
SEED = 20261121
KINDS = (("there", 50), ("gone", 25), ("no-head", 6), ("moved", 6), ("elsewhere", 5), ("members", 5), ("broken", 3))
NEAREST_SHARE = 0.1
Pair = tuple[str, float, bool, bool]
"""(artist, similarity, is by the same artist, is right) of a lost track and a neighbour."""


# -- sites -------------------------------------------------------------------------------------------------------------


def answer(method: str, path: str) -> bytes:
    """What a page says: its kind is the first step of its path."""
    kind = path.split("/")[1]
    if kind == "robots.txt":
        return _said(200, body=b"User-agent: *\nDisallow: /private/\n")
    if "asks-for-nothing" in path:
        return _said(404)
    if kind == "no-head":
        return _said(405 if method == "HEAD" else 206)
    if kind == "moved":
        return _said(301, location=path.replace("/moved/", "/there/"))
    if kind == "elsewhere":
        return _said(302, location=path.replace("/elsewhere/", "/there/"))
    return _said({"there": 200, "members": 403, "broken": 500}.get(kind, 404))


def _said(status: int, *, location: str = "", body: bytes = b"") -> bytes:
    lines = f"content-length: {len(body)}\r\n" + (f"location: {location}\r\n" if location else "")
    return f"HTTP/1.1 {status} Said\r\n{lines}\r\n".encode() + body


async def _serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    with contextlib.suppress(OSError, asyncio.IncompleteReadError):
        while True:
            method, path, _ = (await reader.readuntil(b"\r\n\r\n")).split(b"\r\n", 1)[0].decode().split(" ")
            share = hashlib.sha256(path.encode()).digest()[0] / 255
            await asyncio.sleep(0.02 + 0.18 * share)
            writer.write(answer(method, path))
            await writer.drain()
    writer.close()


def serve(told: Connection) -> None:
    """Every address of 127.0.0.0/8 on one port, until the process is ended."""

    async def run() -> None:
        server = await asyncio.start_server(_serve, "0.0.0.0", 0, backlog=1024)  # loopback alone cannot be listened on
        told.send(server.sockets[0].getsockname()[1])
        await server.serve_forever()

    asyncio.run(run())


def addresses(sites: int) -> list[str]:
    return [f"127.{1 + n // 62500}.{n // 250 % 250}.{1 + n % 250}" for n in range(sites)]


async def looked_at(links: int, sites: int, port: int, folder: Path) -> dict[str, Any]:
    rng = random.Random(SEED)
    hosts = addresses(sites)
    kinds = rng.choices([kind for kind, _ in KINDS], [share for _, share in KINDS], k=links)
    urls = [f"http://{hosts[n % sites]}:{port}/{kind}/{n}" for n, kind in enumerate(kinds)]
    allowed = frozenset((host, port) for host in hosts)
    async with Catalogue.open(data_dir=folder, upgrade=False) as server, server.scratch() as catalogue:
        await fill(catalogue, [{"title": f"Song {n}", "url": url} for n, url in enumerate(urls)], source="benchmark")
        async with Net.open(allowed=allowed, limits=Limits(timeout_s=10.0)) as net:
            account = await check_links(catalogue, net, progress=_shown)
    check(account.outcomes, Counter(kinds))
    return {"links": links, "sites": sites, **account.as_dict()}


def check(outcomes: dict[str, int], kinds: Counter[str]) -> None:
    """Nothing is called more than it is; a site with broken pages on end is left for a day, which few are."""
    most = {
        "DEAD": kinds["gone"],
        "VALID": kinds["there"] + kinds["no-head"] + kinds["elsewhere"],
        "MOVED": kinds["moved"],
        "REQUIRES_AUTH": kinds["members"],
    }
    assert all(outcomes[name] <= count for name, count in most.items()), (outcomes, kinds)
    assert outcomes["UNKNOWN"] - kinds["broken"] <= sum(kinds.values()) / 100, (outcomes, kinds)


def _shown(done: int, total: int) -> None:
    if done % 5000 < 500:
        print(f"{time.strftime('%H:%M:%S')} {done:,} of {total:,}", flush=True)


def measured(links: int, sites: int) -> dict[str, Any]:
    ours, theirs = multiprocessing.Pipe()
    process = multiprocessing.get_context("spawn").Process(target=serve, args=(theirs,), daemon=True)
    process.start()
    try:
        with tempfile.TemporaryDirectory() as folder:
            found = asyncio.run(looked_at(links, sites, ours.recv(), Path(folder)))
    finally:
        process.kill()
    cpu = resource.getrusage(resource.RUSAGE_SELF)
    return found | {
        "cpu_ms_per_link": round(1000 * (cpu.ru_utime + cpu.ru_stime) / links, 2),
        "peak_rss_mb": round(cpu.ru_maxrss / 1024),
        "minutes_for_100000": round(found["seconds"] * 100_000 / links / 60, 1),
    }


# -- stand-ins ---------------------------------------------------------------------------------------------------------


async def pairs(data: Path, tracks: int, folder: Path) -> list[Pair]:
    """Every neighbour of every track, each of which is taken for lost in its turn."""
    songs = list({song.key: song for song in read_songs(data / "spotify_songs")}.values())
    songs = random.Random(SEED).sample(songs, min(tracks, len(songs)))
    embedder = TextEmbedder.open(folder)
    async with Catalogue.open(data_dir=folder, upgrade=False) as server, server.scratch() as catalogue:
        ids = await fill(catalogue, [_row(song) for song in songs], source="benchmark")
        await study_text(catalogue, embedder)
        near: list[Neighbour] = []
        for start in range(0, len(ids), 500):
            async with catalogue.begin() as session:
                near += await recoveries.neighbours(session, ids[start : start + 500])
    return _judged(songs, ids, near)


def _row(song: Song) -> dict[str, Any]:
    return {
        "title": song.title,
        "artist": song.artist,
        "album": song.album,
        "genre": song.genre or None,
        "duration_s": song.duration_s,
        "url": f"https://a.example/{hashlib.sha256('|'.join(song.key).encode()).hexdigest()}",
        "url_status": "VALID",
    }


def _judged(songs: Sequence[Song], ids: Sequence[int], near: Sequence[Neighbour]) -> list[Pair]:
    names = sorted({name for song in songs for name in song.features})
    table = np.array([[song.features.get(name, np.nan) for name in names] for song in songs])
    table = np.nan_to_num((table - np.nanmean(table, axis=0)) / np.nanstd(table, axis=0))
    place = {id_: at for at, id_ in enumerate(ids)}
    within: dict[int, float] = {}
    found = []
    for one in near:
        at, there = place[one.lost_id], place[one.track_id]
        song = songs[at]
        lost = Lost(one.lost_id, "", song.title, song.artist, song.album, song.duration_s, "", None)
        if stand_in.is_same(lost, one):
            continue
        if at not in within:
            within[at] = float(np.quantile(np.linalg.norm(table - table[at], axis=1), NEAREST_SHARE))
        is_right = bool(np.linalg.norm(table[there] - table[at]) <= within[at])
        found.append((song.artist, one.similarity, song.artist == songs[there].artist, is_right))
    return found


def fitted(rows: Sequence[Pair]) -> tuple[float, float, float]:
    """Logistic regression by Newton's method: intercept, slope by similarity, what the same artist adds."""
    x = np.array([[1.0, similarity, float(same)] for _, similarity, same, _ in rows])
    y = np.array([right for *_, right in rows], dtype=float)
    w = np.zeros(3)
    for _ in range(30):
        p = 1 / (1 + np.exp(-x @ w))
        w += np.linalg.solve(x.T @ (x * (p * (1 - p))[:, None]) + 1e-6 * np.eye(3), x.T @ (y - p))
    return float(w[0]), float(w[1]), float(w[2])


def stand_ins(data: Path, tracks: int) -> dict[str, Any]:
    with tempfile.TemporaryDirectory() as folder:
        rows = asyncio.run(pairs(data, tracks, Path(folder)))
    fit, held = ([row for row in rows if hashlib.sha256(row[0].encode()).digest()[0] % 2 == half] for half in (0, 1))
    curve = fitted(fit)
    said = np.array([stand_in.confidence(row[1], is_same_artist=row[2]) for row in held])
    right = np.array([row[3] for row in held])
    bins = np.quantile(said, np.linspace(0, 1, 11))
    at = np.clip(np.searchsorted(bins, said, side="right") - 1, 0, 9)
    groups = [at == n for n in range(10) if (at == n).any()]
    shares = [(float(said[group].mean()), float(right[group].mean()), int(group.sum())) for group in groups]
    return {
        "tracks": tracks,
        "pairs_fitted": len(fit),
        "pairs_checked": len(held),
        "right_share": round(float(right.mean()), 3),
        "by_chance": NEAREST_SHARE,
        "curve_fitted": [round(one, 3) for one in curve],
        "curve_shipped": list(stand_in.CURVE),
        "calibration_error": round(sum(abs(a - b) * n for a, b, n in shares) / len(held), 3),
        "said_and_right": [[round(a, 3), round(b, 3), n] for a, b, n in shares],
    }


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("data", nargs="?", type=Path, default=Path("../shared/data"))
    parser.add_argument("--links", type=int, default=100_000)
    parser.add_argument("--sites", type=int, default=1000)
    parser.add_argument("--stand-ins", action="store_true")
    parser.add_argument("--tracks", type=int, default=6000)
    asked = parser.parse_args()
    old = json.loads(RESULT.read_text(encoding="utf-8")) if RESULT.exists() else {}
    if asked.stand_ins:
        new = {"stand_ins": stand_ins(asked.data, asked.tracks)}
    else:
        new = {"machine": machine(), "looking": measured(asked.links, asked.sites)}
    RESULT.write_text(json.dumps(old | new, indent=2) + "\n", encoding="utf-8")
    print(json.dumps(new, indent=2))


if __name__ == "__main__":
    main()
