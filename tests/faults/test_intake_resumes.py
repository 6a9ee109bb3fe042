"""Promise 3, second half: killed anywhere and run again, two at once, in any order: the same rows."""

from __future__ import annotations

import asyncio
import random
import sys
import time
from datetime import date
from pathlib import Path

from sqlalchemy import text

from cratedig.catalogue import Catalogue
from cratedig.collect.intake import collect_file

TODAY = date(2026, 1, 1)
ROWS = 6000
BATCH = 200

_COLLECTOR = """
import asyncio, sys
from datetime import date
from pathlib import Path
from cratedig.catalogue import Catalogue
from cratedig.collect.intake import collect_file

async def main():
    async with Catalogue.open(data_dir=Path("unused"), url=sys.argv[1], upgrade=False) as catalogue:
        print("started", flush=True)
        await collect_file(catalogue, Path(sys.argv[2]), today=date(2026, 1, 1), batch_rows=int(sys.argv[3]))

asyncio.run(main())
"""

# everything that an import decides; not the times, and not the ids, which a rolled back batch uses up
_CONTENT = """
select md5(coalesce(string_agg(concat_ws('|', title, artist, genre, tags::text, source, source_id, playback_count::text,
  duration_s::text, year::text, extra::text, receipts::text), E'\\n' order by source, source_id, title, artist), ''))
from tracks
"""


def dump(path: Path, *, rows: int = ROWS) -> Path:
    """A dump in which every fifth row is there twice, some with another genre, and every 97th is none."""
    lines = ["id,title,artist,genre,tags,duration_ms,plays"]
    for n in range(rows):
        m = n - 150 if n % 5 == 0 and n >= 150 else n
        title = "" if n % 97 == 0 else f"Song {m}"
        lines.append(
            f"{'' if n % 97 == 0 else 10**8 + m},{title},Artist {m % 50},{('pop', 'rock')[n % 2]},,{200_000 + m},{n}"
        )
    path.write_text("\n".join(lines) + "\n")
    return path


async def content(catalogue: Catalogue) -> tuple[str, int]:
    async with catalogue.begin() as session:
        digest = await session.scalar(text(_CONTENT))
        count = await session.scalar(text("select count(*) from tracks"))
    assert digest is not None
    return digest, count or 0


async def account_of(catalogue: Catalogue) -> tuple[int, ...]:
    async with catalogue.begin() as session:
        row = (await session.execute(text("select rows_in, accepted, merged, rejected from import_runs"))).one()
    return tuple(row)


async def test_killed_at_random_points_and_run_again_gives_the_same_rows(catalogue: Catalogue, tmp_path: Path) -> None:
    path = dump(tmp_path / "dump.csv")
    async with catalogue.scratch() as undisturbed:
        account = await collect_file(undisturbed, path, today=TODAY, batch_rows=BATCH)
        expected = await content(undisturbed)
    rng = random.Random(7)
    kills = 0
    for _ in range(5):
        child = await asyncio.create_subprocess_exec(
            *(sys.executable, "-c", _COLLECTOR, catalogue.url, str(path), str(BATCH)), stdout=asyncio.subprocess.PIPE
        )
        assert child.stdout is not None
        await child.stdout.readline()
        await asyncio.sleep(rng.uniform(0.05, 0.6))
        if child.returncode is None:
            child.kill()
            kills += 1
        await child.communicate()
    assert kills >= 1
    resumed = await collect_file(catalogue, path, today=TODAY, batch_rows=BATCH)
    assert await content(catalogue) == expected
    assert await account_of(catalogue) == (account.rows_in, account.accepted, account.merged, account.rejected)
    assert resumed.rows_in == ROWS


async def test_an_import_goes_on_from_its_last_committed_batch(catalogue: Catalogue, tmp_path: Path) -> None:
    path = dump(tmp_path / "dump.csv")
    seen: list[int] = []

    class Stopped(Exception):
        pass

    def stop_halfway(progress: object) -> None:
        if getattr(progress, "rows", 0) >= ROWS // 2:
            raise Stopped

    try:
        await collect_file(catalogue, path, today=TODAY, batch_rows=BATCH, progress=stop_halfway)
    except Stopped:
        seen.append((await account_of(catalogue))[0])
    account = await collect_file(catalogue, path, today=TODAY, batch_rows=BATCH * 3)
    assert seen == [account.resumed_at_row] == [ROWS // 2]
    assert account.rows_in == ROWS == account.accepted + account.merged + account.rejected


async def test_two_collectors_of_one_file_bring_it_in_once(catalogue: Catalogue, tmp_path: Path) -> None:
    path = dump(tmp_path / "dump.csv")
    async with catalogue.scratch() as undisturbed:
        await collect_file(undisturbed, path, today=TODAY, batch_rows=BATCH)
        expected = await content(undisturbed)
    both = await asyncio.gather(
        collect_file(catalogue, path, today=TODAY, batch_rows=BATCH),
        collect_file(catalogue, path, today=TODAY, batch_rows=BATCH + 77),
    )
    assert [account.rows_in for account in both] == [ROWS, ROWS]
    assert await content(catalogue) == expected


async def test_two_collectors_of_two_files_that_share_tracks_merge_them(catalogue: Catalogue, tmp_path: Path) -> None:
    one, two = dump(tmp_path / "dump.csv"), dump(tmp_path / "dump_songs.csv", rows=ROWS // 2)
    await asyncio.gather(
        collect_file(catalogue, one, today=TODAY, batch_rows=BATCH, source="here"),
        collect_file(catalogue, two, today=TODAY, batch_rows=BATCH, source="there"),
    )
    async with catalogue.begin() as session:
        doubles = await session.scalar(
            text("select count(*) from (select 1 from tracks group by title, artist having count(*) > 1) d")
        )
    assert doubles == 0


async def test_a_finished_file_again_is_quick_and_changes_nothing(catalogue: Catalogue, tmp_path: Path) -> None:
    path = dump(tmp_path / "dump.csv")
    first = await collect_file(catalogue, path, today=TODAY)
    before = await content(catalogue)
    began = time.monotonic()
    again = await collect_file(catalogue, path, today=TODAY)
    assert time.monotonic() - began < max(2.0, first.seconds)
    assert again.already_done
    assert (again.accepted, again.merged, again.rejected) == (first.accepted, first.merged, first.rejected)
    assert await content(catalogue) == before


async def test_a_copy_under_another_name_is_the_same_import(catalogue: Catalogue, tmp_path: Path) -> None:
    path = dump(tmp_path / "dump.csv")
    await collect_file(catalogue, path, today=TODAY)
    before = await content(catalogue)
    copy = tmp_path / "dump_tracks.csv"
    copy.write_bytes(path.read_bytes())
    assert (await collect_file(catalogue, copy, today=TODAY)).already_done
    assert await content(catalogue) == before
