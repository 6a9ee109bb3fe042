"""How long `POST /api/v1/search` takes over HTTP where every track has a lyric, and what the index of lines misses.

    python benchmarks/lyric_search.py ../shared/data [--size 57718] [--requests 300]

The catalogue is that of `catalogues.py`. Each track gets a lyric of seven stanzas of the shared poems (public domain;
some 1,900 characters). The embedding of each stanza of it is the middle between the stanza's own and those of two
others: real words, 400,000 different vectors, all lying where embeddings of verse lie, and nothing embedded 400,000
times. (Vectors moved by noise in all 384 directions lie where no text does: nothing is near anything there, and the
graph of PostgreSQL, at a breadth of 400 and asked by cleared queries, found 0.76 of the ten nearest.)

Questions are lines of the poems, two to nine words of them, and the descriptions of `recommend.py`. Recall is of the
ten tracks whose nearest lines are nearest to a question: those the index finds, among those a look at every line finds,
in the precision in which they are stored. Search asks for what is left of a question without what all texts share;
`as_asked` is the recall of questions as they are, by which PostgreSQL's own index is asked too. Nothing was tuned on
these questions. One client, one request after the other, then four at once; nothing is kept between two requests.
"""

from __future__ import annotations

import argparse
import asyncio
import gzip
import json
import os
import random
import re
import subprocess
import sys
import tempfile
import time
from collections.abc import Awaitable, Callable, Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context
from pathlib import Path
from typing import Any

import catalogues
import numpy as np
import recommend
from machine import machine
from sqlalchemy import text

from cratedig.catalogue import Catalogue, lyric_chunks
from cratedig.catalogue.texts import vector_literal
from cratedig.find.known import cleared
from cratedig.find.lyric_search import BREADTH, OF_LYRICS
from cratedig.find.spaces.shelf import leave_to_the_tick
from cratedig.find.spaces.space import LINES
from cratedig.find.store import Store
from cratedig.models.embedder import TextEmbedder

RESULT = Path(__file__).parent / "results" / "lyric_search.json"
PATH = "/api/v1/search"
STANZAS = 7
STANZA_LINES = (3, 10)
"""Stanzas of so many lines are used: what a section of a song has."""
QUESTIONS_OF_RECALL = 100
BREADTHS = (200, 400, 1000)
"""Of PostgreSQL's index."""
CHOSEN = {"": "true", "_since_2010": "year >= 2010", "_rap": "genre = 'rap'", "_1990s": "year between 1990 and 1999"}
"""What a figure's name ends in -> the tracks among which is searched: all, and 0.73, 0.2 and 0.05 of them."""
NEAREST = 300
"""Lines among which the ten nearest tracks are looked for."""
Asking = Callable[[np.ndarray], Awaitable[list[int]]]
"""A vector -> the tracks of the lines that are found, nearest first."""

_STANZAS = (
    "create unlogged table if not exists bench_stanzas (id int primary key, words text, lines int, v vector(384))"
)
_DRAWN = """create unlogged table bench_drawn as
    select t.id as track_id, n as number, cast(floor(random() * :stanzas) as int) as stanza,
        cast(floor(random() * :stanzas) as int) as one, cast(floor(random() * :stanzas) as int) as other
    from tracks t, generate_series(0, :each - 1) n order by t.id, n"""
_LYRICS = """update tracks t set lyrics = sung.lyrics
    from (select d.track_id, string_agg(s.words, E'\\n\\n' order by d.number) as lyrics
        from bench_drawn d join bench_stanzas s on s.id = d.stanza group by 1) sung where sung.track_id = t.id"""
_WORDS = """update track_texts x set words = x.words || setweight(to_tsvector('english', t.lyrics), 'D')
    from tracks t where t.id = x.track_id"""
_CHUNKS = """insert into lyric_chunks (track_id, number, digest, first_line, lines, embedding)
    select d.track_id, d.number, '',
        coalesce(sum(s.lines) over (partition by d.track_id order by d.number rows between unbounded preceding
            and 1 preceding), 0), s.lines, cast(l2_normalize(s.v + a.v + b.v) as halfvec)
    from bench_drawn d join bench_stanzas s on s.id = d.stanza join bench_stanzas a on a.id = d.one
        join bench_stanzas b on b.id = d.other"""


def stanzas(data: Path) -> list[str]:
    """Stanzas of the shared poems, each once."""
    found: dict[str, None] = {}
    for path in sorted((data / "rhyme_poems" / "raw").glob("*.txt.gz")):
        with gzip.open(path, "rt", encoding="utf-8", errors="replace") as file:
            for block in file.read().split("\n\n"):
                lines = [line.strip() for line in block.splitlines() if line.strip()]
                if STANZA_LINES[0] <= len(lines) <= STANZA_LINES[1] and not re.match(r"(AUTHOR|TITLE|RHYME)", lines[0]):
                    found["\n".join(lines)] = None
    return list(found)


def questions(data: Path, count: int, rng: random.Random) -> list[str]:
    """Half of them words of a line, half descriptions; no two alike."""
    lines = [line for stanza in stanzas(data) for line in stanza.splitlines() if len(line.split()) > 4]
    asked = recommend.queries(data, count, rng)
    for at in range(0, count, 2):
        words = rng.choice(lines).split()
        first = rng.randrange(len(words) - 2)
        asked[at] = " ".join(words[first : first + rng.randint(2, 9)])
    return [one if asked.count(one) == 1 else f"{one} {at}" for at, one in enumerate(asked)]


def make(data: Path, size: int, data_dir: Path, cratedig: list[str]) -> dict[str, float]:
    """The catalogue with its lyrics; seconds that PostgreSQL's index of the lines took; nothing where it is there."""
    catalogues.make(data, size, data_dir, cratedig)
    made = data_dir / "sung.json"
    if not made.exists():
        seconds = asyncio.run(_sing(data, data_dir))
        subprocess.run(
            [*cratedig, "index", "build", "--data-dir", str(data_dir)], check=True, stdout=subprocess.DEVNULL
        )
        made.write_text(json.dumps(seconds))
    return dict(json.loads(made.read_text()))


async def _sing(data: Path, data_dir: Path) -> dict[str, float]:
    given = stanzas(data)
    vectors = TextEmbedder.open(data_dir).embed(given)
    async with Catalogue.open(data_dir=data_dir, upgrade=True) as catalogue:
        async with catalogue.begin() as session:
            for setting in (
                "statement_timeout = 0",
                "session_replication_role = replica",
                "maintenance_work_mem = '2GB'",
            ):
                await session.execute(text(f"set local {setting}"))
            for statement in (_STANZAS, "truncate bench_stanzas"):
                await session.execute(text(statement))
            rows = [
                {"id": at, "words": words, "lines": words.count("\n") + 1, "v": vector_literal(vector)}
                for at, (words, vector) in enumerate(zip(given, vectors, strict=True))
            ]
            await session.execute(
                text("insert into bench_stanzas values (:id, :words, :lines, cast(:v as vector))"), rows
            )
            await session.execute(text("drop table if exists bench_drawn"))
            await session.execute(text("select setseed(0.5)"))
            await session.execute(text(_DRAWN), {"stanzas": len(given), "each": STANZAS})
            await session.execute(text("drop index ix_lyric_chunks_embedding"))
            for statement in (_LYRICS, _WORDS, "delete from lyric_chunks", _CHUNKS):
                await session.execute(text(statement))
            began = time.perf_counter()
            await session.execute(
                text(
                    "create index ix_lyric_chunks_embedding on lyric_chunks using hnsw (embedding halfvec_cosine_ops) "
                    "with (m = 16, ef_construction = 64)"
                )
            )
            seconds = time.perf_counter() - began
            for table in ("bench_stanzas", "bench_drawn"):
                await session.execute(text(f"drop table {table}"))
        async with catalogue.begin() as session:
            await session.execute(text("set local statement_timeout = 0"))
            for table in ("tracks", "track_texts", "lyric_chunks"):
                await session.execute(text(f"analyze {table}"))
    return {"index_built_s": round(seconds, 1)}


async def _recall(data: Path, data_dir: Path) -> dict[str, Any]:
    """Of the ten tracks with the nearest lines, by what is asked for them and among which tracks."""
    asked = questions(data, QUESTIONS_OF_RECALL, random.Random(5))
    raw = TextEmbedder.open(data_dir).embed(asked)
    async with Catalogue.open(data_dir=data_dir, upgrade=True) as catalogue:
        chosen = {name: await _tracks(catalogue, where) for name, where in CHOSEN.items()}
        snapshot = await Store(catalogue, data_dir, leave_to_the_tick).snapshot()
        targets = np.array([cleared(snapshot.common, one)[0] for one in raw], dtype=np.float32)
        exact = await _exact(catalogue, np.concatenate([targets, raw]), chosen)
        index = snapshot.indices[LINES.name]

        def by_index(only: np.ndarray | None) -> Asking:
            async def ask(vector: np.ndarray) -> list[int]:
                return list((index.search(vector, OF_LYRICS, only=only).ids // LINES.parts).tolist())

            return ask

        def by_postgresql(breadth: int) -> Asking:
            async def ask(vector: np.ndarray) -> list[int]:
                found = await lyric_chunks.nearest(catalogue.lines, vector, OF_LYRICS, breadth=breadth)
                return [one.track_id for one in found]

            return ask

        as_asked = exact[""][len(asked) :]
        figures = {"parts": len(index), "index": index.params.as_dict(), "questions_of_recall": len(asked)}
        for name, tracks in chosen.items():
            only = None if name == "" else np.array(sorted(tracks), dtype=np.int64)
            figures |= await _found(by_index(only), targets, exact[name][: len(asked)], name)
        figures |= await _found(by_index(None), raw, as_asked, "_as_asked")
        figures["postgresql_breadth"] = BREADTH
        for breadth in BREADTHS:
            figures |= await _found(by_postgresql(breadth), raw, as_asked, f"_postgresql_{breadth}")
    return figures


async def _found(ask: Asking, vectors: np.ndarray, exact: Sequence[set[int]], name: str) -> dict[str, float]:
    right, times = 0, []
    for vector, best in zip(vectors, exact, strict=True):
        began = time.perf_counter()
        tracks = await ask(vector)
        times.append((time.perf_counter() - began) * 1000)
        right += len(best & set(list(dict.fromkeys(tracks))[:10]))
    taken = recommend._percentiles(times)
    return {
        f"recall_at_10{name}": round(right / 10 / len(vectors), 4),
        f"nearest_p50_ms{name}": taken["p50"],
        f"nearest_p95_ms{name}": taken["p95"],
    }


async def _tracks(catalogue: Catalogue, where: str) -> set[int]:
    async with catalogue.begin() as session:
        return set(await session.scalars(text(f"select id from tracks where {where}")))


async def _exact(
    catalogue: Catalogue, targets: np.ndarray, chosen: Mapping[str, set[int]]
) -> dict[str, list[set[int]]]:
    """For each choice and target the ten tracks of all lines looked at one by one, as precisely as they are stored."""
    best: dict[str, list[dict[int, float]]] = {name: [{} for _ in targets] for name in chosen}
    after = 0
    while True:
        async with catalogue.begin() as session:
            await session.execute(text("set local statement_timeout = 0"))
            rows = (
                await session.execute(
                    text(
                        "select track_id, vector_send(cast(embedding as vector)) from lyric_chunks "
                        "where track_id > :after and track_id <= :after + 5000"
                    ),
                    {"after": after},
                )
            ).all()
            last = await session.scalar(text("select max(track_id) from lyric_chunks"))
        if rows:
            vectors = np.frombuffer(b"".join(row[1][4:] for row in rows), dtype=">f4").reshape(len(rows), -1)
            vectors = vectors.astype(np.float32)
            vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
            ids, likeness = np.array([row[0] for row in rows]), vectors @ targets.T
            for name, tracks in chosen.items():
                here = np.isin(ids, list(tracks))
                _keep(best[name], ids[here], likeness[here])
        after += 5000
        if after >= (last or 0):
            return {name: [_ten(kept) for kept in of_each] for name, of_each in best.items()}


def _keep(best: Sequence[dict[int, float]], ids: np.ndarray, likeness: np.ndarray) -> None:
    for at, kept in enumerate(best):
        for place in np.argpartition(-likeness[:, at], min(NEAREST, len(ids) - 1))[:NEAREST]:
            track, value = int(ids[place]), float(likeness[place, at])
            kept[track] = max(kept.get(track, -1.0), value)


def _ten(kept: Mapping[int, float]) -> set[int]:
    return set(sorted(kept, key=lambda track: (-kept[track], track))[:10])


def measure(data: Path, size: int, count: int, folder: Path) -> dict[str, Any]:
    data_dir = folder / f"data-{size}"
    cratedig = [sys.executable, "-m", "cratedig"]
    made = make(data, size, data_dir, cratedig)
    found = asyncio.run(_recall(data, data_dir))
    server = subprocess.Popen(
        [*cratedig, "up", "--port", "0", "--workers", "0", "--data-dir", str(data_dir)],
        env={**os.environ, "CRATEDIG_API__REQUESTS_PER_MINUTE": "100000000"},
        stdout=subprocess.PIPE,
        text=True,
    )
    try:
        assert server.stdout is not None
        address = next(said.group() for line in server.stdout if (said := re.search(r"http://[\w.:]+", line)))
        asked = questions(data, count, random.Random(size))
        return {"tracks": size, **made, **found, **_asked(address, asked)}
    finally:
        server.terminate()
        server.wait(60)


def _asked(address: str, asked: Sequence[str]) -> dict[str, Any]:
    with ProcessPoolExecutor(1, mp_context=get_context("spawn")) as process:
        single = process.submit(recommend.alone, address, asked, path=PATH).result()
        again = [f"{one} again" for one in asked]
        crowd, per_s = process.submit(recommend.together, address, again, path=PATH).result()
    return {
        **{f"{name}_ms": value for name, value in recommend._percentiles([took for took, _ in single]).items()},
        **{f"four_clients_{name}_ms": value for name, value in recommend._percentiles(crowd).items()},
        "per_s": round(per_s, 1),
        **{f"{name}_median_ms": value for name, value in recommend._stages([one for _, one in single]).items()},
    }


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("data", type=Path)
    parser.add_argument("--size", type=int, default=57_718)
    parser.add_argument("--requests", type=int, default=300)
    parser.add_argument("--folder", type=Path, help="where to keep the catalogue, so that a second run is quick")
    parser.add_argument("--only-make", action="store_true", help="make the catalogue and measure nothing")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as fresh:
        folder = options.folder or Path(fresh)
        if options.only_make:
            make(options.data, options.size, folder / f"data-{options.size}", [sys.executable, "-m", "cratedig"])
            return
        found = measure(options.data, options.size, options.requests, folder)
    result = {"benchmark": "lyric_search", "machine": machine(), "requests": options.requests, **found}
    RESULT.parent.mkdir(exist_ok=True)
    RESULT.write_text(json.dumps(result, indent=2) + "\n")
    print(json.dumps(result, indent=2))


if __name__ == "__main__":
    main()
