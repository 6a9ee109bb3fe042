"""A folder of MIDI comes in whole: every file is accounted for, once, under the artist it is of."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from sqlalchemy import text

from cratedig.box.box import Box
from cratedig.catalogue import Catalogue
from cratedig.collect.account import Account
from cratedig.collect.midi import BATCH_FILES, SAME_FILE, collect_midi
from cratedig.errors import InputRejected, UsageError
from cratedig.music.drums.kit import GENERAL_MIDI, ROLAND, Kit
from cratedig.music.score_packed import unpacked
from cratedig.understand.drums.evidence import facts
from tests.collect.midi_files import midi, put
from tests.understand.drums.players import eighths

STRAIGHT, SWUNG = midi(eighths(50)), midi(eighths(66))


@pytest.fixture(scope="module")
async def box() -> AsyncIterator[Box]:
    async with Box.open(ffmpeg="") as box:
        yield box


async def collect(
    catalogue: Catalogue, box: Box, folder: Path, *, artist: str = "", kit: Kit = ROLAND, rejects: Path | None = None
) -> Account:
    return await collect_midi(catalogue, box, folder, facts=facts, kit=kit, artist=artist, rejects_dir=rejects)


def figures(account: Account) -> tuple[int, int, int, int]:
    return account.rows_in, account.accepted, account.merged, account.rejected


async def evidence(catalogue: Catalogue) -> list[tuple[str, str]]:
    async with catalogue.begin() as session:
        rows = await session.execute(
            text(
                """select a.name, s.title from research_sources s join artists a on a.id = s.artist_id
                order by a.name, s.title"""
            )
        )
        return [(row[0], row[1]) for row in rows]


async def test_folders_and_names_say_whose_a_file_is(catalogue: Catalogue, box: Box, tmp_path: Path) -> None:
    put(tmp_path, {"Ann_Lee/live/1.mid": STRAIGHT, "Bo Strand - Half Time.mid": SWUNG, "what.mid": STRAIGHT})
    account = await collect(catalogue, box, tmp_path, rejects=tmp_path / "rejects")
    assert figures(account) == (3, 2, 0, 1)
    assert await evidence(catalogue) == [("Ann Lee", "Ann_Lee/live/1.mid"), ("Bo Strand", "Bo Strand - Half Time.mid")]
    assert account.rejects_file is not None
    assert "--artist" in account.rejects_file.read_text()


async def test_a_name_is_kept_as_it_can_be_printed(catalogue: Catalogue, box: Box, tmp_path: Path) -> None:
    put(tmp_path, {"Ann\n\x1b[31m Lee/a.mid": STRAIGHT, "Ann [31m Lee/b.mid": SWUNG})
    await collect(catalogue, box, tmp_path)
    assert {artist for artist, _ in await evidence(catalogue)} == {"Ann [31m Lee"}


async def test_an_artist_is_called_as_the_first_file_spells_it(catalogue: Catalogue, box: Box, tmp_path: Path) -> None:
    put(tmp_path, {"Ann Lee/1.mid": STRAIGHT, "Ánn  LEE/2.mid": SWUNG})
    await collect(catalogue, box, tmp_path)
    assert {artist for artist, _ in await evidence(catalogue)} == {"Ann Lee"}


async def test_a_name_given_is_everybodys(catalogue: Catalogue, box: Box, tmp_path: Path) -> None:
    put(tmp_path, {"a/1.mid": STRAIGHT, "2.mid": SWUNG})
    assert figures(await collect(catalogue, box, tmp_path, artist="Ann Lee")) == (2, 2, 0, 0)
    assert {name for name, _ in await evidence(catalogue)} == {"Ann Lee"}


async def test_the_same_file_is_merged_wherever_it_lies(catalogue: Catalogue, box: Box, tmp_path: Path) -> None:
    first = put(tmp_path / "one", {"Ann/1.mid": STRAIGHT, "Ann/2.mid": STRAIGHT, "Bo/1.mid": STRAIGHT})
    account = await collect(catalogue, box, first)
    assert figures(account) == (3, 2, 1, 0)
    assert account.merged_by == {SAME_FILE: 1}
    second = put(tmp_path / "two", {"ANN/copy.mid": STRAIGHT, "Ann/3.mid": SWUNG})
    assert figures(await collect(catalogue, box, second)) == (2, 1, 1, 0)
    again = await collect(catalogue, box, second)
    assert again.already_done
    assert len(await evidence(catalogue)) == 3


async def test_what_nothing_can_be_learned_from_is_rejected_with_a_reason(
    catalogue: Catalogue, box: Box, tmp_path: Path
) -> None:
    files = {"1.mid": b"no midi", "2.mid": midi([(0, 60, 80)], channel=0), "3.mid": STRAIGHT, "read.me": b""}
    account = await collect(catalogue, box, put(tmp_path / "in", files), artist="Ann", rejects=tmp_path)
    assert figures(account) == (3, 1, 0, 2)
    assert dict(account.left_out) == {".me": "1 files not named as MIDI"}
    assert account.rejects_file is not None
    told = account.rejects_file.read_text()
    assert "no note on channel 10" in told
    assert "undecodable: it ends inside the chunk" in told


async def test_another_kit_reads_the_same_evidence_anew(catalogue: Catalogue, box: Box, tmp_path: Path) -> None:
    put(tmp_path, {"1.mid": midi([(480 * at, 58, 90) for at in range(8)])})
    await collect(catalogue, box, tmp_path, artist="Ann")
    assert figures(await collect(catalogue, box, tmp_path, artist="Ann", kit=GENERAL_MIDI)) == (1, 0, 1, 0)
    async with catalogue.begin() as session:
        row = (await session.execute(text("select extracted_data, played from research_sources"))).one()
    assert row.extracted_data["kit"] == "general midi"
    assert [note.start for note in unpacked(row.played).notes] == [480 * at for at in range(8)]


async def test_stopped_between_batches_it_goes_on(catalogue: Catalogue, box: Box, tmp_path: Path) -> None:
    files = {f"Ann/{at:03}.mid": midi([(480 * n + at, 36, 90) for n in range(4)]) for at in range(BATCH_FILES + 5)}
    put(tmp_path, files)

    class Stopped(Exception):
        pass

    def stop(progress: object) -> None:
        if getattr(progress, "step", "") == "bringing in":
            raise Stopped

    with pytest.raises(Stopped):
        await collect_midi(catalogue, box, tmp_path, facts=facts, kit=ROLAND, progress=stop)
    account = await collect(catalogue, box, tmp_path)
    assert figures(account) == (len(files), len(files), 0, 0)
    assert account.resumed_at_row == BATCH_FILES


async def test_two_collectors_of_one_folder_bring_it_in_once(catalogue: Catalogue, box: Box, tmp_path: Path) -> None:
    put(tmp_path, {f"Ann/{at}.mid": midi([(480 * n + at, 36, 90) for n in range(4)]) for at in range(5)})
    accounts = await asyncio.gather(*(collect(catalogue, box, tmp_path) for _ in range(2)))
    assert [figures(account) for account in accounts] == [(5, 5, 0, 0)] * 2
    assert len(await evidence(catalogue)) == 5


async def test_a_folder_without_midi_or_a_nameless_artist_is_refused(
    catalogue: Catalogue, box: Box, tmp_path: Path
) -> None:
    with pytest.raises(UsageError, match="no folder"):
        await collect(catalogue, box, tmp_path / "nowhere")
    for nameless in ("???", "Ann\udcff", "q" * 256):
        with pytest.raises(UsageError, match="nobody's name"):
            await collect(catalogue, box, tmp_path, artist=nameless)
    put(tmp_path, {"a.wav": b""})
    with pytest.raises(InputRejected, match="named as MIDI"):
        await collect(catalogue, box, tmp_path)
