"""Which pg_dump is used, and what is said where there is none."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest

from cratedig.catalogue.backup.programs import fitting, run
from cratedig.errors import Unavailable


@pytest.mark.parametrize("server", [16, 18])
def test_the_lowest_version_that_is_not_below_the_servers_is_used(server: int) -> None:
    said = subprocess.run([fitting("pg_dump", server), "--version"], capture_output=True, text=True, check=True).stdout
    assert f" {server}." in said


def test_a_server_newer_than_every_program_is_one_clear_line() -> None:
    with pytest.raises(Unavailable, match="pg_restore of PostgreSQL 99 or newer is needed and the newest here is"):
        fitting("pg_restore", 99)


async def test_what_the_program_said_is_passed_on_without_the_password(tmp_path: Path) -> None:
    url = "postgresql+psycopg://me:canary@127.0.0.1:1/none"
    with pytest.raises(Unavailable, match=r"pg_dump failed: .*127\.0\.0\.1") as caught:
        await run("pg_dump", f"--file={tmp_path / 'dump'}", url=url, server=18)
    assert "canary" not in str(caught.value)
