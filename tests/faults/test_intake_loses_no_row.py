"""Promise 3: in = accepted + merged + rejected, whatever stands in the file."""

from __future__ import annotations

import csv
import gzip
from datetime import date
from pathlib import Path

import pytest
from sqlalchemy import select, text

from cratedig.catalogue import Catalogue
from cratedig.catalogue.tables import Reject, Track
from cratedig.collect.intake import collect_file
from cratedig.errors import InputRejected, UsageError
from tests.faults.nasty_files import HEAD, Nasty, nasty_files

TODAY = date(2026, 1, 1)
NASTY = list(nasty_files())


def test_there_are_sixty_nasty_files() -> None:
    assert len({nasty.name for nasty in NASTY}) == len(NASTY) >= 60


@pytest.mark.parametrize("nasty", NASTY, ids=lambda nasty: nasty.name)
async def test_no_row_of_a_nasty_file_is_lost(nasty: Nasty, catalogue: Catalogue, tmp_path: Path) -> None:
    path = tmp_path / f"dump{nasty.suffix}"
    path.write_bytes(nasty.data)
    account = await collect_file(catalogue, path, today=TODAY, rejects_dir=tmp_path / "rejects")
    assert account.rows_in == account.accepted + account.merged + account.rejected == nasty.rows
    async with catalogue.begin() as session:
        titles = set(await session.scalars(select(Track.title)))
        rejected = len((await session.scalars(select(Reject))).all())
    assert rejected == account.rejected
    assert account.accepted >= len(titles)
    assert set(nasty.titles) <= titles
    if account.rejected:
        assert account.rejects_file is not None
        with account.rejects_file.open(newline="", encoding="utf-8") as stream:
            assert len(list(csv.reader(stream))) == account.rejected + 1


@pytest.mark.parametrize("nasty", NASTY[::6], ids=lambda nasty: nasty.name)
async def test_a_nasty_file_again_changes_nothing(nasty: Nasty, catalogue: Catalogue, tmp_path: Path) -> None:
    path = tmp_path / f"dump{nasty.suffix}"
    path.write_bytes(nasty.data)
    first = await collect_file(catalogue, path, today=TODAY)
    async with catalogue.begin() as session:
        before = (await session.execute(text("select t::text from tracks t order by id"))).all()
    again = await collect_file(catalogue, path, today=TODAY)
    async with catalogue.begin() as session:
        assert (await session.execute(text("select t::text from tracks t order by id"))).all() == before
    assert again.already_done
    assert (again.rows_in, again.accepted, again.merged) == (first.rows_in, first.accepted, first.merged)


REFUSED = {
    "an empty file": (b"", InputRejected),
    "only a header": (HEAD.encode(), InputRejected),
    "only blank lines": (b"\n\n\n", InputRejected),
    "a picture named .csv": (b"\x89PNG\r\n\x1a\n" + bytes(range(256)) * 40, InputRejected),
    "a spreadsheet named .csv": (b"PK\x03\x04" + bytes(range(256)) * 40, InputRejected),
    "random bytes": (bytes((n * 7919 + n // 3) % 256 for n in range(50_000)), InputRejected),
    "gzip of a picture": (gzip.compress(b"\x89PNG\r\n\x1a\n" + bytes(range(256)) * 40), InputRejected),
    "gzip of nothing": (gzip.compress(b""), InputRejected),
    "a gzip head and rubbish": (b"\x1f\x8b\x08\x00" + b"rubbish" * 100, InputRejected),
    "an empty JSON array": (b"[]", InputRejected),
}


@pytest.mark.parametrize("name", REFUSED)
async def test_what_is_no_table_is_refused_in_one_line(name: str, catalogue: Catalogue, tmp_path: Path) -> None:
    data, error = REFUSED[name]
    path = tmp_path / "dump.csv"
    path.write_bytes(data)
    with pytest.raises(error) as caught:
        await collect_file(catalogue, path, today=TODAY)
    assert "\n" not in str(caught.value)
    assert "dump.csv" in str(caught.value)
    assert caught.value.exit_code == 3
    async with catalogue.begin() as session:
        assert (
            await session.scalar(text("select (select count(*) from tracks) + (select count(*) from import_runs)")) == 0
        )


@pytest.mark.parametrize(
    ("name", "mapping"), [("missing.csv", {}), (".", {}), ("dump.csv", {"nope": "title"}), ("dump.csv", {"id": "nope"})]
)
async def test_a_wrong_request_is_refused_in_one_line(
    name: str, mapping: dict[str, str], catalogue: Catalogue, tmp_path: Path
) -> None:
    (tmp_path / "dump.csv").write_text(HEAD + "1,A,x,p,1\n")
    with pytest.raises(UsageError) as caught:
        await collect_file(catalogue, tmp_path / name, mapping=mapping, today=TODAY)
    assert "\n" not in str(caught.value)
    assert caught.value.exit_code == 2


async def test_a_truncated_gzip_gives_its_rows_and_says_where_it_ends(catalogue: Catalogue, tmp_path: Path) -> None:
    rows = "".join(f"{n},Song {n * 7919 % 99991},Artist {n},pop,{n * n}\n" for n in range(20_000))
    path = tmp_path / "dump.csv.gz"
    path.write_bytes(gzip.compress((HEAD + rows).encode())[:-30_000])
    account = await collect_file(catalogue, path, today=TODAY, rejects_dir=tmp_path)
    assert 1000 < account.rows_in < 20_000
    assert account.stopped_at == account.rows_in
    assert not account.is_clean


async def test_a_line_of_a_hundred_megabytes_is_never_held(catalogue: Catalogue, tmp_path: Path) -> None:
    path = tmp_path / "dump.csv"
    with path.open("wb") as stream:
        stream.write((HEAD + "1,Cry,Ann,pop,10\n2,").encode())
        for _ in range(100):
            stream.write(b"x" * 1_000_000)
        stream.write(b",Ben,rock,20\n3,Sleep,Cleo,folk,30\n")
    account = await collect_file(catalogue, path, today=TODAY, rejects_dir=tmp_path)
    assert (account.rows_in, account.accepted, account.rejected) == (3, 2, 1)
    assert account.rejects_file is not None
    assert "100,00" in account.rejects_file.read_text()
    assert account.rejects_file.stat().st_size < 10_000
